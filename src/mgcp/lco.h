/* mgcp/lco.h - local connection options as they stand for one connection.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.5, 2.3.6 (what is omitted stays), 2.3.11, 3.2.2.10; RFC 3661 (codes)
 *
 * What MDCX leaves out keeps its value, so the set grows and F: L tells all of it. Echo
 * cancellation, gain and silence suppression are kept and told: a packet relay has no
 * near side they could act on.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "util/buf.h"
#include "wire/mgcp.h"

struct lco_set {
	uint16_t has; /* 1 << enum mgcp_lco_id */
	uint32_t p_lo, p_hi, b_lo, b_hi;
	int16_t gain;
	bool gain_auto, echo, silence;
	uint8_t tos;
	bool local;   /* nt:LOCAL, else nt:IN */
	char *codecs; /* owned; value of a: as supplied; NULL: none */
};

/* Check the options of one command; 0 or a return code. `link`: it has Z2. */
unsigned lco_check(const struct mgcp_lco *l, bool link);
/* What they ask of the model. 0 or a return code. */
unsigned lco_ask(const struct mgcp_lco *l, struct term_ask *ask);
/* `to` = `from` with what `l` says over it. Takes memory: -H_ENOMEM leaves *to empty. */
int lco_merge(struct lco_set *to, const struct lco_set *from, const struct mgcp_lco *l);
void lco_fini(struct lco_set *s);
void lco_print(struct buf *b, const struct lco_set *s); /* "p:20, a:PCMU" */
