/* mgcp/endst.h - what MGCP remembers of an endpoint. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.3 (requests), 4.4.5 (service states)
 *
 * Hangs on endp.user and is made when there is something to remember; an endpoint
 * without one is in service, has no request, and is told about to the gateway's entity.
 */
#pragma once

#include "mgcp/gw.h"

enum bearer { BEARER_NONE, BEARER_A, BEARER_MU };

/* The last NotificationRequest. Without packages its R: and S: are always empty. */
struct request {
	char id[MGCP_ID_MAX + 1]; /* empty: none yet, told as "0" */
	bool loop, discard;
	char *map; /* owned; digit map text, NULL: none */
};

struct endst {
	struct list in_gw;
	struct mgcp_gw *gw; /* borrowed */
	struct endp *ep;    /* borrowed; freed with it */
	char *notified;     /* owned; NULL: the gateway's, "": by source */
	struct addr source; /* of the last successful non-audit command */
	struct request req;
	enum bearer bearer;
	uint16_t reason; /* last told in RSIP or DLCX; 0: normal */
	struct service service;
	struct proc *proc; /* borrowed; restart of this endpoint alone */
};

static inline struct endst *endst_peek(const struct endp *ep)
{
	return ep->user;
}

struct endst *endst_get(struct mgcp_gw *gw, struct endp *ep); /* NULL: no memory */
void endst_free(struct endst *st);
/* Takes the text (owned, may be NULL). */
void endst_set_notified(struct endst *st, char *text);

/* The worse of the endpoint's own state and the gateway's. */
struct service endst_service(const struct mgcp_gw *gw, const struct endp *ep);
