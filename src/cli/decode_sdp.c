/* cli/decode_sdp.c - session descriptions as JSON.
 *
 * layer: cli (L5)   thread: main   I/O: none
 * RFC 8866
 */
#include "cli/decode.h"

#include "wire/sdp.h"

static const char *const dirs[] = { "sendrecv", "sendonly", "recvonly", "inactive" };

static struct json_object *origin(const struct sdp_origin *s)
{
	struct json_object *o = json_object_new_object();

	decode_add(o, "user", s->user);
	decode_add(o, "id", s->id);
	decode_add(o, "version", s->version);
	decode_add(o, "nettype", s->nettype);
	decode_add(o, "addrtype", s->addrtype);
	decode_add(o, "address", s->addr);
	return o;
}

static struct json_object *conn(const struct sdp_conn *c)
{
	struct json_object *o = json_object_new_object();

	decode_add(o, "nettype", c->nettype);
	decode_add(o, "addrtype", c->addrtype);
	decode_add(o, "address", c->host);
	if (c->ttl == SDP_TTL_ANY)
		decode_add(o, "ttl", STR_LIT("$"));
	else if (c->ttl != SDP_TTL_NONE)
		decode_add_int(o, "ttl", c->ttl);
	if (c->count > 1)
		decode_add_int(o, "count", c->count);
	return o;
}

static struct json_object *texts(const struct sdp_text *t)
{
	struct json_object *list = json_object_new_array();

	for (; t; t = t->next)
		decode_push(list, t->v);
	return list;
}

static void add_conns(struct json_object *o, const struct sdp_conn *c)
{
	struct json_object *list;

	if (!c)
		return;
	list = json_object_new_array();
	for (; c; c = c->next)
		json_object_array_add(list, conn(c));
	json_object_object_add(o, "connections", list);
}

static void add_bandwidths(struct json_object *o, const struct sdp_bw *b)
{
	struct json_object *list, *item;

	if (!b)
		return;
	list = json_object_new_array();
	for (; b; b = b->next) {
		item = json_object_new_object();
		decode_add(item, "type", b->type);
		decode_add(item, "value", b->text);
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "bandwidths", list);
}

static void add_times(struct json_object *o, const struct sdp_time *t)
{
	struct json_object *list, *item;

	if (!t)
		return;
	list = json_object_new_array();
	for (; t; t = t->next) {
		item = json_object_new_object();
		decode_add(item, "start", t->start);
		if (t->stop.n)
			decode_add(item, "stop", t->stop);
		if (t->repeats)
			json_object_object_add(item, "repeats", texts(t->repeats));
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "times", list);
}

static void add_attrs(struct json_object *o, const struct sdp_attr *a)
{
	struct json_object *list, *item;

	if (!a)
		return;
	list = json_object_new_array();
	for (; a; a = a->next) {
		item = json_object_new_object();
		decode_add(item, "name", a->name);
		decode_add(item, "value", a->value);
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "attributes", list);
}

static void add_filters(struct json_object *o, const struct sdp_filter *f)
{
	struct json_object *list, *item, *sources;

	if (!f)
		return;
	list = json_object_new_array();
	for (; f; f = f->next) {
		item = json_object_new_object();
		sources = json_object_new_array();
		decode_add(item, "mode", f->excl ? STR_LIT("excl") : STR_LIT("incl"));
		decode_add(item, "destination", f->dest);
		for (unsigned i = 0; i < f->nsrc; i++)
			decode_push(sources, f->src[i]);
		json_object_object_add(item, "sources", sources);
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "source_filters", list);
}

static struct json_object *formats(const struct sdp_media *m)
{
	struct json_object *list = json_object_new_array();

	for (const struct sdp_fmt *f = m->fmts; f; f = f->next) {
		struct json_object *o = json_object_new_object();

		decode_add(o, "format", f->text);
		decode_add(o, "encoding", f->encoding);
		if (f->clock)
			decode_add_int(o, "clock", f->clock);
		if (f->clock)
			decode_add_int(o, "channels", f->channels);
		decode_add(o, "fmtp", f->fmtp);
		json_object_array_add(list, o);
	}
	return list;
}

static void add_port(struct json_object *o, const struct sdp_media *m)
{
	if (m->port_kind == SDP_PORT_NUM)
		decode_add_int(o, "port", m->port);
	else
		decode_add(o, "port", m->port_kind == SDP_PORT_ANY ? STR_LIT("$")
								   : m->port_text);
	if (m->nports > 1)
		decode_add_int(o, "ports", m->nports);
}

static void add_rtcp(struct json_object *o, const struct sdp_media *m)
{
	if (m->rtcp_port)
		decode_add_int(o, "rtcp_port", m->rtcp_port);
	if (m->rtcp_conn)
		json_object_object_add(o, "rtcp_connection", conn(m->rtcp_conn));
	if (m->rtcp_mux)
		decode_add_bool(o, "rtcp_mux", true);
}

static struct json_object *media(const struct sdp_media *m)
{
	struct json_object *o = json_object_new_object();

	decode_add(o, "media", m->media);
	add_port(o, m);
	decode_add(o, "protocol", m->proto);
	json_object_object_add(o, "formats", formats(m));
	decode_add(o, "information", m->info);
	decode_add(o, "key", m->key);
	add_conns(o, m->conn);
	add_bandwidths(o, m->bw);
	decode_add(o, "direction", str_of(dirs[m->dir]));
	if (m->ptime)
		decode_add_int(o, "ptime", m->ptime);
	if (m->maxptime)
		decode_add_int(o, "maxptime", m->maxptime);
	add_rtcp(o, m);
	if (m->crypto)
		decode_add_bool(o, "crypto", true);
	add_filters(o, m->filters);
	add_attrs(o, m->attrs);
	return o;
}

static struct json_object *description(const struct sdp *s)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	decode_add(o, "version", s->version);
	if (s->has_origin)
		json_object_object_add(o, "origin", origin(&s->origin));
	decode_add(o, "name", s->name);
	decode_add(o, "information", s->info);
	decode_add(o, "uri", s->uri);
	if (s->emails)
		json_object_object_add(o, "emails", texts(s->emails));
	if (s->phones)
		json_object_object_add(o, "phones", texts(s->phones));
	add_conns(o, s->conn);
	add_bandwidths(o, s->bw);
	add_times(o, s->times);
	decode_add(o, "zone", s->zone);
	decode_add(o, "key", s->key);
	add_attrs(o, s->attrs);
	for (const struct sdp_media *m = s->media; m; m = m->next)
		json_object_array_add(list, media(m));
	json_object_object_add(o, "media", list);
	return o;
}

struct json_object *decode_sdp_json(const struct sdp *s)
{
	struct json_object *o = description(s), *more;

	if (!s->next)
		return o;
	more = json_object_new_array();
	for (s = s->next; s; s = s->next)
		json_object_array_add(more, description(s));
	json_object_object_add(o, "more", more);
	return o;
}

int decode_sdp(struct arena *a, struct span bytes, struct json_object **msg,
	       struct parse_err *err)
{
	struct sdp *s;
	int rc = sdp_parse(a, bytes, &s, err);

	if (!rc)
		*msg = decode_sdp_json(s);
	return rc;
}
