/* wire/sdp_parse.c - session descriptions line by line.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866 5, 9; RFC 3435 3.4; RFC 3525 7.1.8
 */
#include "wire/sdp_lex.h"

struct lines {
	const char *p, *end;
	const char *lf; /* the next LF at or behind p, or end */
};

bool sdp_fail(struct sdp_reader *r, const char *at, const char *clause, const char *what)
{
	if (!r->rc) {
		r->rc = -H_ESYNTAX;
		r->err = (struct parse_err){ r->base ? (size_t)(at - r->base) : 0, clause,
					     what };
	}
	return false;
}

bool sdp_limit(struct sdp_reader *r, const char *at, const char *what)
{
	sdp_fail(r, at, "RFC 8866 7", what);
	r->rc = -H_ELIMIT;
	return false;
}

void *sdp_item(struct sdp_reader *r, size_t size)
{
	void *p = r->rc ? NULL : arena_zalloc(r->a, size);

	if (!p && !r->rc) {
		r->rc = -H_ENOMEM;
		r->err = (struct parse_err){ 0, "RFC 8866 7", "no memory" };
	}
	return p;
}

/* A line without its end. The caller knows there is something left. */
static struct span line_take(struct lines *t)
{
	struct span line = { t->p, 0 };
	const char *cr;

	if (!t->lf || t->lf < t->p) {
		t->lf = memchr(t->p, '\n', (size_t)(t->end - t->p));
		if (!t->lf)
			t->lf = t->end;
	}
	cr = memchr(t->p, '\r', (size_t)(t->lf - t->p));
	line.n = (size_t)((cr ? cr : t->lf) - t->p);
	t->p = cr ? cr + 1 : t->lf;
	if (t->p < t->end && *t->p == '\n')
		t->p++;
	return line;
}

static bool once(struct sdp_reader *r, struct span *where, struct span v)
{
	if (where->p)
		return sdp_fail(r, v.p, "RFC 8866 5", "a line stands twice");
	*where = v;
	return true;
}

static bool text_add(struct sdp_reader *r, struct sdp_text **list, struct span v)
{
	struct sdp_text *t = sdp_item(r, sizeof(*t));

	if (!t)
		return false;
	while (*list)
		list = &(*list)->next;
	t->v = v;
	*list = t;
	return true;
}

static bool line_v(struct sdp_reader *r, struct span v)
{
	v = str_trim(v);
	if (!str_eq(v, STR_LIT("0")) && !sdp_any(v))
		return sdp_fail(r, v.p, "RFC 8866 5.1", "version is not 0");
	return once(r, &r->s->version, v);
}

static bool line_o(struct sdp_reader *r, struct span v)
{
	struct sdp_origin *o = &r->s->origin;
	struct span rest = v;

	if (r->s->has_origin)
		return sdp_fail(r, v.p, "RFC 8866 5", "a line stands twice");
	r->s->has_origin = true;
	o->user = sdp_field(&rest);
	o->id = sdp_field(&rest);
	o->version = sdp_field(&rest);
	o->nettype = sdp_field(&rest);
	o->addrtype = sdp_field(&rest);
	o->addr = sdp_field(&rest);
	if (sdp_any(str_trim(v)))
		return true;
	if (!o->addr.n || str_trim(rest).n)
		return sdp_fail(r, v.p, "RFC 8866 5.2", "origin has not six fields");
	return true;
}

static bool number_ok(struct span s)
{
	uint64_t n;

	return sdp_any(s) || str_u64(s, UINT64_MAX, &n);
}

static bool line_t(struct sdp_reader *r, struct span v)
{
	struct sdp_time *t = sdp_item(r, sizeof(*t)), **tail = &r->s->times;
	struct span rest = v;

	if (!t)
		return false;
	t->start = sdp_field(&rest);
	t->stop = sdp_field(&rest);
	if (str_trim(rest).n || !number_ok(t->start) ||
	    (!number_ok(t->stop) && (t->stop.n || !sdp_any(t->start))))
		return sdp_fail(r, v.p, "RFC 8866 5.9", "time is not two numbers");
	while (*tail)
		tail = &(*tail)->next;
	*tail = t;
	return true;
}

static bool line_r(struct sdp_reader *r, struct span v)
{
	struct sdp_time *t = r->s->times;

	if (!t)
		return sdp_fail(r, v.p, "RFC 8866 5.10", "r= before any t=");
	while (t->next)
		t = t->next;
	return text_add(r, &t->repeats, v);
}

static bool line_b(struct sdp_reader *r, struct span v)
{
	struct sdp_bw **list = r->m ? &r->m->bw : &r->s->bw;
	struct sdp_bw *b = sdp_item(r, sizeof(*b));
	struct span rest = str_trim(v);

	if (!b)
		return false;
	b->type = str_trim(str_cut(&rest, ':'));
	b->text = rest.p ? str_trim(rest) : rest;
	if (!b->type.n || !b->text.n)
		return sdp_fail(r, v.p, "RFC 8866 5.8", "bandwidth is not type:value");
	if (!sdp_any(b->text) && !str_u64(b->text, UINT64_MAX, &b->value))
		return sdp_fail(r, b->text.p, "RFC 8866 5.8",
				"bandwidth is not a number");
	while (*list)
		list = &(*list)->next;
	*list = b;
	return true;
}

static bool line_c(struct sdp_reader *r, struct span v)
{
	struct sdp_conn **list = r->m ? &r->m->conn : &r->s->conn;
	struct sdp_conn *c;

	if (!r->m && *list)
		return sdp_fail(r, v.p, "RFC 8866 5", "a line stands twice");
	c = sdp_item(r, sizeof(*c));
	if (!c || !sdp_conn_parse(r, c, v))
		return false;
	while (*list)
		list = &(*list)->next;
	*list = c;
	return true;
}

static bool line_a(struct sdp_reader *r, struct span v, struct sdp_attr ***tail)
{
	struct sdp_attr *a = sdp_item(r, sizeof(*a));
	const char *colon = v.n ? memchr(v.p, ':', v.n) : NULL;

	if (!a)
		return false;
	a->name = v;
	if (colon) {
		a->name.n = (size_t)(colon - v.p);
		a->value = (struct span){ colon + 1, v.n - a->name.n - 1 };
	}
	a->name = str_trim(a->name);
	if (!a->name.n)
		return sdp_fail(r, v.p, "RFC 8866 5.13", "attribute without a name");
	**tail = a;
	*tail = &a->next;
	return sdp_derive_attr(r, a);
}

static bool session_line(struct sdp_reader *r, char letter, struct span v)
{
	struct sdp *s = r->s;

	switch (letter) {
	case 'o':
		return line_o(r, v);
	case 's':
		return once(r, &s->name, v);
	case 'i':
		return once(r, &s->info, v);
	case 'u':
		return once(r, &s->uri, v);
	case 'e':
		return text_add(r, &s->emails, v);
	case 'p':
		return text_add(r, &s->phones, v);
	case 't':
		return line_t(r, v);
	case 'r':
		return line_r(r, v);
	case 'z':
		return once(r, &s->zone, v);
	case 'k':
		return once(r, &s->key, v);
	default:
		return sdp_fail(r, v.p - 2, "RFC 8866 5",
				"no line of a session begins so");
	}
}

static bool media_line(struct sdp_reader *r, char letter, struct span v)
{
	switch (letter) {
	case 'i':
		return once(r, &r->m->info, v);
	case 'k':
		return once(r, &r->m->key, v);
	default:
		return sdp_fail(r, v.p - 2, "RFC 8866 5", "no line of a media begins so");
	}
}

static bool desc_begin(struct sdp_reader *r, struct sdp ***tail, unsigned *n,
		       const char *at)
{
	struct sdp *s;

	if (++*n > SDP_DESCS_MAX)
		return sdp_limit(r, at, "too many session descriptions");
	s = sdp_item(r, sizeof(*s));
	if (!s)
		return false;
	if (r->s)
		sdp_derive_end(r->s);
	**tail = s;
	*tail = &s->next;
	r->s = s;
	r->m = NULL;
	return true;
}

struct state {
	struct sdp *head, **tail;
	struct sdp_attr **attrs; /* where the next a= goes */
	unsigned descs, lines;
};

static bool line_parse(struct sdp_reader *r, struct state *st, struct span line)
{
	char letter = line.p[0];
	struct span v = { line.p + 2, line.n - 2 };

	if (letter == 'v' || !r->s) {
		if (!desc_begin(r, &st->tail, &st->descs, line.p))
			return false;
		st->attrs = &r->s->attrs;
	}
	switch (letter) {
	case 'v':
		return line_v(r, v);
	case 'm':
		if (!sdp_media_parse(r, v))
			return false;
		st->attrs = &r->m->attrs;
		return true;
	case 'a':
		return line_a(r, v, &st->attrs);
	case 'c':
		return line_c(r, v);
	case 'b':
		return line_b(r, v);
	default:
		return r->m ? media_line(r, letter, v) : session_line(r, letter, v);
	}
}

static bool lines_parse(struct sdp_reader *r, struct state *st, struct span text)
{
	struct lines t = { text.p, text.p + text.n, NULL };

	while (t.p < t.end) {
		struct span line = line_take(&t);

		while (line.n && sdp_blank(*line.p)) {
			line.p++;
			line.n--;
		}
		if (!line.n)
			continue;
		if (++st->lines > SDP_LINES_MAX || line.n > SDP_LINE_MAX)
			return sdp_limit(r, line.p, "too many lines or too long a line");
		if (line.n < 2 || line.p[1] != '=')
			return sdp_fail(r, line.p, "RFC 8866 5",
					"line is not letter=value");
		if (!line_parse(r, st, line))
			return false;
	}
	if (!r->s)
		return sdp_fail(r, text.p, "RFC 8866 5", "no session description");
	sdp_derive_end(r->s);
	return true;
}

int sdp_parse(struct arena *a, struct span text, struct sdp **out, struct parse_err *err)
{
	struct sdp_reader r;
	struct state st = { .head = NULL };
	const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;

	r.a = a;
	r.base = text.p;
	r.rc = 0;
	r.s = NULL;
	r.m = NULL; /* by_pt is set with each m= */
	st.tail = &st.head;
	if (text.n > SDP_BYTES_MAX)
		sdp_limit(&r, text.p, "description of more than 64 KiB");
	else if (nul)
		sdp_fail(&r, nul, "RFC 8866 9", "NUL");
	else if (!text.n)
		sdp_fail(&r, text.p, "RFC 8866 5", "no session description");
	else
		lines_parse(&r, &st, text);
	if (!r.rc)
		*out = st.head;
	else if (err)
		*err = r.err;
	return r.rc;
}
