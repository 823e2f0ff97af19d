/* h248/hctx.h - contexts as an MGC sees them: attributes, topology, audits. Private.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.1.1, 7.1.18, 7.2.9; H.248.1 v2, v3
 */
#pragma once

#include "h248/exec.h"

struct hctx { /* on struct ctx.user; NULL there: nothing special */
	uint16_t priority;
	bool emergency, ieps;
};

unsigned hctx_begin(struct exec *x); /* attributes and topology of the action */
unsigned hctx_end(struct exec *x);   /* what is left of them; context audit */
/* A termination is staged into the action's context: triples that wait for it. */
unsigned hctx_joined(struct exec *x, struct ctx *c);
void hctx_applied(struct exec *x); /* they are committed */
bool hctx_selected(const struct exec *x, const struct ctx *c); /* v3: C=* and a choice */
/* Equal ones have equal hashes, keyed by x->told. False: it can't be printed. */
bool hctx_desc_hash(struct exec *x, const struct h248_desc *desc, uint64_t *hash);
/* Apply the action's attributes to a context that was made by it, once committed. */
unsigned hctx_set_props(struct exec *x, struct ctx *c);
