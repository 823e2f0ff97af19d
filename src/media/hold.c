/* media/hold.c - see hold.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/hold.h"

#include <string.h>

#include "media/slot.h"
#include "media/worker.h"
#include "util/err.h"
#include "util/mem.h"
#include "wire/rtp.h"

int hold_init(struct worker *w)
{
	w->hold = mem_array(HOLD_PACKETS, sizeof(*w->hold));
	return w->hold ? 0 : -H_ENOMEM;
}

void hold_fini(struct worker *w)
{
	mem_free(w->hold);
	w->hold = NULL;
}

void hold_put(struct worker *w, const struct pkt *k)
{
	struct hold *h = &w->hold[w->hold_next];
	struct slot *s = k->slot;

	if (k->n > HOLD_BYTES || h->round == w->round) {
		slot_drop(s, DROP_PROBATION);
		return;
	}
	if (s->hold && w->hold[s->hold - 1].slot == s) /* one a slot is enough */
		slot_drop(s, DROP_PROBATION);
	w->hold_next = (w->hold_next + 1) % HOLD_PACKETS;
	s->hold = (uint16_t)(h - w->hold + 1);
	h->slot = s;
	h->at = k->at;
	h->from = k->from;
	h->n = k->n;
	memcpy(h->p, k->p, k->n);
}

bool hold_take(struct worker *w, const struct pkt *k, struct pkt *out)
{
	struct slot *s = k->slot;
	struct hold *h;

	if (!s->hold)
		return false;
	h = &w->hold[s->hold - 1];
	s->hold = 0;
	if (h->slot != s)
		return false;
	h->slot = NULL;
	if (!addr_eq(&h->from, &k->from) || rtph_ssrc(h->p) != rtph_ssrc(k->p) ||
	    rtph_seq(h->p) != (uint16_t)(rtph_seq(k->p) - 1) || k->at - h->at > HOLD_NS) {
		slot_drop(s, DROP_PROBATION);
		return false;
	}
	h->round = w->round;
	*out = (struct pkt){
		.p = h->p, .n = h->n, .slot = s, .at = h->at, .from = h->from
	};
	return true;
}
