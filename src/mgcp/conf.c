/* mgcp/conf.c - defaults and limits of what the engine is told.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.5.1, 3.5.3, 3.5.4, 3.5.6, 4.3, 4.4.6, 4.4.7
 */
#include "mgcp/conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "wire/mgcp.h"

void mgcp_owner_conf_init(struct mgcp_owner_conf *c, enum mgcp_profile profile)
{
	*c = (struct mgcp_owner_conf){
		.profile = profile,
		.announce = profile != MGCP_PROFILE_OSMOCOM,
		.retransmit = true,
		.dns_max1 = true,
		.dns_max2 = true,
		.store_max = 200000,
		.datagram_max = 4000,
		.t_hist = 30000,
		.t_max = 20000,
		.longtran = 5000,
		.rto_first = 200,
		.rto_min = 100,
		.rto_max = 4000,
		.max1 = 5,
		.max2 = 7,
		.mwd = 60, /* 4.4.6: a gateway of trunks */
		.tdinit = 15000,
		.tdmin = 15000,
		.tdmax = 600000,
		.tries = 64,
	};
}

static int complain(char *why, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int complain(char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return -H_EINVAL;
}

/* The RFC's order of the timers: what breaks it breaks at-most-once. */
static int check_timers(const struct mgcp_owner_conf *c, char *why, size_t size)
{
	if (!c->t_max || c->t_hist < c->t_max)
		return complain(why, size, "%s: t_hist must not be below t_max", c->name);
	if (c->t_hist > 3600000)
		return complain(why, size, "%s: t_hist is above an hour", c->name);
	if (!c->rto_min || c->rto_first < c->rto_min || c->rto_max < c->rto_first)
		return complain(why, size, "%s: 0 < rto_min <= rto_first <= rto_max",
				c->name);
	if (c->rto_max > c->t_max)
		return complain(why, size, "%s: rto_max is above t_max", c->name);
	if (!c->longtran || c->longtran >= c->t_hist)
		return complain(why, size, "%s: longtran must be below t_hist", c->name);
	if (!c->max1 || c->max2 <= c->max1)
		return complain(why, size, "%s: max2 must be above max1", c->name);
	if (c->tdinit < 1000 || c->tdmax < c->tdinit)
		return complain(why, size, "%s: 1 s <= tdinit <= tdmax", c->name);
	return 0;
}

static int check_names(const struct mgcp_owner_conf *c, char *why, size_t size)
{
	struct mgcp_name n;

	if (!c->name[0] || !memchr(c->name, 0, sizeof(c->name)))
		return complain(why, size, "an owner without a name");
	if (c->announce && !c->gateway[0])
		return complain(why, size, "%s: no gateway name to announce", c->name);
	if (c->notified[0] && mgcp_entity_parse(&n, str_of(c->notified)))
		return complain(why, size, "%s: notified entity is malformed", c->name);
	return 0;
}

static int check_counts(const struct mgcp_owner_conf *c, char *why, size_t size)
{
	if (c->nlisten > MGCP_LISTEN_MAX || c->nallow > MGCP_ALLOW_MAX ||
	    c->nagent > MGCP_AGENTS_MAX || c->ndomain > MGCP_DOMAINS_MAX)
		return complain(why, size, "%s: too many addresses or names", c->name);
	if (!c->store_max || !c->tries)
		return complain(why, size, "%s: store_max and tries are at least 1",
				c->name);
	if (c->datagram_max < 4000 || c->datagram_max > 65507)
		return complain(why, size, "%s: datagram_max is 4000 to 65507", c->name);
	return 0;
}

int mgcp_conf_check(const struct mgcp_conf *conf, char *why, size_t size)
{
	int rc = 0;

	for (uint32_t i = 0; !rc && i < conf->nowner; i++) {
		const struct mgcp_owner_conf *c = &conf->owner[i];

		rc = check_names(c, why, size);
		if (!rc)
			rc = check_counts(c, why, size);
		if (!rc)
			rc = check_timers(c, why, size);
		for (uint32_t j = 0; !rc && j < i; j++)
			if (!strcmp(conf->owner[j].name, c->name))
				rc = complain(why, size, "%s: named twice", c->name);
	}
	return rc;
}
