/* tests/fuzz/fuzz_frame.c - frames and netlink messages as the network and kernel may
 * send them; the first byte says which.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 768, 791, 8200
 */
#include "config.h"

#include "fuzz.h"

#include "media/frame.h"
#include "media/route_nl.h"

#define holds(x)                     \
	do {                         \
		if (!(x))            \
			fuzz_bug(#x); \
	} while (0)

/* What the parser says is a datagram lies inside the frame, and built anew is the same.
 */
static void try_frame(const uint8_t *p, size_t n, uint16_t type)
{
	static const uint8_t mac[6];
	struct frame_tmpl t;
	struct addr src, dst;
	struct frame f, g;
	uint8_t *out;
	enum frame_kind kind = frame_parse(&f, p, n, type);

	if (kind == FRAME_FRAGMENT && f.first)
		holds(f.udp >= p && f.udp + FRAME_UDP <= p + n);
	if (kind != FRAME_DATA)
		return;
	holds(f.data >= p && f.data + f.len <= p + n);
	frame_udp_ok(&f);
	frame_src(&f, &src);
	frame_dst(&f, &dst);
	frame_tmpl_set(&t, mac, mac, &src, &dst, f.tos, 0);
	if (f.len + t.len > UINT16_MAX)
		return;
	out = malloc((size_t)t.len + f.len);
	holds(out);
	memcpy(out + t.len, f.data, f.len);
	frame_put(&t, out, f.len, 1, frame_sum(f.data, f.len));
	kind = frame_parse(&g, out + FRAME_ETH, (size_t)t.len - FRAME_ETH + f.len, type);
	holds(kind == FRAME_DATA && g.len == f.len && g.dport == f.dport &&
	      g.tos == f.tos);
	holds(frame_udp_ok(&g));
	free(out);
}

#ifdef HAVE_NFTNL
static void take_news(void *arg, const struct route_news *n)
{
	(void)arg;
	holds(memchr(n->link.name, 0, sizeof(n->link.name)));
	holds(n->ip.family == 0 || n->ip.family == 4 || n->ip.family == 6);
}

static void try_netlink(const uint8_t *p, size_t n, unsigned which)
{
	struct route_policy policy[4];
	struct route_answer a;
	unsigned got = 0;

	if (which == 2)
		route_nl_parse(p, n, take_news, NULL);
	else if (which == 3)
		route_nl_answer(p, n, &a);
	else
		route_nl_policies(p, n, policy, 4, &got);
	holds(got <= 4);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size ? size - 1 : 0;
	uint8_t *copy = malloc(n + !n); /* of just that size, and aligned */

	holds(copy);
	if (n)
		memcpy(copy, data + 1, n);
	switch (size ? data[0] % 5 : 0) {
	case 0:
		try_frame(copy, n, FRAME_TYPE_IP4);
		break;
	case 1:
		try_frame(copy, n, FRAME_TYPE_IP6);
		break;
#ifdef HAVE_NFTNL
	default:
		try_netlink(copy, n, data[0] % 5);
#endif
	}
	free(copy);
	return 0;
}
