/* daemon/check.c - see check.h.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/apply.h"
#include "daemon/h248.h"
#include "daemon/value.h"
#include "util/log.h"
#include "util/mem.h"

void check_say(struct check *k, const char *section, const struct conf_head *head,
		     const char *item, const char *fmt, ...)
{
	char where[200], text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	conf_where(where, k->conf, schema_find(section), head, item);
	if (head->title)
		buf_printf(k->why, "%s: %s \"%s\"%s%s: %s\n", where, section, head->title,
			   item ? "." : "", item ? item : "", text);
	else
		buf_printf(k->why, "%s: %s%s%s: %s\n", where, section, item ? "." : "",
			   item ? item : "", text);
	k->n++;
}

const char *check_nth_agent(const void *arg, unsigned i)
{
	const struct conf *c = arg;
	const struct conf_agent *a = c->agent.v;

	return i < c->agent.n ? a[i].head.title : NULL;
}

static const char *nth_net(const void *arg, unsigned i)
{
	const struct conf *c = arg;
	const struct conf_netpool *p = c->net.v;

	return i < c->net.n ? p[i].head.title : NULL;
}

static bool has_name(const char *(*nth)(const void *arg, unsigned i),
		     const struct conf *c, const char *name)
{
	const char *have;

	for (unsigned i = 0; (have = nth(c, i)); i++)
		if (!strcmp(have, name))
			return true;
	return false;
}

void check_ref(struct check *k, const char *section, const struct conf_head *head,
		      const char *item, const char *name, const char *kind,
		      const char *(*nth)(const void *arg, unsigned i))
{
	const char *near;

	if (has_name(nth, k->conf, name))
		return;
	near = value_nearest(str_of(name), nth, k->conf);
	check_say(k, section, head, item, "there is no %s \"%s\"%s%s%s", kind, name,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static void check_levels(struct check *k)
{
	const struct conf_log *l = &k->conf->log;
	char *const *v = l->levels.v;

	for (size_t i = 0; i < l->levels.n; i++) {
		char cat[33];
		const char *eq = strchr(v[i], '=');

		snprintf(cat, sizeof(cat), "%.*s", eq ? (int)(eq - v[i]) : 32, v[i]);
		if (!eq || log_cat_parse(cat) < 0 || log_level_parse(eq + 1) < 0)
			check_say(k, "log", &l->head, "levels",
				 "\"%s\" is not CATEGORY=LEVEL, as \"mgcp=debug\"", v[i]);
	}
}

/* 224/4 and ff00::/8 hold all groups: a prefix that reaches beyond names hosts. */
static void check_groups(struct check *k, const struct conf_agent *a)
{
	const struct conf_net *g = a->groups.v;
	char text[ADDR_STRLEN];

	for (size_t i = 0; i < a->groups.n; i++) {
		if (addr_is_multicast(&g[i].net) &&
		    g[i].bits >= (g[i].net.family == 4 ? 4 : 8))
			continue;
		addr_print_ip(text, &g[i].net);
		check_say(k, "agent", &a->head, "groups",
			  "%s/%u is no network of multicast groups, as 239.0.0.0/8 is",
			  text, g[i].bits);
	}
}

static void check_agent(struct check *k, const struct conf_agent *a)
{
	check_groups(k, a);
	if (strlen(a->head.title) > 47 || !a->head.title[0])
		check_say(k, "agent", &a->head, NULL, "a name has 1 to 47 bytes");
	if (a->net[0])
		check_ref(k, "agent", &a->head, "net", a->net, "net", nth_net);
	if (a->protocol == CONF_H248 && !a->mgcs.n)
		check_say(k, "agent", &a->head, NULL,
			 "nobody could command us: set mgcs, since a gateway registers "
			 "before it takes commands; allow only adds to them");
	if (a->protocol == CONF_MGCP && !a->allow.n && !a->addresses.n)
		check_say(k, "agent", &a->head, NULL,
			 "nobody could command us: set allow or addresses");
	if (a->protocol == CONF_MGCP && !k->conf->mgcp.listen.n && !k->conf->mgcp.sctp.n)
		check_say(k, "agent", &a->head, NULL,
			 "it is heard nowhere: mgcp.listen and mgcp.sctp are empty");
	if (a->max2 < a->max1)
		check_say(k, "agent", &a->head, "max2", "is less than max1");
	if (a->rto_min > a->rto_max)
		check_say(k, "agent", &a->head, "rto_min", "is more than rto_max");
	if (a->tdmin > a->tdmax)
		check_say(k, "agent", &a->head, "tdmin", "is more than tdmax");
	if (a->profile == MGCP_PROFILE_OSMOCOM && a->announce == CONF_YES &&
	    !a->addresses.n)
		check_say(k, "agent", &a->head, "announce",
			 "needs addresses to announce to");
}

/* May one message reach both? */
static bool share_listener(const struct conf_agent *a, const struct conf_agent *b)
{
	const struct addr *x = a->listen.v, *y = b->listen.v;

	if (!a->listen.n || !b->listen.n)
		return true;
	for (size_t i = 0; i < a->listen.n; i++)
		for (size_t j = 0; j < b->listen.n; j++)
			if (addr_eq(&x[i], &y[j]))
				return true;
	return false;
}

/* Whom two owners allow would always be the first one's. */
static void check_shared(struct check *k, const struct conf_agent *a,
			 const struct conf_agent *before)
{
	const struct conf_net *x = a->allow.v, *y = before->allow.v;

	if (a->protocol != before->protocol || !share_listener(a, before))
		return;
	for (size_t i = 0; i < a->allow.n; i++)
		for (size_t j = 0; j < before->allow.n; j++) {
			char text[ADDR_STRLEN];

			if (x[i].bits != y[j].bits || !addr_eq(&x[i].net, &y[j].net))
				continue;
			addr_print_ip(text, &x[i].net);
			check_say(k, "agent", &a->head, "allow",
				 "%s is agent \"%s\"'s already; where they share an "
				 "address, each needs a listener of its own (listen)",
				 text, before->head.title);
		}
}

bool check_in_range(const struct conf_range *r, uint16_t port)
{
	return r->last && port >= r->first && port <= r->last;
}

/* In ring mode nothing but media would ever arrive there. */
static void check_ports(struct check *k, const char *section,
			const struct conf_head *head, const char *item,
			const struct conf_list *at)
{
	const struct addr *a = at->v;
	const struct conf_netpool *n = k->conf->net.v;

	for (size_t i = 0; i < at->n; i++) {
		bool bad = check_in_range(&k->conf->media.ports, a[i].port);

		for (size_t j = 0; j < k->conf->net.n; j++)
			bad |= check_in_range(&n[j].ports, a[i].port);
		if (bad)
			check_say(k, section, head, item,
				 "port %u is one of the media ports", a[i].port);
	}
}

static void check_listeners(struct check *k)
{
	const struct conf *c = k->conf;

	check_ports(k, "mgcp", &c->mgcp.head, "listen", &c->mgcp.listen);
	check_ports(k, "h248", &c->h248.head, "udp", &c->h248.udp);
}

/* What the engines themselves would refuse. */
static void check_engines(struct check *k)
{
	struct mgcp_owner_conf *owners;
	struct h248_mg_conf *mgs;
	struct mgcp_conf mgcp;
	struct h248_conf h248;
	char why[H248_WHY_MAX] = "out of memory";

	owners = apply_owners(k->conf, &mgcp);
	if (!owners || mgcp_conf_check(&mgcp, why, sizeof(why))) {
		buf_printf(k->why, "%s\n", why);
		k->n++;
	}
	mem_free(owners);
	mgs = h248_apply(k->conf, &h248, why);
	if (!mgs) {
		buf_printf(k->why, "%s\n", why);
		k->n++;
	}
	mem_free(mgs);
}

unsigned check_conf(const struct conf *c, struct buf *why)
{
	struct check k = { .conf = c, .why = why };
	const struct conf_agent *a = c->agent.v;

	check_levels(&k);
	check_listeners(&k);
	check_tls(&k);
	check_sctp(&k);
	for (size_t i = 0; i < c->agent.n; i++) {
		check_agent(&k, &a[i]);
		for (size_t j = 0; j < i; j++)
			check_shared(&k, &a[i], &a[j]);
	}
	check_pools(&k);
	if (!k.n)
		check_engines(&k);
	return k.n;
}
