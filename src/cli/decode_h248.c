/* cli/decode_h248.c - H.248 messages as JSON, text and binary alike.
 *
 * layer: cli (L5)   thread: main   I/O: none
 * RFC 3525 Annex A (the names of parts), Annex B
 */
#include "cli/decode.h"

#include "util/err.h"
#include "wire/h248.h"
#include "wire/h248_walk.h"

enum { DEPTH_MOST = 64 };

struct builder {
	struct json_object
		*at[DEPTH_MOST]; /* borrowed: each but the first is its parent's */
	unsigned depth;
};

static void put(struct builder *b, const char *name, struct json_object *v)
{
	struct json_object *in = b->at[b->depth];

	if (name)
		json_object_object_add(in, name, v);
	else
		json_object_array_add(in, v);
}

static void enter(void *arg, const char *name, bool array)
{
	struct builder *b = arg;
	struct json_object *o =
		array ? json_object_new_array() : json_object_new_object();

	put(b, name, o);
	if (b->depth + 1 < DEPTH_MOST)
		b->at[++b->depth] = o;
}

static void leave(void *arg, bool array)
{
	(void)array;
	((struct builder *)arg)->depth--;
}

static void leaf(void *arg, const char *name, enum h248_leaf type, struct span text)
{
	uint64_t v = 0;

	switch (type) {
	case H248_LEAF_NUMBER:
		str_u64(text, UINT32_MAX, &v);
		put(arg, name, json_object_new_int64((int64_t)v));
		break;
	case H248_LEAF_TRUE:
	case H248_LEAF_FALSE:
		put(arg, name, json_object_new_boolean(type == H248_LEAF_TRUE));
		break;
	case H248_LEAF_TEXT:
		put(arg, name, decode_str(text));
		break;
	}
}

static void add_fault(struct json_object *o, const struct h248_fault *f)
{
	static const char *const levels[] = { "message", "transaction", "action",
					      "command" };
	struct json_object *fault = json_object_new_object();

	decode_add_int(fault, "code", f->code);
	decode_add(fault, "level", str_of(levels[f->level]));
	if (f->trans)
		decode_add_int(fault, "transaction", f->trans->id);
	json_object_object_add(o, "fault", fault);
}

/* A refused message is told as far as it was read. */
static int message(int rc, const struct h248_msg *m, const struct h248_fault *f,
		   struct json_object **msg, struct parse_err *err)
{
	struct builder b = { .depth = 0 };
	struct h248_visit v = { &b, enter, leave, leaf };

	if (rc)
		*err = f->err;
	if (!m)
		return rc;
	*msg = json_object_new_object();
	b.at[0] = *msg;
	if (h248_walk(m, &h248_names_plain, &v) && !rc) {
		*err = (struct parse_err){ 0, "memory", "out of memory" };
		rc = -H_ENOMEM;
	}
	if (rc)
		add_fault(*msg, f);
	return rc;
}

int decode_h248(struct arena *a, struct span bytes, struct json_object **msg,
		struct parse_err *err)
{
	struct h248_fault f = { .code = 0 };
	struct h248_msg *m;
	int rc = h248_text_parse(a, bytes, &m, &f);

	return message(rc, m, &f, msg, err);
}

int decode_h248_ber(struct arena *a, struct span bytes, struct json_object **msg,
		    struct parse_err *err)
{
	struct h248_fault f = { .code = 0 };
	struct h248_msg *m;
	int rc = h248_ber_dec(a, bytes, &m, &f);

	return message(rc, m, &f, msg, err);
}
