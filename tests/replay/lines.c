/* tests/replay/lines.c - lines about model and media, the same whatever engine they are
 * about.
 *
 * layer: tests   thread: main   I/O: none
 */
#include <stdlib.h>
#include <string.h>

#include "world.h"

enum { KINDS = 5 };

/* ---- endpoints and zones --------------------------------------------------------- */

/* pool PATTERN KIND FIRST COUNT [CODEC,CODEC...] [MAX] [shared[=OWNERS]] */
static int line_pool(struct world *w, int argc, char **argv)
{
	static const char *const kinds[] = { "bridge", "conf", "page", "line", "player" };
	struct pool_spec spec = { .first = (uint32_t)atol(argv[3]),
				  .count = (uint32_t)atol(argv[4]) };
	unsigned kind = 0;
	struct span codecs = argc > 5 ? str_of(argv[5]) : (struct span){ NULL, 0 };
	struct pool *p = NULL;
	enum cause c;

	if (!strncmp(argv[argc - 1], "shared", 6)) {
		const char *names = argv[--argc] + 6;

		spec.shared = true;
		snprintf(spec.admit, sizeof(spec.admit), "%s", names + (*names == '='));
		codecs = argc > 5 ? codecs : (struct span){ NULL, 0 };
	}
	snprintf(spec.pattern, sizeof(spec.pattern), "%s", argv[1]);
	while (kind < KINDS && strcmp(argv[2], kinds[kind]))
		kind++;
	if (kind == KINDS)
		return world_fail(w, "no kind of endpoint: %s", argv[2]);
	spec.kind = (enum endp_kind)kind;
	while (codecs.p && spec.formats.n < FORMATS_MAX)
		if (format_parse(&spec.formats.v[spec.formats.n], str_cut(&codecs, ',')))
			spec.formats.n++;
	if (argc > 6)
		spec.max_connections = (uint16_t)atoi(argv[6]);
	while ((p = pool_next(world_owner(w, NULL), p)))
		if (!strcmp(pool_get_spec(p)->pattern, spec.pattern))
			break;
	c = p ? pool_set(p, &spec, false, NULL)
	      : pool_add(w->model, world_owner(w, NULL), &spec, NULL);
	if (c)
		return world_fail(w, "pool: %s", cause_str(c));
	return w->engine ? world_settle(w) : 0;
}

/* zone NAME GROUP */
static int line_zone(struct world *w, char **argv)
{
	struct room_spec *spec = calloc(1, sizeof(*spec));
	enum cause c = CAUSE_NO_MEMORY;

	if (!spec)
		return WORLD_FAIL;
	snprintf(spec->name, sizeof(spec->name), "%s", argv[1]);
	spec->shared = true;
	spec->ngroup = 1;
	spec->group[0].emit = true;
	if (world_addr(&spec->group[0].spec.group, argv[2]))
		c = room_add(w->model, spec, NULL);
	free(spec);
	if (c)
		return world_fail(w, "zone: %s", cause_str(c));
	return w->engine ? world_settle(w) : 0;
}

static int line_unzone(struct world *w, int argc, char **argv)
{
	struct room *r = room_find(w->model, str_of(argv[1]));
	enum cause c = r ? room_del(r, argc > 2) : CAUSE_ENDP_UNKNOWN;

	return c ? world_fail(w, "zone: %s", cause_str(c)) : world_settle(w);
}

/* ---- media ------------------------------------------------------------------------- */

static struct term *conn_find(struct world *w, const char *name)
{
	struct owner *o = NULL;
	struct term *t = NULL;

	while (!t && (o = owner_next(w->model, o)))
		t = term_find(o, str_of(name));
	return t;
}

/* rx CONN PACKETS OCTETS LOST JITTER_TS: counters of the first stream */
static int line_media(struct world *w, int argc, char **argv)
{
	struct term *t = argc > 3 ? conn_find(w, argv[1]) : NULL;
	struct strm_stats *s;
	bool tx = !strcmp(argv[0], "tx");

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
static int line_event(struct world *w, int argc, char **argv)
{
	struct med_event ev = { .kind = MED_SILENT, .at = w->now };
	struct term *t = conn_find(w, argv[1]);

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
static int line_ended(struct world *w, int argc, char **argv)
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

static int setup_line(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (!strcmp(cmd, "pool") && argc > 4)
		return line_pool(w, argc, argv);
	if (!strcmp(cmd, "zone") && argc > 2)
		return line_zone(w, argv);
	if (!strcmp(cmd, "unzone") && argc > 1)
		return line_unzone(w, argc, argv);
	return WORLD_UNKNOWN;
}

static int media_line(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (!strcmp(cmd, "rx") || !strcmp(cmd, "tx"))
		return line_media(w, argc, argv);
	if ((argc > 1 && !strcmp(cmd, "silent")) || (argc > 2 && !strcmp(cmd, "payload")))
		return line_event(w, argc, argv);
	if (argc > 1 && !strcmp(cmd, "ended"))
		return line_ended(w, argc, argv);
	if (argc > 1 && !strcmp(cmd, "refuse-slots")) {
		w->media.refuse = (uint32_t)atol(argv[1]);
		return 0;
	}
	if (argc > 1 && !strcmp(cmd, "overload")) {
		w->media.overloaded = !strcmp(argv[1], "on");
		return 0;
	}
	return WORLD_UNKNOWN;
}

int world_line(struct world *w, int argc, char **argv)
{
	int rc = setup_line(w, argc, argv);

	return rc == WORLD_UNKNOWN ? media_line(w, argc, argv) : rc;
}

/* ---- what both engines' own lines share -------------------------------------------- */

bool world_set_number(void *conf, const struct world_number *v, size_t n, char **argv)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(argv[1], v[i].name)) {
			*(uint32_t *)(void *)((char *)conf + v[i].at) =
				(uint32_t)atol(argv[2]);
			return true;
		}
	return false;
}

int world_set_idle(struct world *w, char **argv)
{
	struct owner_spec spec = *owner_get_spec(world_owner(w, NULL));
	uint32_t ms = (uint32_t)atol(argv[2]);

	if (!strcmp(argv[1], "release_orphans"))
		spec.orphan_ms = ms, spec.orphan_action = IDLE_RELEASE;
	else if (!strcmp(argv[1], "release_silent"))
		spec.silent_ms = ms, spec.silent_action = IDLE_RELEASE;
	else if (!strcmp(argv[1], "report_silent"))
		spec.silent_ms = ms, spec.silent_action = IDLE_REPORT;
	else
		return world_fail(w, "nothing to set is called %s", argv[1]);
	owner_set_spec(world_owner(w, NULL), &spec);
	return 0;
}

int world_service(struct world *w, char **argv)
{
	static const char *const names[] = { "graceful", "forced", "back", "cancel" };
	int what = 0;

	while (what < 4 && strcmp(argv[3], names[what]))
		what++;
	return what < 4 && world_owner(w, argv[1])
		       ? what
		       : world_fail(w, "service how, and whose?");
}
