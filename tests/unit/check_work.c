/* tests/unit/check_work.c - several workers at once: rooms across them, plans swapped and
 * calls made and ended under packets. Meant for a build with -fsanitize=thread too.
 *
 * layer: tests   thread: main is control, workers run   I/O: UDP on loopback
 */
#include "media_live.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/mem.h"
#include "util/rnd.h"

enum { WORKERS = 3 };

static struct med_room *room;
static uint16_t home;
static unsigned freed_rooms;

static void free_room(struct plan_room *p)
{
	for (uint32_t i = 0; p && i < p->nchunk; i++)
		mem_free(p->chunk[i]);
	mem_free(p);
	freed_rooms++;
}

static void retired(void *arg, struct plan_msg *msg)
{
	(void)arg;
	for (uint32_t i = 0; i < msg->nop; i++) {
		mem_free(msg->op[i].leg);
		if (msg->op[i].rplan)
			free_room(msg->op[i].rplan);
	}
	mem_free(msg);
	live.nback++;
}

static void told(void *arg, const struct med_event *ev)
{
	(void)arg;
	(void)ev;
	live.nevent++;
}

static void drain(int ms)
{
	struct pollfd p = { .fd = med_event_fd(live.m), .events = POLLIN };

	if (poll(&p, 1, ms) > 0)
		med_drain(live.m, retired, told, NULL);
}

static struct plan_msg *msg_of(uint16_t worker)
{
	struct plan_msg *msg = mem_zalloc(sizeof(*msg) + sizeof(struct plan_op));

	ck_assert_ptr_nonnull(msg);
	msg->worker = worker;
	msg->nop = 1;
	return msg;
}

static void set_room(uint16_t worker, struct slot *out, bool del)
{
	struct plan_msg *msg = msg_of(worker);
	struct plan_room *p = NULL;

	if (!del) {
		p = mem_zalloc(sizeof(*p) + sizeof(p->chunk[0]));
		ck_assert_ptr_nonnull(p);
		p->chunk[0] = mem_zalloc(sizeof(*p->chunk[0]));
		ck_assert_ptr_nonnull(p->chunk[0]);
		p->cookie = 1;
		p->floor_idle = 5000000000; /* machines stall */
		p->others = worker == home ? (1u << WORKERS) - 1 : 0;
		p->nchunk = 1;
		p->chunk[0]->n = out != NULL;
		p->chunk[0]->out[0] = out;
	}
	msg->op[0] = (struct plan_op){ .kind = del ? PLAN_ROOM_DEL : PLAN_ROOM_SET,
				       .room = room,
				       .rplan = p };
	med_ops.commit(live.m, msg);
}

static struct slot_info speaker(uint16_t worker, const struct addr *remote)
{
	struct slot_info s = live_take(worker);
	struct plan_leg *l = live_leg(remote, NULL);

	l->room = room;
	live_set(PLAN_LEG_SET, &s, l);
	return s;
}

static void hear(const int *fd, unsigned *got)
{
	uint8_t p[2048];

	for (unsigned i = 0; i < WORKERS; i++)
		while (recv(fd[i], p, sizeof(p), MSG_DONTWAIT) > 0)
			got[i]++;
}

/* Two talkers on different workers, a listener on each; the room's plans are swapped all
 * the while. The listeners hear the talker who has the floor without a gap. */
START_TEST(a_room_lives_through_changes)
{
	struct slot_info l[WORKERS], a, b;
	struct addr at[WORKERS], at_a, at_b;
	int fd[WORKERS], fa, fb;
	unsigned got[WORKERS] = { 0 }, commits = 0;

	live_up("127.0.0.1", WORKERS);
	ck_assert_int_eq(med_ops.room_take(live.m, 1, &room, &home), CAUSE_OK);
	for (uint16_t i = 0; i < WORKERS; i++) {
		l[i] = live_take(i);
		fd[i] = live_peer(&at[i]);
		live_set(PLAN_LEG_SET, &l[i], live_leg(&at[i], NULL));
		set_room(i, l[i].slot, false);
	}
	fa = live_peer(&at_a);
	fb = live_peer(&at_b);
	a = speaker((uint16_t)((home + 1) % WORKERS), &at_a);
	b = speaker((uint16_t)((home + 2) % WORKERS), &at_b);
	commits = WORKERS * 2 + 2;
	while (live.nback < commits)
		drain(100);
	for (uint16_t i = 0; i < 300; i++) {
		uint16_t w = (uint16_t)rnd_below(WORKERS);

		live_say(fa, &a.local, i, 172);
		if (i > 20)
			live_say(fb, &b.local, i, 172);
		set_room(w, l[w].slot, false);
		commits++;
		drain(0);
		hear(fd, got);
		usleep(1000);
	}
	while (live.nback < commits)
		drain(100);
	usleep(50000);
	hear(fd, got);
	for (unsigned i = 0; i < WORKERS; i++)
		ck_assert_uint_ge(got[i], 295);
	ck_assert_uint_ge(stats_get64(&b.stats->drop[DROP_FLOOR]), 250);
	for (uint16_t i = 0; i < WORKERS; i++) {
		set_room(i, NULL, true);
		live_set(PLAN_LEG_DEL, &l[i], NULL);
		med_ops.slot_give(live.m, l[i].slot);
	}
	live_set(PLAN_LEG_DEL, &a, NULL);
	live_set(PLAN_LEG_DEL, &b, NULL);
	med_ops.slot_give(live.m, a.slot);
	med_ops.slot_give(live.m, b.slot);
	med_ops.room_give(live.m, room);
	commits += WORKERS * 2 + 2;
	while (live.nback < commits)
		drain(100);
	live_down();
	for (unsigned i = 0; i < WORKERS; i++)
		close(fd[i]);
	close(fa);
	close(fb);
}
END_TEST

struct call {
	struct slot_info s[2];
	int fd;
	struct addr at;
	uint64_t name;
};

static struct plan_leg *call_leg(const struct call *c, unsigned i)
{
	const struct slot_info *to = &c->s[!i];
	struct plan_leg *l;

	if (c->s[i].worker == to->worker) {
		l = live_leg(&c->at, to->slot);
		l->rtcp_peer = to->slot;
	} else {
		l = live_leg(&c->at, NULL);
		l->nfar = 1;
		plan_far(l)[0] =
			(struct plan_far){ to->slot, c->name + !i, to->worker };
	}
	l->cookie = c->name + i;
	return l;
}

static void call_begin(struct call *c, uint16_t first, uint16_t second)
{
	static uint64_t name = 1000;

	c->name = name;
	name += 2;
	c->s[0] = live_take(first);
	c->s[1] = live_take(second);
	for (unsigned i = 0; i < 2; i++)
		live_set(PLAN_LEG_SET, &c->s[i], call_leg(c, i));
}

static void call_end(struct call *c)
{
	for (unsigned i = 0; i < 2; i++)
		live_set(PLAN_LEG_DEL, &c->s[i], NULL);
	for (unsigned i = 0; i < 2; i++)
		med_ops.slot_give(live.m, c->s[i].slot);
}

/* Have enough packets come in, and crossed from worker to worker? */
static bool busy_enough(void)
{
	struct med_worker_info info;
	uint64_t in = 0, passed = 0;

	for (unsigned i = 0; i < WORKERS; i++) {
		ck_assert(med_worker_info(live.m, i, &info));
		in += info.rx_packets;
		passed += info.passed;
	}
	return in > 100 && passed > 10;
}

/* Calls come and go on all workers, some with a leg on each of two, while packets fly at
 * their ports, old ones too. */
START_TEST(calls_come_and_go)
{
	struct call c[30];
	struct med_worker_info info;
	unsigned commits = 0;

	live_up("127.0.0.1", WORKERS);
	for (unsigned i = 0; i < 30; i++) {
		c[i].fd = live_peer(&c[i].at);
		call_begin(&c[i], (uint16_t)(i % WORKERS), (uint16_t)(i / 2 % WORKERS));
		commits += 2;
	}
	for (unsigned n = 0; n < 600; n++) {
		struct call *x = &c[rnd_below(30)];
		const struct addr old = x->s[0].local;

		for (uint16_t k = 0; k < 3; k++)
			live_say(x->fd, &x->s[k & 1].local, k, 172);
		call_end(x);
		live_say(x->fd, &old, 9, 172);
		call_begin(x, (uint16_t)(n % WORKERS), (uint16_t)(n / 2 % WORKERS));
		live_say(x->fd, &old, 10, 172);
		commits += 4;
		drain(0);
	}
	/* most ended before what was said was heard: some go on */
	for (uint16_t k = 100; k < 600 && !busy_enough(); k++) {
		for (unsigned i = 0; i < 30; i++)
			live_say(c[i].fd, &c[i].s[0].local, k, 172);
		drain(10);
	}
	ck_assert(busy_enough());
	for (unsigned i = 0; i < 30; i++) {
		call_end(&c[i]);
		commits += 2;
	}
	while (live.nback < commits)
		drain(100);
	for (unsigned i = 0; i < WORKERS; i++) {
		ck_assert(med_worker_info(live.m, i, &info));
		ck_assert_uint_eq(info.slots, 0);
	}
	live_down();
	for (unsigned i = 0; i < 30; i++)
		close(c[i].fd);
}
END_TEST

/* Natural pace on many streams: one wake-up a tick at most. */
START_TEST(wake_ups_are_gathered)
{
	struct slot_info s[40];
	struct addr at;
	struct med_worker_info before, after;
	uint64_t start = 0;
	int fd;

	live_up("127.0.0.1", 1);
	fd = live_peer(&at);
	for (unsigned i = 0; i < 40; i++) {
		s[i] = live_take(0);
		live_set(PLAN_LEG_SET, &s[i], live_leg(&at, NULL));
	}
	live_wait(40);
	for (uint16_t n = 0; n < 1500; n++) {
		if (n == 500) {
			ck_assert(med_worker_info(live.m, 0, &before));
			start = test_ms();
		}
		live_say(fd, &s[n % 40].local, (uint16_t)(n / 40), 172);
		usleep(500);
	}
	ck_assert(med_worker_info(live.m, 0, &after));
	ck_assert(after.gather);
	/* no more than 500 wake-ups a second, and the few when it began */
	ck_assert_uint_lt(after.wakes - before.wakes,
			  (test_ms() - start) * 52 / 100 + 50);
	usleep(300000);
	live_say(fd, &s[0].local, 1000, 172);
	usleep(200000);
	live_say(fd, &s[0].local, 1001, 172);
	usleep(100000);
	ck_assert(med_worker_info(live.m, 0, &before));
	ck_assert(!before.gather);
	for (unsigned i = 0; i < 40; i++)
		live_set(PLAN_LEG_DEL, &s[i], NULL);
	live_wait(80);
	live_down();
	close(fd);
}
END_TEST

static Suite *work_suite(void)
{
	Suite *s = suite_create("work");
	TCase *tc = tcase_create("threads");

	tcase_add_test(tc, a_room_lives_through_changes);
	tcase_add_test(tc, calls_come_and_go);
	tcase_add_test(tc, wake_ups_are_gathered);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(work_suite)
