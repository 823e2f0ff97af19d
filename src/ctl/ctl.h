/* ctl/ctl.h - the control socket hollerctl talks to.
 *
 * layer: ctl (L4)   thread: control   I/O: one UNIX socket and its clients
 *
 * One JSON object a line, see commands.h. A client has one request in work at a time;
 * long answers are made in pieces, as fast as the client reads and with the loop running
 * in between, so neither a listing of thousands nor a client that does not read holds up
 * calls. A client that sends a line without end, or reads nothing for 30 s, is closed.
 *
 * Whoever may write to the socket may do everything: its mode and group are the door.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/assoc.h"
#include "util/buf.h"

struct ctl;
struct event_base;
struct h248_engine;
struct med;
struct mgcp_engine;
struct model;
struct net;
struct store;
struct zones;

enum { CTL_WHY_MAX = 300 };

struct ctl_feature {
	const char *name;
	bool on;
	char why[200];
};

/* A row of `hollerctl conf`. */
typedef void(ctl_conf_h)(void *row_arg, const char *name, struct span value,
			 const char *from);

/* What commands work on. Pointers are borrowed; those that may be NULL say so. */
struct ctl_env {
	struct model *model;
	struct mgcp_engine *mgcp; /* NULL: no agent section */
	struct h248_engine *h248; /* or NULL */
	struct med *med;
	struct store *store; /* NULL: nothing is kept */
	struct net *net;
	struct zones *zones;
	uint64_t started; /* ns, monotonic */
	const uint64_t *strangers;
	const struct ctl_feature *feature;
	unsigned nfeature;
	uint64_t (*now)(void);
	void *arg; /* of all below */
	void (*conf)(void *arg, ctl_conf_h *row, void *row_arg);
	int (*reload)(void *arg,
		      struct buf *said); /* 0 or -H_E...; what it did, in lines */
	void (*stop)(void *arg, bool at_once);
	void (*trace)(void *arg, bool on, const struct addr *peer); /* into the log */
	bool (*tracing)(void *arg);
	void (*changed)(void *arg); /* a command was done: engines may want to send */
};

struct ctl_spec {
	const char *path, *group; /* group empty: ours */
	unsigned mode, clients;
};

/* 0 or -H_E... with a sentence in why: another daemon answers there, no such folder. A
 * socket left behind by a dead daemon is replaced. */
int ctl_open(struct ctl **out, struct event_base *base, const struct ctl_spec *spec,
	     const struct ctl_env *env, char why[CTL_WHY_MAX]);
void ctl_set_clients(struct ctl *c, unsigned clients);
struct ctl_env *ctl_get_env(struct ctl *c); /* to change what is behind; daemon/ only */
void ctl_free(struct ctl *c);               /* removes the socket */
/* A message of MGCP, for clients that watch. Cheap when nobody does. */
void ctl_trace(struct ctl *c, bool out, const struct assoc *as, struct span bytes);
