/* wire/h248_names.c - TerminationIDs in text and in octets.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.1, B.1
 */
#include <stdio.h>
#include <string.h>

#include "wire/h248_ber_out.h"
#include "wire/h248_lex.h"

enum { WILD_ALL = 0x80, WILD_BELOW = 0x40, WILD_BIT = 0x3f };

/* A wildcard at octet i of n: its field names the topmost bit of that octet. */
static uint8_t wild_field(char c, size_t i, size_t n)
{
	unsigned f = (unsigned)(8 * (n - i) - 1);

	if (c == '*')
		f |= WILD_ALL;
	if (i + 1 == n)
		f |= WILD_BELOW;
	return (uint8_t)f;
}

static int plain_to_bin(void *arg, struct span text, struct h248_term *out)
{
	(void)arg;
	if (!text.n || text.n > H248_ID_MAX)
		return -H_ENOENT;
	out->nid = (uint8_t)text.n;
	out->nwild = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool wild = c == '*' || c == '$';

		out->id[i] = wild ? 0 : (uint8_t)str_lower(c);
		if (wild)
			out->wild[out->nwild++] = wild_field(c, i, text.n);
	}
	return 0;
}

static int plain_to_text(void *arg, const struct h248_term *bin,
			 char out[H248_NAME_MAX + 1])
{
	size_t n = bin->nid;

	(void)arg;
	if (!n || n > H248_ID_MAX)
		return -H_ENOENT;
	memcpy(out, bin->id, n);
	for (int i = 0; i < bin->nwild; i++) {
		unsigned bit = bin->wild[i] & WILD_BIT;
		size_t at = bit / 8 + 1;

		if (bit % 8 != 7 || at > n)
			return -H_ENOENT;
		at = n - at;
		out[at] = bin->wild[i] & WILD_ALL ? '*' : '$';
		if (bin->wild[i] & WILD_BELOW)
			n = at + 1;
	}
	out[n] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (!is_char(out[i], C_TERM))
			return -H_ENOENT;
	}
	return hx_is_path((struct span){ out, n }) ? 0 : -H_ENOENT;
}

static int plain_dm_to_bin(void *arg, struct span text, uint8_t out[2])
{
	uint32_t v;

	(void)arg;
	if (text.n == 2) {
		memcpy(out, text.p, 2);
		return 0;
	}
	if (text.n != 5 || str_lower(*text.p) != 'x' ||
	    !str_hex32((struct span){ text.p + 1, 4 }, &v))
		return -H_ENOENT;
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return 0;
}

static int plain_dm_to_text(void *arg, const uint8_t id[2], char out[H248_NAME_MAX + 1])
{
	(void)arg;
	memcpy(out, id, 2);
	out[2] = '\0';
	if (!is_char(out[0], C_ALPHA) || !is_char(out[1], C_NAME))
		snprintf(out, H248_NAME_MAX + 1, "x%02x%02x", id[0], id[1]);
	return 0;
}

const struct h248_names h248_names_plain = {
	.whole_octets = H248_ID_MAX,
	.to_bin = plain_to_bin,
	.to_text = plain_to_text,
	.dm_to_bin = plain_dm_to_bin,
	.dm_to_text = plain_dm_to_text,
};

int h248_term_text(const struct h248_term *t, const struct h248_names *names,
		   char tmp[H248_NAME_MAX + 1], struct span *out)
{
	static const struct span whole[] = {
		[H248_TERM_ROOT] = { "ROOT", 4 },
		[H248_TERM_ALL] = { "*", 1 },
		[H248_TERM_CHOOSE] = { "$", 1 },
	};
	int rc;

	if (t->text.p) {
		*out = t->text;
		return 0;
	}
	if (t->kind != H248_TERM_NAME) {
		*out = whole[t->kind];
		return 0;
	}
	rc = names->to_text(names->arg, t, tmp);
	if (!rc)
		*out = str_of(tmp);
	return rc;
}

int h248_term_bin(const struct h248_term *t, const struct h248_names *names,
		  struct h248_term *out)
{
	uint8_t kind = t->kind;

	if (!t->text.p && t->nid) {
		*out = *t;
		return 0;
	}
	memset(out, 0, sizeof(*out));
	out->kind = kind;
	if (kind == H248_TERM_ROOT) {
		out->nid = H248_ID_MAX;
		memset(out->id, 0xff, H248_ID_MAX);
		return 0;
	}
	if (kind == H248_TERM_NAME || !names->whole_octets)
		return names->to_bin(names->arg, t->text, out);
	out->nid = names->whole_octets;
	out->nwild = 1;
	out->wild[0] = (uint8_t)(WILD_BELOW | (out->nid * 8 - 1));
	if (kind == H248_TERM_ALL)
		out->wild[0] |= WILD_ALL;
	return 0;
}

const void *ber_term_before(struct ber_enc *e, const void *node, struct h248_term *tmp)
{
	const struct h248_term *t = node;

	if (h248_term_bin(t, e->names, tmp)) {
		ber_misfit(e, -H_ENOENT, "termination %.*s has no binary id",
			   (int)t->text.n, t->text.p ? t->text.p : "");
		return NULL;
	}
	return tmp;
}
