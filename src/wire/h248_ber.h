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
	OP_U8, OP_U16, OP_U32, /* INTEGER 0..max */
	OP_ENUM,    /* ENUMERATED 0..max in a uint8_t */
	OP_BOOL,    /* BOOLEAN: has_bit says it is there, `max` is the bit that it is TRUE */
	OP_FLAG,    /* BOOLEAN: has_bit is its value, FALSE is as absent */
	OP_NULL,    /* NULL: has_bit */
	OP_BITS,    /* BIT STRING of max bits in a uint8_t or uint16_t (`least` octets) */
	OP_TEXT,    /* IA5String in a span, least..max octets */
	OP_OCTETS,  /* OCTET STRING of least..max octets in an array; count at `len` if any */
	OP_SEQ,     /* SEQUENCE whose struct lies here */
	OP_PTR,     /* SEQUENCE whose struct is pointed at */
	OP_CHOICE,  /* CHOICE whose struct lies here: explicit tag */
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
	uint8_t of;               /* one row, a list, whose SEQUENCE OF is the type itself */
	uint8_t level;            /* enum h248_level of its nodes */
	uint16_t size;
	uint16_t kind_off;        /* CHOICE: offset + 1 of the kind field; 0: none */
	void (*init)(void *node);
	bool (*after)(void *node);                 /* when decoded; false: no such value */
	int (*pick)(const void *node);             /* CHOICE without kind: row to encode */
	bool (*there)(const void *node);           /* optional SEQUENCE in place: any of it */
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

/* --- reading --- */
struct ber_in {
	const uint8_t *p, *end;
	bool open; /* indefinite length, its end not seen yet */
};

struct ber_tlv {
	unsigned num;    /* tag number */
	uint8_t cls;     /* first octet without the number */
	struct ber_in in;
};

enum { BER_UNIVERSAL = 0, BER_CONTEXT = 0x80, BER_CONSTRUCTED = 0x20 };
enum { TAG_INTEGER = 2, TAG_OCTETS = 4, TAG_ENUM = 10, TAG_SEQUENCE = 0x30 };

struct ber_dec {
	struct arena *a;
	char *mem, *mem_end;
	const uint8_t *start;
	unsigned version, nodes;
	uint8_t level;
	bool header; /* version and identifier are read */
	int rc;
	struct h248_fault *fault;
};

bool ber_fail_code(struct ber_dec *d, uint16_t code, const uint8_t *at, const char *what);
bool ber_fail(struct ber_dec *d, const uint8_t *at, const char *what);
void *ber_more(struct ber_dec *d, size_t size);

/* Zeroed memory for a node: blocks are zeroed when they are got. */
static inline void *ber_node(struct ber_dec *d, size_t size)
{
	size_t need = (size + 7) & ~(size_t)7;

	if ((size_t)(d->mem_end - d->mem) < need || ++d->nodes > H248_NODE_MAX)
		return ber_more(d, need);
	d->mem += need;
	return d->mem - need;
}

bool ber_next_slow(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t);
bool ber_pass_over(struct ber_dec *d, struct ber_in *in);
bool ber_pieces(struct ber_dec *d, struct ber_tlv *t, struct span *out);

/* The next element; false at the end or after a fault. ber_close() when done with it. */
static inline bool ber_next(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t)
{
	const uint8_t *p = in->p;
	ptrdiff_t left = in->end - p - 2;

	if (left == -2 && !in->open)
		return false;
	if (left < 0 || in->open || (p[0] & 0x1f) == 0x1f)
		return ber_next_slow(d, in, t);
	t->num = p[0] & 0x1f;
	t->cls = p[0] & 0xe0;
	p += 2;
	if (p[-1] <= 0x7f && p[-1] <= left) {
		in->p = p + p[-1];
	} else if (p[-1] == 0x81 && left && p[0] <= left - 1) {
		in->p = p + 1 + p[0];
		p++;
	} else {
		return ber_next_slow(d, in, t);
	}
	t->in = (struct ber_in){ p, in->p, false };
	return true;
}

static inline bool ber_close(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t)
{
	if (t->in.open && !ber_pass_over(d, &t->in))
		return false;
	if (t->in.p > in->p)
		in->p = t->in.p; /* of an indefinite length only now known */
	return true;
}

static inline bool ber_octets(struct ber_dec *d, struct ber_tlv *t, struct span *out)
{
	if (t->cls & BER_CONSTRUCTED)
		return ber_pieces(d, t, out);
	*out = (struct span){ (const char *)t->in.p, (size_t)(t->in.end - t->in.p) };
	return true;
}

bool ber_uint(struct ber_dec *d, struct ber_tlv *t, uint32_t most, uint32_t *out);
/* The OPs of h248_ber_val.c; NULL: not one of these. */
typedef bool(ber_dec_h)(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
			void *base);
extern ber_dec_h *const ber_dec_ops[OP_COUNT];

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

static inline void ber_set(const struct ber_row *r, void *base, unsigned bit)
{
	if (r->has_size == 1)
		*(uint8_t *)ber_at(base, r->has_off) |= (uint8_t)bit;
	else if (r->has_size)
		*(uint16_t *)ber_at(base, r->has_off) |= (uint16_t)bit;
}

/* --- writing --- */
struct ber_enc {
	struct buf *b;
	const struct h248_names *names;
	struct h248_misfit *misfit;
	unsigned version;
	int rc;
	/* whose parameters and values come next; looked up only when one needs it */
	const struct h248_pkgd *owner, *name;
	uint8_t owner_kind, kind; /* enum h248_item_kind */
};

/* Record why not, once; always false. */
bool ber_misfit(struct ber_enc *e, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Room for n more bytes, or NULL: the buffer remembers. */
static inline char *ber_room(struct ber_enc *e, size_t n)
{
	struct buf *b = e->b;

	if (b->fail || b->cap - b->n < n)
		return buf_room(b, n);
	b->n += n;
	return b->p + b->n - n;
}

size_t ber_open(struct ber_enc *e, unsigned tag);
void ber_end(struct ber_enc *e, size_t at);
void ber_put_uint(struct ber_enc *e, unsigned tag, uint32_t v);
void ber_put_octets(struct ber_enc *e, unsigned tag, const void *p, size_t n);
/* The OPs of h248_ber_put.c; NULL: not one of these. */
typedef bool(ber_enc_h)(struct ber_enc *e, const struct ber_row *r, unsigned tag,
			const void *base);
extern ber_enc_h *const ber_enc_ops[OP_COUNT];
bool ber_value_there(const struct ber_row *r, const void *base);
const void *ber_term_before(struct ber_enc *e, const void *node, struct h248_term *tmp);
bool ber_group_enc(struct ber_enc *e, const void *node);
bool ber_there(const struct ber_row *r, const void *base);
const struct ber_row *ber_pick(const struct ber_type *t, const void *node);
/* The name as text for misfits, or its id in hex. */
void ber_name_text(const struct h248_pkgd *d, char *out, size_t size);
