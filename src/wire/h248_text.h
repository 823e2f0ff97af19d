/* wire/h248_text.h - the parts of H.248's text parser, one function each.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2
 *
 * Internal to src/wire/h248_text_*.c. Each is called with its token read and nothing
 * else, and returns false after a fault.
 */
#pragma once

#include "wire/h248_lex.h"

bool h248_text_error(struct hx *x, struct h248_error **out);
bool h248_text_media(struct hx *x, struct h248_media **out);
bool h248_text_stats(struct hx *x, struct h248_stats **out);
bool h248_text_events(struct hx *x, struct h248_events **out);
bool h248_text_observed(struct hx *x, struct h248_events **out);
bool h248_text_buffer(struct hx *x, struct h248_event **out);
bool h248_text_signals(struct hx *x, struct h248_signal **out);
bool h248_text_digitmap(struct hx *x, struct h248_digitmap **out);
bool h248_text_modem(struct hx *x, struct h248_modem **out);
bool h248_text_mux(struct hx *x, struct h248_mux **out);
bool h248_text_packages(struct hx *x, struct h248_package **out);
bool h248_text_audit(struct hx *x, struct h248_audit **out);
bool h248_text_audit_item(struct hx *x, enum h248_tok t, struct h248_audit *au,
		     struct h248_indaud ***tail);
bool h248_text_svc(struct hx *x, struct h248_svc **out);
bool h248_text_event_dm(struct hx *x, struct h248_digitmap **out);

/* --- the levels: h248_text_ctx.c, h248_text_cmd.c --- */
bool h248_text_actions(struct hx *x, struct h248_trans *t);
bool h248_text_command(struct hx *x, struct span word, struct h248_cmd ***tail);
