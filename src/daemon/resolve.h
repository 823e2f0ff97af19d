/* daemon/resolve.h - host names of call agents, asked without waiting.
 *
 * layer: daemon (L5)   thread: control   I/O: DNS by libevent
 */
#pragma once

#include "util/addr.h"
#include "util/str.h"

struct event_base;
struct resolve;

/* `known` runs when an answer (or none) has come; ask again then. */
typedef void(resolve_h)(void *arg, struct span host);

struct resolve *resolve_new(struct event_base *base, resolve_h *known, void *arg);
void resolve_free(struct resolve *r);
/* Addresses, their number; 0: it has none; -H_EAGAIN: asked, `known` will tell. Answers
 * are good for 30 s. */
int resolve_get(struct resolve *r, struct span host, struct addr *out, int most);
