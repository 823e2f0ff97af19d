/* mgcp/conn.h - what MGCP remembers of a connection. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.3, 2.3.7 (connection parameters), 2.3.8 (deletion by the gateway)
 *
 * Hangs on term.user from the commit that made the connection until the model says that
 * it ended. The model owns the termination and its name, the ConnectionId.
 */
#pragma once

#include "mgcp/gw.h"
#include "mgcp/lco.h"

struct conn {
	struct map_node by_call;
	struct list in_gw;
	struct list doomed; /* of a DLCX that works in slices, or e->released */
	struct mgcp_gw *gw; /* borrowed: parent */
	struct term *term;  /* borrowed; NULL until committed */
	struct lco_set lco;
	const char *cause; /* a literal; why it ends: call records */
	uint16_t reason;   /* of E: when we deleted it */
	char call[MGCP_ID_MAX + 1];
};

struct conn_stats { /* P: */
	uint32_t ps, os, pr, or, pl, ji, la;
	bool link; /* LOCAL: packets are not counted */
};

struct conn *conn_new(struct mgcp_gw *gw, struct span call); /* NULL: no memory */
void conn_free(struct conn *c);                              /* off all lists */
int conn_attach(struct conn *c, struct term *t);             /* 0 or -H_ENOMEM */
void conn_detach(struct conn *c); /* the termination was rolled back, or is gone */
static inline struct conn *conn_of(const struct term *t)
{
	return t->user;
}
/* The next of a call; NULL starts. The call is compared as a string (3.2.2.2). */
struct conn *conn_next(const struct mgcp_gw *gw, struct span call, struct conn *after);
struct conn_stats conn_stats(const struct term *t);
void conn_put_stats(struct buf *b, const struct conn_stats *s);
/* Delete now, for a reason the agent did not give: no callback is left out. */
void conn_delete(struct conn *c, const char *cause);

/* The model's callbacks. */
void conn_ended(struct mgcp_engine *e, const struct term_end *end);
void conn_release(struct mgcp_engine *e, struct term *t, const char *cause);
/* Delete what was released and tell the agent; a slice at a time. */
void conn_run_released(struct mgcp_engine *e);
