/* wire/h248.h - H.248/Megaco messages, text and binary, v1 to v3, as one tree.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex A (ASN.1, BER), Annex B (ABNF); H.248.1 v2, v3
 *
 * Decode into an arena, look at the tree (h248_tree.h), free the arena. The tree borrows
 * from the bytes it was made of: keep them as long. A tree of one form prints as any
 * other, so long as every name in it has a counterpart there.
 *
 *	struct h248_msg *m;
 *	struct h248_fault f;
 *
 *	if (!h248_text_parse(a, bytes, &m, &f))
 *		h248_ber_enc(&b, m, &h248_names_plain, NULL);
 *
 * A decoder returns 0, -H_ESYNTAX, -H_ELIMIT or -H_ENOMEM. On failure *out is the tree as
 * far as it was read, NULL when not even version and mid could be; `fault` says which
 * error code is due, where, and in which transaction, action and command: whatever
 * stands before it is whole. Time and memory are linear in the bytes given.
 *
 * v3's words are plain names in v1 and v2 text. A binary v1 or v2 message may carry
 * newer fields after an extension marker: they are passed over, as unknown ones are.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/str.h"
#include "wire/h248_tree.h"
#include "wire/parse.h"

enum {
	H248_MSG_MAX = 1 << 20,    /* bytes of one message */
	H248_NODE_MAX = 1 << 17,   /* nodes of one tree */
	H248_DEPTH_MAX = 64,       /* open indefinite lengths in what is passed over */
};

enum h248_level { H248_AT_MESSAGE, H248_AT_TRANS, H248_AT_ACTION, H248_AT_CMD };

struct h248_fault {
	struct parse_err err;
	uint16_t code;  /* 400, 403, 406, 410, 422, 442, 444, 447, 448 */
	uint8_t level;  /* enum h248_level: what could not be read */
	const struct h248_trans *trans;   /* borrowed: tree; the last begun, or NULL */
	const struct h248_action *action; /* borrowed: tree */
	const struct h248_cmd *cmd;       /* borrowed: tree */
};

/* How names of terminations and digit maps in text and in binary answer to each other.
 * Functions return 0 or -H_ENOENT: no counterpart. ROOT, and `*` and `$` alone where
 * whole_octets is given, never reach them. */
struct h248_names {
	void *arg;
	uint8_t whole_octets; /* length of an id that stands for `*` or `$` alone, 1-8 */
	int (*to_bin)(void *arg, struct span text, struct h248_term *out); /* id, wild */
	int (*to_text)(void *arg, const struct h248_term *bin,
		       char out[H248_NAME_MAX + 1]);
	int (*dm_to_bin)(void *arg, struct span text, uint8_t out[2]);
	int (*dm_to_text)(void *arg, const uint8_t id[2], char out[H248_NAME_MAX + 1]);
};

/* Names of up to 8 characters are their own octets, lower case; a wildcard takes the
 * place of one octet: `$` or `*` at the end is that level and all below, elsewhere one
 * level. Digit map names are their two octets, or xHHHH in hex where these are no name.
 */
extern const struct h248_names h248_names_plain;

/* What a printer could not say in the form asked for, e.g. "package 0x0131". */
struct h248_misfit {
	char what[128];
};

enum h248_style { H248_COMPACT, H248_PRETTY };

int h248_text_parse(struct arena *a, struct span in, struct h248_msg **out,
		    struct h248_fault *fault);
int h248_ber_dec(struct arena *a, struct span in, struct h248_msg **out,
		 struct h248_fault *fault);

/* Append to `b`. 0; -H_ENOENT: a name or value without counterpart, named in `misfit`
 * (may be NULL); -H_EINVAL: not in this version or form, named too; -H_ELIMIT: b full. */
int h248_text_print(struct buf *b, const struct h248_msg *m, enum h248_style style,
		    const struct h248_names *names, struct h248_misfit *misfit);
int h248_ber_enc(struct buf *b, const struct h248_msg *m, const struct h248_names *names,
		 struct h248_misfit *misfit);

/* The SDP of one alternative as lines ending in CRLF; of text, as it came. Absent when
 * the heap failed or a binary property is no SDP line. */
struct span h248_group_sdp(struct arena *a, const struct h248_group *g);

/* Message identifiers and addresses by themselves: "[192.0.2.1]:2944", "<gw.example>",
 * "gw/1", "MTP{1234}". h248_mid_parse takes the whole span. */
int h248_mid_parse(struct span s, struct h248_mid *out);
void h248_mid_print(struct buf *b, const struct h248_mid *m);

/* The text of a TerminationID: its own, or the counterpart of a binary one in `tmp`. */
int h248_term_text(const struct h248_term *t, const struct h248_names *names,
		   char tmp[H248_NAME_MAX + 1], struct span *out);

/* The octets of a TerminationID: its own, or the counterpart of a text one. */
int h248_term_bin(const struct h248_term *t, const struct h248_names *names,
		  struct h248_term *out);

/* Words for logs and JSON: "Add", "Media"; "" when out of range. */
const char *h248_cmd_name(unsigned kind);
const char *h248_desc_name(unsigned kind);
