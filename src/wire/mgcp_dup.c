/* wire/mgcp_dup.c - deep copies of what outlives its message.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 2.3.4 (requests stay until replaced), 2.3.5 (options of a connection)
 *
 * A copy that failed part way is seen by arena_failed(), and NULL is returned.
 */
#include "wire/mgcp.h"

static struct span dup_span(struct arena *a, struct span s)
{
	return s.p ? arena_span(a, s) : s;
}

static void *dup_item(struct arena *a, const void *from, size_t size)
{
	void *p = arena_alloc(a, size);

	if (p)
		memcpy(p, from, size);
	return p;
}

static struct mgcp_epar *dup_epars(struct arena *a, const struct mgcp_epar *from)
{
	struct mgcp_epar *head = NULL, **tail = &head, *e;

	for (; from; from = from->next) {
		e = dup_item(a, from, sizeof(*e));
		if (!e)
			return NULL;
		e->text = dup_span(a, from->text);
		e->sub = dup_epars(a, from->sub);
		e->next = NULL;
		*tail = e;
		tail = &e->next;
	}
	return head;
}

static struct mgcp_embed *dup_embed(struct arena *a, const struct mgcp_embed *from)
{
	struct mgcp_embed *m = from ? dup_item(a, from, sizeof(*m)) : NULL;

	if (m) {
		m->r = mgcp_events_dup(a, from->r);
		m->s = mgcp_events_dup(a, from->s);
		m->d = dup_span(a, from->d);
	}
	return m;
}

static struct mgcp_action *dup_actions(struct arena *a, const struct mgcp_action *from)
{
	struct mgcp_action *head = NULL, **tail = &head, *c;

	for (; from; from = from->next) {
		c = dup_item(a, from, sizeof(*c));
		if (!c)
			return NULL;
		c->pkg = dup_span(a, from->pkg);
		c->name = dup_span(a, from->name);
		c->params = dup_epars(a, from->params);
		c->embed = dup_embed(a, from->embed);
		c->next = NULL;
		*tail = c;
		tail = &c->next;
	}
	return head;
}

struct mgcp_event *mgcp_events_dup(struct arena *a, const struct mgcp_event *from)
{
	struct mgcp_event *head = NULL, **tail = &head, *e;

	for (; from; from = from->next) {
		e = dup_item(a, from, sizeof(*e));
		if (!e)
			return NULL;
		e->pkg = dup_span(a, from->pkg);
		e->name = dup_span(a, from->name);
		e->conn = dup_span(a, from->conn);
		e->actions = dup_actions(a, from->actions);
		e->params = dup_epars(a, from->params);
		e->next = NULL;
		*tail = e;
		tail = &e->next;
	}
	return arena_failed(a) ? NULL : head;
}

static struct mgcp_word *dup_words(struct arena *a, const struct mgcp_word *from)
{
	struct mgcp_word *head = NULL, **tail = &head, *w;

	for (; from; from = from->next) {
		w = dup_item(a, from, sizeof(*w));
		if (!w)
			return NULL;
		w->text = dup_span(a, from->text);
		w->next = NULL;
		*tail = w;
		tail = &w->next;
	}
	return head;
}

static bool has_words(enum mgcp_lco_id id)
{
	switch (id) {
	case MGCP_LCO_A:
	case MGCP_LCO_NT:
	case MGCP_LCO_V:
	case MGCP_LCO_M:
	case MGCP_LCO_ENC:
		return true;
	default:
		return id >= MGCP_LCO_VENDOR_MAY;
	}
}

struct mgcp_lco *mgcp_lcos_dup(struct arena *a, const struct mgcp_lco *from)
{
	struct mgcp_lco *head = NULL, **tail = &head, *o;

	for (; from; from = from->next) {
		o = dup_item(a, from, sizeof(*o));
		if (!o)
			return NULL;
		o->name = dup_span(a, from->name);
		o->value = dup_span(a, from->value);
		if (has_words(o->id))
			o->words = dup_words(a, from->words);
		else if (o->id == MGCP_LCO_K)
			o->key = dup_span(a, from->key);
		o->next = NULL;
		*tail = o;
		tail = &o->next;
	}
	return arena_failed(a) ? NULL : head;
}
