/* wire/sdp_print.c - session descriptions as text, in the order the RFC wants.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866 5, 9
 */
#include "wire/sdp.h"

static void line(struct buf *b, char letter, struct span v)
{
	if (!v.p)
		return;
	buf_char(b, letter);
	buf_char(b, '=');
	buf_span(b, v);
	buf_put(b, "\r\n", 2);
}

static void texts(struct buf *b, char letter, const struct sdp_text *t)
{
	for (; t; t = t->next)
		line(b, letter, t->v);
}

static void fields(struct buf *b, const struct span *f, size_t n)
{
	for (size_t i = 0; i < n && f[i].n; i++) {
		if (i)
			buf_char(b, ' ');
		buf_span(b, f[i]);
	}
}

static void origin(struct buf *b, const struct sdp_origin *o)
{
	const struct span f[] = { o->user, o->id, o->version, o->nettype, o->addrtype,
				  o->addr };

	buf_put(b, "o=", 2);
	fields(b, f, sizeof(f) / sizeof(f[0]));
	buf_put(b, "\r\n", 2);
}

static void conns(struct buf *b, const struct sdp_conn *c)
{
	for (; c; c = c->next) {
		const struct span f[] = { c->nettype, c->addrtype, c->host };

		buf_put(b, "c=", 2);
		fields(b, f, sizeof(f) / sizeof(f[0]));
		if (c->ttl == SDP_TTL_ANY) {
			buf_put(b, "/$", 2);
		} else if (c->ttl != SDP_TTL_NONE) {
			buf_char(b, '/');
			buf_dec(b, (uint64_t)c->ttl);
		}
		if (c->count > 1) {
			buf_char(b, '/');
			buf_dec(b, c->count);
		}
		buf_put(b, "\r\n", 2);
	}
}

static void bandwidths(struct buf *b, const struct sdp_bw *w)
{
	for (; w; w = w->next) {
		buf_put(b, "b=", 2);
		buf_span(b, w->type);
		buf_char(b, ':');
		buf_span(b, w->text);
		buf_put(b, "\r\n", 2);
	}
}

static void times(struct buf *b, const struct sdp_time *t)
{
	for (; t; t = t->next) {
		const struct span f[] = { t->start, t->stop };

		buf_put(b, "t=", 2);
		fields(b, f, 2);
		buf_put(b, "\r\n", 2);
		texts(b, 'r', t->repeats);
	}
}

static void attrs(struct buf *b, const struct sdp_attr *a)
{
	for (; a; a = a->next) {
		buf_put(b, "a=", 2);
		buf_span(b, a->name);
		if (a->value.p) {
			buf_char(b, ':');
			buf_span(b, a->value);
		}
		buf_put(b, "\r\n", 2);
	}
}

static void port(struct buf *b, const struct sdp_media *m)
{
	if (m->port_kind == SDP_PORT_NUM)
		buf_dec(b, m->port);
	else if (m->port_kind == SDP_PORT_ANY)
		buf_char(b, '$');
	else
		buf_span(b, m->port_text);
	if (m->port_kind == SDP_PORT_NUM && m->nports > 1) {
		buf_char(b, '/');
		buf_dec(b, m->nports);
	}
}

static void media(struct buf *b, const struct sdp_media *m)
{
	buf_put(b, "m=", 2);
	buf_span(b, m->media);
	if (m->proto.n) {
		buf_char(b, ' ');
		port(b, m);
		buf_char(b, ' ');
		buf_span(b, m->proto);
	}
	for (const struct sdp_fmt *f = m->fmts; f; f = f->next) {
		buf_char(b, ' ');
		buf_span(b, f->text);
	}
	buf_put(b, "\r\n", 2);
	line(b, 'i', m->info);
	conns(b, m->conn);
	bandwidths(b, m->bw);
	line(b, 'k', m->key);
	attrs(b, m->attrs);
}

void sdp_print(struct buf *b, const struct sdp *s)
{
	line(b, 'v', s->version);
	if (s->has_origin)
		origin(b, &s->origin);
	line(b, 's', s->name);
	line(b, 'i', s->info);
	line(b, 'u', s->uri);
	texts(b, 'e', s->emails);
	texts(b, 'p', s->phones);
	conns(b, s->conn);
	bandwidths(b, s->bw);
	times(b, s->times);
	line(b, 'z', s->zone);
	line(b, 'k', s->key);
	attrs(b, s->attrs);
	for (const struct sdp_media *m = s->media; m; m = m->next)
		media(b, m);
}

void sdp_print_all(struct buf *b, const struct sdp *s)
{
	for (; s; s = s->next)
		sdp_print(b, s);
}
