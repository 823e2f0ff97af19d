/* mgcp/caps.c - capabilities of endpoints.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.2.3
 */
#include "mgcp/caps.h"

#include "mgcp/pkg.h"
#include "wire/mgcp.h"

static void put_packages(struct buf *b)
{
	for (unsigned i = 0; mgcp_pkgs[i]; i++)
		buf_printf(b, "%s%s", i ? ";" : ", v:", mgcp_pkgs[i]->name);
}

/* The tests need a transponder for tones. */
static const enum strm_mode modes[] = {
	MODE_SENDONLY, MODE_RECVONLY, MODE_SENDRECV, MODE_CONFRNCE,
	MODE_INACTIVE, MODE_LOOPBACK, MODE_NETWLOOP,
};

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
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		buf_printf(b, "%s%s", i ? ";" : "", mode_str(modes[i]));
	mgcp_put_eol(b);
}
