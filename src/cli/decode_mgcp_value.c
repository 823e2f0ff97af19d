/* cli/decode_mgcp_value.c - typed values of MGCP parameters as JSON.
 *
 * layer: cli (L5)   thread: main   I/O: none
 * RFC 3435 3.2.2
 */
#include "cli/decode.h"

#include "wire/mgcp.h"

static struct json_object *words(const struct mgcp_word *w)
{
	struct json_object *list = json_object_new_array();

	for (; w; w = w->next)
		decode_push(list, w->text);
	return list;
}

static struct json_object *ranges(const struct mgcp_range *r)
{
	struct json_object *list = json_object_new_array();

	for (; r; r = r->next) {
		struct json_object *o = json_object_new_object();

		decode_add_int(o, "from", r->lo);
		decode_add_int(o, "to", r->hi);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *name(const struct mgcp_name *n)
{
	struct json_object *o = json_object_new_object();

	decode_add(o, "local", n->local);
	decode_add(o, "domain", n->domain);
	if (n->port)
		decode_add_int(o, "port", n->port);
	return o;
}

static struct json_object *lco_value(const struct mgcp_lco *l)
{
	static const char *const resv[] = { "be", "cl", "g" };
	struct json_object *o;

	switch (l->id) {
	case MGCP_LCO_P:
	case MGCP_LCO_B:
		o = json_object_new_object();
		decode_add_int(o, "min", l->lo);
		decode_add_int(o, "max", l->hi);
		return o;
	case MGCP_LCO_E:
	case MGCP_LCO_S:
		return json_object_new_boolean(l->on);
	case MGCP_LCO_GC:
		return l->gain_auto ? json_object_new_string("auto")
				    : json_object_new_int(l->gain);
	case MGCP_LCO_T:
		return json_object_new_int(l->tos);
	case MGCP_LCO_R:
		return json_object_new_string(resv[l->resv]);
	case MGCP_LCO_K:
		return decode_str(l->value);
	default:
		return l->value.p ? words(l->words) : NULL;
	}
}

static struct json_object *lcos(const struct mgcp_lco *l)
{
	struct json_object *list = json_object_new_array();

	for (; l; l = l->next) {
		struct json_object *o = json_object_new_object();

		decode_add(o, "name", l->name);
		json_object_object_add(o, "value", lco_value(l));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *epars(const struct mgcp_epar *e)
{
	struct json_object *list = json_object_new_array();

	for (; e; e = e->next) {
		struct json_object *o = json_object_new_object();

		decode_add(o, e->form == MGCP_EPAR_VALUE ? "value" : "name", e->text);
		if (e->form == MGCP_EPAR_EQUALS)
			json_object_object_add(o, "equals", epars(e->sub));
		else if (e->form == MGCP_EPAR_LIST)
			json_object_object_add(o, "list", epars(e->sub));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *events(const struct mgcp_event *e);

static struct json_object *embed(const struct mgcp_embed *m)
{
	struct json_object *o = json_object_new_object();

	if (m->has_r)
		json_object_object_add(o, "R", events(m->r));
	if (m->has_s)
		json_object_object_add(o, "S", events(m->s));
	if (m->has_d)
		decode_add(o, "D", m->d);
	return o;
}

static struct json_object *actions(const struct mgcp_action *a)
{
	static const char letters[][2] = { "N", "A", "D", "S", "I", "K", "E" };
	struct json_object *list = json_object_new_array();

	for (; a; a = a->next) {
		struct json_object *o = json_object_new_object();

		if (a->id == MGCP_ACT_EXT)
			decode_add(o, "package", a->pkg);
		decode_add(o, "action", a->id == MGCP_ACT_EXT ? a->name
							      : str_of(letters[a->id]));
		if (a->params)
			json_object_object_add(o, "parameters", epars(a->params));
		if (a->embed)
			json_object_object_add(o, "request", embed(a->embed));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *events(const struct mgcp_event *e)
{
	struct json_object *list = json_object_new_array();

	for (; e; e = e->next) {
		struct json_object *o = json_object_new_object();

		decode_add(o, "package", e->pkg);
		decode_add(o, "event", e->name);
		decode_add(o, "connection", e->conn);
		if (e->actions)
			json_object_object_add(o, "actions", actions(e->actions));
		if (e->params)
			json_object_object_add(o, "parameters", epars(e->params));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *stats(const struct mgcp_stat *s)
{
	struct json_object *list = json_object_new_array();

	for (; s; s = s->next) {
		struct json_object *o = json_object_new_object();

		decode_add(o, "name", s->name);
		decode_add_int(o, "value", s->value);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *reason(const struct mgcp_param *p)
{
	struct json_object *o = json_object_new_object();

	decode_add_int(o, "code", p->code);
	decode_add(o, "package", p->code_pkg);
	if (p->comment.n)
		decode_add(o, "comment", p->comment);
	return o;
}

static struct json_object *codes(const struct mgcp_code *c)
{
	struct json_object *list = json_object_new_array();

	for (; c; c = c->next)
		decode_push(list, c->name);
	return list;
}

static struct json_object *quarantine(const struct mgcp_param *p)
{
	struct json_object *list = json_object_new_array();

	if (p->loop || p->step)
		decode_push(list, p->loop ? STR_LIT("loop") : STR_LIT("step"));
	if (p->process || p->discard)
		decode_push(list, p->process ? STR_LIT("process") : STR_LIT("discard"));
	return list;
}

static struct json_object *packages(const struct mgcp_pkgver *v)
{
	struct json_object *list = json_object_new_array();

	for (; v; v = v->next) {
		struct json_object *o = json_object_new_object();

		decode_add(o, "name", v->pkg);
		decode_add_int(o, "version", v->version);
		json_object_array_add(list, o);
	}
	return list;
}

struct json_object *decode_mgcp_value(const struct mgcp_param *p)
{
	switch (p->id) {
	case MGCP_PARAM_K:
		return ranges(p->ranges);
	case MGCP_PARAM_B:
	case MGCP_PARAM_L:
	case MGCP_PARAM_A:
		return lcos(p->lcos);
	case MGCP_PARAM_I:
	case MGCP_PARAM_I2:
		return words(p->words);
	case MGCP_PARAM_N:
	case MGCP_PARAM_Z:
	case MGCP_PARAM_Z2:
		return name(p->name_v);
	case MGCP_PARAM_R:
	case MGCP_PARAM_S:
	case MGCP_PARAM_T:
	case MGCP_PARAM_O:
	case MGCP_PARAM_ES:
		return events(p->events);
	case MGCP_PARAM_P:
		return stats(p->stats);
	case MGCP_PARAM_E:
		return reason(p);
	case MGCP_PARAM_F:
		return codes(p->codes);
	case MGCP_PARAM_Q:
		return quarantine(p);
	case MGCP_PARAM_RD:
	case MGCP_PARAM_MD:
		return json_object_new_int64(p->number);
	case MGCP_PARAM_PL:
		return packages(p->pkgs);
	default:
		return decode_str(p->text);
	}
}
