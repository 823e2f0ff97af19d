/* media/ringio.h - packet I/O by AF_PACKET rings: what its files share.
 *
 * layer: media (L3)   thread: see each part   I/O: none
 *
 * ringio.c: the row of pktio.h. ringrx.c: receiving. ringtap.c: the receive ring,
 * ringbpf.c: its filters. ringtx.c: frames out; ringout.c, ringxsk.c: the way they
 * leave. ringsock.c: what goes or comes by socket.
 * ringctl.c, ringdev.c: one per process, on control: routes, the drop rule, devices,
 * ports of others.
 *
 * No slot holds a descriptor, but for what listens to a group (two small sockets that
 * catch what this host itself sends to it) and legs whose packets only the kernel can
 * deliver (two, opened by the worker at the first packet, closed when idle).
 */
#pragma once

#include <net/if.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "media/frame.h"
#include "media/nftdrop.h"
#include "media/pktio.h"
#include "media/ringtap.h"
#include "media/ringxsk.h"
#include "media/route.h"
#include "media/slot.h"
#include "util/list.h"

enum {
	RING_BLOCKS = 64, /* of the unicast tap: at one block a ms, 64 ms of grace */
	RING_GROUP_BLOCKS = 32,
	RING_SPARE = 64,        /* buffers for what can't stay in the ring */
	RING_BUCKETS = 256,     /* of groups listened to */
	RING_DEVS = 32,         /* devices a worker sends on */
	RING_RAWS = 32,         /* addresses whose fragments are taken */
	RING_SENDS = 64,        /* frames of one system call: more would not stay in L1 */
	RING_ASK_NS = 20000000, /* a destination not known is asked for again after */
	RING_OLDEST_NS = 1000000000, /* a frame can't have waited longer */
	RING_SOCK_IDLE_S = 30,  /* a leg's own socket is closed when unused so long */
	RING_XDP_AGAIN_S = 60,  /* a device's queue is asked for again after */
};

/* How a leg's packets reach one destination. */
enum ring_way {
	WAY_NONE,                 /* no destination */
	WAY_ASK,                  /* not known yet: by socket, ask again */
	WAY_FRAME,
	WAY_SOCKET,
};

struct ring_dst {
	struct frame_tmpl tmpl;   /* what each packet reads comes first */
	uint32_t gen, epoch;      /* of the hop; of all hops when it was last looked at */
	uint32_t used;            /* seconds */
	uint32_t ifindex;
	uint16_t room;            /* longest UDP payload of one frame */
	uint8_t way;              /* enum ring_way */
	uint8_t dev; /* place in ring_io.dev, valid while the ifindex agrees */
	struct route_hop *hop;    /* borrowed, may change hands: gen tells */
	uint64_t ask_at;          /* ns: WAY_ASK */
};

/* A slot's part in ring mode: slot->io_data. */
struct ring_leg {
	struct slot *slot;        /* borrowed */
	struct ring_dst dst[2];   /* worker's: RTP, RTCP */
	_Atomic uint32_t ifindex; /* of its group, as it is now; control writes */
	char ifname[IF_NAMESIZE]; /* control's: of the group's interface when configured
				   */
	struct route_hop *hop;    /* control's: of a group by route */
	struct list node;         /* control's: ringctl's list of legs with a group */
	struct list bucket;       /* worker's: in ring_io.group[] */
	struct list open;         /* worker's: in ring_io.open while it has sockets */
	int fd[2];                /* worker's: own sockets for sending; -1 */
	uint32_t fd_used;         /* seconds */
	uint8_t fd_tos, fd_hops;
};

struct ring_dev {
	uint32_t ifindex;         /* 0: free */
	int fd, fd_queue; /* past the queueing discipline; through it (-1: not open) */
	struct ringxsk *xdp;      /* owned; NULL: by fd */
	bool xdp_never;           /* not on that device */
	uint8_t xdp_busy;         /* ticks that found the device busy, in a row */
	uint32_t xdp_asked;       /* seconds: when the queue was asked for */
	uint32_t used;            /* seconds */
};

/* One of our addresses and its ports. */
struct ring_net {
	struct addr addr;
	uint16_t lo, hi;
	struct slot **pair;       /* owned: worker's, by (port - lo) / 2, NULL: nobody */
};

/* Room for a packet that does not lie in a ring. */
struct ring_spare {
	uint8_t head[PKT_HEAD];
	uint8_t raw[FRAME_IP6 + 24 + FRAME_UDP + PKT_MAX];
};

struct ringctl;

/* A worker's instance of the row. */
struct ring_io {
	struct pktio io;
	struct ringctl *ctl;      /* borrowed; shared by all workers */
	int ep;                   /* owned: kick, taps, slow sockets */
	struct ringtap tap;       /* unicast */
	struct ringtap gtap;      /* groups */
	_Atomic bool gtap_on;     /* control opened it */
	unsigned nnet, last_net;
	struct ring_net *net;     /* owned */
	struct list group[RING_BUCKETS];
	struct list open;         /* legs with sockets of their own */
	struct ring_spare *spare; /* owned: RING_SPARE */
	unsigned nspare;          /* in use till done */
	unsigned nraw;
	int raw[RING_RAWS];       /* owned */
	uint8_t raw_family[RING_RAWS];
	uint64_t mono, shift;     /* of this batch: now; monotonic minus wall clock */
	uint32_t now_s;
	uint16_t ip_id;
	struct ring_dev dev[RING_DEVS];
	struct mmsghdr mm[RING_SENDS];
	struct iovec iov[RING_SENDS][2];
	uint8_t hdr[RING_SENDS][80];
	struct out *queued[RING_SENDS];
};

static inline struct ring_io *ring_of(struct pktio *io)
{
	return (struct ring_io *)(void *)io;
}

static inline unsigned ring_group_bucket(const struct addr *g)
{
	unsigned n = g->family == 4 ? 4 : 16, h = g->port;

	for (unsigned i = 0; i < n; i++)
		h = h * 31 + g->ip[i];
	return h % RING_BUCKETS;
}
