/* tests/replay/world.c - the world a scenario plays in: its time, its engines, its end.
 *
 * layer: tests   thread: main   I/O: none
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/rnd.h"
#include "world.h"

enum { SETTLE_MAX = 100000 };

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

int world_is(struct world *w, const char *what, const char *is, const char *want)
{
	return strcmp(is, want) ? world_fail(w, "%s is %s, not %s", what, is, want) : 0;
}

int world_is_number(struct world *w, const char *what, uint64_t is, const char *want)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)is);
	return world_is(w, what, text, want);
}

void world_ended(struct world *w, const struct ended *e)
{
	if (w->nend < WORLD_ENDS)
		w->ends[w->nend++] = *e;
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
void world_turn(struct world *w)
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
		world_turn(w);
		if (due(w)) {
			w->ops->timeout(w->engine, w->now);
			any = true;
		}
		world_turn(w);
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
			world_turn(w);
			rc = collect(w) || rc ? WORLD_FAIL : 0;
			world_turn(w);
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

void world_drop(struct world *w)
{
	struct heard *h = w->first;

	w->first = h->next;
	if (!w->first)
		w->last = &w->first;
	free(h->text);
	free(h);
}

/* ---- life -------------------------------------------------------------------------- */

static int begin(struct world *w)
{
	w->proto = calloc(1, w->px->size);
	w->ops = w->px->ops;
	return w->proto ? 0 : -1;
}

int world_open(struct world *w, const char *path)
{
	bool both = strstr(path, "/both/") != NULL;

	w->px = both || strstr(path, h248_proto.folder) ? &h248_proto : &mgcp_proto;
	text_holes(w->px->open, w->px->close);
	rnd_fix(1);
	log_set_all(getenv("REPLAY_LOG") ? LOGL_DBG : LOGL_ERR);
	w->now = WORLD_ZERO;
	w->last = &w->first;
	w->vars = vars_new();
	fake_media_init(&w->media);
	w->model = model_new(fake_media_ops(), &w->media);
	w->media.model = w->model;
	if (!w->model || !w->vars || begin(w))
		return -1;
	if (!both)
		return 0;
	w->other.px = &mgcp_proto;
	world_turn(w);
	return begin(w);
}

void world_close(struct world *w)
{
	for (int i = 0; i < (w->other.px ? 2 : 1); i++) {
		if (w->engine)
			w->ops->free(w->engine);
		free(w->proto);
		if (w->other.px)
			world_turn(w);
	}
	while (w->first)
		world_drop(w);
	if (w->model) {
		model_shutdown(w->model, w->now);
		fake_media_flush(&w->media);
		model_free(w->model);
	}
	vars_free(w->vars);
}
