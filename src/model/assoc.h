/* model/assoc.h - how an owner's agent is talked to: one control association.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * For datagrams an association is a pair of addresses and is made on the fly; for streams
 * it is a connection. daemon/ makes and frees them (net/ knows the transport) and hands
 * them to the engine of the owner's protocol. `remote` of a datagram from a stranger is
 * no association: daemon/ asks the engine's `knows` first, and drops and counts it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/str.h"

struct owner;

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_SCTP, TRANSPORT_TLS };

/* As the configuration and hollerctl call it. */
static inline const char *transport_name(enum transport t)
{
	static const char *const name[] = { [TRANSPORT_UDP] = "udp",
					    [TRANSPORT_TCP] = "tcp",
					    [TRANSPORT_SCTP] = "sctp",
					    [TRANSPORT_TLS] = "tls" };

	return name[t];
}

struct assoc {
	uint64_t id;             /* of a connection; 0 for datagrams */
	enum transport transport;
	struct addr local, remote;
	struct owner *owner;     /* borrowed */
	uint32_t stream;         /* SCTP: it came on; out: same number, same order */
};

/* What an engine wants sent. `bytes` is borrowed until the next call of the engine. */
struct out_msg {
	struct assoc to;
	struct span bytes;
};

/* The five verbs every engine has, for those who drive any of them: the replay runner.
 * `now` is ns of a monotonic clock. */
struct engine_ops {
	const char *name;
	void (*input)(void *e, const struct assoc *from, struct span bytes, uint64_t now);
	void (*timeout)(void *e, uint64_t now);
	uint64_t (*next_timeout)(const void *e);
	bool (*output)(void *e, struct out_msg *out); /* call until false */
	void (*free)(void *e);
};
