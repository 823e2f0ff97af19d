/* ctl/zone.c - see zone.h.
 *
 * layer: ctl (L4)   thread: control   I/O: store, interface names
 */
#include "ctl/zone.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "ctl/zoneroom.h"
#include "model/model.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { ZONES_MAX = 10000 };

struct zone {
	struct store_zone row;
	bool busy;                          /* the store is at work on it */
	struct zone_marks is;               /* as applied */
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
	*problem = z->v[i]->is.problem;
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
	if (zone_apply(z->model, &e->row, &e->is, why) != CTL_OK) {
		snprintf(e->is.problem, sizeof(e->is.problem), "%.119s", why);
		log_err(LOGC_CTL, "zone %s is kept but can't be made: %s", row->name,
			why);
	} else if (e->is.problem[0]) {
		log_warn(LOGC_CTL, "zone %s: %s", row->name, e->is.problem);
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
		    e->is.ifindex[i] != if_nametoindex(e->row.group[i].ifname))
			return true;
	return false;
}

void zones_check(struct zones *z)
{
	char why[ZONE_WHY_MAX], was[sizeof(z->v[0]->is.problem)];

	for (size_t i = 0; i < z->n; i++) {
		struct zone *e = z->v[i];

		if (e->busy || !is_stale(e))
			continue;
		memcpy(was, e->is.problem, sizeof(was));
		if (zone_apply(z->model, &e->row, &e->is, why) != CTL_OK) {
			if (strncmp(was, why, sizeof(was) - 1))
				log_err(LOGC_CTL, "%s", why);
			snprintf(e->is.problem, sizeof(e->is.problem), "%.119s", why);
		} else if (strcmp(was, e->is.problem)) {
			log_notice(LOGC_CTL, "zone %s: %s", e->row.name,
				   e->is.problem[0] ? e->is.problem
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
		if (zone_apply(z->model, &ch->old, &e->is, why) != CTL_OK)
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
		why = e->is.problem; /* done, but the operator may want to know */
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

/* Owners it names must be there, unless they were named before and left since. */
static bool admits_known(struct zones *z, const struct store_zone *row,
			 const struct store_zone *old, char why[ZONE_WHY_MAX])
{
	struct span who = zone_stranger(z->model, row->admit);
	char text[64];

	if (!who.n || (old && !strcmp(row->admit, old->admit)))
		return true;
	snprintf(why, ZONE_WHY_MAX,
		 "agents: there is no agent \"%s\" in the configuration",
		 str_escape(text, sizeof(text), who));
	return false;
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
	if (!admits_known(z, row, NULL, why)) {
		done_now(done, arg, CTL_UNKNOWN, why);
		return;
	}
	e = zone_insert(z, row);
	ch = e ? change_new(z, row->name, done, arg) : NULL;
	if (ch)
		code = zone_apply(z->model, &e->row, &e->is, why);
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
	code = !admits_known(z, row, &e->row, why)    ? CTL_UNKNOWN
	       : ch && store_zone_copy(&copy, row) ? CTL_OK
						   : CTL_REFUSED;
	if (code == CTL_OK) {
		code = zone_apply(z->model, &copy, &e->is, why);
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
				   : "in use by %u call%s; --force ends their media",
			 st.ports, st.ports == 1 ? "" : "s");
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
