/* ctl/zoneroom.c - from what an operator writes to a row, from a row to a room.
 *
 * layer: ctl (L4)   thread: control   I/O: interface names
 */
#include "ctl/zoneroom.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "util/err.h"
#include "util/mem.h"

enum { DSCP_DEFAULT = 46, IDLE_DEFAULT = 500, PTIME_DEFAULT = 20 };

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
enum ctl_code zone_apply(struct model *m, const struct store_zone *row,
			 struct zone_marks *marks, char why[ZONE_WHY_MAX])
{
	struct room_spec *spec = mem_zalloc(sizeof(*spec));
	struct room *room = room_find(m, str_of(row->name));
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
	c = room ? room_set(room, spec) : room_add(m, spec, &room);
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

/* The first of the agents let in that is nobody; an empty span when all are known. */
struct span zone_stranger(struct model *m, const char *admit)
{
	struct span rest = str_trim(str_of(admit)), one;

	while (rest.n) {
		one = str_trim(str_cut(&rest, ','));
		if (one.n && !owner_find(m, one))
			return one;
	}
	return (struct span){ NULL, 0 };
}
