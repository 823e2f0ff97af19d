/* h248/media.c - the Media descriptor: states, streams, LocalControl.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.4-7.1.7; H.248.1 v3 (statistics per stream)
 */
#include "h248/change.h"
#include "h248/pkg.h"
#include "h248/props.h"
#include "h248/reply.h"

/* ---- answers -------------------------------------------------------------------------
 */

static struct h248_media *answer(struct change *c)
{
	struct h248_desc *d;

	if (c->answer)
		return c->answer;
	d = reply_desc(c->x->arena, c->r, H248_D_MEDIA);
	if (d)
		c->answer = d->u.media = arena_zalloc(c->x->arena, sizeof(*c->answer));
	return c->answer;
}

struct h248_tstate *answer_tstate(struct change *c)
{
	struct h248_media *m = answer(c);

	if (m && !m->tstate)
		m->tstate = arena_zalloc(c->x->arena, sizeof(*m->tstate));
	return m ? m->tstate : NULL;
}

struct h248_stream *answer_stream(struct change *c, uint16_t sid)
{
	struct h248_media *m = answer(c);
	struct h248_stream **s;

	if (!m)
		return NULL;
	for (s = &m->streams; *s; s = &(*s)->next)
		if ((*s)->id == sid)
			return *s;
	*s = arena_zalloc(c->x->arena, sizeof(**s));
	if (*s)
		(*s)->id = sid;
	return *s;
}

/* ---- LocalControl ---------------------------------------------------------------- */

struct h248_control *media_control(struct exec *x, const struct hstrm *s, unsigned on)
{
	struct h248_control *lc = arena_zalloc(x->arena, sizeof(*lc));

	if (!lc)
		return NULL;
	lc->has = H248_LC_HAS_MODE;
	lc->mode = s->mode;
	if (s->rvalue)
		lc->has |= H248_LC_HAS_VALUE | H248_LC_VALUE_ON;
	if (s->rgroup)
		lc->has |= H248_LC_HAS_GROUP | H248_LC_GROUP_ON;
	lc->props = props_tell(x, &s->props, on);
	return lc;
}

static bool same_name(const struct h248_pkgd *a, const struct h248_pkgd *b)
{
	if (a->p)
		return b->p && str_ieq((struct span){ a->p, a->n },
				       (struct span){ b->p, b->n });
	return !b->p && a->id == b->id;
}

/* 7.1.7: the new setting replaces the one before as a whole. */
static unsigned control(struct change *c, struct hstrm *s, const struct h248_control *lc)
{
	struct hprops was = s->props;
	bool told = false;

	s->mode = lc->has & H248_LC_HAS_MODE ? lc->mode : H248_MODE_INACTIVE;
	s->rvalue = lc->has & H248_LC_HAS_VALUE && lc->has & H248_LC_VALUE_ON;
	s->rgroup = lc->has & H248_LC_HAS_GROUP && lc->has & H248_LC_GROUP_ON;
	props_init(&s->props);
	if (s->mode > H248_MODE_LOOPBACK ||
	    (s->mode == H248_MODE_LOOPBACK && c->on == HPKG_ON_PORT))
		return H248_BAD_MODE; /* a room has nobody to send back to */
	for (const struct h248_parm *p = lc->props; p; p = p->next) {
		struct hpkg_ref ref;
		unsigned code = hpkg_find(H248_PROPERTY, &p->name, c->on, c->x->version,
					  &ref);

		for (const struct h248_parm *q = lc->props; q != p && !code; q = q->next)
			if (same_name(&p->name, &q->name))
				code = H248_PROPERTY_TWICE;
		if (!code)
			code = props_set(&s->props, &ref, p, &was, &told);
		if (code)
			return code;
	}
	if (told) {
		struct h248_stream *out = answer_stream(c, s->sid);

		if (!out || !(out->control = media_control(c->x, s, c->on)))
			return H248_NO_RESOURCES;
	}
	return 0;
}

/* H.248's directions look out of the context, as the model's do; loop-back sends back
 * what arrives (7.1.7). */
static enum strm_mode mode_of(const struct hstrm *s)
{
	switch ((enum h248_mode)s->mode) {
	case H248_MODE_SENDONLY:
		return MODE_SENDONLY;
	case H248_MODE_RECVONLY:
		return s->mute ? MODE_INACTIVE : MODE_RECVONLY;
	case H248_MODE_SENDRECV:
		return s->mute ? MODE_SENDONLY : MODE_SENDRECV;
	case H248_MODE_LOOPBACK:
		return s->mute ? MODE_INACTIVE : MODE_NETWLOOP;
	case H248_MODE_INACTIVE:
		break;
	}
	return MODE_INACTIVE;
}

void media_ask(const struct hstrm *s, struct term_ask *ask)
{
	ask->has |= ASK_MODE;
	ask->mode = mode_of(s);
	props_ask(&s->props, ask);
}

/* ---- streams --------------------------------------------------------------------- */

/* 7.1.6: a stream ends when both are empty and nothing is reserved. */
static bool is_end(const struct hstrm *s, const struct h248_stream *st)
{
	return st->local && !st->local->groups && st->remote && !st->remote->groups &&
	       !s->rvalue && !s->rgroup;
}

static unsigned stage_plain(struct change *c, struct hstrm *s)
{
	struct term_ask ask = { 0 };

	if (!c->t)
		return 0;
	media_ask(s, &ask);
	return h248_code_of(term_stream(c->t, s->sid, &ask));
}

unsigned media_bring(struct change *c)
{
	unsigned code = 0;

	for (unsigned i = 0; i < c->media.n && !code; i++)
		code = stage_plain(c, &c->media.v[i]);
	return code;
}

static unsigned stream(struct change *c, const struct h248_stream *st, uint16_t sid)
{
	struct hstrm *s = sid ? hmedia_add(&c->media, sid) : NULL;
	unsigned code = 0;

	if (!sid)
		return H248_BAD_VALUE;
	if (!s)
		return H248_NO_RESOURCES;
	if (st->control)
		code = control(c, s, st->control);
	s->stats |= st->stats != NULL;
	for (const struct h248_parm *p = st->stats ? st->stats->list : NULL; p && !code;
	     p = p->next) {
		struct hpkg_ref ref;

		code = hpkg_find(H248_STAT, &p->name, c->on, c->x->version, &ref);
	}
	if (code)
		return code;
	if (is_end(s, st)) {
		hmedia_del(&c->media, sid);
		return c->t ? h248_code_of(term_stream_drop(c->t, sid)) : 0;
	}
	if (!st->local && !st->remote)
		return stage_plain(c, s);
	if (c->on != HPKG_ON_RTP) /* no network address of its own */
		return (st->local && st->local->groups) ||
				       (st->remote && st->remote->groups)
			       ? H248_BAD_MEDIA
			       : stage_plain(c, s);
	return alt_apply(c, s, st->local, st->remote);
}

static unsigned tstate(struct change *c, const struct h248_tstate *ts)
{
	if (c->on == HPKG_ON_ROOT)
		return root_apply(c, ts);
	if (ts->has & H248_TS_HAS_STATE)
		c->state = ts->state;
	if (ts->has & H248_TS_HAS_BUFFER)
		c->lockstep = ts->lockstep;
	for (const struct h248_parm *p = ts->props; p; p = p->next) {
		struct hpkg_ref ref;
		unsigned code = hpkg_find(H248_PROPERTY, &p->name, c->on, c->x->version,
					  &ref);

		return code ? code : H248_PROPERTY_ILLEGAL;
	}
	return 0;
}

unsigned media_apply(struct change *c, const struct h248_media *m)
{
	unsigned code = m->tstate ? tstate(c, m->tstate) : 0;

	if (m->streams && c->on == HPKG_ON_ROOT)
		return H248_BAD_ID;
	for (const struct h248_stream *s = m->streams; s && !code; s = s->next)
		code = stream(c, s, m->one ? 1 : s->id); /* 7.1.4 */
	if (c->answer && c->answer->streams && m->one)
		c->answer->one = 1;
	return code;
}
