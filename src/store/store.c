/* store/store.c - see store.h: the thread, the jobs, the records that wait.
 *
 * layer: store (L3)   thread: control (top), the store's (marked)   I/O: two eventfds
 */
#include "store/store.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "store/ops.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/ring.h"

enum { JOBS_MAX = 256, GATHER_MS = 1000, BATCH_MAX = 1000, CALLS_MAX = 20000 };
enum { PURGE_EACH_S = 3600 };

enum job_kind { JOB_ZONE_PUT, JOB_ZONE_DEL, JOB_CALLS, JOB_END };

struct store_job {
	enum job_kind kind;
	struct store_zone zone; /* put; only the name: del */
	struct store_query query;
	struct store_call *rows; /* owned */
	size_t nrow, room;
	int err;
	char why[STORE_WHY_MAX];
	store_done_h *done;
	store_calls_h *done_calls;
	void *arg;
};

struct store {
	const struct store_ops *ops;
	struct store_db *db; /* owned; the thread's once it runs */
	pthread_t thread;
	bool running;
	int wake, back; /* eventfds: to the thread, to control */
	struct ring jobs, results, recs;
	unsigned pending;  /* jobs whose result is to come */
	struct list batch; /* thread: records taken, not yet written */
	uint32_t nbatch;
	time_t purged; /* thread: when records were last purged, monotonic s */
	atomic_uint_fast64_t queue, keep_ms;
	atomic_uint_fast64_t waiting, written, dropped, failed;
	atomic_bool broken;
};

static const struct store_ops *const kinds[] = {
#define STORE_KIND(id) &store_##id,
#include "store/all.def"
#undef STORE_KIND
};

/* ---- values -------------------------------------------------------------------- */

int store_fail(int err, char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, STORE_WHY_MAX, fmt, ap);
	va_end(ap);
	return err;
}

void store_zone_fini(struct store_zone *z)
{
	mem_free(z->listener);
	z->listener = NULL;
	z->nlistener = 0;
}

bool store_zone_copy(struct store_zone *to, const struct store_zone *from)
{
	struct addr *v = NULL;

	if (from->nlistener) {
		v = mem_array(from->nlistener, sizeof(*v));
		if (!v)
			return false;
		memcpy(v, from->listener, from->nlistener * sizeof(*v));
	}
	*to = *from;
	to->listener = v;
	return true;
}

/* ---- thread -------------------------------------------------------------------- */

static void signal_fd(int fd)
{
	uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof(one));

	(void)n; /* it can only fail when it is readable already */
}

static void clear_fd(int fd)
{
	uint64_t n;
	ssize_t got = read(fd, &n, sizeof(n));

	(void)got;
}

static void free_batch(struct store *s)
{
	LIST_EACH_SAFE(it, &s->batch)
	{
		list_del(it);
		mem_free(LIST_OF(it, struct store_rec, link));
	}
	atomic_fetch_sub(&s->waiting, s->nbatch);
	s->nbatch = 0;
}

static bool write_batch(struct store *s)
{
	char why[STORE_WHY_MAX];
	int err = s->ops->calls_add(s->db, &s->batch, why);

	if (err) {
		atomic_fetch_add(&s->failed, 1);
		if (!atomic_exchange(&s->broken, true))
			log_err(LOGC_STORE, "call records can't be written: %s", why);
		return false;
	}
	if (atomic_exchange(&s->broken, false))
		log_notice(LOGC_STORE, "call records are written again");
	atomic_fetch_add(&s->written, s->nbatch);
	free_batch(s);
	return true;
}

/* What fails stays in the batch and is tried again next time. */
static void write_records(struct store *s)
{
	for (;;) {
		struct store_rec *r;

		while (s->nbatch < BATCH_MAX && (r = ring_pop(&s->recs))) {
			list_add(&s->batch, &r->link);
			s->nbatch++;
		}
		if (!s->nbatch || !write_batch(s))
			return;
	}
}

static void purge_old(struct store *s)
{
	uint64_t keep = atomic_load(&s->keep_ms);
	struct timespec wall, mono;
	char why[STORE_WHY_MAX];
	bool more;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	if (!keep || (s->purged && mono.tv_sec - s->purged < PURGE_EACH_S))
		return;
	clock_gettime(CLOCK_REALTIME, &wall);
	if (s->ops->purge(s->db, (int64_t)wall.tv_sec * 1000 - (int64_t)keep, &more,
			  why)) {
		log_err(LOGC_STORE, "old call records can't be deleted: %s", why);
		more = false;
	}
	if (!more) /* else the next round goes on */
		s->purged = mono.tv_sec ? mono.tv_sec : 1;
}

static int keep_row(void *arg, const struct store_call *row)
{
	struct store_job *j = arg;

	if (j->nrow == j->room) {
		size_t room = j->room ? j->room * 2 : 64;
		struct store_call *v = mem_realloc(j->rows, room * sizeof(*v));

		if (!v) {
			snprintf(j->why, sizeof(j->why), "out of memory");
			return -H_ENOMEM;
		}
		j->rows = v;
		j->room = room;
	}
	j->rows[j->nrow++] = *row;
	return 0;
}

static void do_job(struct store *s, struct store_job *j)
{
	switch (j->kind) {
	case JOB_ZONE_PUT:
		j->err = s->ops->zone_put(s->db, &j->zone, j->why);
		break;
	case JOB_ZONE_DEL:
		j->err = s->ops->zone_del(s->db, j->zone.name, j->why);
		break;
	case JOB_CALLS:
		write_records(s);
		j->err = s->ops->calls(s->db, &j->query, keep_row, j, j->why);
		break;
	case JOB_END:
		break;
	}
}

static void *store_main(void *arg)
{
	struct store *s = arg;
	struct pollfd pfd = { .fd = s->wake, .events = POLLIN };
	struct store_job *j;
	bool end = false;

	while (!end) {
		poll(&pfd, 1, GATHER_MS);
		if (pfd.revents)
			clear_fd(s->wake);
		write_records(s);
		while ((j = ring_pop(&s->jobs))) {
			do_job(s, j);
			end |= j->kind == JOB_END;
			ring_push(&s->results, j); /* never full: pending is bounded */
			signal_fd(s->back);
		}
		purge_old(s);
	}
	write_records(s);
	return NULL;
}

/* ---- control: open and close --------------------------------------------------- */

static const struct store_ops *kind_find(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i]->name, kind))
			return kinds[i];
	return NULL;
}

static int make_rings(struct store *s, const struct store_conf *conf)
{
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->back = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake < 0 || s->back < 0)
		return -H_ESYS;
	if (ring_init(&s->jobs, JOBS_MAX) || ring_init(&s->results, JOBS_MAX) ||
	    ring_init(&s->recs, conf->queue))
		return -H_ENOMEM;
	return 0;
}

int store_open(struct store **out, const struct store_conf *conf, char why[STORE_WHY_MAX])
{
	const struct store_ops *ops = kind_find(conf->kind);
	struct store *s;
	int err;

	if (!ops)
		return store_fail(-H_ENOTSUP, why, "unknown kind of database");
	s = mem_zalloc(sizeof(*s));
	if (!s)
		return store_fail(-H_ENOMEM, why, "out of memory");
	s->ops = ops;
	s->wake = s->back = -1;
	list_init(&s->batch);
	store_set_conf(s, conf->queue, conf->keep_ms);
	err = make_rings(s, conf);
	if (err)
		snprintf(why, STORE_WHY_MAX, "%s", err_str(err));
	if (!err)
		err = ops->open(&s->db, conf, why);
	if (err) {
		store_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void store_set_conf(struct store *s, uint32_t queue, uint64_t keep_ms)
{
	atomic_store(&s->queue, queue);
	atomic_store(&s->keep_ms, keep_ms);
}

int store_zones(struct store *s, store_zone_h *each, void *arg, char why[STORE_WHY_MAX])
{
	return s->ops->zones(s->db, each, arg, why);
}

int store_start(struct store *s)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&s->thread, NULL, store_main, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		return -H_ESYS;
	pthread_setname_np(s->thread, "holler-store");
	s->running = true;
	return 0;
}

int store_fd(const struct store *s)
{
	return s->back;
}

static void job_free(struct store_job *j)
{
	store_zone_fini(&j->zone);
	mem_free(j->rows);
	mem_free(j);
}

static void job_done(struct store_job *j)
{
	if (j->done)
		j->done(j->arg, j->err, j->why);
	if (j->done_calls)
		j->done_calls(j->arg, j->err, j->why, j->rows, j->nrow);
	job_free(j);
}

void store_poll(struct store *s)
{
	struct store_job *j;

	clear_fd(s->back);
	while ((j = ring_pop(&s->results))) {
		s->pending--;
		job_done(j);
	}
}

static void stop_thread(struct store *s)
{
	struct store_job end = { .kind = JOB_END }, *j;

	while (!ring_push(&s->jobs, &end)) /* full: the thread is at work on it */
		poll(NULL, 0, 10);
	signal_fd(s->wake);
	pthread_join(s->thread, NULL);
	s->running = false;
	while ((j = ring_pop(&s->results)))
		if (j != &end)
			job_done(j);
}

void store_close(struct store *s)
{
	struct store_rec *r;

	if (!s)
		return;
	if (s->running)
		stop_thread(s);
	free_batch(s);
	while (s->recs.slot && (r = ring_pop(&s->recs)))
		mem_free(r);
	if (s->db)
		s->ops->close(s->db);
	ring_fini(&s->jobs);
	ring_fini(&s->results);
	ring_fini(&s->recs);
	if (s->wake >= 0)
		close(s->wake);
	if (s->back >= 0)
		close(s->back);
	mem_free(s);
}

/* ---- control: jobs ------------------------------------------------------------- */

static struct store_job *job_new(struct store *s, enum job_kind kind, void *arg)
{
	struct store_job *j = s->pending < JOBS_MAX - 1 ? mem_zalloc(sizeof(*j)) : NULL;

	if (j) {
		j->kind = kind;
		j->arg = arg;
	}
	return j;
}

static int job_post(struct store *s, struct store_job *j)
{
	if (!ring_push(&s->jobs, j)) {
		job_free(j);
		return -H_EAGAIN;
	}
	s->pending++;
	signal_fd(s->wake);
	return 0;
}

int store_zone_put(struct store *s, const struct store_zone *z, store_done_h *done,
		   void *arg)
{
	struct store_job *j = job_new(s, JOB_ZONE_PUT, arg);

	if (!j)
		return -H_EAGAIN;
	j->done = done;
	if (!store_zone_copy(&j->zone, z)) {
		mem_free(j);
		return -H_ENOMEM;
	}
	return job_post(s, j);
}

int store_zone_del(struct store *s, const char *name, store_done_h *done, void *arg)
{
	struct store_job *j = job_new(s, JOB_ZONE_DEL, arg);

	if (!j)
		return -H_EAGAIN;
	j->done = done;
	snprintf(j->zone.name, sizeof(j->zone.name), "%s", name);
	return job_post(s, j);
}

int store_calls(struct store *s, const struct store_query *q, store_calls_h *done,
		void *arg)
{
	struct store_job *j = job_new(s, JOB_CALLS, arg);

	if (!j)
		return -H_EAGAIN;
	j->done_calls = done;
	j->query = *q;
	if (j->query.limit > CALLS_MAX)
		j->query.limit = CALLS_MAX;
	return job_post(s, j);
}

bool store_call_add(struct store *s, const struct store_call *c)
{
	uint64_t waiting = atomic_load_explicit(&s->waiting, memory_order_relaxed);
	uint64_t queue = atomic_load_explicit(&s->queue, memory_order_relaxed);
	struct store_rec *r = waiting < queue ? mem_alloc(sizeof(*r)) : NULL;

	if (!r)
		goto dropped;
	r->call = *c;
	atomic_fetch_add(&s->waiting, 1);
	if (!ring_push(&s->recs, r)) {
		atomic_fetch_sub(&s->waiting, 1);
		mem_free(r);
		goto dropped;
	}
	if (waiting == queue / 2)
		signal_fd(s->wake); /* many at once: don't wait for the second to end */
	return true;
dropped:
	atomic_fetch_add(&s->dropped, 1);
	return false;
}

void store_get_stats(const struct store *s, struct store_stats *out)
{
	*out = (struct store_stats){
		.written = atomic_load(&s->written),
		.dropped = atomic_load(&s->dropped),
		.failed = atomic_load(&s->failed),
		.waiting = atomic_load(&s->waiting),
		.broken = atomic_load(&s->broken),
	};
}
