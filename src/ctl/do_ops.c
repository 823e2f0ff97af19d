/* ctl/do_ops.c - commands that steer: service, log, trace, conf, reload, stop, calls.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <string.h>
#include <time.h>

#include "ctl/req.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "model/model.h"
#include "store/store.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { CALLS_DEFAULT = 50, SAID_MAX = 65536 };

/* ---- service ------------------------------------------------------------------- */

/* The number of endpoints or terminations, or -H_E... */
static int service(struct ctl_req *r, struct owner *o, int what, uint32_t delay)
{
	static const enum h248_service_change changes[] = {
		H248_TAKE_GRACEFUL, H248_TAKE_FORCED, H248_PUT_BACK,
		H248_CANCEL_GRACEFUL
	};
	struct span pattern = str_of(req_text(r, "pattern"));

	if (owner_get_spec(o)->proto == PROTO_H248)
		return r->env->h248 ? h248_engine_service(
					      r->env->h248, o, pattern, changes[what],
					      delay, 0, r->env->now())
				    : -H_ENOENT;
	return r->env->mgcp ? mgcp_engine_service(r->env->mgcp, o, pattern,
						  (enum mgcp_service_change)what, delay,
						  r->env->now())
			    : -H_ENOENT;
}

void ctl_do_service(struct ctl_req *r)
{
	static const char *const words[] = { "graceful", "forced", "back", "cancel" };
	struct owner *o = owner_find(r->env->model, str_of(req_text(r, "owner")));
	const char *change = req_text(r, "change");
	uint64_t delay = 0;
	int what = 0, n;

	if (!o) {
		req_fail(r, CTL_UNKNOWN, "there is no owner \"%s\"",
			 req_text(r, "owner"));
		return;
	}
	while (!str_ieqz(str_of(change), words[what]))
		what++;
	req_number(r, "delay", &delay);
	n = service(r, o, what, (uint32_t)delay);
	if (n == -H_ENOENT) {
		req_fail(r, CTL_UNKNOWN, "no endpoint or termination matches \"%s\"",
			 req_text(r, "pattern"));
	} else if (n < 0) {
		req_fail(r, CTL_REFUSED, "%s", err_str(n));
	} else {
		jout_u64(req_result(r), "endpoints", (uint64_t)n);
		req_result_end(r);
	}
}

/* ---- log and trace ------------------------------------------------------------- */

static void put_levels(struct ctl_req *r)
{
	for (int i = 0; i < LOGC_N; i++) {
		struct jout *j = req_row(r);

		jout_str(j, "category", log_cat_name((enum log_cat)i));
		jout_str(j, "level", log_level_name((enum log_level)log_levels[i]));
		req_row_end(r);
	}
}

void ctl_do_log(struct ctl_req *r)
{
	const char *cat = req_text(r, "category"), *level = req_text(r, "level");
	int l = level ? log_level_parse(level) : -1, c = cat ? log_cat_parse(cat) : -1;
	bool all = cat && !strcmp(cat, "all");

	if (!cat) {
		put_levels(r);
		return;
	}
	if (c < 0 && !all)
		req_fail(r, CTL_UNKNOWN, "there is no category \"%s\"", cat);
	else if (l < 0)
		req_fail(r, CTL_USAGE, "log CATEGORY LEVEL");
	else if (all)
		log_set_all((enum log_level)l);
	else
		__atomic_store_n(&log_levels[c], (uint8_t)l, __ATOMIC_RELAXED);
}

void ctl_do_trace(struct ctl_req *r)
{
	const char *what = req_text(r, "what"), *peer = req_text(r, "peer");
	struct addr a = { 0 };

	if (peer && peer[0] && addr_parse_ip(&a, str_of(peer))) {
		req_fail(r, CTL_USAGE, "peer: \"%s\" is no address", peer);
		return;
	}
	if (str_ieqz(str_of(what), "show")) {
		req_wait(r); /* until the client goes */
		client_watch(r->client, &a);
		return;
	}
	r->env->trace(r->env->arg, str_ieqz(str_of(what), "on"), &a);
}

/* ---- conf, reload, stop -------------------------------------------------------- */

static void put_conf(void *row_arg, const char *name, struct span value, const char *from)
{
	struct ctl_req *r = row_arg;
	const char *prefix = req_text(r, "prefix");
	struct jout *j;

	if (prefix && strncmp(name, prefix, strlen(prefix)))
		return;
	j = req_row(r);
	jout_str(j, "name", name);
	jout_span(j, "value", value);
	jout_str(j, "from", from);
	req_row_end(r);
}

void ctl_do_conf(struct ctl_req *r)
{
	r->env->conf(r->env->arg, put_conf, r);
}

void ctl_do_reload(struct ctl_req *r)
{
	struct span rest, line;
	struct buf said;
	struct jout *j;

	buf_init(&said, SAID_MAX);
	if (r->env->reload(r->env->arg, &said)) {
		if (said.n && said.p[said.n - 1] == '\n')
			said.n--;
		req_fail(r, CTL_REFUSED, "%.*s", (int)said.n, said.n ? said.p : "");
	} else {
		j = req_result(r);
		rest = buf_view(&said);
		if (rest.n)
			jout_open(j, "said", '[');
		while (rest.n) {
			line = str_cut(&rest, '\n');
			if (line.n)
				jout_span(j, NULL, line);
		}
		if (said.n)
			jout_close(j, ']');
		req_result_end(r);
	}
	buf_fini(&said);
}

void ctl_do_stop(struct ctl_req *r)
{
	r->env->stop(r->env->arg, req_flag(r, "now"));
}

/* ---- calls --------------------------------------------------------------------- */

static void put_call(struct ctl_req *r, const struct store_call *c)
{
	struct jout *j = req_row(r);
	time_t t = (time_t)(c->started_ms / 1000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	jout_i64(j, "id", c->id);
	jout_str(j, "started", text);
	jout_i64(j, "started_ms", c->started_ms);
	jout_seconds(j, "seconds", c->duration_ms);
	jout_str(j, "owner", c->owner);
	jout_str(j, "endpoint", c->endpoint);
	jout_str(j, "call", c->call_id);
	jout_str(j, "connection", c->connection);
	jout_addr(j, "local", &c->local);
	jout_addr(j, "remote", &c->remote);
	jout_str(j, "codec", c->codec);
	jout_u64(j, "rx", c->rx_packets);
	jout_u64(j, "rx_octets", c->rx_octets);
	jout_u64(j, "tx", c->tx_packets);
	jout_u64(j, "tx_octets", c->tx_octets);
	jout_u64(j, "lost", c->lost);
	jout_u64(j, "jitter_ms", c->jitter_ms);
	jout_u64(j, "latency_ms", c->latency_ms);
	jout_str(j, "cause", c->cause);
	jout_u64(j, "reason", c->reason);
	req_row_end(r);
}

struct call_rows {
	size_t n, at;
	struct store_call v[];
};

static bool call_step(struct ctl_req *r)
{
	struct call_rows *rows = r->state;

	for (unsigned i = 0; i < REQ_ROWS && rows->at < rows->n; i++)
		put_call(r, &rows->v[rows->at++]);
	return rows->at < rows->n;
}

static void free_rows(struct ctl_req *r)
{
	mem_free(r->state);
}

static void on_calls(void *arg, int err, const char *why, const struct store_call *v,
		     size_t n)
{
	struct ctl_req *r = arg;
	struct call_rows *rows;

	if (err || !r->client) {
		req_fail(r, CTL_REFUSED, "%s", why);
		return;
	}
	rows = mem_alloc(sizeof(*rows) + n * sizeof(*v));
	if (!rows) {
		req_fail(r, CTL_REFUSED, "out of memory");
		return;
	}
	*rows = (struct call_rows){ .n = n };
	if (n)
		memcpy(rows->v, v, n * sizeof(*v));
	r->state = rows;
	r->fini = free_rows;
	r->waits = false;
	r->step = call_step;
	client_next(r->client);
}

static bool copy_text(const struct ctl_req *r, const char *name, char *out, size_t size)
{
	const char *text = req_text(r, name);

	out[0] = 0;
	if (text && strlen(text) < size)
		memcpy(out, text, strlen(text) + 1);
	return !text || strlen(text) < size;
}

void ctl_do_calls(struct ctl_req *r)
{
	struct store_query q = { .limit = CALLS_DEFAULT };
	struct timespec now;
	uint64_t v;
	int err;

	if (!r->env->store) {
		req_fail(r, CTL_REFUSED, "nothing is recorded: store.file is empty");
		return;
	}
	copy_text(r, "owner", q.owner, sizeof(q.owner));
	copy_text(r, "endpoint", q.endpoint, sizeof(q.endpoint));
	copy_text(r, "call", q.call_id, sizeof(q.call_id));
	if (req_number(r, "limit", &v))
		q.limit = (uint32_t)v;
	if (req_number(r, "since", &v)) {
		clock_gettime(CLOCK_REALTIME, &now);
		q.since_ms = ((int64_t)now.tv_sec - (int64_t)v) * 1000;
	}
	req_wait(r);
	err = store_calls(r->env->store, &q, on_calls, r);
	if (err)
		req_fail(r, CTL_REFUSED, "the database is too busy");
}
