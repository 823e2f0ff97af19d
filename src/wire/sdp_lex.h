/* wire/sdp_lex.h - what the parts of the SDP parser share; private to wire/sdp_*.c.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866 5
 */
#pragma once

#include "util/err.h"
#include "wire/sdp.h"

struct sdp_reader {
	struct arena *a;
	const char *base;           /* NULL: not from a text (sdp_derive) */
	int rc;                     /* sticky */
	struct parse_err err;
	struct sdp *s;              /* the description in work */
	struct sdp_media *m;        /* its media in work, or NULL */
	struct sdp_fmt *by_pt[128]; /* formats of m */
};

bool sdp_fail(struct sdp_reader *r, const char *at, const char *clause, const char *what);
bool sdp_limit(struct sdp_reader *r, const char *at, const char *what);
void *sdp_item(struct sdp_reader *r, size_t size);

static inline bool sdp_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next field of a line, empty (with a place) when there is none. */
static inline struct span sdp_field(struct span *rest)
{
	const char *p = rest->p, *end = p + rest->n, *from;

	while (p < end && sdp_blank(*p))
		p++;
	for (from = p; p < end && !sdp_blank(*p); p++)
		;
	*rest = (struct span){ p, (size_t)(end - p) };
	return (struct span){ from, (size_t)(p - from) };
}

static inline bool sdp_any(struct span s)
{
	return s.n == 1 && *s.p == '$';
}

/* An address literal of that type ("IP4", "IP6") without a port. */
bool sdp_literal(struct addr *a, struct span addrtype, struct span host);
bool sdp_proto_rtp(struct span proto);
bool sdp_host_ok(struct span host);   /* a name of letters, digits, "-" and "." */

/* c= and the address part of a=rtcp: the three fields given. */
bool sdp_conn_parse(struct sdp_reader *r, struct sdp_conn *c, struct span line);
bool sdp_media_parse(struct sdp_reader *r, struct span line);

/* Forget what was derived for m (NULL: the session), look at one attribute, and when all
 * are seen hand the session's values down. */
void sdp_derive_begin(struct sdp_reader *r, struct sdp_media *m);
bool sdp_derive_attr(struct sdp_reader *r, const struct sdp_attr *a);
void sdp_derive_end(struct sdp *s);
