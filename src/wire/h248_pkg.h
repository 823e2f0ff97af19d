/* wire/h248_pkg.h - names of packages and items, and the types of their values.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 12 (packages), A.2 (types in binary), B.2 (types in text), Annex E
 *
 * The tables hold what is proven (h248_pkg.def). Text names are case-blind. A function
 * that turns one form into the other returns 0, or -H_ENOENT when there is no
 * counterpart.
 *
 * Values: text as it stood, or octets that are BER within BER ("double wrapped") or, from
 * peers that don't wrap, bare characters. An item tells how to read them; item may be
 * NULL, then the octets' own tag or the look of the text decides.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"
#include "wire/h248_desc.h"

enum h248_item_kind {
	H248_PROPERTY,
	H248_EVENT,
	H248_SIGNAL,
	H248_STAT,
	H248_EPARM, /* of an event */
	H248_SPARM, /* of a signal */
};

enum h248_type {
	H248_T_NONE, /* events and signals; unknown */
	H248_T_BOOL, /* on, off */
	H248_T_INT,
	H248_T_DOUBLE, /* 64-bit integer */
	H248_T_FIXED,  /* 64 bits: whole part, binary fraction */
	H248_T_ENUM,
	H248_T_STRING,
	H248_T_OCTETS, /* text: hex digits */
	H248_T_TONE,   /* name or id of a signal or event of the same package; `*` is 0 */
	H248_T_SIGNAME, /* text "pkg/item", binary its 4 octets */
};

struct h248_item {
	uint8_t kind, type;
	uint16_t owner, id; /* owner: id of the parameter's event or signal, else 0 */
	const char *name;
	const char *values;      /* "NR=1 UR=2", or NULL */
};

/* An item of kind PROPERTY to STAT by its package name; NULL: unknown or wildcarded. */
const struct h248_item *h248_item_find(enum h248_item_kind kind,
				       const struct h248_pkgd *name);
/* A parameter of an event or signal; owner may be NULL. */
const struct h248_item *h248_parm_find(const struct h248_item *owner,
				       const struct h248_pkgd *name);

/* The signal or event that a tone id, or its name, means to this parameter. */
const struct h248_item *h248_tone_by_name(const struct h248_item *parm, struct span name);
const struct h248_item *h248_tone_by_id(const struct h248_item *parm, unsigned id);

/* Package names, "pkg/item" names (wildcards too) and parameter names. */
int h248_package_id(const struct h248_pkgd *name, uint32_t *id);
int h248_package_text(const struct h248_pkgd *name, struct span *out);
int h248_pkgd_id(enum h248_item_kind kind, const struct h248_pkgd *name, uint32_t *id);
int h248_pkgd_put(struct buf *b, enum h248_item_kind kind, const struct h248_pkgd *name);
int h248_parm_id(const struct h248_item *owner, const struct h248_pkgd *name,
		 uint32_t *id);
int h248_parm_put(struct buf *b, const struct h248_item *owner,
		  const struct h248_pkgd *name);

/* The letter of the line of SDP that a binary property is, or 0 (Annex C.11). */
char h248_sdp_letter(const struct h248_pkgd *name);

/* Is this name "pkg/item", or this id? For callers who know both. */
bool h248_pkgd_is(const struct h248_pkgd *name, const char *text, uint32_t id);
bool h248_pkgd_wild(const struct h248_pkgd *name); /* a wildcard in it */

/* Reading values. False: not of that type or out of range. Enumerations and tones are
 * their numbers, fixed point 2^32 for one. */
bool h248_value_int(const struct h248_item *it, const struct h248_value *v, int64_t *out);
bool h248_value_bool(const struct h248_item *it, const struct h248_value *v, bool *out);
/* The characters or octets, unwrapped; of text, as they stand. */
struct span h248_value_octets(const struct h248_value *v);
bool h248_value_wrapped(const struct h248_value *v); /* BER within BER */
bool h248_value_choose(const struct h248_parm *p); /* `$`, or no value at all */

/* Writing them: text (quotes where needed), or the wrapped octets. */
int h248_value_put(struct buf *b, const struct h248_item *it, const struct h248_value *v);
int h248_value_enc(struct buf *b, const struct h248_item *it, const struct h248_value *v);
/* The text without quotes and, where case means nothing, in lower case. */
void h248_value_plain(struct buf *b, const struct h248_item *it,
		      const struct h248_value *v);
