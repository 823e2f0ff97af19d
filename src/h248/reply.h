/* h248/reply.h - replies: built, sent, kept, sent again. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8.2.2, 7.1.19, D.1.2.2 (three-way handshake), D.1.4; H.248.1 v3 (segments)
 */
#pragma once

#include "h248/exec.h"

/* Nodes of the arena; NULL when it is full, which ends in 533. */
struct h248_cmd *reply_cmd(struct exec *x, uint32_t ctx, struct span name);
struct h248_action *reply_action(struct exec *x, uint32_t ctx);
struct h248_desc *reply_desc(struct arena *a, struct h248_cmd *r, enum h248_desc_kind k);
struct h248_error *reply_error(struct arena *a, unsigned code, struct span more);
struct h248_term *reply_term(struct arena *a, struct span name);

/* The transaction is done: print it, keep it, send it. */
void reply_done(struct exec *x);
void reply_pending(struct h248_mg *mg, const struct via *via, uint8_t version,
		   uint32_t tid);
/* An error in place of an execution; kept in `txn` when there is one. */
void reply_refuse(struct hmsg *msg, uint32_t tid, struct htxn *txn, unsigned code);
/* A message that could not be read, or is from an MGC not in control. */
void reply_message(struct h248_mg *mg, const struct via *via, uint8_t version,
		   unsigned code, struct span more);
void reply_again(struct h248_mg *mg, const struct via *via, const struct htxn *t);
void reply_acked(struct h248_mg *mg, struct htxn *t);
void reply_segment_acked(struct h248_mg *mg, struct htxn *t, uint16_t seg);
void reply_forget(struct h248_mg *mg, struct htxn *t); /* with all it holds */
void reply_forget_all(struct h248_mg *mg);
