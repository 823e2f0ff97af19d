/* media/worker.c - the loop of a worker thread.
 *
 * layer: media (L3)   thread: worker; init, start, stop, kick: control   I/O: eventfd
 */
#include "media/worker.h"

#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "media/swap.h"
#include "media/hold.h"
#include "media/med.h"
#include "media/notice.h"
#include "media/pace.h"
#include "media/relay.h"
#include "media/xpass.h"
#include "util/err.h"
#include "util/rnd.h"

enum { WORK_RING = 4096, WORK_EVENTS = 4096, WORK_TICK = 100000000, WORK_SLICE = 200000 };

#ifdef WORK_CHECKED
_Thread_local const struct worker *work_self;
#endif

uint64_t work_clock(const struct med *m)
{
	struct timespec t;

	if (m->conf.clock)
		return m->conf.clock();
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int work_init(struct worker *w, struct med *m, unsigned index)
{
	int err;

	w->med = m;
	w->index = index;
	w->keep_end = &w->keep;
	w->now = work_clock(m);
	w->seed = rnd_u64();
	w->tick = (uint64_t)m->conf.tick_us * 1000;
	wheel_init(&w->wheel, w->now);
	list_init(&w->ev_slots);
	list_init(&w->ev_rooms);
	w->kick = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->kick < 0)
		return -H_ESYS;
	err = ring_init(&w->in, WORK_RING);
	if (!err)
		err = ring_init(&w->back, WORK_RING);
	if (!err)
		err = tellq_init(&w->tellq, WORK_EVENTS);
	if (!err)
		err = xpass_init(w, m->nworker);
	if (!err)
		err = hold_init(w);
	if (!err)
		err = m->row->open(&w->io, w);
	return err;
}

void work_fini(struct worker *w)
{
	if (w->io)
		w->io->ops->close(w->io);
	xpass_fini(w);
	hold_fini(w);
	tellq_fini(&w->tellq);
	ring_fini(&w->in);
	ring_fini(&w->back);
	if (w->kick >= 0)
		close(w->kick);
}

void work_kick(struct worker *w)
{
	const uint64_t one = 1;

	/* Both sides modify `asleep`, so one comes first: either the worker sees what was
	 * pushed before this, or we see that it sleeps. */
	if (atomic_fetch_add_explicit(&w->asleep, 0, memory_order_acq_rel) &&
	    write(w->kick, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is awake */
}

/* --- out --- */

struct out *work_out(struct worker *w)
{
	struct out *o;

	if (w->nout == PKT_OUTS || w->nscratch == WORK_SCRATCHES)
		work_flush(w);
	o = &w->out[w->nout];
	o->head = w->head[w->nout++];
	return o;
}

void work_flush(struct worker *w)
{
	if (w->nout && !w->ended) {
		w->io->ops->send(w->io, w->out, w->nout);
		stat_add64(&w->stats.tx_packets, w->nout);
	}
	w->nout = 0;
	w->nscratch = 0;
}

uint8_t *work_scratch(struct worker *w)
{
	assert(w->nscratch < WORK_SCRATCHES);
	return w->scratch[w->nscratch++];
}

/* --- in --- */

/* Give a message back; when the ring is full keep it, in order. */
static void work_retire(struct worker *w, struct plan_msg *msg)
{
	msg->next = NULL;
	w->told = true;
	if (!w->keep && ring_push(&w->back, msg))
		return;
	*w->keep_end = msg;
	w->keep_end = &msg->next;
}

static void work_retry(struct worker *w)
{
	while (w->keep) {
		struct plan_msg *msg = w->keep, *next = msg->next;

		msg->next = NULL; /* once pushed it is control's */
		if (!ring_push(&w->back, msg)) {
			msg->next = next;
			break;
		}
		w->told = true;
		w->keep = next;
	}
	if (!w->keep)
		w->keep_end = &w->keep;
	notice_retry(w);
}

static void work_messages(struct worker *w)
{
	struct plan_msg *msg;

	while ((msg = ring_pop(&w->in))) {
		work_apply(w, msg);
		stat_add64(&w->stats.messages, 1);
		work_retire(w, msg);
	}
}

/* --- the loop --- */

static void work_tell(struct worker *w)
{
	const uint64_t one = 1;

	if (!w->told)
		return;
	w->told = false;
	if (write(w->med->back_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: control has been told */
}

int64_t work_wait(const struct worker *w)
{
	int64_t wait = wheel_wait(&w->wheel, w->now);

	if ((w->keep || !list_empty(&w->ev_slots) || !list_empty(&w->ev_rooms)) &&
	    (wait < 0 || wait > WHEEL_TICK))
		wait = WHEEL_TICK;
	return wait;
}

unsigned work_round(struct worker *w, int64_t wait_ns)
{
	const struct pktio_ops *io = w->io->ops;
	unsigned n;

	ON_WORKER(w);
	w->round++;
	work_messages(w); /* before recv: a slot stopped here is in no batch any more */
	n = io->recv(w->io, w->pkt, PKT_BATCH, wait_ns);
	w->now = work_clock(w->med);
	if (n) {
		relay_batch(w, w->pkt, n);
		stat_add64(&w->stats.batches, 1);
		stat_add64(&w->stats.rx_packets, n);
	}
	n += xpass_take(w);
	wheel_run(&w->wheel, w->now);
	work_flush(w);
	io->done(w->io);
	xpass_done(w);
	if (w->now - w->ticked >= WORK_TICK) {
		w->ticked = w->now;
		io->tick(w->io, w->now);
	}
	work_retry(w);
	work_tell(w);
	return n;
}

static void work_unkick(struct worker *w)
{
	uint64_t n;

	atomic_store_explicit(&w->asleep, 0, memory_order_relaxed);
	if (read(w->kick, &n, sizeof(n)) < 0)
		return; /* nobody kicked */
}

static void work_loop(struct worker *w)
{
	bool busy = false;

	while (!atomic_load_explicit(&w->quit, memory_order_acquire)) {
		bool sleep = !busy && pace_gather(w);
		int64_t wait = busy || sleep ? 0 : work_wait(w);
		unsigned n;

		if (wait) {
			atomic_fetch_or_explicit(&w->asleep, 1, memory_order_acq_rel);
			if (!ring_empty(&w->in) || xpass_waiting(w) ||
			    atomic_load_explicit(&w->quit, memory_order_relaxed))
				wait = 0;
		}
		n = work_round(w, wait);
		w->pace.full += n > 0;
		busy = n >= PKT_BATCH;
		if (atomic_load_explicit(&w->asleep, memory_order_relaxed))
			work_unkick(w);
	}
}

/* Its timers are not put together with others' (50 us late), and its slices are short:
 * the scheduler lets a thread that asks for them run soon after it wakes (Linux 6.12;
 * older ones do not look at it). Needs no privileges. */
static void work_urgent(void)
{
	/* as sched_setattr(2) has it; the C library knows it not, and the kernel's header
	 * quarrels with the C library's */
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} a = { .size = sizeof(a), .policy = SCHED_OTHER, .runtime = WORK_SLICE };

	a.nice = getpriority(PRIO_PROCESS, 0);
	prctl(PR_SET_TIMERSLACK, 1ul, 0ul, 0ul, 0ul); /* ns */
	if (syscall(SYS_sched_setattr, 0, &a, 0))
		return; /* an older kernel, or a filter: it works without */
}

static void *work_main(void *arg)
{
	struct worker *w = arg;

	work_urgent();
#ifdef WORK_CHECKED
	work_self = w;
#endif
	work_loop(w);
	return NULL;
}

static void work_pin(const struct worker *w)
{
	cpu_set_t have, one;
	unsigned k = 0;

	if (!w->med->conf.pin || sched_getaffinity(0, sizeof(have), &have))
		return;
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &have) ||
		    k++ != w->index % (unsigned)CPU_COUNT(&have))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		pthread_setaffinity_np(w->thread, sizeof(one), &one);
	}
}

int work_start(struct worker *w)
{
	char name[16];

	w->running = true;
	if (pthread_create(&w->thread, NULL, work_main, w)) {
		w->running = false;
		return -H_ESYS;
	}
	snprintf(name, sizeof(name), "media-%u", w->index);
	pthread_setname_np(w->thread, name);
	work_pin(w);
	return 0;
}

void work_stop(struct worker *w)
{
	const uint64_t one = 1;

	if (w->running) {
		atomic_store_explicit(&w->quit, true, memory_order_release);
		if (write(w->kick, &one, sizeof(one)) < 0)
			assert(w->kick >= 0);
		pthread_join(w->thread, NULL);
		w->running = false;
	}
	w->ended = true;
}
