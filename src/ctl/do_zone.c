/* ctl/do_zone.c - commands about zones.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>

#include "ctl/req.h"
#include "ctl/zone.h"
#include "util/mem.h"

/* ---- show ---------------------------------------------------------------------- */

static void put_groups(struct jout *j, const char *key, const struct store_zone *row,
		       bool emit)
{
	char mem[2048];
	struct buf b;

	jout_open(j, key, '[');
	for (unsigned i = 0; i < row->ngroup; i++) {
		if (emit ? !row->group[i].emit : !row->group[i].receive)
			continue;
		buf_fixed(&b, mem, sizeof(mem));
		zone_print_group(&b, &row->group[i]);
		jout_span(j, NULL, buf_view(&b));
	}
	jout_close(j, ']');
}

static void put_zone(struct ctl_req *r, const struct store_zone *row, const char *problem)
{
	const struct store_group *g = row->ngroup ? &row->group[0] : NULL;
	struct jout *j = req_row(r);

	jout_str(j, "name", row->name);
	jout_str(j, "label", row->label);
	put_groups(j, "groups", row, true);
	put_groups(j, "from", row, false);
	jout_open(j, "listeners", '[');
	for (unsigned i = 0; i < row->nlistener; i++)
		jout_addr(j, NULL, &row->listener[i]);
	jout_close(j, ']');
	jout_str(j, "codec", row->codec);
	jout_u64(j, "ptime", row->ptime);
	jout_str(j, "policy", row->policy);
	jout_u64(j, "idle", row->idle_ms);
	if (g) {
		jout_u64(j, "ttl", g->hops);
		jout_u64(j, "dscp", g->dscp);
		jout_addr(j, "source", &g->source);
		jout_bool(j, "loop", g->loop);
	}
	jout_str(j, "agents", row->admit);
	jout_str(j, "problem", problem);
	req_row_end(r);
}

/* The place in the list is the state: a zone made or deleted meanwhile may be missed or
 * shown twice, never harm. */
static bool zone_step(struct ctl_req *r)
{
	const struct store_zone *row;
	const char *problem;
	size_t *at = r->state;

	for (unsigned i = 0; i < REQ_ROWS / 8; i++) {
		row = zones_nth(r->env->zones, *at, &problem);
		if (!row)
			return false;
		put_zone(r, row, problem);
		++*at;
	}
	return true;
}

static void free_state(struct ctl_req *r)
{
	mem_free(r->state);
}

void ctl_do_zone_list(struct ctl_req *r)
{
	r->state = mem_zalloc(sizeof(size_t));
	r->fini = free_state;
	if (!r->state)
		req_fail(r, CTL_REFUSED, "out of memory");
	else
		r->step = zone_step;
}

void ctl_do_zones(struct ctl_req *r)
{
	ctl_do_zone_list(r);
}

/* ---- from arguments to a row --------------------------------------------------- */

static bool take_text(struct ctl_req *r, const char *name, char *out, size_t size)
{
	const char *text = req_text(r, name);

	if (!text)
		return true;
	if (strlen(text) >= size) {
		req_fail(r, CTL_USAGE, "%s is too long", name);
		return false;
	}
	snprintf(out, size, "%s", text);
	return true;
}

/* Drop the groups of one kind; they are given anew. */
static void drop_groups(struct store_zone *row, bool emit)
{
	unsigned n = 0;

	for (unsigned i = 0; i < row->ngroup; i++)
		if (row->group[i].emit != emit)
			row->group[n++] = row->group[i];
	row->ngroup = n;
}

static bool take_groups(struct ctl_req *r, const char *name, struct store_zone *row,
			bool emit)
{
	unsigned n = req_count(r, name);
	char why[200];

	if (n || req_flag(r, emit ? "no-groups" : "no-from"))
		drop_groups(row, emit);
	for (unsigned i = 0; i < n; i++) {
		struct store_group *g = &row->group[row->ngroup];

		if (row->ngroup == STORE_GROUPS_MAX) {
			req_fail(r, CTL_REFUSED, "a zone has at most %d groups",
				 STORE_GROUPS_MAX);
			return false;
		}
		if (zone_parse_group(g, str_of(req_nth(r, name, i)), why, sizeof(why))) {
			req_fail(r, CTL_USAGE, "%s: %s", name, why);
			return false;
		}
		if (emit && g->nsource) {
			req_fail(r, CTL_USAGE,
				 "group: sources are for --from; see --source");
			return false;
		}
		g->emit = emit;
		g->receive = !emit;
		row->ngroup++;
	}
	return true;
}

static bool take_listeners(struct ctl_req *r, struct store_zone *row)
{
	unsigned n = req_count(r, "listener");
	struct addr *v;

	if (n > STORE_LISTENERS_MAX) {
		req_fail(r, CTL_REFUSED, "a zone has at most %d listeners",
			 STORE_LISTENERS_MAX);
		return false;
	}
	if (n || req_flag(r, "no-listeners"))
		store_zone_fini(row);
	v = n ? mem_array(n, sizeof(*v)) : NULL;
	if (n && !v) {
		req_fail(r, CTL_REFUSED, "out of memory");
		return false;
	}
	if (n)
		row->listener = v;
	for (unsigned i = 0; i < n; i++) {
		const char *text = req_nth(r, "listener", i);

		if (addr_parse(&v[i], str_of(text)) || !v[i].port || addr_is_any(&v[i]) ||
		    addr_is_multicast(&v[i])) {
			req_fail(r, CTL_USAGE,
				 "listener: \"%.60s\" is no unicast address with port",
				 text);
			return false;
		}
		row->nlistener = i + 1;
	}
	return true;
}

static bool take_numbers(struct ctl_req *r, struct store_zone *row)
{
	const char *source = req_text(r, "source"), *loop = req_text(r, "loop");
	struct addr from = { 0 };
	uint64_t v;

	if (source && source[0] && addr_parse_ip(&from, str_of(source))) {
		req_fail(r, CTL_USAGE, "source: \"%.60s\" is no address", source);
		return false;
	}
	if (req_number(r, "ptime", &v))
		row->ptime = (uint32_t)v;
	if (req_number(r, "idle", &v))
		row->idle_ms = (uint32_t)v;
	for (unsigned i = 0; i < row->ngroup; i++) {
		struct store_group *g = &row->group[i];

		if (req_number(r, "ttl", &v))
			g->hops = (uint8_t)v;
		if (req_number(r, "dscp", &v))
			g->dscp = (uint8_t)v;
		if (loop)
			g->loop = str_ieqz(str_of(loop), "yes");
		if (source && g->emit && (!from.family || from.family == g->group.family))
			g->source = from;
	}
	return true;
}

/* New groups of a zone set take over what was said of the old ones. */
static void keep_values(struct store_zone *row, const struct store_group *was)
{
	for (unsigned i = 0; i < row->ngroup; i++) {
		struct store_group *g = &row->group[i];

		g->hops = was->hops;
		g->dscp = was->dscp;
		g->loop = was->loop;
		if (g->emit && was->source.family == g->group.family)
			g->source = was->source;
	}
}

static bool take_row(struct ctl_req *r, struct store_zone *row)
{
	bool had = row->ngroup;
	struct store_group was = row->group[0];

	if (!take_text(r, "label", row->label, sizeof(row->label)) ||
	    !take_text(r, "codec", row->codec, sizeof(row->codec)) ||
	    !take_text(r, "policy", row->policy, sizeof(row->policy)) ||
	    !take_text(r, "agents", row->admit, sizeof(row->admit)) ||
	    !take_groups(r, "group", row, true) || !take_groups(r, "from", row, false))
		return false;
	if (had)
		keep_values(row, &was);
	return take_listeners(r, row) && take_numbers(r, row);
}

/* ---- change -------------------------------------------------------------------- */

static void on_done(void *arg, enum ctl_code code, const char *why)
{
	struct ctl_req *r = arg;
	void (*changed)(void *) = r->env->changed;
	void *changed_arg = r->env->arg;

	if (code == CTL_OK && why[0]) {
		jout_str(req_result(r), "note", why);
		req_result_end(r);
	} else if (code == CTL_OK)
		req_ok(r);
	else
		req_fail(r, code, "%s", why);
	if (changed)
		changed(changed_arg); /* endpoints came or went: RSIP may be due */
}

void ctl_do_zone_add(struct ctl_req *r)
{
	struct store_zone *row = mem_zalloc(sizeof(*row));

	if (!row) {
		req_fail(r, CTL_REFUSED, "out of memory");
		return;
	}
	zone_defaults(row);
	snprintf(row->name, sizeof(row->name), "%s", req_text(r, "name"));
	if (take_row(r, row)) {
		req_wait(r);
		zones_add(r->env->zones, row, on_done, r);
	}
	store_zone_fini(row);
	mem_free(row);
}

void ctl_do_zone_set(struct ctl_req *r)
{
	const struct store_zone *old = zones_find(r->env->zones, req_text(r, "name"));
	struct store_zone *row = mem_zalloc(sizeof(*row));

	if (!old)
		req_fail(r, CTL_UNKNOWN, "there is no zone \"%s\"", req_text(r, "name"));
	else if (req_args(r) < 2)
		req_fail(r, CTL_USAGE, "zone set: nothing is said to change");
	else if (!row || !store_zone_copy(row, old))
		req_fail(r, CTL_REFUSED, "out of memory");
	else if (take_row(r, row)) {
		req_wait(r);
		zones_set(r->env->zones, row, on_done, r);
	}
	if (row)
		store_zone_fini(row);
	mem_free(row);
}

void ctl_do_zone_del(struct ctl_req *r)
{
	req_wait(r);
	zones_del(r->env->zones, req_text(r, "name"), req_flag(r, "force"), on_done, r);
}
