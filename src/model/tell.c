/* model/tell.c - what the model tells the world.
 *
 * layer: model (L2)   thread: control   I/O: the observers'
 *
 * The engine of the owner's protocol is told first, then whoever watches all.
 */
#include "model/impl.h"

void model_set_ops(struct model *m, const struct model_ops *ops, void *arg,
		   enum proto proto)
{
	m->obs[proto].ops = ops;
	m->obs[proto].arg = arg;
}

/* Call `fn` of both observers of owner `o` that have it. */
#define TELL(m, o, fn, ...)                                                              \
	do {                                                                             \
		unsigned tell_p = (o)->spec.proto;                                       \
		if (tell_p && (m)->obs[tell_p].ops && (m)->obs[tell_p].ops->fn)          \
			(m)->obs[tell_p].ops->fn((m)->obs[tell_p].arg, __VA_ARGS__);     \
		if ((m)->obs[0].ops && (m)->obs[0].ops->fn)                              \
			(m)->obs[0].ops->fn((m)->obs[0].arg, __VA_ARGS__);               \
	} while (0)

void tell_ended(struct model *m, struct term *t, const char *reason, uint64_t now)
{
	struct term_end end = { .term = t, .reason = reason, .at = now };

	TELL(m, t->ctx->owner, ended, &end);
}

void tell_event(struct model *m, struct owner *o, struct term *t,
		const struct med_event *ev)
{
	TELL(m, o, event, o, t, ev);
}

void tell_report(struct model *m, struct owner *o, struct term *t, const char *reason)
{
	TELL(m, o, report, o, t, reason);
}

/* The engine may subtract the termination: it goes last. */
void tell_release(struct model *m, struct term *t, const char *reason)
{
	struct owner *o = t->ctx->owner;
	unsigned p = o->spec.proto;

	if (m->obs[0].ops && m->obs[0].ops->release)
		m->obs[0].ops->release(m->obs[0].arg, t, reason);
	if (p && m->obs[p].ops && m->obs[p].ops->release)
		m->obs[p].ops->release(m->obs[p].arg, t, reason);
}

void tell_endp(struct model *m, struct endp *e, bool in)
{
	TELL(m, e->owner, endpoint, e, in);
}

bool tell_places(struct model *m, struct owner *o, const char *pattern)
{
	const struct model_ops *ops = m->obs[o->spec.proto].ops;

	return ops && ops->places && ops->places(m->obs[o->spec.proto].arg, o, pattern);
}

void tell_endp_end(struct model *m, struct endp *e)
{
	TELL(m, e->owner, endp_end, e);
}

void tell_ctx_end(struct model *m, struct ctx *c)
{
	TELL(m, c->owner, ctx_end, c);
}
