/* h248/conf.c - see conf.h.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 */
#include "h248/conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "util/err.h"
#include "wire/h248.h"

enum { TIME_MOST = 24 * 3600 * 1000, DATAGRAM_LEAST = 508, MESSAGE_MOST = H248_MSG_MAX };

void h248_mg_conf_init(struct h248_mg_conf *c)
{
	*c = (struct h248_mg_conf){
		.version = H248_VERSION_MAX,
		.npool = 2,
		.pool = {
			{ "rtp/%d", H248_POOL_RTP, 1, 0x1ffffffe, { 4, 3, 0, 1 }, 0 },
			{ "page/%s/%d", H248_POOL_ROOMS, 1, 65535, { 8, 3, 29, 2 }, 0 },
		},
		.whole_octets = 4,
		.max_contexts = 20000,
		.max_terms = CTX_TERMS_MAX,
		.max_maps = 4096,
		.store_max = 100000,
		.datagram_max = 1472,
		.stream_max = 65531, /* what a TPKT holds (RFC 1006) */
		.mwd = 2500,
		.long_timer = 30000,
		.t_max = 20000,
		.rto_first = 500,
		.rto_min = 200,
		.rto_max = 4000,
		.tries = 32,
		.mg_time = 1000,
		.mgc_time = 2000,
		.mg_pending_limit = 32,
		.mgc_pending_limit = 32,
		.segment_time = 4000,
		.netfail_time = 10000,
	};
}

struct report {
	char *why;
	size_t size;
	const char *mg;
};

static int bad(const struct report *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int bad(const struct report *r, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (r->size)
		snprintf(r->why, r->size, "%.48s: %s", r->mg, text);
	return -H_EINVAL;
}

static bool ended(const char *s, size_t size)
{
	return memchr(s, 0, size) != NULL;
}

static int check_bin(const struct report *r, const struct h248_pool *p)
{
	const struct h248_bin *b = &p->bin;
	unsigned bits = b->octets * 8u, used = b->prefix_bits + (unsigned)b->zone_bits;

	if (!b->octets)
		return 0;
	if (b->octets > H248_ID_MAX || used >= bits || bits - used > 32 ||
	    b->zone_bits > 32)
		return bad(r, "binary ids of %s: no room for the number", p->pattern);
	if (b->prefix_bits < 64 && b->prefix >> b->prefix_bits)
		return bad(r, "binary ids of %s: prefix too long", p->pattern);
	if (p->kind == H248_POOL_ROOMS && b->zone_bits < 8)
		return bad(r, "binary ids of %s: too few bits for zones", p->pattern);
	if (p->kind != H248_POOL_ROOMS && b->zone_bits)
		return bad(r, "binary ids of %s: bits for zones", p->pattern);
	if (bits - used < 32 && p->last >> (bits - used))
		return bad(r, "binary ids of %s: too short for %u", p->pattern, p->last);
	return 0;
}

/* Ids of two pools must differ: of the same length, they differ in their prefixes. */
static bool bins_meet(const struct h248_bin *a, const struct h248_bin *b)
{
	unsigned most = a->prefix_bits > b->prefix_bits ? a->prefix_bits : b->prefix_bits;
	unsigned least = a->prefix_bits + (unsigned)b->prefix_bits - most;

	if (!a->octets || a->octets != b->octets)
		return false;
	return least == 0 || a->prefix >> (a->prefix_bits - least) ==
				     b->prefix >> (b->prefix_bits - least);
}

static int check_pools(const struct report *r, const struct h248_mg_conf *c)
{
	if (c->npool > H248_POOLS_MAX)
		return bad(r, "too many pools");
	for (unsigned i = 0; i < c->npool; i++) {
		const struct h248_pool *p = &c->pool[i];
		const char *at;

		if (!ended(p->pattern, sizeof(p->pattern)) || p->pattern[0] == '%' ||
		    !(at = strstr(p->pattern, "%d")) || strlen(p->pattern) > 40)
			return bad(r, "a pool's pattern has no %%d, or begins with it");
		if (p->kind == H248_POOL_RTP && (at[2] || p->first > p->last))
			return bad(r, "%s: numbers stand last, and first before last",
				   p->pattern);
		if (p->base && p->base != 10 && p->base != 16)
			return bad(r, "%s: numbers of base %u", p->pattern, p->base);
		if (p->kind == H248_POOL_ROOMS && !strstr(p->pattern, "/%s/%d"))
			return bad(r, "%s: rooms are named NAME/%%s/%%d", p->pattern);
		if (check_bin(r, p))
			return -H_EINVAL;
		for (unsigned k = 0; k < i; k++)
			if (bins_meet(&p->bin, &c->pool[k].bin))
				return bad(r, "binary ids of %s and %s are the same",
					   p->pattern, c->pool[k].pattern);
	}
	return 0;
}

static int check_mgcs(const struct report *r, const struct h248_mg_conf *c)
{
	if (c->nlisten > H248_LISTEN_MAX || c->nmgc > H248_MGCS_MAX ||
	    c->nallow > H248_ALLOW_MAX)
		return bad(r, "too many addresses");
	for (unsigned i = 0; i < c->nmgc; i++) {
		const struct h248_mgc *m = &c->mgc[i];

		if (!ended(m->host, sizeof(m->host)) || (!m->addr.family && !m->host[0]))
			return bad(r, "an MGC without address");
		if (m->version > H248_VERSION_MAX)
			return bad(r, "there is no version %u", m->version);
	}
	for (unsigned i = 0; i < c->nallow; i++)
		if (c->allow[i].bits > (c->allow[i].net.family == 4 ? 32 : 128))
			return bad(r, "a network with too long a prefix");
	return 0;
}

static int check_times(const struct report *r, const struct h248_mg_conf *c)
{
	if (c->rto_min < 10 || c->rto_min > c->rto_first || c->rto_first > c->rto_max ||
	    c->rto_max > c->t_max)
		return bad(r,
			   "needed: 10 ms, rto_min, rto_first, rto_max, t_max in order");
	if (c->t_max > c->long_timer || c->long_timer > TIME_MOST)
		return bad(r, "t_max is at most long_timer (D.1.5), that a day");
	if (!c->mg_time || !c->mgc_time || c->mwd > TIME_MOST || !c->segment_time ||
	    !c->netfail_time || c->netfail_time > TIME_MOST)
		return bad(r, "times of 0, or over a day");
	if (!c->tries || !c->store_max || !c->max_contexts || c->max_terms < 2 ||
	    c->max_terms > CTX_TERMS_MAX)
		return bad(r, "a limit is 0, or over %u terminations in a context",
			   CTX_TERMS_MAX);
	if (c->datagram_max < DATAGRAM_LEAST || c->datagram_max > 65507 ||
	    c->stream_max < DATAGRAM_LEAST || c->stream_max > MESSAGE_MOST)
		return bad(r, "messages of less than %u bytes, or too big",
			   (unsigned)DATAGRAM_LEAST);
	return 0;
}

static bool profile_ok(const char *p)
{
	const char *slash = strrchr(p, '/');
	uint32_t v;

	if (!*p)
		return true;
	return slash && slash != p && str_u32(str_of(slash + 1), 99, &v);
}

static int check_one(const struct report *r, const struct h248_mg_conf *c)
{
	struct h248_mid mid;
	int rc;

	if (!ended(c->name, sizeof(c->name)) || !c->name[0])
		return bad(r, "no name");
	if (!ended(c->mid, sizeof(c->mid)) || h248_mid_parse(str_of(c->mid), &mid))
		return bad(r,
			   "no message identifier: [address]:port, <domain> or device");
	if (!c->version || c->version > H248_VERSION_MAX)
		return bad(r, "there is no version %u", c->version);
	if (!ended(c->profile, sizeof(c->profile)) || !profile_ok(c->profile))
		return bad(r, "a profile is written NAME/VERSION");
	if (!c->whole_octets || c->whole_octets > H248_ID_MAX)
		return bad(r, "binary ids have 1 to %d octets", H248_ID_MAX);
	rc = check_mgcs(r, c);
	if (!rc)
		rc = check_pools(r, c);
	return rc ? rc : check_times(r, c);
}

int h248_conf_check(const struct h248_conf *conf, char *why, size_t size)
{
	for (uint32_t i = 0; i < conf->nmg; i++) {
		const struct h248_mg_conf *c = &conf->mg[i];
		struct report r = { why, size, c->name };

		if (check_one(&r, c))
			return -H_EINVAL;
		for (uint32_t k = 0; k < i; k++)
			if (!strcmp(conf->mg[k].name, c->name))
				return bad(&r, "named twice");
	}
	return 0;
}
