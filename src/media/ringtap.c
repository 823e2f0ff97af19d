/* media/ringtap.c - see ringtap.h.
 *
 * layer: media (L3)   thread: open, filter, close: control; the rest: worker
 * I/O: AF_PACKET, TPACKET_V3
 *
 * Frames are taken with PACKET_VNET_HDR, which tells super-frames and how long their
 * segments are.
 */
#include "media/ringtap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/frame.h"
#include "media/pktio.h"
#include "util/err.h"

enum {
	FRAME_SIZE = 2048,               /* the kernel wants one; blocks pack tighter */
	GSO_UDP_L4 = 5,                  /* VIRTIO_NET_HDR_GSO_UDP_L4, Linux 6.2 */
	FANOUT_UNIQUEID = 0x2000,        /* PACKET_FANOUT_FLAG_UNIQUEID */
	FANOUT_IGNORE_OUTGOING = 0x4000, /* Linux 5.18 */
};

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

static int set_int(int fd, int opt, int v)
{
	return setsockopt(fd, SOL_PACKET, opt, &v, sizeof(v)) ? err_sys() : 0;
}

static int map_ring(struct ringtap *t, unsigned nblock)
{
	struct tpacket_req3 q = {
		.tp_block_size = RINGTAP_BLOCK,
		.tp_block_nr = nblock,
		.tp_frame_size = FRAME_SIZE,
		.tp_frame_nr = RINGTAP_BLOCK / FRAME_SIZE * nblock,
		.tp_retire_blk_tov = RINGTAP_MS,
	};
	void *p;

	if (setsockopt(t->fd, SOL_PACKET, PACKET_RX_RING, &q, sizeof(q)))
		return err_sys();
	p = mmap(NULL, (size_t)RINGTAP_BLOCK * nblock, PROT_READ | PROT_WRITE, MAP_SHARED,
		 t->fd, 0);
	if (p == MAP_FAILED)
		return err_sys();
	t->map = p;
	t->nblock = nblock;
	return 0;
}

int ringtap_open(struct ringtap *t, unsigned nblock)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL) };
	struct ringbpf none;
	int rc;

	memset(t, 0, sizeof(*t));
	t->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->fd < 0)
		return err_sys();
	ringbpf_nothing(&none);
	rc = set_int(t->fd, PACKET_VERSION, TPACKET_V3);
	if (!rc)
		rc = set_int(t->fd, PACKET_VNET_HDR, 1);
	if (!rc)
		rc = set_int(t->fd, PACKET_RESERVE, PKT_HEAD);
	if (!rc)
		rc = set_int(t->fd, PACKET_IGNORE_OUTGOING, 1);
	if (!rc)
		rc = ringtap_filter(t, &none);
	if (!rc)
		rc = map_ring(t, nblock);
	if (!rc && bind(t->fd, (struct sockaddr *)&all, sizeof(all)))
		rc = err_sys();
	if (rc)
		ringtap_close(t);
	return rc;
}

void ringtap_close(struct ringtap *t)
{
	if (t->map)
		munmap(t->map, (size_t)RINGTAP_BLOCK * t->nblock);
	if (t->fd >= 0)
		close(t->fd);
	t->map = NULL;
	t->fd = -1;
}

int ringtap_filter(struct ringtap *t, const struct ringbpf *b)
{
	int rc = ringbpf_attach(t->fd, b);

	return rc == -E2BIG ? -H_ELIMIT : rc ? -H_ESYS : 0;
}

/* The first one asks for a number nobody has; the others are told it. */
static int join_group(struct ringtap *t, int id, unsigned flags)
{
	unsigned type = PACKET_FANOUT_CBPF | flags, number = id < 0 ? 0 : (unsigned)id;

	if (id < 0)
		type |= FANOUT_UNIQUEID;
	return set_int(t->fd, PACKET_FANOUT, (int)(number | type << 16));
}

int ringtap_fanout(struct ringtap *t, unsigned n, int *id)
{
	struct sock_filter v[64];
	struct sock_fprog p = { .filter = v };
	struct ringbpf b;
	int have, rc;
	socklen_t len = sizeof(have);

	rc = join_group(t, *id, FANOUT_IGNORE_OUTGOING);
	if (rc == -H_ENOTSUP)
		rc = join_group(t, *id, 0);
	if (rc || *id >= 0)
		return rc;
	if (getsockopt(t->fd, SOL_PACKET, PACKET_FANOUT, &have, &len))
		return err_sys();
	*id = have & 0xffff; /* the first one of all is 0 */
	ringbpf_fanout(&b, n);
	p.len = (unsigned short)b.n;
	memcpy(v, b.v, b.n * sizeof(v[0]));
	if (setsockopt(t->fd, SOL_PACKET, PACKET_FANOUT_DATA, &p, sizeof(p)))
		return err_sys();
	return 0;
}

static struct tpacket_block_desc *block_of(struct ringtap *t, unsigned i)
{
	return (struct tpacket_block_desc *)(void *)(t->map + (size_t)i * RINGTAP_BLOCK);
}

/* The next block, if the kernel has handed it over. */
static bool begin_block(struct ringtap *t)
{
	struct tpacket_block_desc *d;

	if (t->held == t->nblock)
		return false;
	d = block_of(t, t->at);
	if (!(__atomic_load_n(&d->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
	      TP_STATUS_USER))
		return false;
	t->left = d->hdr.bh1.num_pkts;
	t->h = (struct tpacket3_hdr *)(void *)((uint8_t *)d +
					       d->hdr.bh1.offset_to_first_pkt);
	return true;
}

static void end_block(struct ringtap *t)
{
	t->h = NULL;
	t->held++;
	t->at = t->at + 1 < t->nblock ? t->at + 1 : 0;
}

static void fill(struct ringtap_frame *f, struct tpacket3_hdr *h)
{
	uint8_t *mac = (uint8_t *)h + h->tp_mac;
	const struct sockaddr_ll *ll =
		(const void *)((uint8_t *)h + ((sizeof(*h) + 15) & ~(size_t)15));
	struct virtio_net_hdr v;

	memcpy(&v, mac - sizeof(v), sizeof(v));
	f->ip = mac + FRAME_ETH;
	f->n = h->tp_snaplen > FRAME_ETH ? h->tp_snaplen - FRAME_ETH : 0;
	f->type = (uint16_t)(mac[12] << 8 | mac[13]);
	f->gso_size = v.gso_type == GSO_UDP_L4 ? v.gso_size : 0;
	f->ifindex = (uint32_t)ll->sll_ifindex;
	f->sum_ok =
		(v.flags & (VIRTIO_NET_HDR_F_NEEDS_CSUM | VIRTIO_NET_HDR_F_DATA_VALID)) ||
		(h->tp_status & (TP_STATUS_CSUMNOTREADY | TP_STATUS_CSUM_VALID));
	f->cut = h->tp_snaplen < h->tp_len;
	f->real = (uint64_t)h->tp_sec * 1000000000u + h->tp_nsec;
}

bool ringtap_peek(struct ringtap *t, struct ringtap_frame *f)
{
	while (!t->h || !t->left) {
		if (t->h)
			end_block(t);
		if (!begin_block(t))
			return false;
	}
	fill(f, t->h);
	return true;
}

void ringtap_next(struct ringtap *t)
{
	if (--t->left) {
		t->h = (struct tpacket3_hdr *)(void *)((uint8_t *)t->h +
						       t->h->tp_next_offset);
		__builtin_prefetch(t->h);
		__builtin_prefetch((const uint8_t *)t->h + 64);
		__builtin_prefetch((const uint8_t *)t->h + 128);
		__builtin_prefetch((const uint8_t *)t->h + 192);
	} else {
		end_block(t);
	}
}

void ringtap_done(struct ringtap *t)
{
	for (; t->held; t->held--) {
		__atomic_store_n(&block_of(t, t->first)->hdr.bh1.block_status,
				 TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		t->first = t->first + 1 < t->nblock ? t->first + 1 : 0;
	}
}

uint32_t ringtap_drops(struct ringtap *t)
{
	struct tpacket_stats_v3 s;
	socklen_t n = sizeof(s);

	if (getsockopt(t->fd, SOL_PACKET, PACKET_STATISTICS, &s, &n))
		return 0;
	return s.tp_drops;
}
