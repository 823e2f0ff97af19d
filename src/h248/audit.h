/* h248/audit.h - descriptors that tell what is. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.12, 7.2.5, 7.2.6
 */
#pragma once

#include "h248/exec.h"
#include "h248/hterm.h"

/* What is audited. */
struct subject {
	struct exec *x;
	struct hterm *h;  /* NULL: ROOT, or a named one with nothing special */
	struct term *t;   /* NULL: in the null context, or ROOT */
	struct endp *ep;
	unsigned on;      /* enum hpkg_on */
	struct h248_cmd *r;
};

/* What is wrong with an Audit descriptor whatever the state; else 0. */
unsigned audit_check(const struct exec *x, const struct h248_audit *q, unsigned on);
unsigned audit_item_check(const struct h248_indaud *q, unsigned on, unsigned version);
/* Add what an Audit descriptor asks for to the reply. 0 or a code. */
unsigned audit_put(struct subject *s, const struct h248_audit *q);
unsigned audit_stats(struct subject *s);
void audit_stream_stats(struct subject *s); /* v3: of streams they were asked for on */
/* auditone.c: single items of v2 and v3. False in *fits: a selector did not match. */
unsigned audit_item(struct subject *s, const struct h248_indaud *q, bool *fits);
/* stats.c */
struct h248_parm *stats_of(struct subject *s, const struct strm *st);
struct h248_parm *stats_one(struct subject *s, const struct h248_pkgd *name);
/* Totals over all streams. */
struct hstats {
	uint64_t dur_ms, os, or, ps, pr, lost, expected, gated;
	uint32_t jitter, clock, rtt_us;
};
void stats_sum(const struct term *t, const struct strm *only, uint64_t now,
	       struct hstats *out);

struct h248_media *audit_media(struct subject *s);
