/* ctl/zone.c - see zone.h.
 *
 * layer: ctl (L4)   thread: control   I/O: store, interface names
 */
#include "ctl/zone.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { DSCP_DEFAULT = 46, IDLE_DEFAULT = 500, PTIME_DEFAULT = 20, ZONES_MAX = 10000 };

struct zone {
	struct store_zone row;
	bool busy;                          /* the store is at work on it */
	uint32_t ifindex[STORE_GROUPS_MAX]; /* as applied; 0: by route, or missing */
	char problem[120];
};

struct zones {
	struct model *model; /* borrowed */
	struct store *store; /* borrowed; NULL: nothing is kept */
	struct zone **v;     /* owned, in order of name */
	size_t n, room;
};

/* One change on its way through the store. */
struct change {
	struct zones *zones;
	char name[sizeof(((struct store_zone *)0)->name)];
	struct store_zone old; /* to go back to; name empty: there was none */
	bool had, del;
	zone_done_h *done;
	void *arg;
};

/* ---- rows ---------------------------------------------------------------------- */

void zone_defaults(struct store_zone *row)
{
	*row = (struct store_zone){ .policy = "first",
				    .codec = "PCMU",
				    .ptime = PTIME_DEFAULT,
				    .idle_ms = IDLE_DEFAULT };
}

static int parse_sources(struct store_group *g, struct span s)
{
	while (s.n) {
		if (g->nsource == sizeof(g->sources) / sizeof(g->sources[0]) ||
		    addr_parse_ip(&g->sources[g->nsource], str_cut(&s, ',')))
			return -H_ESYNTAX;
		g->nsource++;
	}
	return 0;
}

int zone_parse_group(struct store_group *g, struct span s, char *why, size_t size)
{
	struct store_group v = { .hops = 1, .dscp = DSCP_DEFAULT };
	struct span rest = s, group = str_cut(&rest, '='), iface = group;
	char text[64];

	group = str_cut(&iface, '@');
	if (addr_parse(&v.group, group) || !v.group.port ||
	    !addr_is_multicast(&v.group)) {
		snprintf(why, size,
			 "\"%s\" is no multicast group with port, as 239.1.2.3:5004",
			 str_escape(text, sizeof(text), group));
		return -H_ESYNTAX;
	}
	if (iface.n >= sizeof(v.ifname)) {
		snprintf(why, size, "\"%s\" is no interface",
			 str_escape(text, sizeof(text), iface));
		return -H_ESYNTAX;
	}
	if (iface.n)
		memcpy(v.ifname, iface.p, iface.n);
	if (parse_sources(&v, rest)) {
		snprintf(why, size, "\"%s\" is no list of at most 32 addresses",
			 str_escape(text, sizeof(text), rest));
		return -H_ESYNTAX;
	}
	*g = v;
	return 0;
}

void zone_print_group(struct buf *b, const struct store_group *g)
{
	char text[ADDR_STRLEN];

	buf_str(b, addr_print(text, &g->group));
	if (g->ifname[0])
		buf_printf(b, "@%s", g->ifname);
	for (unsigned i = 0; i < g->nsource; i++)
		buf_printf(b, "%c%s", i ? ',' : '=', addr_print_ip(text, &g->sources[i]));
}

/* ---- from row to room ---------------------------------------------------------- */

static void fill_group(struct room_group *to, const struct store_group *g,
		       uint32_t ifindex)
{
	*to = (struct room_group){
		.emit = g->emit,
		.join = g->receive,
		.spec = { .group = g->group,
			  .ifindex = ifindex,
			  .loop = g->loop,
			  .hops = g->hops,
			  .tos = (uint8_t)(g->dscp << 2),
			  .source = g->source,
			  .nsource = g->nsource },
	};
	memcpy(to->ifname, g->ifname, sizeof(to->ifname));
	memcpy(to->spec.sources, g->sources, sizeof(g->sources));
}

/* Groups without their interface are left out; problem says which. */
static void fill_groups(struct room_spec *spec, const struct store_zone *row,
			uint32_t *ifindex, char *problem, size_t size)
{
	problem[0] = 0;
	for (unsigned i = 0; i < row->ngroup; i++) {
		const struct store_group *g = &row->group[i];

		ifindex[i] = g->ifname[0] ? if_nametoindex(g->ifname) : 0;
		if (g->ifname[0] && !ifindex[i])
			snprintf(problem, size, "interface %s is missing", g->ifname);
		else
			fill_group(&spec->group[spec->ngroup++], g, ifindex[i]);
	}
}

static bool fill_spec(struct room_spec *spec, const struct store_zone *row, char *why)
{
	*spec = (struct room_spec){
		.policy = ROOM_FIRST,
		.floor_idle_ms = row->idle_ms,
		.ptime = (uint16_t)row->ptime,
		.dscp = row->ngroup ? row->group[0].dscp : DSCP_DEFAULT,
		.nlistener = row->nlistener,
		.listener = row->listener,
		.shared = true,
	};
	snprintf(spec->name, sizeof(spec->name), "%s", row->name);
	snprintf(spec->label, sizeof(spec->label), "%s", row->label);
	snprintf(spec->admit, sizeof(spec->admit), "%s", row->admit);
	if (strcmp(row->policy, "first")) {
		snprintf(why, ZONE_WHY_MAX, "policy %s is not available yet, only first",
			 row->policy);
		return false;
	}
	if (!format_parse(&spec->format, str_of(row->codec))) {
		snprintf(why, ZONE_WHY_MAX, "codec %s is not known", row->codec);
		return false;
	}
	return true;
}

static enum ctl_code code_of(enum cause c)
{
	switch (c) {
	case CAUSE_OK:
		return CTL_OK;
	case CAUSE_ROOM_BUSY:
		return CTL_BUSY;
	default:
		return CTL_REFUSED;
	}
}

/* Makes or changes the room; the zone's marks are set on success. */
static enum ctl_code apply(struct zones *z, const struct store_zone *row,
			   struct zone *marks, char *why)
{
	struct room_spec *spec = mem_zalloc(sizeof(*spec));
	struct room *room = room_find(z->model, str_of(row->name));
	uint32_t ifindex[STORE_GROUPS_MAX] = { 0 };
	char problem[sizeof(marks->problem)];
	enum cause c;

	if (!spec || !fill_spec(spec, row, why)) {
		if (!spec)
			snprintf(why, ZONE_WHY_MAX, "out of memory");
		mem_free(spec);
		return CTL_REFUSED;
	}
	fill_groups(spec, row, ifindex, problem, sizeof(problem));
	c = room ? room_set(room, spec) : room_add(z->model, spec, &room);
	mem_free(spec);
	if (c == CAUSE_NAME_INVALID) {
		snprintf(why, ZONE_WHY_MAX,
			 "zone %s: a name is a letter, then letters, digits and _",
			 row->name);
		return CTL_USAGE;
	}
	if (c != CAUSE_OK) {
		snprintf(why, ZONE_WHY_MAX, "zone %s: %s", row->name,
			 c == CAUSE_REMOTE_UNSUPPORTED
				 ? "there is no media address (media.addresses) or route "
				   "for one "
				   "of its groups or listeners"
				 : cause_str(c));
		return code_of(c);
	}
	memcpy(marks->ifindex, ifindex, sizeof(ifindex));
	memcpy(marks->problem, problem, sizeof(problem));
	return CTL_OK;
}

/* ---- the sorted list ----------------------------------------------------------- */

static int order(const char *a, const char *b)
{
	for (; *a && str_lower(*a) == str_lower(*b); a++)
		b++;
	return str_lower(*a) - str_lower(*b);
}

/* Where it is, or belongs. */
static size_t place_of(const struct zones *z, const char *name, bool *found)
{
	size_t lo = 0, hi = z->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int d = order(z->v[mid]->row.name, name);

		if (!d) {
			*found = true;
			return mid;
		}
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*found = false;
	return lo;
}

static struct zone *zone_get(const struct zones *z, const char *name)
{
	bool found;
	size_t i = place_of(z, name, &found);

	return found ? z->v[i] : NULL;
}

static struct zone *zone_insert(struct zones *z, const struct store_zone *row)
{
	struct zone *e, **v = z->v;
	bool found;
	size_t i = place_of(z, row->name, &found);

	if (z->n == z->room) {
		v = mem_realloc(z->v, (z->room + 64) * sizeof(*v));
		if (!v)
			return NULL;
		z->v = v;
		z->room += 64;
	}
	e = mem_zalloc(sizeof(*e));
	if (!e || !store_zone_copy(&e->row, row)) {
		mem_free(e);
		return NULL;
	}
	memmove(v + i + 1, v + i, (z->n - i) * sizeof(*v));
	v[i] = e;
	z->n++;
	return e;
}

static void zone_remove(struct zones *z, const char *name)
{
	bool found;
	size_t i = place_of(z, name, &found);

	if (!found)
		return;
	store_zone_fini(&z->v[i]->row);
	mem_free(z->v[i]);
	z->n--;
	memmove(z->v + i, z->v + i + 1, (z->n - i) * sizeof(*z->v));
}

const struct store_zone *zones_find(const struct zones *z, const char *name)
{
	const struct zone *e = zone_get(z, name);

	return e ? &e->row : NULL;
}

const struct store_zone *zones_nth(const struct zones *z, size_t i, const char **problem)
{
	if (i >= z->n)
		return NULL;
	*problem = z->v[i]->problem;
	return &z->v[i]->row;
}

/* ---- life ---------------------------------------------------------------------- */

struct zones *zones_new(struct model *m, struct store *store)
{
	struct zones *z = mem_zalloc(sizeof(*z));

	if (z)
		*z = (struct zones){ .model = m, .store = store };
	return z;
}

void zones_free(struct zones *z)
{
	if (!z)
		return;
	for (size_t i = 0; i < z->n; i++) {
		store_zone_fini(&z->v[i]->row);
		mem_free(z->v[i]);
	}
	mem_free(z->v);
	mem_free(z);
}

static void load_one(void *arg, const struct store_zone *row)
{
	struct zones *z = arg;
	struct zone *e = z->n < ZONES_MAX ? zone_insert(z, row) : NULL;
	char why[ZONE_WHY_MAX];

	if (!e) {
		log_err(LOGC_CTL, "zone %s is left out: too many, or no memory",
			row->name);
		return;
	}
	if (apply(z, &e->row, e, why) != CTL_OK) {
		snprintf(e->problem, sizeof(e->problem), "%.119s", why);
		log_err(LOGC_CTL, "zone %s is kept but can't be made: %s", row->name,
			why);
	} else if (e->problem[0]) {
		log_warn(LOGC_CTL, "zone %s: %s", row->name, e->problem);
	}
}

int zones_load(struct zones *z, char why[ZONE_WHY_MAX])
{
	return z->store ? store_zones(z->store, load_one, z, why) : 0;
}

static bool is_stale(const struct zone *e)
{
	for (unsigned i = 0; i < e->row.ngroup; i++)
		if (e->row.group[i].ifname[0] &&
		    e->ifindex[i] != if_nametoindex(e->row.group[i].ifname))
			return true;
	return false;
}

void zones_check(struct zones *z)
{
	char why[ZONE_WHY_MAX], was[sizeof(z->v[0]->problem)];

	for (size_t i = 0; i < z->n; i++) {
		struct zone *e = z->v[i];

		if (e->busy || !is_stale(e))
			continue;
		memcpy(was, e->problem, sizeof(was));
		if (apply(z, &e->row, e, why) != CTL_OK) {
			if (strncmp(was, why, sizeof(was) - 1))
				log_err(LOGC_CTL, "%s", why);
			snprintf(e->problem, sizeof(e->problem), "%.119s", why);
		} else if (strcmp(was, e->problem)) {
			log_notice(LOGC_CTL, "zone %s: %s", e->row.name,
				   e->problem[0] ? e->problem
						 : "all interfaces are there");
		}
	}
}

/* ---- changes ------------------------------------------------------------------- */

static void done_now(zone_done_h *done, void *arg, enum ctl_code code, const char *why)
{
	if (done)
		done(arg, code, why);
}

/* The store refused: back to what was. */
static void undo(struct change *ch)
{
	struct zones *z = ch->zones;
	struct zone *e = zone_get(z, ch->name);
	struct room *room = room_find(z->model, str_of(ch->name));
	char why[ZONE_WHY_MAX];

	if (!e)
		return;
	if (ch->had && !ch->del) {
		if (apply(z, &ch->old, e, why) != CTL_OK)
			log_err(LOGC_CTL, "%s", why);
		store_zone_fini(&e->row);
		e->row = ch->old;
		ch->old.listener = NULL;
	} else if (!ch->had) {
		if (room)
			room_del(room, true);
		zone_remove(z, ch->name);
	}
}

static void finish_del(struct zones *z, const char *name)
{
	struct room *room = room_find(z->model, str_of(name));

	if (room)
		room_del(room, true);
	zone_remove(z, name);
}

static void on_stored(void *arg, int err, const char *why)
{
	struct change *ch = arg;
	struct zone *e = zone_get(ch->zones, ch->name);

	if (e)
		e->busy = false;
	if (err)
		undo(ch);
	else if (ch->del)
		finish_del(ch->zones, ch->name);
	if (!err && e && !ch->del)
		why = e->problem; /* done, but the operator may want to know */
	if (ch->done)
		ch->done(ch->arg, err ? CTL_REFUSED : CTL_OK, why);
	store_zone_fini(&ch->old);
	mem_free(ch);
}

static struct change *change_new(struct zones *z, const char *name, zone_done_h *done,
				 void *arg)
{
	struct change *ch = mem_zalloc(sizeof(*ch));

	if (!ch)
		return NULL;
	ch->zones = z;
	ch->done = done;
	ch->arg = arg;
	snprintf(ch->name, sizeof(ch->name), "%s", name);
	return ch;
}

/* Everything is done in the model; now keep it. Takes over ch. */
static void keep(struct change *ch, struct zone *e)
{
	struct zones *z = ch->zones;
	int err = 0;

	e->busy = true;
	if (!z->store)
		on_stored(ch, 0, "");
	else
		err = ch->del ? store_zone_del(z->store, ch->name, on_stored, ch)
			      : store_zone_put(z->store, &e->row, on_stored, ch);
	if (err)
		on_stored(ch, err, "the database is too busy");
}

void zones_add(struct zones *z, const struct store_zone *row, zone_done_h *done,
	       void *arg)
{
	char why[ZONE_WHY_MAX] = "out of memory";
	enum ctl_code code = CTL_REFUSED;
	struct change *ch = NULL;
	struct zone *e;

	if (zone_get(z, row->name) || z->n >= ZONES_MAX) {
		snprintf(why, sizeof(why),
			 z->n >= ZONES_MAX ? "there are %d zones already"
					   : "zone is there already: use zone set",
			 ZONES_MAX);
		done_now(done, arg, CTL_REFUSED, why);
		return;
	}
	e = zone_insert(z, row);
	ch = e ? change_new(z, row->name, done, arg) : NULL;
	if (ch)
		code = apply(z, &e->row, e, why);
	if (code == CTL_OK) {
		keep(ch, e);
		return;
	}
	if (e)
		zone_remove(z, row->name);
	mem_free(ch);
	done_now(done, arg, code, why);
}

void zones_set(struct zones *z, const struct store_zone *row, zone_done_h *done,
	       void *arg)
{
	struct zone *e = zone_get(z, row->name);
	struct change *ch = e && !e->busy ? change_new(z, row->name, done, arg) : NULL;
	struct store_zone copy;
	char why[ZONE_WHY_MAX] = "out of memory";
	enum ctl_code code;

	if (!e || e->busy) {
		done_now(done, arg, e ? CTL_BUSY : CTL_UNKNOWN,
			 e ? "another change of it is on its way"
			   : "there is no such zone");
		return;
	}
	code = ch && store_zone_copy(&copy, row) ? CTL_OK : CTL_REFUSED;
	if (code == CTL_OK) {
		code = apply(z, &copy, e, why);
		if (code != CTL_OK)
			store_zone_fini(&copy);
	}
	if (code != CTL_OK) {
		mem_free(ch);
		done_now(done, arg, code, why);
		return;
	}
	ch->had = true;
	ch->old = e->row;
	e->row = copy;
	keep(ch, e);
}

void zones_del(struct zones *z, const char *name, bool force, zone_done_h *done,
	       void *arg)
{
	struct zone *e = zone_get(z, name);
	struct room *room = e ? room_find(z->model, str_of(name)) : NULL;
	struct room_state st = { 0 };
	struct change *ch = NULL;
	char why[ZONE_WHY_MAX] = "out of memory";

	if (room)
		room_get_state(room, &st);
	if (!e || e->busy || (st.ports && !force)) {
		snprintf(why, sizeof(why),
			 !e        ? "there is no such zone"
			 : e->busy ? "another change of it is on its way"
				   : "in use by %u calls; --force ends their media",
			 st.ports);
		done_now(done, arg, e ? CTL_BUSY : CTL_UNKNOWN, why);
		return;
	}
	ch = change_new(z, e->row.name, done, arg);
	if (!ch) {
		done_now(done, arg, CTL_REFUSED, why);
		return;
	}
	ch->had = ch->del = true;
	keep(ch, e);
}
