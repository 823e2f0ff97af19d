/* tests/fuzz/fuzz_rtcp.c - RTCP compounds and RTP headers: checked, walked, rewritten.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3550 A.1, A.2
 */
#include "fuzz.h"

#include "util/err.h"
#include "util/mem.h"
#include "wire/rtcp.h"

static volatile unsigned seen; /* so that reads are not left out */

static void look(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		seen += (unsigned char)s.p[i];
}

static void reports(const struct rtcph_pkt *k)
{
	struct rtcph_report r;

	for (unsigned i = 0; i < rtcph_nblocks(k); i++) {
		rtcph_block_get(&r, rtcph_block(k, i));
		rtcph_block_set_ssrc(rtcph_block(k, i), r.ssrc + 1);
		rtcph_block_put(rtcph_block(k, i), &r);
	}
	if (k->type == RTCPH_SR)
		seen += rtcph_sr_ntp_sec(k) + rtcph_sr_octets(k);
}

static void sources(const struct rtcph_pkt *k)
{
	for (unsigned i = 0; i < rtcph_nsources(k); i++) {
		seen += *rtcph_source(k, i);
		for (int item = RTCPH_CNAME; item <= RTCPH_PRIV; item++)
			look(rtcph_sdes_item(k, i, (enum rtcph_sdes)item));
	}
	look(rtcph_bye_reason(k));
	if (rtcph_fb_media(k))
		seen += *rtcph_fb_media(k);
	rtcph_set_sender(k, rtcph_sender(k) + 1);
}

static void walk(uint8_t *p, size_t n)
{
	struct rtcph_iter it = rtcph_walk(p, n);
	struct rtcph_pkt k;
	size_t bytes = 0;

	while (rtcph_next(&it, &k)) {
		bytes += 4 * ((size_t)rtph_u16(k.p + 2) + 1);
		reports(&k);
		sources(&k);
	}
	if (bytes != n)
		fuzz_bug("the walk ends before the datagram");
}

static void thin_out(uint8_t *p, size_t n, unsigned flags)
{
	struct rtcph_iter it = rtcph_walk(p, n);
	struct rtcph_pkt k;

	while (rtcph_next(&it, &k)) {
		if (!rtcph_nblocks(&k))
			continue;
		rtcph_block_del(p, &n, &k, rtcph_nblocks(&k) / 2);
		if (rtcph_check(p, n, flags, NULL))
			fuzz_bug("a compound is spoilt by taking a block out");
		it = rtcph_walk(p, n);
	}
}

static void rtp(const uint8_t *p, size_t n)
{
	struct rtph h;
	int rc = rtph_parse(&h, p, n);

	if (n <= UINT16_MAX && (rc == 0) != rtph_ok(p, n))
		fuzz_bug("rtph_ok and rtph_parse do not agree");
	if (rc)
		return;
	if ((size_t)h.off + h.len + h.pad != n)
		fuzz_bug("header, payload and padding are not the packet");
	look((struct span){ (const char *)p + h.off, h.len });
	look((struct span){ (const char *)p + h.ext_off, h.ext_len });
	for (unsigned i = 0; i < h.ncsrc; i++)
		seen += rtph_csrc(p, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = mem_alloc(size ? size : 1);

	if (!copy)
		return 0;
	rtp(data, size);
	for (unsigned flags = 0; flags <= RTCPH_REDUCED; flags++) {
		memcpy(copy, data, size);
		if (rtcph_check(copy, size, flags, NULL))
			continue;
		walk(copy, size);
		if (rtcph_check(copy, size, flags, NULL))
			fuzz_bug("rewriting spoilt the compound");
		thin_out(copy, size, flags);
	}
	mem_free(copy);
	return 0;
}
