/* media/ringxsk.c - see ringxsk.h.
 *
 * layer: media (L3)   thread: worker   I/O: AF_XDP
 */
#include "media/ringxsk.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/err.h"
#include "util/mem.h"

enum { SNDBUF = 4 << 20, MASK = RINGXSK_FRAMES - 1, BATCH_LEAST = 16 };

_Static_assert(!(RINGXSK_FRAMES & MASK), "a power of two");

/* One of the rings shared with the kernel; counters run freely, entries are at
 * counter & MASK. */
struct ringxsk_ring {
	void *map; /* owned */
	size_t len;
	uint32_t *producer, *consumer;
	void *entry;
};

struct ringxsk {
	int fd;                   /* owned */
	uint8_t *frames;          /* owned: RINGXSK_FRAMES of RINGXSK_ROOM */
	struct ringxsk_ring tx;   /* we produce struct xdp_desc */
	struct ringxsk_ring done; /* the kernel produces u64: offsets of free buffers */
	uint32_t put;             /* our side of tx.producer */
	uint32_t taken;           /* our side of done.consumer */
	uint32_t nfree;
	uint32_t free[RINGXSK_FRAMES]; /* a stack: the one used last is in the cache */
};

/* --- life --- */

static int share_frames(struct ringxsk *x)
{
	struct xdp_umem_reg reg = {
		.len = (uint64_t)RINGXSK_FRAMES * RINGXSK_ROOM,
		.chunk_size = RINGXSK_ROOM,
	};
	void *p = mmap(NULL, (size_t)reg.len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return err_sys();
	x->frames = p;
	reg.addr = (uintptr_t)p;
	if (setsockopt(x->fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)))
		return err_sys(); /* also: more locked memory than the limit allows */
	return 0;
}

static int set_size(const struct ringxsk *x, int what)
{
	int n = RINGXSK_FRAMES;

	return setsockopt(x->fd, SOL_XDP, what, &n, sizeof(n)) ? err_sys() : 0;
}

static int map_one(struct ringxsk *x, struct ringxsk_ring *g,
		   const struct xdp_ring_offset *at, size_t entry, off_t page)
{
	uint8_t *p;

	g->len = (size_t)at->desc + RINGXSK_FRAMES * entry;
	p = mmap(NULL, g->len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, x->fd,
		 page);
	if (p == MAP_FAILED)
		return err_sys();
	g->map = p;
	g->producer = (uint32_t *)(void *)(p + at->producer);
	g->consumer = (uint32_t *)(void *)(p + at->consumer);
	g->entry = p + at->desc;
	return 0;
}

static int map_rings(struct ringxsk *x)
{
	struct xdp_mmap_offsets at;
	socklen_t n = sizeof(at);
	int rc;

	if (getsockopt(x->fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &n))
		return err_sys();
	if (n != sizeof(at)) /* before Linux 5.4 */
		return -H_ENOTSUP;
	rc = map_one(x, &x->tx, &at.tx, sizeof(struct xdp_desc), XDP_PGOFF_TX_RING);
	if (rc)
		return rc;
	return map_one(x, &x->done, &at.cr, sizeof(uint64_t),
		       XDP_UMEM_PGOFF_COMPLETION_RING);
}

static int take_queue(struct ringxsk *x, uint32_t ifindex, unsigned queue)
{
	struct sockaddr_xdp a = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = XDP_COPY,
		.sxdp_ifindex = ifindex,
		.sxdp_queue_id = queue,
	};

	return bind(x->fd, (struct sockaddr *)&a, sizeof(a)) ? err_sys() : 0;
}

static int begin(struct ringxsk *x, uint32_t ifindex, unsigned queue)
{
	static const int sized[] = { XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING,
				     XDP_TX_RING };
	int size = SNDBUF, rc;

	x->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (x->fd < 0)
		return err_sys();
	if (setsockopt(x->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(x->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	rc = share_frames(x);
	for (unsigned i = 0; !rc && i < sizeof(sized) / sizeof(sized[0]); i++)
		rc = set_size(x, sized[i]);
	if (!rc)
		rc = map_rings(x);
	return rc ? rc : take_queue(x, ifindex, queue);
}

int ringxsk_open(struct ringxsk **out, uint32_t ifindex, unsigned queue)
{
	struct ringxsk *x = mem_zalloc(sizeof(*x));
	int rc;

	if (!x)
		return -H_ENOMEM;
	rc = begin(x, ifindex, queue);
	if (rc) {
		ringxsk_close(x);
		return rc;
	}
	for (uint32_t i = 0; i < RINGXSK_FRAMES; i++)
		x->free[x->nfree++] = i * RINGXSK_ROOM;
	*out = x;
	return 0;
}

void ringxsk_close(struct ringxsk *x)
{
	if (!x)
		return;
	if (x->tx.map)
		munmap(x->tx.map, x->tx.len);
	if (x->done.map)
		munmap(x->done.map, x->done.len);
	if (x->fd >= 0)
		close(x->fd);
	if (x->frames)
		munmap(x->frames, (size_t)RINGXSK_FRAMES * RINGXSK_ROOM);
	mem_free(x);
}

/* --- frames --- */

/* Buffers the device is done with. */
static void reclaim(struct ringxsk *x)
{
	uint32_t end = __atomic_load_n(x->done.producer, __ATOMIC_ACQUIRE);
	const uint64_t *v = x->done.entry;

	for (; x->taken != end && x->nfree < RINGXSK_FRAMES; x->taken++)
		x->free[x->nfree++] = (uint32_t)v[x->taken & MASK];
	__atomic_store_n(x->done.consumer, x->taken, __ATOMIC_RELEASE);
}

uint8_t *ringxsk_room(struct ringxsk *x, uint32_t n)
{
	if (n > RINGXSK_ROOM)
		return NULL;
	if (!x->nfree)
		reclaim(x);
	return x->nfree ? x->frames + x->free[x->nfree - 1] : NULL;
}

void ringxsk_put(struct ringxsk *x, uint32_t n)
{
	struct xdp_desc *d = (struct xdp_desc *)x->tx.entry + (x->put & MASK);

	*d = (struct xdp_desc){ .addr = x->free[--x->nfree], .len = n };
	x->put++;
}

uint32_t ringxsk_waiting(const struct ringxsk *x)
{
	return x->put - __atomic_load_n(x->tx.consumer, __ATOMIC_ACQUIRE);
}

/* The kernel takes a batch at each call, and says EAGAIN when there is more; also when
 * the device is busy. EBUSY: it threw one away, and has stopped behind it. */
enum ringxsk_said ringxsk_send(struct ringxsk *x)
{
	uint32_t tries = ringxsk_waiting(x) / BATCH_LEAST + 2;

	__atomic_store_n(x->tx.producer, x->put, __ATOMIC_RELEASE);
	for (; tries && ringxsk_waiting(x); tries--) {
		int err = sendto(x->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? errno : 0;

		if (err == EBUSY)
			return RINGXSK_REFUSED;
		if (err && err != EAGAIN && err != ENOBUFS)
			return RINGXSK_BROKEN;
	}
	reclaim(x);
	return ringxsk_waiting(x) ? RINGXSK_LEFT : RINGXSK_SENT;
}

/* How far the kernel has come it says at the end only, before Linux 6.17. But devices
 * that throw away (veth) give buffers back at once: as many as came back it has taken. */
const uint8_t *ringxsk_refused(const struct ringxsk *x, uint32_t *n)
{
	uint32_t at = __atomic_load_n(x->tx.consumer, __ATOMIC_ACQUIRE);
	uint32_t back = __atomic_load_n(x->done.producer, __ATOMIC_ACQUIRE);
	const struct xdp_desc *d = x->tx.entry;

	if (x->put - back < x->put - at)
		at = back;
	d += (at - 1) & MASK;
	*n = d->len;
	return x->frames + d->addr;
}
