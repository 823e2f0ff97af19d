/* wire/rtp.c - see rtp.h.
 *
 * layer: wire (L1)   thread: any (packet path)   I/O: none
 * RFC 3550 5.1, 5.3.1, A.1
 */
#include "wire/rtp.h"

int rtph_parse(struct rtph *h, const uint8_t *p, size_t n)
{
	struct rtph r = { 0 };

	if (n > UINT16_MAX || !rtph_ok(p, n))
		return -H_ESYNTAX;
	r.marker = rtph_marker(p);
	r.pt = rtph_pt(p);
	r.seq = rtph_seq(p);
	r.ts = rtph_ts(p);
	r.ssrc = rtph_ssrc(p);
	r.ncsrc = p[0] & 0x0f;
	r.off = RTPH_MIN + 4u * r.ncsrc;
	if (p[0] & 0x10) {
		r.ext_profile = rtph_u16(p + r.off);
		r.ext_len = 4u * rtph_u16(p + r.off + 2);
		r.ext_off = (uint16_t)(r.off + 4);
		r.off = r.ext_off + r.ext_len;
	}
	if (p[0] & 0x20)
		r.pad = p[n - 1];
	r.len = (uint32_t)n - r.off - r.pad;
	*h = r;
	return 0;
}
