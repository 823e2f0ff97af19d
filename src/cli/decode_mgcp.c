/* cli/decode_mgcp.c - MGCP datagrams as JSON.
 *
 * layer: cli (L5)   thread: main   I/O: none
 * RFC 3435 3
 */
#include "cli/decode.h"

#include <stdio.h>

#include "util/err.h"
#include "wire/mgcp.h"
#include "wire/sdp.h"

static void add_command(struct json_object *o, const struct mgcp_msg *m)
{
	char version[32];

	decode_add(o, "type", STR_LIT("command"));
	decode_add(o, "verb", m->verb_text);
	decode_add_int(o, "transaction", m->tid);
	if (m->endpoint.text.n)
		decode_add(o, "endpoint", m->endpoint.text);
	snprintf(version, sizeof(version), "%u.%u", m->major, m->minor);
	if (m->major || m->minor)
		decode_add(o, "version", str_of(version));
	decode_add(o, "profile", m->profile);
}

static void add_response(struct json_object *o, const struct mgcp_msg *m)
{
	decode_add(o, "type", STR_LIT("response"));
	decode_add_int(o, "code", m->code);
	decode_add_int(o, "transaction", m->tid);
	decode_add(o, "package", m->code_pkg);
	if (m->comment.n)
		decode_add(o, "comment", m->comment);
}

static struct json_object *message(const struct mgcp_msg *m)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	if (m->verb == MGCP_RESPONSE)
		add_response(o, m);
	else
		add_command(o, m);
	for (const struct mgcp_param *p = m->params; p; p = p->next) {
		struct json_object *item = json_object_new_object();

		decode_add(item, "name", p->name);
		decode_add(item, "text", p->text);
		if (!p->empty)
			json_object_object_add(item, "value", decode_mgcp_value(p));
		json_object_array_add(list, item);
	}
	json_object_object_add(o, "parameters", list);
	return o;
}

/* The descriptions of a message; their offsets are made the datagram's. */
static int descriptions(struct arena *a, struct span bytes, const struct mgcp_msg *m,
			struct json_object *o, struct parse_err *err)
{
	struct json_object *list;
	int rc = 0;

	if (!m->nsdp)
		return 0;
	list = json_object_new_array();
	for (unsigned i = 0; i < m->nsdp && !rc; i++) {
		struct sdp *s;

		rc = sdp_parse(a, m->sdp[i], &s, err);
		if (!rc)
			json_object_array_add(list, decode_sdp_json(s));
		else
			err->offset += (size_t)(m->sdp[i].p - bytes.p);
	}
	json_object_object_add(o, "descriptions", list);
	return rc;
}

static int decode_one(struct arena *a, struct span bytes, struct span one,
		      struct json_object **out, struct parse_err *err)
{
	struct mgcp_msg *m;
	int rc = mgcp_parse(a, one, &m, err);

	if (rc)
		err->offset += (size_t)(one.p - bytes.p);
	if (m)
		*out = message(m);
	return rc ? rc : descriptions(a, bytes, m, *out, err);
}

int decode_mgcp(struct arena *a, struct span bytes, struct json_object **msg,
		struct parse_err *err)
{
	struct json_object *more = NULL, *o;
	struct span rest = bytes, one;
	int rc;

	if (!mgcp_split(&rest, &one)) {
		*err = (struct parse_err){ 0, "RFC 3435 A", "no message" };
		return -H_ESYNTAX;
	}
	rc = decode_one(a, bytes, one, msg, err);
	while (!rc && mgcp_split(&rest, &one)) {
		o = NULL;
		rc = decode_one(a, bytes, one, &o, err);
		if (!more)
			more = json_object_new_array();
		json_object_array_add(more, o);
	}
	if (more)
		json_object_object_add(*msg, "more", more);
	return rc;
}
