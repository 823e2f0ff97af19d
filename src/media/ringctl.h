/* media/ringctl.h - ring mode's part on the control thread.
 *
 * layer: media (L3)   thread: control   I/O: netlink, timerfd, epoll
 *
 * One for all workers, made with the first and gone with the last.
 */
#pragma once

#include "media/nftdrop.h"
#include "media/portcheck.h"
#include "media/ringio.h"

enum {
	RINGCTL_DEVS = 256,
	RINGCTL_PORTS = 512,
	RINGCTL_POOLS = 64,
	RINGCTL_TAKEN = 128,      /* ports of other programs amid ours */
	RINGCTL_RANGES = RINGCTL_POOLS + RINGCTL_TAKEN,
	RINGCTL_TICK_S = 1,
	RINGCTL_SOON_NS = 1000000,
};

struct ringctl_devs {
	uint32_t ifindex[RINGCTL_DEVS];
	char name[RINGCTL_DEVS][IF_NAMESIZE];
	unsigned n;
};

struct ringctl {
	struct med *med;               /* borrowed */
	struct route *route;           /* owned, like those below */
	struct nftdrop *drop;
	struct portcheck *check;
	int ep, timer;
	struct ring_io *worker[MED_WORKERS_MAX]; /* borrowed */
	unsigned nworker;
	int fanout;                    /* group of the unicast taps; -1: none yet */
	struct list legs;              /* with groups: ring_leg.node */
	struct nftdrop_range range[RINGCTL_RANGES]; /* our ports but for those taken */
	unsigned nrange;
	uint64_t ticked;               /* ns */
	struct ringctl_devs devs;              /* as last set */
	struct ringbpf bpf;
};

int ringctl_open(struct ringctl **out, struct ring_io *first);
void ringctl_close(struct ringctl *c);
int ringctl_worker_add(struct ringctl *c, struct ring_io *r);
void ringctl_worker_del(struct ringctl *c, struct ring_io *r); /* the last one closes */
int ringctl_fd(const struct ringctl *c);
void ringctl_input(struct ringctl *c);
/* A port pair: 0 free, -H_EBUSY, -H_ESYS. */
int ringctl_port(struct ringctl *c, const struct addr *a);
int ringctl_group_add(struct ringctl *c, struct ring_leg *l);
void ringctl_group_del(struct ringctl *c, struct ring_leg *l);

/* --- ringdev.c: which frames are ours --- */
/* Find ranges and devices and set the drop rule; 0 or -H_ESYS. */
int ringdev_begin(struct ringctl *c);
void ringdev_again(struct ringctl *c);        /* devices, addresses, groups may differ */
void ringdev_ranges_again(struct ringctl *c); /* sockets of others may */
bool ringdev_in_ranges(const struct ringctl *c, const struct addr *a);
void ringdev_worker(struct ringctl *c, struct ring_io *r); /* its first filter */
int ringdev_group_tap(struct ring_io *r);                  /* open it, once */
void ringdev_group_filter(struct ringctl *c, struct ring_io *r);
