/* media/med.c - the media layer's life: configuration, packet I/O, workers, messages
 * back.
 *
 * layer: media (L3)   thread: control   I/O: rlimits, eventfd
 */
#include "media/med.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "media/tellq.h"
#include "media/join.h"
#include "media/swap.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

static const struct pktio_ops *const med_rows[] = {
#define PKTIO(id) &pktio_##id,
#include "media/all.def"
#undef PKTIO
};

enum { MED_NROWS = sizeof(med_rows) / sizeof(med_rows[0]) };

void med_conf_init(struct med_conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	conf->io = "auto";
	conf->tick_us = 2000;
	conf->xdp = true;
	conf->rest_ms = 5000;
	conf->rtcp_ms = 5000;
	conf->fd_reserve = 256;
	conf->queue = 4096;
	conf->cname = "holler";
	conf->sock_buf = 262144;
}

static unsigned med_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

/* The soft limit goes up to the hard one; what is left to media is computed from it. */
static unsigned med_fd_limit(unsigned reserve)
{
	struct rlimit r;
	rlim_t most = 1u << 24;

	if (getrlimit(RLIMIT_NOFILE, &r))
		return 0;
	if (r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &r) || getrlimit(RLIMIT_NOFILE, &r))
			return 0;
	}
	if (r.rlim_cur < most)
		most = r.rlim_cur;
	return most > reserve ? (unsigned)most - reserve : 0;
}

bool med_fd_take(struct med *m, unsigned n)
{
	unsigned had = atomic_fetch_add_explicit(&m->fds, n, memory_order_relaxed);

	if (had + n <= m->fd_budget)
		return true;
	med_fd_give(m, n);
	return false;
}

void med_fd_give(struct med *m, unsigned n)
{
	atomic_fetch_sub_explicit(&m->fds, n, memory_order_relaxed);
}

static int med_copy_conf(struct med *m, const struct med_conf *conf, char *why,
			 size_t size)
{
	m->conf = *conf;
	snprintf(m->io_name, sizeof(m->io_name), "%s", conf->io ? conf->io : "auto");
	snprintf(m->cname, sizeof(m->cname), "%s", conf->cname ? conf->cname : "holler");
	m->conf.io = m->io_name;
	m->conf.cname = m->cname;
	m->conf.queue = conf->queue ? conf->queue : 4096;
	m->conf.group = conf->group ? conf->group : &join_ops;
	m->nworker = conf->workers ? conf->workers : med_cpus();
	if (m->nworker > MED_WORKERS_MAX)
		m->nworker = MED_WORKERS_MAX;
	m->conf.workers = m->nworker;
	if (!conf->npool) {
		snprintf(why, size, "no media address is configured");
		return -H_EINVAL;
	}
	m->pool_conf = mem_array(conf->npool, sizeof(*m->pool_conf));
	m->pool = mem_array(conf->npool, sizeof(*m->pool));
	m->worker = mem_array(m->nworker, sizeof(struct worker *));
	if (!m->pool_conf || !m->pool || !m->worker)
		return -H_ENOMEM;
	memcpy(m->pool_conf, conf->pool, conf->npool * sizeof(*m->pool_conf));
	m->conf.pool = m->pool_conf;
	return 0;
}

static int med_open_pools(struct med *m, char *why, size_t size)
{
	char text[ADDR_STRLEN];
	int err;

	for (unsigned i = 0; i < m->conf.npool; i++) {
		const struct med_pool *p = &m->pool_conf[i];

		err = portpool_init(&m->pool[i], p, m->nworker,
				    (uint64_t)m->conf.rest_ms * 1000000u);
		if (err == -H_EINVAL)
			snprintf(why, size, "%s: no pair of ports fits into %u-%u",
				 addr_print_ip(text, &p->addr), p->lo, p->hi);
		if (err)
			return err;
	}
	return 0;
}

/* The row named, or the first that works here; `why` of the workers says which and why.
 */
static int med_choose(struct med *m, char *reason, char *why, size_t size)
{
	bool any = !strcmp(m->io_name, "auto");
	int err = -H_ENOTSUP;
	char no[MED_WHY_MAX] = "";

	snprintf(reason, MED_WHY_MAX, "%s", any ? "best that works here" : "configured");
	if (m->conf.row) {
		m->row = m->conf.row;
		return 0;
	}
	snprintf(why, size, "no packet I/O is called \"%s\"", m->io_name);
	for (unsigned i = 0; i < MED_NROWS; i++) {
		if (!any && strcmp(m->io_name, med_rows[i]->name))
			continue;
		err = med_rows[i]->probe(&m->conf, no, sizeof(no));
		if (!err) {
			m->row = med_rows[i];
			if (size)
				*why = '\0';
			return 0;
		}
		snprintf(why, size, "%s: %s", med_rows[i]->name, no);
		snprintf(reason, MED_WHY_MAX, "%s: %.140s", med_rows[i]->name, no);
	}
	return err;
}

static int med_poll(struct med *m, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN };

	return epoll_ctl(m->poll_fd, EPOLL_CTL_ADD, fd, &ev);
}

/* What the row wants polled by control, once for each descriptor. */
static int med_poll_row(struct med *m, struct pktio *io)
{
	int fd = io->ops->control_fd ? io->ops->control_fd(io) : -1;

	if (fd >= 0 && med_poll(m, fd) && errno != EEXIST)
		return -H_ESYS;
	return 0;
}

static int med_open_workers(struct med *m, const char *reason)
{
	for (unsigned i = 0; i < m->nworker; i++) {
		struct worker *w = mem_zalloc(sizeof(*w));
		int err;

		if (!w)
			return -H_ENOMEM;
		m->worker[m->nopen++] = w;
		snprintf(w->why, sizeof(w->why), "%s", reason);
		err = work_init(w, m, i);
		if (!err)
			err = med_poll_row(m, w->io);
		if (err)
			return err;
	}
	return 0;
}

static int med_open(struct med *m, const struct med_conf *conf, char *why, size_t size)
{
	char reason[MED_WHY_MAX];
	int err = med_copy_conf(m, conf, why, size);

	if (!err)
		err = med_open_pools(m, why, size);
	if (!err)
		err = med_choose(m, reason, why, size);
	if (err)
		return err;
	m->fd_budget = med_fd_limit(m->conf.fd_reserve);
	m->back_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	m->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (m->back_fd < 0 || m->poll_fd < 0 || med_poll(m, m->back_fd)) {
		snprintf(why, size, "eventfd and epoll: %m");
		return -H_ESYS;
	}
	err = med_open_workers(m, reason);
	if (err && !*why)
		snprintf(why, size, "packet I/O \"%s\" does not open: %s", m->row->name,
			 err == -H_ESYS ? strerror(errno) : err_str(err));
	return err;
}

int med_new(struct med **out, const struct med_conf *conf, char *why, size_t size)
{
	struct med *m = mem_zalloc(sizeof(*m));
	int err;

	ON_CONTROL();
	if (size)
		*why = '\0';
	if (!m)
		return -H_ENOMEM;
	m->back_fd = m->poll_fd = m->probe[0] = m->probe[1] = -1;
	m->batch = conf->batch;
	list_init(&m->slots.free);
	list_init(&m->rooms.free);
	err = med_open(m, conf, why, size);
	if (err) {
		if (size && !*why)
			snprintf(why, size, "%s", err_str(err));
		med_free(m);
		return err;
	}
	log_info(LOGC_MEDIA, "%u workers, packet I/O %s (%s), room for %u descriptors",
		 m->nworker, m->row->name, m->worker[0]->why, m->fd_budget);
	*out = m;
	return 0;
}

int med_start(struct med *m)
{
	ON_CONTROL();
	for (unsigned i = 0; i < m->nopen; i++) {
		int err = work_start(m->worker[i]);

		if (err) {
			med_stop(m);
			return err;
		}
	}
	return 0;
}

void med_stop(struct med *m)
{
	ON_CONTROL();
	for (unsigned i = 0; i < m->nopen; i++)
		work_stop(m->worker[i]);
}

static void poolset_fini(struct med_poolset *p)
{
	while (p->chunk) {
		struct med_chunk *c = p->chunk;

		p->chunk = c->next;
		mem_free(c);
	}
}

void med_free(struct med *m)
{
	if (!m)
		return;
	ON_CONTROL();
	med_stop(m);
	ports_close_all(m);
	for (unsigned i = 0; i < m->nopen; i++) {
		work_fini(m->worker[i]);
		mem_free(m->worker[i]);
	}
	for (unsigned i = 0; m->pool && i < m->conf.npool; i++)
		portpool_fini(&m->pool[i]);
	for (unsigned i = 0; i < 2; i++)
		if (m->probe[i] >= 0)
			close(m->probe[i]);
	if (m->back_fd >= 0)
		close(m->back_fd);
	if (m->poll_fd >= 0)
		close(m->poll_fd);
	poolset_fini(&m->slots);
	poolset_fini(&m->rooms);
	mem_free(m->worker);
	mem_free(m->pool);
	mem_free(m->pool_conf);
	mem_free(m);
}

int med_event_fd(const struct med *m)
{
	return m->poll_fd;
}

/* What waits for a place in a worker's ring, in order. */
static void med_push_over(struct worker *w)
{
	bool any = false;

	while (w->over) {
		struct plan_msg *msg = w->over, *next = msg->next;

		msg->next = NULL; /* once pushed it is the worker's */
		if (!ring_push(&w->in, msg)) {
			msg->next = next;
			break;
		}
		w->over = next;
		w->nover--;
		any = true;
	}
	if (!w->over)
		w->over_end = NULL;
	if (any)
		work_kick(w);
}

void med_flush(struct med *m)
{
	ON_CONTROL();
	for (unsigned i = 0; i < m->nopen; i++) {
		struct worker *w = m->worker[i];

		if (!w->kick_due)
			continue;
		w->kick_due = false;
		work_kick(w);
	}
}

/* Stopped workers give back what they never took in as well. */
static void med_drain_stopped(struct med *m, struct worker *w, med_retired_h *retired,
			      void *arg)
{
	struct plan_msg *msg;

	med_push_over(w);
	while ((msg = ring_pop(&w->in))) {
		work_apply(w, msg);
		ports_retire(m, msg);
		retired(arg, msg);
		med_push_over(w);
	}
	while ((msg = w->keep)) {
		w->keep = msg->next;
		msg->next = NULL;
		ports_retire(m, msg);
		retired(arg, msg);
	}
}

void med_drain(struct med *m, med_retired_h *retired, med_event_h *event, void *arg)
{
	uint64_t n;

	ON_CONTROL();
	while (read(m->back_fd, &n, sizeof(n)) > 0)
		;
	for (unsigned i = 0; i < m->nopen; i++) {
		struct worker *w = m->worker[i];
		struct plan_msg *msg;
		struct med_event ev;

		if (w->io->ops->control)
			w->io->ops->control(w->io);
		while (tellq_pop(&w->tellq, &ev))
			event(arg, &ev);
		while ((msg = ring_pop(&w->back))) {
			ports_retire(m, msg);
			retired(arg, msg);
		}
		med_push_over(w);
		if (w->ended)
			med_drain_stopped(m, w, retired, arg);
	}
}
