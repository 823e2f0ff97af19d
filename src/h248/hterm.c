/* h248/hterm.c - what the engine keeps of a termination.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.4, 7.1.5, 7.2.3 (defaults after Subtract)
 */
#include "h248/hterm.h"

#include <stdio.h>
#include <string.h>

#include "h248/digitmap.h"
#include "h248/props.h"
#include "h248/request.h"
#include "util/err.h"
#include "util/mem.h"

/* ---- streams ------------------------------------------------------------------------
 */

static void strm_fini(struct hstrm *s)
{
	mem_free(s->local);
	mem_free(s->remote);
	mem_free(s->ask);
}

void hmedia_fini(struct hmedia *m)
{
	for (unsigned i = 0; i < m->n; i++)
		strm_fini(&m->v[i]);
	m->n = 0;
}

static bool dup_text(char **to, const char *from)
{
	*to = from ? mem_strdup(from) : NULL;
	return !from || *to;
}

int hmedia_copy(struct hmedia *to, const struct hmedia *from)
{
	bool ok = true;

	*to = (struct hmedia){ .n = from->n };
	for (unsigned i = 0; i < from->n; i++) {
		const struct hstrm *f = &from->v[i];
		struct hstrm *t = &to->v[i];

		*t = *f;
		ok = dup_text(&t->local, f->local) && ok;
		ok = dup_text(&t->remote, f->remote) && ok;
		t->ask = f->ask ? mem_alloc(sizeof(*t->ask)) : NULL;
		if (t->ask)
			*t->ask = *f->ask;
		ok = ok && (!f->ask || t->ask);
	}
	if (!ok)
		hmedia_fini(to);
	return ok ? 0 : -H_ENOMEM;
}

struct hstrm *hmedia_get(struct hmedia *m, uint16_t sid)
{
	for (unsigned i = 0; i < m->n; i++)
		if (m->v[i].sid == sid)
			return &m->v[i];
	return NULL;
}

struct hstrm *hmedia_add(struct hmedia *m, uint16_t sid)
{
	struct hstrm *s = hmedia_get(m, sid);

	if (s || m->n == STREAMS_MAX)
		return s;
	s = &m->v[m->n++];
	*s = (struct hstrm){ .sid = sid, .mode = H248_MODE_INACTIVE };
	props_init(&s->props);
	return s;
}

void hmedia_del(struct hmedia *m, uint16_t sid)
{
	struct hstrm *s = hmedia_get(m, sid);

	if (!s)
		return;
	strm_fini(s);
	*s = m->v[--m->n];
}

/* ---- terminations ---------------------------------------------------------------------
 */

bool endp_is_named(const struct endp *e)
{
	return e->kind == ENDP_LINE || e->kind == ENDP_PLAYER;
}

static void delay_over(struct tmr *t, uint64_t now)
{
	struct hterm *h = TMR_OF(t, struct hterm, tmr);

	(void)now;
	hterm_set_state(h, h->next_state);
}

struct hterm *hterm_new(struct h248_mg *mg, const char *name, struct endp *e)
{
	struct hterm *h = mem_zalloc(sizeof(*h));

	if (!h)
		return NULL;
	h->mg = mg;
	h->endp = e;
	h->state = H248_STATE_IN;
	snprintf(h->name, sizeof(h->name), "%s", name);
	tmr_init(&h->tmr, delay_over);
	list_init(&h->maps);
	list_add(&mg->hterms, &h->in_mg);
	if (e && endp_is_named(e))
		e->user = h;
	return h;
}

void hterm_attach(struct hterm *h, struct term *t)
{
	h->term = t;
	t->user = h;
	h->mg->nterm++;
}

static void detach(struct hterm *h)
{
	if (!h->term)
		return;
	h->term->user = NULL;
	h->term = NULL;
	h->mg->nterm--;
}

void hterm_free(struct hterm *h)
{
	if (!h)
		return;
	detach(h);
	hreq_forget(h);
	tmr_del(&h->mg->e->timers, &h->tmr);
	list_del(&h->in_mg);
	hmedia_fini(&h->media);
	hmaps_free(h->mg, &h->maps);
	if (h->endp && h->endp->user == h)
		h->endp->user = NULL;
	mem_free(h);
}

void hterm_free_all(struct h248_mg *mg)
{
	while (!list_empty(&mg->hterms))
		hterm_free(LIST_OF(mg->hterms.next, struct hterm, in_mg));
}

bool hterm_find(struct h248_mg *mg, struct span name, struct hterm **h, struct term **t,
		struct endp **ep)
{
	*t = term_find(mg->owner, name);
	if (*t) {
		*h = hterm_of(*t);
		*ep = (*t)->endp;
		return *h != NULL;
	}
	*ep = endp_find(mg->owner, name);
	if (!*ep || (*ep)->gone || !endp_is_named(*ep))
		return false;
	*h = (*ep)->user;
	return true;
}

/* 7.2.3: what is provisioned goes back to its defaults, ephemerals are gone. */
void hterm_ended(struct hterm *h)
{
	detach(h);
	if (!h->endp || !endp_is_named(h->endp) || h->endp->gone) {
		hterm_free(h);
		return;
	}
	hmedia_fini(&h->media);
	h->events = h->buffer = (struct hevents){ 0 };
	h->lockstep = h->locked = false;
	h->nseen = 0;
	hmaps_free(h->mg, &h->maps);
	h->has_map = false;
	h->reason = 0;
	if (h->graceful) {
		h->graceful = false;
		tmr_del(&h->mg->e->timers, &h->tmr);
		hterm_set_state(h, H248_STATE_OUT);
	}
}

/* Media of what is out of service stands still. */
void hterm_set_state(struct hterm *h, uint8_t state)
{
	struct model *m = h->mg->e->model;
	enum cause c;

	h->state = state;
	if (state == H248_STATE_OUT)
		h->graceful = false;
	if (h->endp && endp_is_named(h->endp))
		endp_set_ready(h->endp, state != H248_STATE_OUT);
	if (!h->term)
		return;
	c = term_hold(h->term, state == H248_STATE_OUT);
	if (c == CAUSE_OK)
		c = model_commit(m, h->mg->e->now);
	else
		model_rollback(m);
	if (c != CAUSE_OK)
		log_notice(LOGC_H248, "%s %s: %s", h->mg->conf.name, h->name,
			   cause_str(c));
}

const char *hterm_state_str(uint8_t state)
{
	static const char *const names[] = { "test", "out", "in" };

	return state < 3 ? names[state] : "?";
}
