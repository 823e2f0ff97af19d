/* h248/pkg.h - packages as tables: what a termination realises. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.3, 12, Annex E
 *
 * A package is a row of pkg/all.def and a file pkg/NAME.c. Items name what they do by a
 * capability; values are typed by wire/h248_pkg.h where the item is known there. An id of
 * 0 is not proven: the item works in text, and in binary it is unknown.
 */
#pragma once

#include "h248/hterm.h"
#include "wire/h248_pkg.h"

enum hpkg_on { /* kinds of terminations */
	HPKG_ON_ROOT = 1,
	HPKG_ON_RTP = 2,
	HPKG_ON_PORT = 4,
	HPKG_ON_NAMED = 8,
	HPKG_ON_CTX = 16,
};

enum hpkg_cap {
	CAP_NONE,
	/* numbers of LocalControl, HPROPS of them */
	CAP_JITTER, CAP_DSCP, CAP_FILTER_ADDR, CAP_FILTER_PORT,
	CAP_POLICE, CAP_RATE, CAP_BURST, CAP_PEAK,
	CAP_RTCP, CAP_SET_ADDR, CAP_SET_PORT, /* of one value each */
	/* what is no number there */
	CAP_MASK, CAP_PORTS,
	CAP_LATCH,
	CAP_NETFAIL, CAP_PAYLOAD,
	STAT_DURATION, STAT_OCTETS_SENT, STAT_OCTETS_RECEIVED, STAT_SENT, STAT_RECEIVED,
	STAT_LOSS, STAT_JITTER, STAT_DELAY, STAT_GATED,
	ROOT_CONTEXTS, ROOT_TERMS, ROOT_MG_TIME, ROOT_MGC_TIME, ROOT_MG_PENDING,
	ROOT_MGC_PENDING, ROOT_MGC_LIMIT, ROOT_MG_LIMIT,
};

struct hpkg_item {
	uint16_t id;          /* 0: not proven */
	const char *name;     /* NULL: the end */
	uint8_t kind;         /* enum h248_item_kind */
	uint8_t cap;
	uint8_t version;      /* of the protocol, from which it exists; 0: 1 */
	bool read_only;
	int64_t least, most;  /* properties of numbers */
	const char *form;     /* how a value is written: NULL: a number; "bool", "hex" */
};

struct hpkg {
	uint16_t id;
	const char *name;
	uint8_t version;
	uint8_t on;           /* enum hpkg_on */
	const char *base;     /* package it extends: its items are here too; or NULL */
	const struct hpkg_item *items;
};

extern const struct hpkg *const hpkgs[]; /* NULL at the end */

/* Where an item is defined decides what it is called in an answer. */
struct hpkg_ref {
	const struct hpkg *pkg;
	const struct hpkg_item *item;
};

/* By name or id, among what `on` realises. 0, or 440, 450-453. */
unsigned hpkg_find(enum h248_item_kind kind, const struct h248_pkgd *name, unsigned on,
		   unsigned version, struct hpkg_ref *out);
/* The same for what can be nothing else than refused: 440, 445 or 450. */
unsigned hpkg_why_not(enum h248_item_kind kind, const struct h248_pkgd *name,
		      unsigned on);
unsigned hpkg_on(const struct hterm *h, const struct endp *ep, const struct term *t);
/* A package whose items a termination of that kind has. */
bool hpkg_realised(const struct hpkg *p, unsigned on);
/* "nt/jit" as a name in a reply; `binary`: false when it has no id. */
bool hpkg_name(struct arena *a, const struct hpkg *p, const struct hpkg_item *it,
	       bool binary, struct h248_pkgd *out);
/* A value for a reply. */
struct h248_value *hpkg_int(struct arena *a, int64_t v);
struct h248_value *hpkg_word(struct arena *a, const char *text);
struct h248_value *hpkg_value(struct arena *a, const struct hpkg_item *it, int64_t v);

/* What was asked of a number or bool, with its relation (7.1.1): *v. *chosen: it was not
 * given outright, so the answer must tell. 0, 449 or 454. */
unsigned hpkg_pick(const struct hpkg_ref *r, const struct h248_parm *p, int64_t was,
		   int64_t *v, bool *chosen);
bool hpkg_read(const struct hpkg_ref *r, const struct h248_value *v, int64_t *out);
/* Does a value meet what is asked of it (v3: audits that select)? */
bool hpkg_fits(const struct hpkg_ref *r, int64_t is, const struct h248_parm *want);
