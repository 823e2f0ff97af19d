/* tests/unit/gateway.h - a whole hollerd in a thread of a test, and a client of it.
 *
 * layer: tests   thread: main, one for the daemon   I/O: sockets on loopback, files
 *
 *	gateway_start("");           a pool of 20 bridges, zones and records kept
 *	fd = gateway_dial();
 *	gateway_ask(fd, "{\"cmd\":\"status\"}");
 *	ck_assert_ptr_nonnull(strstr(gateway_last, "\"ok\":true"));
 *	gateway_stop();
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/addr.h"

extern char gateway_dir[400];      /* its files: h.conf, h.db, s (the socket) */
extern struct addr gateway_mgcp;   /* where it hears MGCP */
extern char gateway_last[1 << 20]; /* the last line of an answer */
extern unsigned gateway_rows;      /* lines before it */

/* `more` is added to the configuration. */
void gateway_conf(const char *more);
void gateway_start(const char *more);
int gateway_run(void);   /* as configured before; 0, or it did not start */
void gateway_stop(void); /* and what it returned must be 0 */

int gateway_dial(void);
void gateway_put(int fd, const char *bytes, size_t n);
/* A line, without its end; NULL: closed, or nothing within `ms`. Borrowed. */
const char *gateway_line(int fd, int ms);
bool gateway_closed(int fd); /* it hangs up, and says nothing before */
/* Send a line, read the rows and the last line. False: closed or late. */
bool gateway_ask(int fd, const char *request);
/* It must answer, and the last line hold `want`. */
void gateway_want(int fd, const char *request, const char *want);
/* One datagram to it; the answer must come and begin so. */
void gateway_mgcp_want(int fd, const char *message, const char *want);
int gateway_agent(void); /* a socket of a call agent */
