/* net/sctp_stack.c - the stack of the process: its start, its turns, its end.
 *
 * layer: net (L3)   thread: control, stk_upcall() any   I/O: an eventfd
 * RFC 9260, 6951
 */
#include <errno.h>
#include <event2/event.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "net/sctp_assoc.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	WORDS = STK_SLOTS / 64,
	TICK_MS = 10, /* while there are associations, and the stack has no thread */
	SWEEP_MS = 100, /* the stack's timers make no upcalls for what they find */
	FINISH_MS = 300,
	POLL_MS = 5
};
#define MS UINT64_C(1000000)

/* What the stack's threads touch outlives it. */
static _Atomic uint64_t marked[WORDS];
static atomic_bool awake; /* stk_work() will come */
static int wake_fd = -1;
static struct stk *stack; /* owned */

struct stk *stk_get(void)
{
	return stack;
}

uint64_t stk_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 * MS + (uint64_t)ts.tv_nsec;
}

/* ---- slots --------------------------------------------------------------------- */

static void set_tick(void);

int stk_slot_take(struct stk_sock *s)
{
	for (unsigned i = 0; i < STK_SLOTS; i++) {
		if (stack->slot[i])
			continue;
		stack->slot[i] = s;
		s->slot = i;
		if (!s->listens && !stack->nassocs++)
			set_tick();
		return 0;
	}
	return -H_ELIMIT;
}

void stk_slot_drop(struct stk_sock *s)
{
	if (s->slot < STK_SLOTS && stack->slot[s->slot] == s) {
		stack->slot[s->slot] = NULL;
		stack->nassocs -= !s->listens;
	}
	s->slot = STK_SLOTS;
}

void stk_wake(void)
{
	uint64_t one = 1;

	if (!atomic_exchange(&awake, true) &&
	    write(wake_fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
		atomic_store(&awake, false); /* it is readable already */
}

static void mark(unsigned slot)
{
	atomic_fetch_or(&marked[slot / 64], UINT64_C(1) << slot % 64);
	stk_wake();
}

void stk_upcall(struct socket *so, void *slot, int flags)
{
	(void)so;
	(void)flags;
	mark((unsigned)(uintptr_t)slot);
}

void stk_mark(const struct stk_sock *s)
{
	if (s->slot < STK_SLOTS)
		mark(s->slot);
}

void stk_expect(void)
{
	atomic_store(&awake, true);
}

/* ---- turns --------------------------------------------------------------------- */

static void take_in(struct stk_port *p, struct socket *so,
		    const struct sockaddr_storage *from)
{
	struct addr remote;
	struct stk_lis *lis = stack->backend->accepted(p, from, &remote);
	struct stk_assoc *a = NULL;

	if (lis && lis_allows(lis, &remote))
		a = assoc_new(lis, &remote, false);
	if (!a) {
		stack->net->stats.refused++;
		stk_abort(so);
		return;
	}
	a->s.so = so;
	if (stack->backend->adopt)
		stack->backend->adopt(a, from);
	usrsctp_set_non_blocking(so, 1);
	usrsctp_set_upcall(so, stk_upcall, (void *)(uintptr_t)a->s.slot);
	stack->net->stats.accepted++;
	if (assoc_open(a))
		assoc_kill(a);
	else
		stk_mark(&a->s); /* what came before the upcall was set */
}

void stk_accept(struct stk_port *p)
{
	for (;;) {
		struct sockaddr_storage from = { 0 };
		socklen_t n = sizeof(from);
		struct socket *so =
			usrsctp_accept(p->s.so, (struct sockaddr *)&from, &n);

		if (!so)
			return;
		take_in(p, so, &from);
	}
}

static void bury(void)
{
	LIST_EACH_SAFE(it, &stack->dead)
	assoc_free(LIST_OF(it, struct stk_assoc, in_all));
}

static void turn(unsigned slot)
{
	struct stk_sock *s = stack->slot[slot];

	if (!s || !s->so)
		return;
	if (s->listens)
		stk_accept((struct stk_port *)s);
	else
		assoc_turn((struct stk_assoc *)s);
}

void stk_work(void)
{
	struct net_user *user = &stack->net->user;

	atomic_store(&awake, false);
	for (unsigned w = 0; w < WORDS; w++) {
		uint64_t bits = atomic_exchange(&marked[w], 0);

		for (; bits; bits &= bits - 1)
			turn(w * 64 + (unsigned)__builtin_ctzll(bits));
	}
	if (stack->told && user->drained && !stack->stopping)
		user->drained(user->arg);
	stack->told = false;
	bury();
	stk_flush();
}

void stk_flush(void)
{
	LIST_EACH_SAFE(it, &stack->dirty)
	assoc_flush(LIST_OF(it, struct stk_assoc, in_dirty));
	stack->backend->flush();
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	uint64_t n;

	(void)what;
	(void)arg;
	if (read(fd, &n, sizeof(n)) < 0 && errno != EAGAIN)
		log_warn(LOGC_NET, "sctp: eventfd: %s", strerror(errno));
	stk_work();
}

/* Notifications a timer of the stack gave rise to. */
static void sweep(uint64_t now)
{
	if (now - stack->swept < SWEEP_MS * MS)
		return;
	stack->swept = now;
	stack->net->stats.rx_stranger += stack->backend->look();
	for (unsigned i = 0; i < STK_SLOTS; i++) {
		const struct stk_sock *s = stack->slot[i];

		if (s && s->so &&
		    usrsctp_get_events(s->so) & (SCTP_EVENT_READ | SCTP_EVENT_ERROR))
			stk_mark(s);
	}
}

static void tick(void)
{
	uint64_t now = stk_now(), ms = (now - stack->ticked) / MS;

	if (!ms)
		return;
	stack->ticked += ms * MS;
	stk_expect();
	if (stack->backend->tick)
		stack->backend->tick(ms);
	sweep(now);
	stk_work();
}

static void set_tick(void)
{
	bool often = stack->backend->tick && stack->nassocs;
	struct timeval tv = { .tv_usec = (often ? TICK_MS : SWEEP_MS) * 1000 };

	event_add(stack->tick, &tv);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	tick();
	set_tick();
}

/* ---- start --------------------------------------------------------------------- */

static const struct stk_backend *const backends[] = {
	[NET_SCTP_CONN] = &stk_conn,
	[NET_SCTP_NATIVE] = &stk_native,
};

static int check(const struct net_sctp_stack *s, char why[NET_WHY_MAX])
{
	if (s->backend == NET_SCTP_CONN && !s->encaps) {
		snprintf(why, NET_WHY_MAX,
			 "sctp: back end conn works in UDP alone: give it a port, as %u, "
			 "or choose native",
			 NET_SCTP_ENCAPS);
		return -H_EINVAL;
	}
	if (s->backend == NET_SCTP_CONN)
		return 0;
	return s->encaps ? check_encaps(s->encaps, why) : check_raw(why);
}

static int no_memory(char why[NET_WHY_MAX])
{
	snprintf(why, NET_WHY_MAX, "sctp: out of memory");
	return -H_ENOMEM;
}

static void drop_event(struct event **e)
{
	if (*e)
		event_free(*e);
	*e = NULL;
}

static void forget_stack(void)
{
	drop_event(&stack->wake);
	drop_event(&stack->tick);
	map_fini(&stack->ids);
	map_fini(&stack->remotes);
	map_fini(&stack->upeers);
	map_fini(&stack->pairs);
	map_fini(&stack->tags);
	mem_free(stack->packets);
	mem_free(stack);
	stack = NULL;
}

static int make_stack(struct net *n, const struct net_sctp_stack *s)
{
	stack = mem_zalloc(sizeof(*stack));
	if (!stack)
		return -H_ENOMEM;
	stack->net = n;
	stack->spec = *s;
	stack->backend = backends[s->backend];
	stack->ticked = stack->swept = stk_now();
	list_init(&stack->ports);
	list_init(&stack->closing);
	list_init(&stack->dead);
	list_init(&stack->dirty);
	list_init(&stack->links);
	map_init(&stack->ids);
	map_init(&stack->remotes);
	map_init(&stack->upeers);
	map_init(&stack->pairs);
	map_init(&stack->tags);
	if (wake_fd < 0)
		wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (wake_fd < 0)
		return -H_ENOMEM;
	stack->wake = event_new(n->base, wake_fd, EV_READ | EV_PERSIST, on_wake, NULL);
	stack->tick = event_new(n->base, -1, 0, on_tick, NULL);
	return stack->wake && stack->tick ? 0 : -H_ENOMEM;
}

static int run_stack(char why[NET_WHY_MAX])
{
	if (event_add(stack->wake, NULL))
		return no_memory(why);
	set_tick();
	return stack->backend->start(why);
}

int net_sctp_start(struct net *n, const struct net_sctp_stack *s, char why[NET_WHY_MAX])
{
	int err;

	if (stack && stack->net == n && stack->spec.backend == s->backend &&
	    stack->spec.encaps == s->encaps)
		return 0;
	if (stack) {
		snprintf(why, NET_WHY_MAX,
			 "sctp: the stack runs already, %s on UDP port %u; it can't be "
			 "changed without a restart",
			 net_sctp_backend_name(stack->spec.backend), stack->spec.encaps);
		return -H_EBUSY;
	}
	err = check(s, why);
	if (err)
		return err;
	err = make_stack(n, s) ? no_memory(why) : run_stack(why);
	if (err && stack)
		forget_stack();
	return err;
}

const struct net_sctp_stack *net_sctp_running(const struct net *n)
{
	return stack && stack->net == n ? &stack->spec : NULL;
}

/* ---- end ----------------------------------------------------------------------- */

static void wait_a_little(void)
{
	stack->backend->poll(POLL_MS);
	tick();
	stk_work();
}

/* All listeners are closed: their associations are shut down, or their time is over. */
void stk_stop(struct net *n)
{
	uint64_t end = stk_now() + STK_CLOSE_MS * MS;

	if (!stack || stack->net != n)
		return;
	stack->stopping = true;
	while (!list_empty(&stack->closing) && stk_now() < end)
		wait_a_little();
	LIST_EACH_SAFE(it, &stack->closing)
	assoc_kill(LIST_OF(it, struct stk_assoc, in_all));
	bury();
	end = stk_now() + FINISH_MS * MS;
	while (usrsctp_finish() && stk_now() < end)
		wait_a_little();
	stack->backend->stop();
	forget_stack();
}
