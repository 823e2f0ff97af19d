/* daemon/daemon.h - the process: every part, wired.
 *
 * layer: daemon (L5)   thread: control   I/O: everything
 *
 * Inside of daemon/ only; nothing else includes it. Life: daemon_start() opens what needs
 * privileges first, loads the zones, opens the listeners, announces; daemon_run() is the
 * loop; daemon_free() undoes all in reverse and may be called after a start that failed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/conf.h"
#include "util/log.h"

struct event;
struct event_base;
struct net;

/* Exit codes of hollerd, also in hollerd(8). */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONF = 3 };

struct daemon {
	struct conf *conf;           /* owned; replaced by a reload */
	struct event_base *base;     /* owned */
	struct event *timer;         /* owned: the one timer of all engines */
	struct event *signals[4];    /* owned */
	struct net *net;             /* owned */
	uint64_t started;            /* ns, monotonic */
	uint64_t strangers;          /* datagrams of nobody we know */
	struct log_rate stranger_log;
	bool stopping;
	int status;                  /* exit code */
};

uint64_t now_ns(void);           /* monotonic */

/* 0 or a failure that has been logged. */
int daemon_start(struct daemon *d);
int daemon_run(struct daemon *d); /* the exit code */
void daemon_free(struct daemon *d);
void daemon_stop(struct daemon *d, bool at_once);
void daemon_reload(struct daemon *d);

/* listen.c: open what is new in conf.mgcp.listen, close what is gone. */
int listen_apply(struct daemon *d, const struct conf *c);
