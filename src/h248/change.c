/* h248/change.c - what one command changes of one termination: its descriptors.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1
 */
#include "h248/change.h"

#include <string.h>

#include "h248/digitmap.h"
#include "h248/events.h"
#include "h248/pkg.h"
#include "h248/reply.h"

unsigned change_open(struct change *c, struct exec *x, struct hterm *h, struct term *t,
		     unsigned on, struct h248_cmd *r)
{
	*c = (struct change){ .x = x, .h = h, .t = t, .on = on, .r = r };
	c->root = x->mg->root;
	c->state = h ? h->state : x->mg->state;
	c->lockstep = h && h->lockstep;
	if (h && hmedia_copy(&c->media, &h->media))
		return H248_NO_RESOURCES;
	return 0;
}

static unsigned stats_check(struct change *c, const struct h248_stats *s)
{
	struct hpkg_ref ref;
	unsigned code;

	for (const struct h248_parm *p = s ? s->list : NULL; p; p = p->next) {
		code = hpkg_find(H248_STAT, &p->name, c->on, c->x->version, &ref);
		if (code)
			return code;
	}
	return 0;
}

static unsigned map_check(struct change *c, const struct h248_digitmap *dm)
{
	hmap_drop(c->made);
	c->map = dm;
	return hmap_prepare(c->x->mg, c->h, dm, &c->made);
}

static unsigned one(struct change *c, const struct h248_desc *d)
{
	switch (d->kind) {
	case H248_D_MEDIA:
		return media_apply(c, d->u.media);
	case H248_D_EVENTS:
		return watch_check(c, d->u.events);
	case H248_D_BUFFER:
		return buffer_check(c, d->u.buffer);
	case H248_D_SIGNALS:
		return signals_apply(c, d->u.signals);
	case H248_D_DIGITMAP:
		return map_check(c, d->u.digitmap);
	case H248_D_STATS:
		return stats_check(c, d->u.stats);
	case H248_D_AUDIT:
		return 0;
	default:
		return H248_NO_DESCRIPTOR;
	}
}

unsigned change_descs(struct change *c, const struct h248_desc *d)
{
	unsigned code = 0;

	for (; d && !code; d = d->next)
		code = one(c, d);
	return code ? code : watch_stage(c);
}

void change_keep(struct change *c)
{
	struct hterm *h = c->h;

	if (c->map)
		hmap_keep(c->x->mg, h, c->map, c->made);
	c->made = NULL;
	if (!h) {
		c->x->mg->root = c->root;
		c->x->mg->state = c->state;
		return;
	}
	hmedia_fini(&h->media);
	h->media = c->media;
	c->media.n = 0;
	h->lockstep = c->lockstep;
	if (c->new_events)
		h->events = c->events;
	if (c->new_buffer)
		h->buffer = c->buffer;
	hev_changed(h, c->new_events);
	if (c->state != h->state)
		hterm_set_state(h, c->state);
}

void change_drop(struct change *c)
{
	hmedia_fini(&c->media);
	hmap_drop(c->made);
	c->made = NULL;
}
