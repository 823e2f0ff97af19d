/* wire/h248_ber.h - the ASN.1 of H.248 as tables, for decoder, encoder and dump.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, H.248.1 v2 and v3; X.690 (BER); X.680 24.7 (automatic tags)
 *
 * Internal to src/wire/h248_ber*.c and h248_walk.c. A type is a SEQUENCE or a CHOICE; the
 * number of a row is its tag, as automatic tagging numbers them. A row says where in the
 * tree's struct its value lies. What no row can say is one of the OPs with a name of its
 * own, done in h248_ber_val.c.
 */
#pragma once

#include <stddef.h>

#include "util/err.h"
#include "wire/h248.h"
#include "wire/h248_pkg.h"

enum ber_op {
	OP_U8,
	OP_U16,
	OP_U32,  /* INTEGER 0..max */
	OP_ENUM, /* ENUMERATED 0..max in a uint8_t */
	OP_BOOL, /* BOOLEAN: has_bit says it is there, `max` is the bit that it is TRUE */
	OP_FLAG, /* BOOLEAN: has_bit is its value, FALSE is as absent */
	OP_NULL, /* NULL: has_bit */
	OP_BITS, /* BIT STRING of max bits in a uint8_t or uint16_t (`least` octets) */
	OP_TEXT, /* IA5String in a span, least..max octets */
	OP_OCTETS, /* OCTET STRING of least..max octets in an array; count at `len` if any
		    */
	OP_SEQ,    /* SEQUENCE whose struct lies here */
	OP_PTR,    /* SEQUENCE whose struct is pointed at */
	OP_CHOICE, /* CHOICE whose struct lies here: explicit tag */
	OP_PCHOICE, /* CHOICE whose struct is pointed at: explicit tag */
	OP_LIST,    /* SEQUENCE OF */
	OP_FIRST,   /* one element of a list */
	OP_DESC,    /* a descriptor of kind `max` in a list of struct h248_desc */
	OP_NUMS,    /* SEQUENCE OF INTEGER or ENUMERATED (`least` is the tag) */
	OP_PKGD,    /* PkgdName, an enum h248_item_kind in `least` */
	OP_PNAME,   /* Name of a parameter */
	OP_PACKAGE, /* Name of a package */
	OP_DMNAME,  /* Name of a digit map */
	OP_VALUES,  /* SEQUENCE OF OCTET STRING; the struct is struct h248_parm */
	OP_REASON,  /* Value of serviceChangeReason: an IA5String within */
	OP_REL,     /* extraInfo */
	OP_WILD,    /* SEQUENCE OF WildcardField */
	OP_TOPODIR, /* topologyDirection, and its extension when `least` is 3 */
	OP_NONSTD,  /* NonStandardData as extension parameters */
	OP_BODY,    /* CHOICE that depends on the version */
	OP_SKIP,    /* nothing of ours */
	OP_COUNT
};

enum { BER_OPT = 1, BER_SEVERAL = 2 }; /* SEVERAL: only when the list has two or more */

struct ber_type;

struct ber_row {
	const char *name;
	uint8_t op, flags;
	uint8_t version;          /* first version that has it; 0 is 1 */
	uint8_t has_size;         /* of the field that holds has_bit; 0: no such bit */
	uint16_t off, has_off, has_bit;
	uint16_t len;             /* OCTETS: offset of the count, 0: none */
	uint32_t least, max;
	const struct ber_type *sub;
	uint8_t kind;             /* in a CHOICE: what the kind field says of this row */
	const char *words;        /* ENUM, BITS: names of 0, 1, ... */
};

struct ber_enc;

struct ber_type {
	const char *name;
	const struct ber_row *rows;
	uint8_t n;
	uint8_t choice;           /* a CHOICE, else a SEQUENCE */
	uint8_t of; /* one row, a list, whose SEQUENCE OF is the type itself */
	uint8_t level;            /* enum h248_level of its nodes */
	uint16_t size;
	uint16_t kind_off;        /* CHOICE: offset + 1 of the kind field; 0: none */
	void (*init)(void *node);
	bool (*after)(void *node);       /* when decoded; false: no such value */
	uint16_t code; /* error code then; 0: by level */
	int (*pick)(const void *node);   /* CHOICE without kind: row to encode */
	bool (*there)(const void *node); /* optional SEQUENCE in place: any of it */
	/* Encode another node instead (tmp is struct h248_term); NULL: there is none. */
	const void *(*before)(struct ber_enc *e, const void *node, struct h248_term *tmp);
	/* Encode the contents by hand; false: do it by the rows. */
	bool (*enc)(struct ber_enc *e, const void *node);
};

extern const struct ber_type ber_message;
extern const struct ber_type ber_action_request, ber_action_reply;
extern const struct ber_type ber_error, ber_media, ber_modem, ber_mux, ber_events,
	ber_observed, ber_digitmap, ber_audit, ber_stats, ber_svc, ber_svc_reply,
	ber_term, ber_mid, ber_svc_address, ber_signal_request, ber_event_spec,
	ber_package, ber_parm, ber_ia_parm, ber_time, ber_stat;
extern const struct ber_type *const ber_desc_type[H248_D_KINDS];

enum { BER_UNIVERSAL = 0, BER_CONTEXT = 0x80, BER_CONSTRUCTED = 0x20 };
enum { TAG_INTEGER = 2, TAG_OCTETS = 4, TAG_ENUM = 10, TAG_SEQUENCE = 0x30 };

static inline void *ber_at(const void *base, uint16_t off)
{
	return (char *)(uintptr_t)base + off;
}

static inline bool ber_has(const struct ber_row *r, const void *base)
{
	const void *p = ber_at(base, r->has_off);

	return r->has_size == 2 ? *(const uint16_t *)p & r->has_bit
				: *(const uint8_t *)p & r->has_bit;
}

bool ber_there(const struct ber_row *r, const void *base);
const struct ber_row *ber_pick(const struct ber_type *t, const void *node);
/* The name as text for misfits, or its id in hex. */
void ber_name_text(const struct h248_pkgd *d, char *out, size_t size);
bool ber_value_there(const struct ber_row *r, const void *base);
const void *ber_term_before(struct ber_enc *e, const void *node, struct h248_term *tmp);
bool ber_group_enc(struct ber_enc *e, const void *node);
