/* daemon/daemon.h - the process: every part, wired.
 *
 * layer: daemon (L5)   thread: control   I/O: everything
 *
 * Inside of daemon/ only; nothing else includes it. Life: daemon_start() opens what needs
 * privileges and gives these up, loads the zones, opens the listeners, announces;
 * daemon_run() is the loop; daemon_free() undoes all in reverse and may be called after a
 * start that failed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ctl/ctl.h"
#include "daemon/conf.h"
#include "net/net.h"
#include "util/log.h"

struct ctl;
struct event;
struct event_base;
struct groups;
struct med;
struct h248_engine;
struct mgcp_engine;
struct model;
struct net;
struct resolve;
struct store;
struct zones;

/* Exit codes of hollerd, also in hollerd(8). */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONF = 3 };

enum { FEATURES_MAX = 16, SIGNALS = 3 };

struct daemon {
	struct conf *conf;              /* owned; replaced by a reload */
	int log_least;                  /* of the command line; -1: none */
	struct event_base *base;        /* owned */
	struct event *timer;            /* owned: the one timer of all engines */
	struct event *second;           /* owned: every few seconds: zones, watchdog */
	struct event *med_ready;        /* owned: media gave something back */
	struct event *store_ready;      /* owned: the store answered */
	struct event *signals[SIGNALS]; /* owned */
	struct net *net;                /* all owned: */
	struct groups *groups;
	struct med *med;
	struct model *model;
	struct mgcp_engine *mgcp;
	struct h248_engine *h248;
	struct resolve *resolve;
	struct store *store;
	struct zones *zones;
	struct ctl *ctl;
	struct ctl_feature feature[FEATURES_MAX];
	unsigned nfeature;
	uint64_t started;   /* ns, monotonic */
	uint64_t armed;     /* when the timer fires; TMR_NEVER: not armed */
	uint64_t strangers; /* datagrams of nobody we know */
	struct log_rate stranger_log, unsafe_log;
	uint64_t trust_check; /* ns: look at our certificate's end again */
	bool trace;
	struct addr trace_peer; /* family 0: all */
	bool stopping;
	uint64_t stop_at;        /* stopping: patience ends */
	uint64_t watchdog, beat; /* ns between beats, 0: none; next one */
	int status;              /* exit code */
};

uint64_t now_ns(void); /* monotonic */

/* 0 or a failure that has been logged. */
int daemon_start(struct daemon *d);
int daemon_run(struct daemon *d); /* the exit code */
void daemon_free(struct daemon *d);
void daemon_stop(struct daemon *d, bool at_once);

/* listen.c: open what is new in conf.mgcp.listen, close what is gone. */
int listen_apply(struct daemon *d, const struct conf *c, struct buf *said);
/* The transport as net/ and as the engines call it. */
enum net_kind listen_kind(enum transport t);
/* The listener a message or a connection to as->remote leaves from; NULL: none fits.
 * `tag` as its user. */
struct net_listener *listen_for(struct daemon *d, const struct assoc *as,
				const void *tag);
enum transport listen_transport(const struct net_listener *l);
/* loop.c: what comes in and goes out, and the timers. */
int loop_open(struct daemon *d);
void loop_close(struct daemon *d);
void loop_pump(struct daemon *d); /* send what the engines have; set the timer anew */
int loop_watch_media(struct daemon *d);
void loop_stranger(struct daemon *d, const struct addr *remote);
void loop_closed(void *d, const struct net_peer *peer, const char *why); /* net_user's */
int loop_watch_store(struct daemon *d);
/* env.c: what hollerctl's commands work on. */
void env_fill(struct daemon *d, struct ctl_env *env);
enum feature_is { FEATURE_ON, FEATURE_UNWANTED, FEATURE_OFF }; /* off is a warning */
void env_feature(struct daemon *d, const char *name, enum feature_is is, const char *fmt,
		 ...) __attribute__((format(printf, 4, 5)));
/* trace.c */
void trace_message(void *arg, bool out, const struct assoc *as, struct span bytes);
/* reload.c: 0 or -H_E...; what was done or is wrong, in lines. */
int daemon_reload(struct daemon *d, struct buf *said);
/* Would the parts take it? Looks at what it names (certificates), too; for hollerd -t. */
bool daemon_check(struct conf *c, struct buf *said);
