/* tests/replay/run.c - plays a scenario line by line.
 *
 * layer: tests   thread: main   I/O: reads the file
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/rnd.h"
#include "world.h"

enum { ARGS_MAX = 24, LINES_MAX = 4096, SETTLE_MAX = 100000 };
#define TIME_ZERO UINT64_C(1000000000000)

struct script {
	char *lines[LINES_MAX];
	int n, at;                        /* at: next line */
	int loop_from, loop_left, loop_n; /* of the loop in work; loop_from 0: none */
	char *memory;
};

int world_fail(struct world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
	return WORLD_FAIL;
}

struct peer *world_peer(struct world *w, const char *name)
{
	for (int i = 0; i < w->npeer; i++)
		if (!strcmp(w->peers[i].name, name))
			return &w->peers[i];
	return NULL;
}

struct owner *world_owner(struct world *w, const char *name)
{
	if (!name)
		return w->nowner ? w->owners[w->nowner - 1] : NULL;
	return owner_find(w->model, str_of(name));
}

bool world_addr(struct addr *a, const char *text)
{
	return !addr_parse(a, str_of(text)) || !addr_parse_ip(a, str_of(text));
}

/* ---- time -------------------------------------------------------------------------- */

static int keep(struct world *w, const struct out_msg *m)
{
	struct heard *h = calloc(1, sizeof(*h));
	size_t size = m->bytes.n, n = 0;
	char *raw = malloc(size + 1);
	const char *wrong;

	if (!h || !raw)
		return world_fail(w, "no memory");
	memcpy(raw, m->bytes.p, size);
	wrong = w->px->judge(w, &raw, &size);
	h->text = malloc(size + 2);
	for (size_t i = 0; i < size; i++) {
		while (raw[i] == '\n' && n && h->text[n - 1] == ' ')
			n--; /* as scenarios have no blanks at the end of lines */
		if (raw[i] != '\r')
			h->text[n++] = raw[i];
	}
	free(raw);
	if (n && h->text[n - 1] != '\n')
		h->text[n++] = '\n';
	h->text[n] = '\0';
	h->at = w->now;
	h->to = m->to;
	*w->last = h;
	w->last = &h->next;
	return wrong ? world_fail(w, "malformed output (%s):\n%s", wrong, h->text) : 0;
}

/* The other engine is the one the lines are about. */
static void turn(struct world *w)
{
	struct half h = { .nowner = w->nowner, .ops = w->ops, .engine = w->engine,
			  .px = w->px, .proto = w->proto };

	memcpy(h.owners, w->owners, sizeof(h.owners));
	memcpy(w->owners, w->other.owners, sizeof(h.owners));
	w->nowner = w->other.nowner;
	w->ops = w->other.ops;
	w->engine = w->other.engine;
	w->px = w->other.px;
	w->proto = w->other.proto;
	w->other = h;
	text_holes(w->px->open, w->px->close);
}

static int collect(struct world *w)
{
	struct out_msg m;
	int rc = 0;

	while (w->engine && w->ops->output(w->engine, &m))
		rc = keep(w, &m) || rc ? WORLD_FAIL : 0;
	return rc;
}

static bool due(const struct world *w)
{
	return w->engine && w->ops->next_timeout(w->engine) <= w->now;
}

/* What both engines are to do now. False: nothing. */
static bool run_due(struct world *w)
{
	bool any = due(w);

	if (any) {
		w->now += w->tick;
		w->ops->timeout(w->engine, w->now);
	}
	if (w->other.px) {
		turn(w);
		if (due(w)) {
			w->ops->timeout(w->engine, w->now);
			any = true;
		}
		turn(w);
	}
	return any;
}

int world_settle(struct world *w)
{
	int rc = 0;

	for (int i = 0; i < SETTLE_MAX; i++) {
		fake_media_flush(&w->media);
		if (model_next_timeout(w->model) <= w->now)
			model_timeout(w->model, w->now);
		rc = collect(w) || rc ? WORLD_FAIL : 0;
		if (w->other.px) {
			turn(w);
			rc = collect(w) || rc ? WORLD_FAIL : 0;
			turn(w);
		}
		if (!run_due(w))
			return rc;
	}
	return world_fail(w, "the engine's next timeout never passes");
}

static uint64_t next_of_all(const struct world *w)
{
	uint64_t next = w->engine ? w->ops->next_timeout(w->engine) : UINT64_MAX;
	uint64_t mine = model_next_timeout(w->model);

	if (w->other.px && w->other.engine) {
		uint64_t at = w->other.ops->next_timeout(w->other.engine);

		next = at < next ? at : next;
	}
	return mine < next ? mine : next;
}

int world_advance(struct world *w, uint64_t to, bool stop_at_output)
{
	int rc = world_settle(w);

	while (!rc && w->now < to && !(stop_at_output && w->first)) {
		uint64_t next = next_of_all(w);

		w->now = next < to ? (next > w->now ? next : w->now) : to;
		rc = world_settle(w);
	}
	return rc;
}

static void drop_first(struct world *w)
{
	struct heard *h = w->first;

	w->first = h->next;
	if (!w->first)
		w->last = &w->first;
	free(h->text);
	free(h);
}

/* ---- steps --------------------------------------------------------------------------
 */

static uint64_t seconds(const char *s)
{
	return (uint64_t)(strtod(s, NULL) * 1e9 + 0.5);
}

static char *body_of(struct script *s)
{
	size_t n = 0;
	int end = s->at;
	char *text;

	while (end < s->n && strcmp(s->lines[end], ">>>"))
		n += strlen(s->lines[end++]) + 1;
	if (end == s->n)
		return NULL;
	text = malloc(n + 1);
	for (n = 0; text && s->at < end; s->at++) {
		size_t len = strlen(s->lines[s->at]);

		memcpy(text + n, s->lines[s->at], len);
		n += len;
		text[n++] = '\n';
	}
	s->at++;
	if (text)
		text[n] = '\0';
	return text;
}

static char *with_crlf(const char *s)
{
	char *out = malloc(strlen(s) * 2 + 1), *p = out;

	for (; out && *s; s++) {
		if (*s == '\n')
			*p++ = '\r';
		*p++ = *s;
	}
	if (out)
		*p = '\0';
	return out;
}

/* from NAME [lf] <<< */
static int step_from(struct world *w, int argc, char **argv, const char *body)
{
	struct peer *p = world_peer(w, argv[1]);
	struct assoc as = { 0 };
	const char *missing = "?";
	char *text, *wire;
	size_t n;

	if (!p)
		return world_fail(w, "nobody is called %s", argv[1]);
	text = text_fill(w->vars, body, &missing);
	if (!text)
		return world_fail(w, "{%s} is not known", missing);
	wire = argc > 2 && !strcmp(argv[2], "lf") ? strdup(text) : with_crlf(text);
	n = wire ? strlen(wire) : 0;
	as.transport = p->transport;
	as.id = p->conn;
	as.local = p->local;
	as.remote = p->addr;
	as.owner = w->px->knows(w, &as.local, &as.remote);
	if (wire && w->px->encode && w->px->encode(w, p, &wire, &n))
		return WORLD_FAIL;
	if (as.owner && wire)
		w->ops->input(w->engine, &as, (struct span){ wire, n }, w->now);
	free(text);
	free(wire);
	return world_settle(w);
}

static int wrong_output(struct world *w, const char *what, const char *body)
{
	const struct heard *h = w->first;
	char to[ADDR_STRLEN];

	if (!h)
		return world_fail(w, "%s, but nothing was sent; expected:\n%s", what,
				  body);
	return world_fail(w, "%s; sent to %s at %.3f:\n%s--- expected:\n%s", what,
			  addr_print(to, &h->to.remote),
			  (double)(h->at - TIME_ZERO) / 1e9, h->text, body);
}

/* expect to NAME [within LEAST MOST] <<< */
static int step_expect(struct world *w, int argc, char **argv, const char *body)
{
	struct peer *p = argc > 2 ? world_peer(w, argv[2]) : NULL;
	uint64_t least = 0, most = 0, since = w->now;

	if (!p)
		return world_fail(w, "expect to whom?");
	if (argc > 5 && !strcmp(argv[3], "within")) {
		least = seconds(argv[4]);
		most = seconds(argv[5]);
		if (world_advance(w, since + most, true))
			return WORLD_FAIL;
	}
	if (!w->first)
		return wrong_output(w, "silence", body);
	if (!addr_eq(&w->first->to.remote, &p->addr))
		return wrong_output(w, "to somebody else", body);
	if (p->local.family && !addr_eq(&w->first->to.local, &p->local))
		return wrong_output(w, "from another address of ours", body);
	if (most && w->first->at < since + least)
		return wrong_output(w, "too early", body);
	if (!text_match(w->vars, body, w->first->text))
		return wrong_output(w, "not that", body);
	drop_first(w);
	return 0;
}

/* expect none [for S] */
static int step_none(struct world *w, int argc, char **argv)
{
	if (argc > 3 && world_advance(w, w->now + seconds(argv[3]), true))
		return WORLD_FAIL;
	return w->first ? wrong_output(w, "silence was expected", "") : 0;
}

/* drop all|COUNT: outputs nobody looks at */
static int step_drop(struct world *w, const char *what)
{
	long n = strcmp(what, "all") ? atol(what) : 1 << 30;

	for (; n && w->first; n--)
		drop_first(w);
	return !n || !strcmp(what, "all") ? 0 : world_fail(w, "less than that was sent");
}

static int step_time(struct world *w, const char *how, const char *t)
{
	uint64_t to = seconds(t) + (strcmp(how, "at") ? w->now : TIME_ZERO);

	return to < w->now ? world_fail(w, "time does not go back")
			   : world_advance(w, to, false);
}

/* rx CONN PACKETS OCTETS LOST JITTER_TS: counters of the first stream */
static int step_media(struct world *w, int argc, char **argv)
{
	struct owner *o = NULL;
	struct term *t = NULL;
	struct strm_stats *s;
	bool tx = !strcmp(argv[0], "tx");

	while (!t && (o = owner_next(w->model, o)))
		t = argc > 3 ? term_find(o, str_of(argv[1])) : NULL;
	if (!t || !t->strm[0].slot.slot)
		return world_fail(w, "no such connection");
	s = fake_media_stats(t->strm[0].slot.slot);
	atomic_store(tx ? &s->tx_packets : &s->rx_packets, strtoull(argv[2], NULL, 10));
	atomic_store(tx ? &s->tx_octets : &s->rx_octets, strtoull(argv[3], NULL, 10));
	if (!tx && argc > 5) {
		atomic_store(&s->rx_expected,
			     s->rx_packets + strtoull(argv[4], NULL, 10));
		atomic_store(&s->rx_jitter, (uint32_t)atol(argv[5]));
		atomic_store(&s->rx_clock, 8000);
	}
	return 0;
}

/* silent CONN: nothing came for the silence time; payload CONN PT: another payload type
 * comes in from now on */
static int step_event(struct world *w, int argc, char **argv)
{
	struct med_event ev = { .kind = MED_SILENT, .at = w->now };
	const char *conn = argv[1];
	struct owner *o = NULL;
	struct term *t = NULL;

	while (!t && (o = owner_next(w->model, o)))
		t = term_find(o, str_of(conn));
	if (!t || !t->strm[0].plan)
		return world_fail(w, "no such connection");
	ev.cookie = t->strm[0].plan->cookie;
	if (argc > 2) {
		ev.kind = MED_PAYLOAD;
		ev.other = strtoull(argv[2], NULL, 10);
	}
	model_event(w->model, &ev);
	return world_settle(w);
}

/* ended CONN CAUSE [REASON]: the next call record */
static int step_ended(struct world *w, int argc, char **argv)
{
	const struct ended *e = &w->ends[w->end_at];

	if (w->end_at == w->nend)
		return world_fail(w, "no connection ended");
	if (strcmp(e->conn, argv[1]) || (argc > 2 && strcmp(e->cause, argv[2])) ||
	    (argc > 3 && e->reason != (unsigned)atoi(argv[3])))
		return world_fail(w, "ended: %s %s %u", e->conn, e->cause, e->reason);
	w->end_at++;
	return 0;
}

static int step_short(struct world *w, int argc, char **argv)
{
	if (argc > 1 && (!strcmp(argv[0], "at") || !strcmp(argv[0], "after")))
		return step_time(w, argv[0], argv[1]);
	if (argc > 1 && !strcmp(argv[0], "drop"))
		return step_drop(w, argv[1]);
	if (argc > 1 && !strcmp(argv[0], "expect") && !strcmp(argv[1], "none"))
		return step_none(w, argc, argv);
	if (!strcmp(argv[0], "rx") || !strcmp(argv[0], "tx"))
		return step_media(w, argc, argv);
	if ((argc > 1 && !strcmp(argv[0], "silent")) ||
	    (argc > 2 && !strcmp(argv[0], "payload")))
		return step_event(w, argc, argv);
	if (argc > 1 && !strcmp(argv[0], "ended"))
		return step_ended(w, argc, argv);
	if (argc > 1 && !strcmp(argv[0], "use") && w->other.px) {
		if (strcmp(w->px->name, argv[1]))
			turn(w);
		return strcmp(w->px->name, argv[1]) ? world_fail(w, "use what?") : 0;
	}
	if (argc > 2 && !strcmp(argv[0], "let")) {
		vars_set(w->vars, argv[1], argv[2]);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[0], "refuse-slots")) {
		w->media.refuse = (uint32_t)atol(argv[1]);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[0], "tick")) {
		w->tick = seconds(argv[1]);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[0], "overload")) {
		w->media.overloaded = !strcmp(argv[1], "on");
		return 0;
	}
	return w->px->line(w, argc, argv);
}

/* ---- the script
 * ------------------------------------------------------------------------ */

static int load(struct script *s, const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n;
	char *p, *next;

	if (!f)
		return -1;
	s->memory = calloc(1, 1 << 20);
	n = s->memory ? fread(s->memory, 1, (1 << 20) - 1, f) : 0;
	fclose(f);
	if (n)
		s->memory[n] = '\0';
	for (p = s->memory; p && *p && s->n < LINES_MAX; p = next) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		s->lines[s->n++] = p;
	}
	return n ? 0 : -1;
}

static int split(char *line, char **argv)
{
	int n = 0;

	for (char *p = strtok(line, " \t"); p && n < ARGS_MAX; p = strtok(NULL, " \t"))
		argv[n++] = p;
	return n;
}

/* loop N ... end: {n} counts from 1 */
static bool loop_line(struct world *w, struct script *s, int argc, char **argv)
{
	char text[16];

	if (argc > 1 && !strcmp(argv[0], "loop")) {
		s->loop_from = s->at;
		s->loop_left = atoi(argv[1]);
		s->loop_n = 1;
	} else if (!strcmp(argv[0], "end") && s->loop_from) {
		if (s->loop_n++ < s->loop_left)
			s->at = s->loop_from;
		else
			s->loop_from = 0;
	} else {
		return false;
	}
	snprintf(text, sizeof(text), "%d", s->loop_n);
	vars_set(w->vars, "n", text);
	return true;
}

static int one_line(struct world *w, struct script *s)
{
	char *argv[ARGS_MAX], *line, *body = NULL;
	const char *missing = "?";
	int argc, rc;

	line = text_fill(w->vars, s->lines[s->at++], &missing);
	if (!line)
		return world_fail(w, "{%s} is not known", missing);
	argc = split(line, argv);
	if (!argc || *argv[0] == '#') {
		rc = 0;
	} else if (loop_line(w, s, argc, argv)) {
		rc = 0;
	} else if (!strcmp(argv[argc - 1], "<<<")) {
		body = body_of(s);
		if (!body)
			rc = world_fail(w, ">>> is missing");
		else if (!strcmp(argv[0], "from") && argc > 2)
			rc = step_from(w, argc - 1, argv, body);
		else
			rc = step_expect(w, argc - 1, argv, body);
	} else {
		rc = step_short(w, argc, argv);
		if (rc == WORLD_UNKNOWN)
			rc = world_fail(w, "no such line: %s", argv[0]);
	}
	free(body);
	free(line);
	return rc;
}

static int world_open(struct world *w, const char *path)
{
	bool both = strstr(path, "/both/") != NULL;

	w->px = both || strstr(path, h248_proto.folder) ? &h248_proto : &mgcp_proto;
	text_holes(w->px->open, w->px->close);
	rnd_fix(1);
	w->now = TIME_ZERO;
	w->last = &w->first;
	w->vars = vars_new();
	fake_media_init(&w->media);
	w->model = model_new(fake_media_ops(), &w->media);
	w->media.model = w->model;
	if (!w->model || !w->vars || w->px->begin(w))
		return -1;
	if (!both)
		return 0;
	w->other.px = &mgcp_proto;
	turn(w);
	return w->px->begin(w);
}

static void world_close(struct world *w)
{
	for (int i = 0; i < (w->other.px ? 2 : 1); i++) {
		if (w->engine)
			w->ops->free(w->engine);
		w->px->end(w);
		if (w->other.px)
			turn(w);
	}
	while (w->first)
		drop_first(w);
	if (w->model) {
		model_shutdown(w->model, w->now);
		fake_media_flush(&w->media);
		model_free(w->model);
	}
	vars_free(w->vars);
}

int scenario_run(const char *path, FILE *out)
{
	struct world *w = calloc(1, sizeof(*w));
	struct script *s = calloc(1, sizeof(*s));
	int rc = -1, line = 0;

	if (!w || !s || load(s, path) || world_open(w, path)) {
		fprintf(out, "%s: can't be read\n", path);
	} else {
		for (rc = 0; !rc && s->at < s->n;) {
			line = s->at + 1;
			rc = one_line(w, s);
		}
		if (!rc && w->first)
			rc = wrong_output(w, "left over at the end", "");
		if (rc)
			fprintf(out, "%s:%d: %s\n", path, line, w->why);
	}
	if (w && w->px)
		world_close(w);
	if (s)
		free(s->memory);
	free(s);
	free(w);
	return rc ? -1 : 0;
}
