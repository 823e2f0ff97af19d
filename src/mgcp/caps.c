/* mgcp/caps.c - capabilities of endpoints, and modes by name.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.2.3, 3.2.2.6
 */
#include "mgcp/caps.h"

#include "mgcp/pkg.h"
#include "wire/mgcp.h"

static const char *const mode_names[MODE_N] = {
	[MODE_INACTIVE] = "inactive", [MODE_SENDONLY] = "sendonly",
	[MODE_RECVONLY] = "recvonly", [MODE_SENDRECV] = "sendrecv",
	[MODE_CONFRNCE] = "confrnce", [MODE_LOOPBACK] = "loopback",
	[MODE_CONTTEST] = "conttest", [MODE_NETWLOOP] = "netwloop",
	[MODE_NETWTEST] = "netwtest",
};

const char *caps_mode_name(const struct term *t)
{
	return mode_names[t->nstrm ? t->strm[0].mode : MODE_INACTIVE];
}

static void put_packages(struct buf *b)
{
	for (unsigned i = 0; mgcp_pkgs[i]; i++)
		buf_printf(b, "%s%s", i ? ";" : ", v:", mgcp_pkgs[i]->name);
}

/* One set: none of it depends on the codec. Echo cancellation, silence suppression and
 * gain need a near side that a packet relay lacks. */
void caps_put(struct buf *b, const struct endp *ep)
{
	const struct format_list *f = endp_formats(ep);

	mgcp_put_name(b, MGCP_PARAM_A);
	buf_str(b, "a:");
	for (unsigned i = 0; i < f->n; i++)
		buf_printf(b, "%s%s", i ? ";" : "", f->v[i].name);
	buf_str(b, ", e:off, s:off, gc:0, t:1, nt:IN");
	if (ep->kind == ENDP_BRIDGE)
		buf_str(b, ";LOCAL");
	put_packages(b);
	buf_str(b, ", m:");
	for (unsigned i = 0, n = 0; i < MODE_N; i++)
		if (caps_has_mode(ep->kind, (enum strm_mode)i))
			buf_printf(b, "%s%s", n++ ? ";" : "", mode_names[i]);
	mgcp_put_eol(b);
}
