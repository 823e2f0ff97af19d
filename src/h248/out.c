/* h248/out.c - messages on their way out.
 *
 * layer: h248 (L3)   thread: control   I/O: none (the caller of h248_engine_output sends)
 * RFC 3525 8.3, D.1
 */
#include "h248/mg.h"

#include "util/err.h"

void hout_put(struct h248_engine *e, const struct assoc *to, struct span bytes)
{
	if (outq_put(&e->out, to, bytes) && e->ops.trace)
		e->ops.trace(e->arg, true, to, bytes);
}

size_t hout_most(const struct h248_mg *mg, const struct assoc *as)
{
	return as->transport == TRANSPORT_UDP ? mg->conf.datagram_max
					      : mg->conf.stream_max;
}

int hout_print(struct h248_mg *mg, bool binary, uint8_t version,
	       const struct h248_trans *t, const struct h248_error *err)
{
	struct h248_msg m = { .version = version, .mid = mg->mid };
	struct h248_misfit misfit = { "" };
	int rc;

	m.trans = (struct h248_trans *)(uintptr_t)t;
	m.error = (struct h248_error *)(uintptr_t)err;
	buf_reset(&mg->e->print);
	if (binary)
		rc = h248_ber_enc(&mg->e->print, &m, &mg->names, &misfit);
	else
		rc = h248_text_print(&mg->e->print, &m,
				     mg->conf.pretty ? H248_PRETTY : H248_COMPACT,
				     &mg->names, &misfit);
	if (rc && rc != -H_ELIMIT)
		log_notice(LOGC_H248, "%s: can't be said in %s: %s", mg->conf.name,
			   binary ? "binary" : "text", misfit.what);
	return rc;
}

int hout_send(struct h248_mg *mg, const struct via *via, uint8_t version,
	      const struct h248_trans *t)
{
	int rc = hout_print(mg, via->binary, version, t, NULL);

	if (!rc)
		hout_put(mg->e, &via->as, buf_view(&mg->e->print));
	return rc;
}

/* Ours of the same transport, form and family; the system's choice when there is none. */
static struct addr local_for(const struct h248_mg *mg, const struct h248_mgc *m)
{
	for (unsigned i = 0; i < mg->conf.nlisten; i++) {
		const struct h248_listen *l = &mg->conf.listen[i];

		if (l->transport == m->transport && l->binary == m->binary &&
		    l->addr.family == m->addr.family)
			return l->addr;
	}
	return (struct addr){ 0 };
}

bool hout_mgc(struct h248_mg *mg, const struct mgc *m, uint64_t id, struct via *out)
{
	*out = (struct via){
		.as = {
			.transport = m->conf.transport,
			.local = local_for(mg, &m->conf),
			.remote = m->conf.addr,
			.owner = mg->owner,
			.id = m->conf.transport == TRANSPORT_UDP ? 0 : id,
		},
		.binary = m->conf.binary,
	};
	if (m->conf.transport == TRANSPORT_TCP)
		out->as.local.port = 0;
	return m->conf.addr.family != 0;
}
