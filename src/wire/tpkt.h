/* wire/tpkt.h - TPKT: messages cut out of a stream of bytes.
 *
 * layer: wire (L1)   thread: the owner's   I/O: none
 * RFC 1006 6 (version 3, a reserved octet, a length of 16 bits that counts the header);
 * RFC 3525 D.2
 *
 * One struct tpkt per stream read. tpkt_input() takes bytes as they come and yields one
 * message at a time:
 *
 *	while ((n = tpkt_input(&t, &bytes, &message)) > 0)
 *		use(message);
 *	if (n < 0)
 *		the stream is lost: close it
 *
 * A message that lies whole in `bytes` is handed out where it lies; one that comes in
 * parts is gathered in memory that grows with what has come, never with what a header
 * promises. A message is borrowed until the next call. After a failure every call fails.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/str.h"

enum { TPKT_VERSION = 3, TPKT_HEADER = 4, TPKT_MAX = 65535 };

struct tpkt {
	struct buf part; /* header and bytes of a message not yet whole */
	uint32_t most;   /* of one message, header not counted */
	int fail;        /* 0, or what ended it */
};

/* most: the longest message allowed, at most TPKT_MAX - TPKT_HEADER (more is taken as
 * that). */
void tpkt_init(struct tpkt *t, uint32_t most);
void tpkt_fini(struct tpkt *t);

/* 1: a message. 0: `in` is used up. -H_ESYNTAX: not version 3, or a length of 0 to 3.
 * -H_ELIMIT: longer than allowed. -H_ENOMEM. A length of 4 is a message of no bytes: it
 * is passed over. */
int tpkt_input(struct tpkt *t, struct span *in, struct span *message);

/* A message was begun and is not whole. */
bool tpkt_is_partial(const struct tpkt *t);

/* Header of a message of n bytes, n <= TPKT_MAX - TPKT_HEADER. */
void tpkt_header(uint8_t out[TPKT_HEADER], size_t n);
