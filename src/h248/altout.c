/* h248/altout.c - alternatives in force, as answers and audits tell them.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.8
 */
#include "h248/alt.h"

#include <string.h>

#include "util/mem.h"

bool alt_format(const struct sdp_fmt *f, struct format *out)
{
	if (f->pt < 0 || f->pt > 127 || !f->encoding.n || !f->clock ||
	    f->encoding.n >= sizeof(out->name) || f->fmtp.n >= sizeof(out->fmtp))
		return false;
	*out = (struct format){ .clock = f->clock, .pt = (uint8_t)f->pt };
	out->channels = (uint8_t)(f->channels > 255 ? 255
				  : f->channels     ? f->channels
						    : 1);
	memcpy(out->name, f->encoding.p, f->encoding.n);
	if (f->fmtp.n)
		memcpy(out->fmtp, f->fmtp.p, f->fmtp.n);
	return true;
}

static struct span print(struct arena *a, const struct sdp *s)
{
	struct span text = { NULL, 0 };
	struct buf b;

	buf_init(&b, TEXT_MAX);
	sdp_print(&b, s);
	while (b.n && (b.p[b.n - 1] == '\n' || b.p[b.n - 1] == '\r'))
		b.n--; /* the printer of the message ends the line */
	if (buf_ok(&b))
		text = arena_span(a, buf_view(&b));
	buf_fini(&b);
	return text;
}

/* The local description with the formats of one group only. */
static struct span local_text(struct alts *a, const struct strm *st,
			      const struct alt *of)
{
	struct arena *arena = a->c->x->arena;
	unsigned most = st->local ? st->local->n : 0;
	struct format_set *set =
		arena_zalloc(arena, sizeof(*set) + most * sizeof(set->v[0]));
	struct strm one = *st;
	struct sdp *sdp;

	if (!set)
		return (struct span){ NULL, 0 };
	for (unsigned i = 0; i < most; i++) {
		bool in = !of || of->any || !of->med;

		for (const struct sdp_fmt *f = in ? NULL : of->med->fmts; f;
		     f = f->next) {
			struct format x;

			in |= alt_format(f, &x) && format_same(&x, &st->local->v[i]);
		}
		if (in)
			set->v[set->n++] = st->local->v[i];
	}
	if (most && !set->n)
		return (struct span){ NULL, 0 };
	one.local = most ? set : NULL;
	one.dir = SDP_SENDRECV; /* Mode tells it */
	sdp = strm_local_sdp(a->c->t, &one, arena);
	return sdp ? print(arena, sdp) : (struct span){ NULL, 0 };
}

static struct h248_group *group_add(struct arena *a, struct h248_sdp *d, struct span text)
{
	struct h248_group **g = &d->groups;

	while (*g)
		g = &(*g)->next;
	*g = arena_zalloc(a, sizeof(**g));
	if (*g)
		(*g)->sdp = text;
	return *g;
}

static bool keep_text(char **to, const struct h248_sdp *d)
{
	struct buf b;

	mem_free(*to);
	*to = NULL;
	buf_init(&b, ALTS_MAX * TEXT_MAX);
	for (const struct h248_group *g = d->groups; g; g = g->next) {
		buf_span(&b, g->sdp);
		buf_str(&b, g->next ? "\r\n" : "");
	}
	buf_char(&b, '\0');
	if (buf_ok(&b) && b.n > 1)
		*to = mem_strdup(b.p);
	buf_fini(&b);
	return !d->groups || *to;
}

struct h248_sdp *alt_desc(struct arena *a, const char *text)
{
	struct h248_sdp *d = arena_zalloc(a, sizeof(*d));
	struct span rest = arena_span(a, str_of(text ? text : ""));

	if (!d || !text)
		return d;
	/* every alternative begins with v= (we wrote them) */
	while (rest.n) {
		size_t n = 1;

		while (n < rest.n && !(rest.p[n - 1] == '\n' && rest.n - n > 1 &&
				       rest.p[n] == 'v' && rest.p[n + 1] == '='))
			n++;
		if (!group_add(a, d, (struct span){ rest.p, n == rest.n ? n : n - 2 }))
			return NULL;
		rest = (struct span){ rest.p + n, rest.n - n };
	}
	return d;
}

unsigned alt_answer_local(struct alts *a)
{
	struct arena *arena = a->c->x->arena;
	struct strm *st = term_strm(a->c->t, a->s->sid);
	struct h248_stream *out = answer_stream(a->c, a->s->sid);
	struct h248_sdp *d = out ? arena_zalloc(arena, sizeof(*d)) : NULL;

	if (!d)
		return H248_NO_RESOURCES;
	out->local = d;
	for (unsigned i = 0; i < a->nlocal; i++) {
		bool in = i == a->at || (a->s->rgroup && !a->local[i].any);
		struct span text = in ? local_text(a, st, &a->local[i])
				      : (struct span){ NULL, 0 };

		if (text.p && !group_add(arena, d, text))
			return H248_NO_RESOURCES;
	}
	return keep_text(&a->s->local, d) ? 0 : H248_NO_RESOURCES;
}

/* Kept as given, v= in front; told when there was something to choose. */
unsigned alt_answer_remote(struct alts *a, struct alt *r, bool tell)
{
	struct arena *arena = a->c->x->arena;
	struct h248_sdp *d = arena_zalloc(arena, sizeof(*d));
	struct h248_stream *out;

	if (!r->sdp->version.p)
		r->sdp->version = STR_LIT("0");
	if (!d || !group_add(arena, d, print(arena, r->sdp)) || !d->groups->sdp.p ||
	    !keep_text(&a->s->remote, d))
		return H248_NO_RESOURCES;
	if (!tell)
		return 0;
	out = answer_stream(a->c, a->s->sid);
	if (!out)
		return H248_NO_RESOURCES;
	out->remote = d;
	return 0;
}
