/* model/asked.c - what an agent asks of a connection, stream by stream.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.3.5 (modes and missing descriptions), 2.6; RFC 3264 6
 */
#include "model/impl.h"

#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

enum { PTIME_MOST = 1000, REMOTE_TEXT_MAX = 65536 };

/* One stream's request in work. */
struct job {
	struct model *m;
	struct term *term;
	const struct term_ask *ask;
	const struct sdp_media *med; /* NULL: no remote description in this command */
	struct strm *s;
	struct format_list remote;
};

static bool needs_remote(enum strm_mode mode)
{
	return mode_sends(mode) || mode == MODE_NETWLOOP || mode == MODE_NETWTEST;
}

/* 3435 3.4.2: the description of a connection inside this gateway. */
static bool is_inside(const struct sdp *sdp)
{
	const struct sdp_conn *c = sdp_conn_of(sdp, sdp->media);

	return c && str_ieqz(c->nettype, "LOCAL");
}

static enum cause check_ask(const struct term *t, const struct term_ask *a)
{
	if (a->has & ASK_MODE && (a->mode == MODE_CONTTEST || a->mode == MODE_NETWTEST))
		return CAUSE_MODE_UNSUPPORTED; /* transponders need tones */
	if (a->has & ASK_MODE && (size_t)a->mode >= MODE_N)
		return CAUSE_MODE_UNSUPPORTED;
	if (a->has & ASK_PTIME && a->ptime_min > a->ptime_max)
		return CAUSE_LOCAL_CONFLICT;
	if (a->has & ASK_PTIME && (!a->ptime_max || a->ptime_min > PTIME_MOST))
		return CAUSE_PTIME_UNSUPPORTED;
	if (a->has & ASK_BANDWIDTH && a->kbps_min > a->kbps_max)
		return CAUSE_LOCAL_CONFLICT;
	if ((a->has & ASK_DSCP && a->dscp > 63) ||
	    (a->has & ASK_NETTYPE && a->family != 4 && a->family != 6))
		return CAUSE_LOCAL_UNSUPPORTED;
	if (a->has & ASK_FORMATS && !a->formats.n)
		return CAUSE_CODEC_UNKNOWN;
	if (a->has & ASK_REMOTE && !a->remote->nmedia)
		return CAUSE_REMOTE_INVALID;
	if (a->has & ASK_REMOTE && a->remote->nmedia > STREAMS_MAX)
		return CAUSE_STRM_LIMIT;
	if (t->kind == TERM_LINK && (a->has & ASK_GROUP ||
				     (a->has & ASK_REMOTE && !is_inside(a->remote))))
		return CAUSE_REMOTE_CONFLICT; /* its other end is inside */
	return CAUSE_OK;
}

/* Streams the new description lacks end. */
static enum cause drop_rest(struct model *m, const struct strm *v, unsigned from,
			    unsigned n)
{
	enum cause c = CAUSE_OK;

	for (unsigned i = from; i < n && c == CAUSE_OK; i++) {
		struct strm gone = v[i];

		c = strm_drop(m, &gone);
	}
	return c;
}

/* A copy of the streams to work on. */
enum cause strms_open(struct model *m, struct term *t, unsigned n)
{
	struct undo *u = undo_add(m, UNDO_STRMS);
	unsigned had = t->nstrm;
	struct strm *was = t->strm, *v;

	v = u ? strms_copy(m, was, had < n ? had : n, n) : NULL;
	if (!v) {
		m->undo.n -= u ? 1 : 0;
		return CAUSE_NO_MEMORY;
	}
	u->term = t;
	u->strm = was;
	u->nstrm = t->nstrm;
	u->remote_text = t->remote_text;
	u->version = t->sdp_version;
	for (unsigned i = had; i < n; i++) {
		v[i].mode = was->mode;
		v[i].dscp = was->dscp;
		v[i].ptime_min = was->ptime_min;
		v[i].ptime_max = was->ptime_max;
	}
	t->strm = v;
	t->nstrm = (uint8_t)n;
	return drop_rest(m, was, n, had);
}

static bool same_group(const struct group_spec *a, const struct group_spec *b)
{
	if (!a || !b)
		return a == b;
	if (!addr_eq(&a->group, &b->group) || a->ifindex != b->ifindex ||
	    a->hops != b->hops || a->exclude != b->exclude || a->nsource != b->nsource)
		return false;
	for (unsigned i = 0; i < a->nsource; i++)
		if (!addr_same_host(&a->sources[i], &b->sources[i]))
			return false;
	return true;
}

/* Group `g` from now on (NULL: none). A slot serves one group all its life. */
static enum cause set_group(struct job *j, const struct group_spec *g)
{
	struct group_spec *copy = NULL;
	enum cause c;

	if (same_group(j->s->group, g))
		return CAUSE_OK;
	c = strm_drop(j->m, j->s);
	if (c != CAUSE_OK)
		return c;
	if (g) {
		copy = group_copy(g);
		if (!copy)
			return CAUSE_NO_MEMORY;
	}
	mem_free((void *)(uintptr_t)j->s->group);
	j->s->group = copy;
	return CAUSE_OK;
}

static enum cause read_remote(struct job *j)
{
	struct addr was = j->s->raddr;
	struct group_spec g;
	enum cause c = remote_read(j->ask->remote, j->med, j->s, &j->remote);

	if (c != CAUSE_OK)
		return c;
	if (!addr_eq(&was, &j->s->raddr))
		j->s->generation++;
	if (j->s->on && addr_is_multicast(&j->s->raddr)) {
		c = group_read(j->m, j->term->ctx->owner, j->ask->remote, j->med, &g);
		if (c == CAUSE_OK)
			c = set_group(j, &g);
		j->s->group_local = false;
		return c;
	}
	return j->s->group_local ? CAUSE_OK : set_group(j, NULL);
}

static enum cause own_group(struct job *j)
{
	enum cause c = group_allowed(j->m, j->term->ctx->owner, &j->ask->group.group);

	if (c == CAUSE_OK)
		c = set_group(j, &j->ask->group);
	j->s->group_local = true;
	return c;
}

static enum cause set_formats(struct job *j)
{
	const struct format_set *local, *remote = NULL;
	struct format_list out;
	enum cause c;

	if (j->med && !j->s->on) {
		remote = format_set_get(j->m, j->remote.v, j->remote.n);
		if (!remote)
			return CAUSE_NO_MEMORY;
		format_set_put(j->m, j->s->remote);
		j->s->remote = remote;
		return CAUSE_OK;
	}
	c = offer_formats(j->m, j->term, j->s, j->ask, j->med ? &j->remote : NULL, &out);
	if (c != CAUSE_OK)
		return c;
	local = format_set_get(j->m, out.v, out.n);
	if (j->med)
		remote = format_set_get(j->m, j->remote.v, j->remote.n);
	if (!local || (j->med && !remote)) {
		format_set_put(j->m, local);
		format_set_put(j->m, remote);
		return CAUSE_NO_MEMORY;
	}
	format_set_put(j->m, j->s->local);
	j->s->local = local;
	if (remote) {
		format_set_put(j->m, j->s->remote);
		j->s->remote = remote;
	}
	return CAUSE_OK;
}

static uint16_t clamp(uint32_t v, uint32_t least, uint32_t most)
{
	return (uint16_t)(v < least ? least : v > most ? most : v);
}

/* What we'd like to receive. Nothing is re-packed, so it is advice to the peer, except on
 * a zone, whose phones expect theirs. */
static enum cause set_ptime(struct job *j)
{
	struct strm *s = j->s;
	const struct endp *e = j->term->endp;
	uint32_t want = e ? endp_ptime(e) : 20, frame;
	bool zone = e && e->kind == ENDP_PAGE;

	if (j->ask->has & ASK_PTIME) {
		s->ptime_min = j->ask->ptime_min ? j->ask->ptime_min : 1;
		s->ptime_max = j->ask->ptime_max;
	}
	if (!str_ieqz(str_of(s->media), "audio")) {
		s->ptime = 0;
		return CAUSE_OK;
	}
	if (zone && s->ptime_max && (want < s->ptime_min || want > s->ptime_max))
		return CAUSE_PTIME_UNSUPPORTED;
	if (!zone && j->med && j->med->ptime && j->med->ptime <= PTIME_MOST)
		want = j->med->ptime;
	else if (!zone && !(j->ask->has & ASK_PTIME) && s->ptime)
		want = s->ptime;
	if (s->ptime_max)
		want = clamp(want, s->ptime_min, s->ptime_max);
	frame = s->local && s->local->n ? format_frame_ms(&s->local->v[0]) : 0;
	if (frame && !zone) /* 3435 2.3.5: as close as the frame allows, never zero */
		want = want < frame ? frame : want - want % frame;
	s->ptime = (uint16_t)want;
	return CAUSE_OK;
}

static enum cause set_slot(struct job *j)
{
	const struct term_ask *a = j->ask;
	struct strm *s = j->s;
	uint8_t family = a->has & ASK_NETTYPE ? a->family
			 : s->group           ? s->group->group.family
					      : 0;

	if (j->term->kind == TERM_LINK || j->term->kind == TERM_PORT)
		return CAUSE_OK;
	if (s->sid && j->term->kind == TERM_RTP && !s->slot.slot && !s->local &&
	    !s->group)
		return CAUSE_OK; /* RFC 3525 7.1.8: nothing is reserved yet */
	if (!s->on)
		return strm_drop(j->m, s);
	if (s->raddr.family) {
		if (a->has & ASK_NETTYPE && a->family != s->raddr.family)
			return CAUSE_REMOTE_CONFLICT;
		family = s->raddr.family;
	}
	if (!s->slot.slot)
		return strm_take(j->m, j->term, s, family);
	/* A port once told is never changed. */
	if (family && s->slot.local.family && family != s->slot.local.family)
		return a->has & ASK_NETTYPE ? CAUSE_LOCAL_UNSUPPORTED
					    : CAUSE_REMOTE_UNSUPPORTED;
	return CAUSE_OK;
}

static void set_source(struct strm *s, const struct term_ask *a)
{
	if (a->has & ASK_ACCEPT)
		s->accept = a->accept;
	if (a->has & ASK_GATE)
		s->gate = a->gate;
	if (a->has & ASK_WATCH) {
		s->watch = a->watch;
		s->silence_ms = a->silence_ms;
	}
	if (!(a->has & ASK_LATCH))
		return;
	s->latch = a->latch;
	if (a->relatch)
		s->generation++;
}

/* RFC 3525 7.1.8: an empty Remote descriptor. */
static enum cause forget_remote(struct job *j)
{
	struct strm *s = j->s;

	format_set_put(j->m, s->remote);
	s->remote = NULL;
	s->raddr = s->raddr_rtcp = (struct addr){ 0 };
	s->told = false;
	s->dir = SDP_SENDRECV;
	s->generation++;
	return s->group_local ? CAUSE_OK : set_group(j, NULL);
}

static enum cause apply_strm(struct job *j)
{
	const struct term_ask *a = j->ask;
	struct strm *s = j->s;
	enum cause c = CAUSE_OK;

	if (a->has & ASK_MODE)
		s->mode = (uint8_t)a->mode;
	if (a->has & ASK_DSCP)
		s->dscp = a->dscp;
	set_source(s, a);
	if (a->has & ASK_MEDIA)
		memcpy(s->media, a->media, sizeof(s->media));
	if (a->has & ASK_FORGET)
		c = forget_remote(j);
	if (c == CAUSE_OK && j->med)
		c = read_remote(j);
	if (c == CAUSE_OK && a->has & ASK_GROUP && (s->id == 1 || s->sid))
		c = own_group(j);
	if (c == CAUSE_OK && s->group && mode_hears((enum strm_mode)s->mode) &&
	    group_is_ssm(&s->group->group) && (s->group->exclude || !s->group->nsource))
		c = CAUSE_REMOTE_UNSUPPORTED; /* nobody to hear it from */
	if (c == CAUSE_OK && j->term->kind == TERM_RTP &&
	    (j->med || a->has & (ASK_FORMATS | ASK_BANDWIDTH) ||
	     (s->on && !s->local && !s->sid)))
		c = set_formats(j);
	if (c == CAUSE_OK && s->on)
		c = set_ptime(j);
	if (c == CAUSE_OK)
		c = set_slot(j);
	if (c == CAUSE_OK && j->term->endp && j->term->kind == TERM_RTP && !s->told &&
	    needs_remote((enum strm_mode)s->mode))
		c = CAUSE_REMOTE_MISSING; /* 3435 2.3.5: 527 */
	return c;
}

/* Refusals that concern one m= line; others of the description may do (RFC 3264 6). */
static bool line_only(enum cause c)
{
	return c == CAUSE_REMOTE_UNSUPPORTED || c == CAUSE_SECURITY_UNSUPPORTED ||
	       c == CAUSE_CODEC_NONE;
}

static enum cause apply_all(struct model *m, struct term *t, const struct term_ask *ask)
{
	const struct sdp_media *med = ask->has & ASK_REMOTE ? ask->remote->media : NULL;
	enum cause first = CAUSE_OK;
	unsigned good = 0;

	for (unsigned i = 0; i < t->nstrm; i++, med = med ? med->next : NULL) {
		struct job j = { .m = m, .term = t, .ask = ask, .med = med,
				 .s = &t->strm[i] };
		enum cause c = apply_strm(&j);

		if (c != CAUSE_OK && (!med || t->nstrm == 1 || !line_only(c)))
			return c;
		if (c == CAUSE_OK) {
			good += j.s->on ? 1 : 0;
			continue;
		}
		first = first == CAUSE_OK ? c : first;
		j.s->on = false;
		c = set_formats(&j);
		if (c == CAUSE_OK)
			c = strm_drop(m, j.s);
		if (c != CAUSE_OK)
			return c;
	}
	return good ? CAUSE_OK : first;
}

enum cause strm_apply(struct model *m, struct term *t, struct strm *s,
		      const struct term_ask *ask)
{
	struct job j = { .m = m, .term = t, .ask = ask, .s = s };
	enum cause c = check_ask(t, ask);

	if (ask->has & ASK_REMOTE)
		j.med = ask->remote->media;
	if (c == CAUSE_OK)
		c = apply_strm(&j);
	if (c == CAUSE_OK)
		t->sdp_version++;
	return c;
}

/* For audits; `at` is the undo record of the streams. */
static enum cause keep_text(struct model *m, struct term *t, const struct sdp *remote,
			    uint32_t at)
{
	struct undo *u = (struct undo *)m->undo.p + at;
	char *text = NULL;
	struct buf b;

	buf_init(&b, REMOTE_TEXT_MAX);
	sdp_print(&b, remote);
	buf_char(&b, '\0');
	if (buf_ok(&b))
		text = mem_strdup(b.p);
	buf_fini(&b);
	if (!text)
		return CAUSE_NO_MEMORY;
	t->remote_text = text;
	u->new_text = true;
	return CAUSE_OK;
}

/* Would the local description be another one? */
static bool told_same(const struct strm *a, unsigned na, const struct strm *b,
		      unsigned nb)
{
	if (na != nb)
		return false;
	for (unsigned i = 0; i < na; i++)
		if (a[i].on != b[i].on || a[i].local != b[i].local ||
		    a[i].ptime != b[i].ptime || a[i].dir != b[i].dir ||
		    a[i].slot.slot != b[i].slot.slot ||
		    !same_group(a[i].group, b[i].group))
			return false;
	return true;
}

enum cause term_apply(struct model *m, struct term *t, const struct term_ask *wanted)
{
	struct term_ask ask = *wanted;
	enum cause c = check_ask(t, &ask);
	uint32_t at = m->undo.n;
	const struct undo *u;

	if (t->kind == TERM_LINK) /* what its other half decides */
		ask.has &= ASK_MODE | ASK_PTIME | ASK_DSCP;
	if (c == CAUSE_OK)
		c = strms_open(m, t,
			       ask.has & ASK_REMOTE ? ask.remote->nmedia : t->nstrm);
	if (c == CAUSE_OK && wanted->has & ASK_REMOTE)
		c = keep_text(m, t, wanted->remote, at);
	if (c == CAUSE_OK)
		c = apply_all(m, t, &ask);
	if (c != CAUSE_OK)
		return c;
	u = (const struct undo *)m->undo.p + at;
	if (!told_same(u->strm, u->nstrm, t->strm, t->nstrm))
		t->sdp_version++;
	return CAUSE_OK;
}
