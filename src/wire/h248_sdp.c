/* wire/h248_sdp.c - session descriptions as text and as binary properties.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.8, Annex C.11 (SDP equivalents)
 */
#include <string.h>

#include "wire/h248_ber_out.h"

enum { SDP_FIRST = 0xb001 };

/* The n-th letter is property 0xB001 + n of package 0. */
static const char letters[] = "vosiuepcbzkatrm";

char h248_sdp_letter(const struct h248_pkgd *name)
{
	uint32_t n = name->id - SDP_FIRST;

	return name->p || n >= sizeof(letters) - 1 ? '\0' : letters[n];
}

static size_t text_size(const struct h248_group *g)
{
	size_t n = 0;

	for (const struct h248_parm *p = g->parms; p; p = p->next) {
		const struct h248_value *v = p->vals;

		if (!h248_sdp_letter(&p->name) || p->rel != H248_REL_EQ)
			return 0;
		n += v ? 0 : 5;
		for (; v; v = v->next)
			n += h248_value_octets(v).n + 4;
	}
	return n;
}

static char *put_line(char *q, char letter, struct span s)
{
	*q++ = letter;
	*q++ = '=';
	memcpy(q, s.p, s.n);
	q += s.n;
	*q++ = '\r';
	*q++ = '\n';
	return q;
}

struct span h248_group_sdp(struct arena *a, const struct h248_group *g)
{
	size_t n;
	char *text, *q;

	if (g->sdp.p)
		return g->sdp;
	n = text_size(g);
	text = n || !g->parms ? arena_alloc(a, n + 1) : NULL;
	if (!text)
		return (struct span){ NULL, 0 };
	q = text;
	for (const struct h248_parm *p = g->parms; p; p = p->next) {
		char letter = h248_sdp_letter(&p->name);

		if (!p->vals)
			q = put_line(q, letter, STR_LIT("$"));
		for (const struct h248_value *v = p->vals; v; v = v->next)
			q = put_line(q, letter, h248_value_octets(v));
	}
	return (struct span){ text, (size_t)(q - text) };
}

/* One line as a PropertyParm; CHOOSE is an empty list of values. */
static bool enc_line(struct ber_enc *e, struct span line)
{
	const char *l =
		line.n > 1 && line.p[1] == '=' ? memchr(letters, *line.p, 15) : NULL;
	struct h248_value v = { .s = { line.p + 2, line.n - 2 },
				.form = H248_VALUE_QUOTED };
	static const struct h248_item string = { .type = H248_T_STRING, .name = "sdp" };
	uint8_t id[4] = { 0, 0, 0xb0, 0 };
	size_t at, list, one;

	if (!l)
		return ber_misfit(e, -H_EINVAL, "no line of SDP: %.*s",
				  (int)(line.n < 60 ? line.n : 60), line.p);
	id[3] = (uint8_t)(l - letters + 1);
	at = ber_open(e, TAG_SEQUENCE);
	ber_put_octets(e, BER_CONTEXT, id, 4);
	list = ber_open(e, BER_CONTEXT | BER_CONSTRUCTED | 1);
	if (v.s.n != 1 || *v.s.p != '$') {
		one = ber_open(e, TAG_OCTETS);
		h248_value_enc(e->b, &string, &v);
		ber_end(e, one);
	}
	ber_end(e, list);
	ber_end(e, at);
	return true;
}

bool ber_group_enc(struct ber_enc *e, const void *node)
{
	const struct h248_group *g = node;
	struct span rest = g->sdp;

	if (!rest.p)
		return false; /* binary: by the rows */
	while (rest.p && !e->rc) {
		struct span line = str_trim(str_icut(&rest, "\r\n"));

		if (line.n && !enc_line(e, line))
			return true;
	}
	return true;
}
