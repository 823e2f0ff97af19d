/* h248/alt.c - Local and Remote descriptors: alternatives, CHOOSE, what is reserved.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.8 (the rules on ReserveGroup and ReserveValue), 7.1.1
 *
 * Pairs of alternatives are tried on the model in the order of preference, the first pair
 * it takes is in force. Without ReserveValue one format (and the events, comfort noise...
 * that go with it) is left. With ReserveGroup all groups of Local whose formats fit are
 * kept; of Remote one, since media have one destination.
 */
#include "h248/alt.h"

#include <string.h>

#include "util/mem.h"

/* ---- reading --------------------------------------------------------------------- */

static void read_formats(struct alt *a)
{
	a->any = !a->med->fmts;
	for (const struct sdp_fmt *f = a->med->fmts; f; f = f->next) {
		if (f->text.n == 1 && *f->text.p == '$')
			a->any = a->open = true;
		else if (a->formats.n < FORMATS_MAX &&
			 alt_format(f, &a->formats.v[a->formats.n]))
			a->formats.n++;
	}
}

/* One session description with at most one m= line (7.1.8). */
static unsigned read_alt(struct arena *a, struct span text, struct alt *out)
{
	struct parse_err err;
	const struct sdp_conn *conn;

	*out = (struct alt){ .any = true };
	if (!text.p || sdp_parse(a, text, &out->sdp, &err) || out->sdp->next)
		return H248_BAD_VALUE;
	if (out->sdp->nmedia > 1)
		return H248_BAD_VALUE;
	out->med = out->sdp->media;
	if (!out->med)
		return 0;
	conn = sdp_conn_of(out->sdp, out->med);
	out->open = (conn && conn->any) || out->med->port_kind == SDP_PORT_ANY;
	read_formats(out);
	return 0;
}

static unsigned read_groups(struct alts *a, const struct h248_sdp *d, struct alt *v,
			    unsigned *n)
{
	struct arena *arena = a->c->x->arena;

	for (const struct h248_group *g = d->groups; g && *n < ALTS_MAX; g = g->next) {
		unsigned code = read_alt(arena, h248_group_sdp(arena, g), &v[*n]);

		if (code)
			return code;
		++*n;
	}
	return 0;
}

/* What was in force stands for what is not said (7.1.8 a). */
static void read_before(struct alts *a, const char *text, struct alt *v, unsigned *n)
{
	struct span s = arena_span(a->c->x->arena, str_of(text));

	if (s.p && !read_alt(a->c->x->arena, s, &v[0]))
		*n = 1;
}

/* ---- asking the model ------------------------------------------------------------ */

static bool is_rtp(const struct alt *l)
{
	return str_ieqz(l->med->proto, "RTP/AVP") || str_ieqz(l->med->proto, "$");
}

/* The address in Local is ours to choose, unless it is a group's. */
static enum cause ask_address(const struct alts *a, const struct alt *l,
			      struct term_ask *ask)
{
	const struct sdp_conn *conn = sdp_conn_of(l->sdp, l->med);
	const struct owner_spec *o = owner_get_spec(a->c->x->mg->owner);

	if (!conn)
		return CAUSE_OK;
	if (str_ieqz(conn->addrtype, "IP4") || str_ieqz(conn->addrtype, "IP6")) {
		ask->has |= ASK_NETTYPE;
		ask->family = str_ieqz(conn->addrtype, "IP4") ? 4 : 6;
	}
	if (conn->any || !conn->addr.family || !addr_is_multicast(&conn->addr))
		return conn->any || conn->addr.family ? CAUSE_OK
						      : CAUSE_LOCAL_UNSUPPORTED;
	if (l->med->port_kind != SDP_PORT_NUM || !l->med->port)
		return CAUSE_LOCAL_UNSUPPORTED; /* a group's port is not ours to choose */
	ask->has |= ASK_GROUP;
	ask->group = (struct group_spec){
		.group = conn->addr,
		.ifindex = o->group_ifindex,
		.hops = conn->ttl > 0 && conn->ttl < 256 ? (uint8_t)conn->ttl
			: o->group_hops			 ? o->group_hops
							 : 1,
	};
	ask->group.group.port = l->med->port;
	for (const struct sdp_filter *f = l->med->filters; f; f = f->next) {
		ask->group.exclude = f->excl;
		for (unsigned i = 0;
		     i < f->nsrc && ask->group.nsource < PORTS_SOURCES_MAX; i++)
			ask->group.sources[ask->group.nsource++] = f->addrs[i];
	}
	return CAUSE_OK;
}

static enum cause ask_local(const struct alts *a, const struct alt *l,
			    struct term_ask *ask)
{
	enum cause r;

	if (!l->med)
		return CAUSE_OK;
	if (!is_rtp(l))
		return CAUSE_LOCAL_UNSUPPORTED;
	if (l->med->media.n && l->med->media.n < sizeof(ask->media)) {
		ask->has |= ASK_MEDIA;
		memcpy(ask->media, l->med->media.p, l->med->media.n);
	}
	if (l->med->ptime && l->med->ptime < UINT16_MAX) {
		ask->has |= ASK_PTIME;
		ask->ptime_min = ask->ptime_max = (uint16_t)l->med->ptime;
	}
	r = ask_address(a, l, ask);
	if (r == CAUSE_OK && !l->any) {
		ask->has |= ASK_FORMATS;
		ask->formats = l->formats;
	}
	return r;
}

/* A unicast address we were told must be the one we have. */
static bool is_ours(const struct alt *l, const struct strm *st)
{
	const struct sdp_conn *conn = l->med ? sdp_conn_of(l->sdp, l->med) : NULL;

	if (!l->med || st->group)
		return true;
	if (conn && conn->addr.family && !addr_is_any(&conn->addr) &&
	    !addr_same_host(&conn->addr, &st->slot.told))
		return false;
	return l->med->port_kind == SDP_PORT_ANY || l->med->port == st->slot.told.port;
}

/* "m=audio 4000 RTP/AVP $": with what is asked for in Local. */
static void fill_remote(struct alts *a, struct alt *r, const struct format_list *with)
{
	struct sdp_media *m = r->med;

	if (!r->any || !with->n)
		return;
	m->fmts = NULL;
	m->nfmts = 0;
	for (unsigned i = 0; i < with->n; i++) {
		const struct format *f = &with->v[i];
		unsigned pt = f->pt == FORMAT_PT_DYN ? 96 + i : f->pt;

		sdp_fmt_add(a->c->x->arena, m, pt, str_of(f->name), f->clock, f->channels,
			    str_of(f->fmtp));
	}
	r->formats = *with;
}

/* "RTP/AVP $" and nothing known of the peer. */
static void any_format(struct term_ask *ask)
{
	ask->has |= ASK_FORMATS;
	format_parse(&ask->formats.v[0], STR_LIT("PCMU"));
	format_parse(&ask->formats.v[1], STR_LIT("PCMA"));
	ask->formats.n = 2;
}

static enum cause try_pair(struct alts *a, const struct alt *l, struct alt *r,
			   const struct format_list *only)
{
	struct hstrm *s = a->s;
	struct term_ask ask = { 0 };
	enum cause c = CAUSE_OK;

	media_ask(s, &ask);
	if (l) {
		c = ask_local(a, l, &ask);
	} else if (s->ask) {
		ask.has |= ASK_FORMATS;
		ask.formats = *s->ask;
	}
	if (c != CAUSE_OK)
		return c;
	if (l && l->any && !(ask.has & ASK_FORMATS) && !(r && r->med))
		any_format(&ask);
	if (only) {
		ask.has |= ASK_FORMATS;
		ask.formats = *only;
	}
	if (r && r->med) {
		fill_remote(a, r, &ask.formats);
		ask.has |= ASK_REMOTE;
		ask.remote = r->sdp;
	}
	if (a->forget)
		ask.has |= ASK_FORGET;
	return term_stream(a->c->t, s->sid, &ask);
}

/* ---- after the choice ------------------------------------------------------------ */

static void as_list(const struct format_set *set, bool one, struct format_list *out)
{
	bool main = false;

	out->n = 0;
	for (unsigned i = 0; set && i < set->n; i++) {
		bool is = format_is_main(&set->v[i]);

		if (one && is && main)
			continue;
		main |= is;
		out->v[out->n++] = set->v[i];
	}
}

static bool set_has(const struct format_set *set, const struct sdp_fmt *f)
{
	struct format one;

	if (!alt_format(f, &one))
		return false;
	for (unsigned i = 0; set && i < set->n; i++)
		if (format_same(&set->v[i], &one))
			return true;
	return false;
}

/* a=rtpmap and a=fmtp of a format that is left out. */
static void drop_attrs(struct sdp_media *m, int pt)
{
	for (struct sdp_attr **at = &m->attrs; *at;) {
		struct span v = (*at)->value;
		uint32_t n;

		if ((str_ieqz((*at)->name, "rtpmap") || str_ieqz((*at)->name, "fmtp")) &&
		    str_u32(str_cut(&v, ' '), 127, &n) && (int)n == pt)
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
}

/* Leave in a remote description what is in force. True: something was left out. */
static bool narrow_remote(struct alt *r, const struct format_set *set)
{
	bool less = false;

	for (struct sdp_fmt **f = &r->med->fmts; *f;) {
		struct sdp_fmt *gone = *f;

		if (set_has(set, gone)) {
			f = &gone->next;
			continue;
		}
		*f = gone->next;
		r->med->nfmts--;
		if (gone->pt >= 0)
			drop_attrs(r->med, gone->pt);
		less = true;
	}
	return less;
}

/* Without ReserveValue: one format, and the rest is released. */
static enum cause narrow(struct alts *a, const struct alt *l, struct alt *r, bool *less)
{
	struct strm *st = term_strm(a->c->t, a->s->sid);
	struct format_list one;
	enum cause c = CAUSE_OK;

	if (!a->s->rvalue && st->local) {
		as_list(st->local, true, &one);
		if (one.n && one.n < st->local->n)
			c = try_pair(a, l, r, &one);
		st = term_strm(a->c->t, a->s->sid);
	}
	if (c == CAUSE_OK && r && r->med && st->local)
		*less = narrow_remote(r, st->local);
	return c;
}

/* ReserveGroup: formats of the other groups of Local too, as long as they fit. */
static void add_groups(struct alts *a, const struct alt *l, struct alt *r)
{
	const struct strm *st;
	struct format_list all;

	for (unsigned i = 0; a->s->rgroup && i < a->nlocal; i++) {
		const struct alt *o = &a->local[i];

		if (o == l || !o->med || o->any)
			continue;
		st = term_strm(a->c->t, a->s->sid);
		as_list(st->local, false, &all);
		for (unsigned k = 0; k < o->formats.n && all.n < FORMATS_MAX; k++)
			all.v[all.n++] = o->formats.v[k];
		try_pair(a, l, r, &all); /* a refusal leaves what there is */
	}
}

static unsigned keep_ask(struct alts *a)
{
	const struct strm *st = term_strm(a->c->t, a->s->sid);
	const struct alt *l = a->nlocal ? &a->local[a->at] : NULL;
	struct format_list list;

	if (!l || !l->med)
		return 0;
	if (!a->s->ask)
		a->s->ask = mem_alloc(sizeof(*a->s->ask));
	if (!a->s->ask)
		return H248_NO_RESOURCES;
	as_list(st->local, false, &list);
	*a->s->ask = a->s->rvalue && !l->any && !a->s->rgroup ? l->formats : list;
	return 0;
}

/* ---- the pairs ------------------------------------------------------------------- */

static enum cause choose(struct alts *a, struct alt **l, struct alt **r)
{
	for (unsigned i = 0; i < (a->nlocal ? a->nlocal : 1); i++)
		for (unsigned k = 0; k < (a->nremote ? a->nremote : 1); k++) {
			enum cause c;

			*l = a->nlocal ? &a->local[i] : NULL;
			*r = a->nremote ? &a->remote[k] : NULL;
			a->at = i;
			c = try_pair(a, *l, *r, NULL);
			if (c == CAUSE_OK)
				return c;
			if (a->why == CAUSE_OK)
				a->why = c;
		}
	return a->why;
}

/* 7.1.8: with a Reserve property, nothing is no error. */
static unsigned reserve_none(struct alts *a, const struct h248_sdp *local,
			     const struct h248_sdp *remote)
{
	struct arena *arena = a->c->x->arena;
	struct h248_stream *out = answer_stream(a->c, a->s->sid);

	if (!out)
		return H248_NO_RESOURCES;
	if (local && local->groups)
		out->local = arena_zalloc(arena, sizeof(*out->local));
	if (remote && remote->groups)
		out->remote = arena_zalloc(arena, sizeof(*out->remote));
	mem_free(a->s->local);
	mem_free(a->s->remote);
	a->s->local = a->s->remote = NULL;
	return h248_code_of(term_stream_drop(a->c->t, a->s->sid));
}

static bool is_scarce(enum cause c)
{
	return c != CAUSE_NO_MEMORY && c != CAUSE_OVERLOAD &&
	       c != CAUSE_MODE_UNSUPPORTED && c != CAUSE_STRM_LIMIT;
}

static unsigned read_all(struct alts *a, const struct h248_sdp *local,
			 const struct h248_sdp *remote)
{
	unsigned code = 0;

	if (local)
		code = read_groups(a, local, a->local, &a->nlocal);
	if (!code && remote)
		code = read_groups(a, remote, a->remote, &a->nremote);
	else if (!code && a->s->remote)
		read_before(a, a->s->remote, a->remote, &a->nremote);
	if (local)
		a->s->mute = !local->groups;
	a->forget = remote && !remote->groups;
	if (local && !local->groups) {
		mem_free(a->s->local);
		a->s->local = NULL;
	}
	if (a->forget) {
		mem_free(a->s->remote);
		a->s->remote = NULL;
	}
	return code;
}

unsigned alt_apply(struct change *c, struct hstrm *s, const struct h248_sdp *local,
		   const struct h248_sdp *remote)
{
	struct alts *a = arena_alloc(c->x->arena, sizeof(*a));
	struct alt *l = NULL, *r = NULL;
	bool less = false;
	unsigned code;
	enum cause why;

	if (!a)
		return H248_NO_RESOURCES;
	a->c = c; /* the alternatives, which are big, are set as they are read */
	a->s = s;
	a->nlocal = a->nremote = a->at = 0;
	a->forget = false;
	a->why = CAUSE_OK;
	code = read_all(a, local, remote);
	if (code)
		return code;
	why = choose(a, &l, &r);
	if (why != CAUSE_OK && (s->rvalue || s->rgroup) && is_scarce(why))
		return reserve_none(a, local, remote);
	if (why == CAUSE_OK)
		why = narrow(a, l, r, &less);
	if (why != CAUSE_OK)
		return h248_code_of(why);
	if (l && !is_ours(l, term_strm(c->t, s->sid)))
		return H248_NO_RESOURCES;
	add_groups(a, l, r);
	code = keep_ask(a);
	if (!code && l)
		code = alt_answer_local(a);
	if (!code && r && r->med && remote)
		code = alt_answer_remote(a, r, less || r->open || a->nremote > 1);
	return code;
}
