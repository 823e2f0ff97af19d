/* model/topo.c - who hears whom inside one context.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.3.1 and Appendix D; 2.1.1.6 (packet relay)
 *
 * On endpoints with a near side (line, player) that side is a termination of kind
 * TERM_NAMED and Appendix D is followed to the letter. Anywhere else H as a connection
 * sees it is the sum of the others, so sendrecv and sendrecv relay.
 */
#include "model/impl.h"

#include <stddef.h>

static const char *const mode_names[MODE_N] = {
	[MODE_INACTIVE] = "inactive", [MODE_SENDONLY] = "sendonly",
	[MODE_RECVONLY] = "recvonly", [MODE_SENDRECV] = "sendrecv",
	[MODE_CONFRNCE] = "confrnce", [MODE_LOOPBACK] = "loopback",
	[MODE_CONTTEST] = "conttest", [MODE_NETWLOOP] = "netwloop",
	[MODE_NETWTEST] = "netwtest",
};

const char *mode_str(enum strm_mode mode)
{
	return (size_t)mode < MODE_N ? mode_names[mode] : "unknown";
}

bool mode_hears(enum strm_mode mode)
{
	return mode == MODE_RECVONLY || mode == MODE_SENDRECV || mode == MODE_CONFRNCE;
}

bool mode_sends(enum strm_mode mode)
{
	return mode == MODE_SENDONLY || mode == MODE_SENDRECV || mode == MODE_CONFRNCE;
}

enum strm_mode strm_mode_now(const struct term *t, const struct strm *s)
{
	if (t->halted || t->leaving || !s->on)
		return MODE_INACTIVE;
	if (s->mode == MODE_LOOPBACK && t->endp && t->ctx->owner->spec.loop_net &&
	    (t->endp->kind == ENDP_BRIDGE || t->endp->kind == ENDP_CONF))
		return MODE_NETWLOOP;
	return (enum strm_mode)s->mode;
}

static enum strm_mode mode_of(const struct term *t, uint16_t stream)
{
	if (stream < 1 || stream > t->nstrm)
		return MODE_INACTIVE;
	return strm_mode_now(t, &t->strm[stream - 1]);
}

/* 3435 2.3.1: one connection in loopback cuts the endpoint's own media off. */
static bool loops_near(const struct ctx *c, uint16_t stream)
{
	LIST_EACH (i, &c->terms)
		if (mode_of(LIST_OF(i, struct term, in_ctx), stream) == MODE_LOOPBACK)
			return true;
	return false;
}

static bool has_near(const struct ctx *c)
{
	return c->endp && (c->endp->kind == ENDP_LINE || c->endp->kind == ENDP_PLAYER);
}

static bool hears_near(const struct term *from, const struct term *to, uint16_t stream)
{
	enum strm_mode a = mode_of(from, stream), b = mode_of(to, stream);
	bool looped = loops_near(from->ctx, stream);

	if (from->kind == TERM_NAMED && to->kind == TERM_NAMED)
		return looped;
	if (from->kind == TERM_NAMED)
		return !looped && mode_sends(b);
	if (to->kind == TERM_NAMED)
		return !looped && mode_hears(a);
	return from != to && a == MODE_CONFRNCE && b == MODE_CONFRNCE;
}

static bool hears_relay(const struct term *from, const struct term *to, uint16_t stream)
{
	enum strm_mode a = mode_of(from, stream), b = mode_of(to, stream);
	bool looped = loops_near(from->ctx, stream);

	if (from == to) /* what stands for the endpoint hears itself */
		return looped && from->kind == TERM_RTP && mode_hears(a) && mode_sends(a);
	if (looped) /* forwarding of conferences goes on, 3435 2.3.1 */
		return a == MODE_CONFRNCE && b == MODE_CONFRNCE;
	return mode_hears(a) && mode_sends(b);
}

/* What the modes alone let through. */
bool topo_flows(const struct term *from, const struct term *to, uint16_t stream)
{
	return has_near(from->ctx) ? hears_near(from, to, stream) :
				     hears_relay(from, to, stream);
}

bool ctx_hears(const struct term *from, const struct term *to, uint16_t stream)
{
	if (from->ctx != to->ctx)
		return false;
	if (from == to && mode_of(from, stream) == MODE_NETWLOOP)
		return true;
	if (!from->ctx->topo || from == to)
		return topo_flows(from, to, stream);
	if (topo_flows(from, to, stream) && !topo_cut(from, to, stream))
		return true;
	return mode_sends(mode_of(to, stream)) && topo_taps(from, to, stream);
}
