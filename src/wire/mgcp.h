/* wire/mgcp.h - MGCP messages as a tree.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3 and Appendix A; RFC 3661 (what a fault is called)
 *
 * A datagram is cut by mgcp_split(); each piece is parsed by mgcp_parse() into the
 * caller's arena (the types are in wire/mgcp_tree.h). Spans point into the datagram,
 * which must outlive the tree.
 *
 * On -H_ESYNTAX or -H_ELIMIT *out is still set when a verb or code and a transaction id
 * could be read: then head fields up to the fault are valid, `fault` says what sort it
 * is and `fault_param` which parameter's, so the error can be answered under its id (a
 * response with a bad parameter still tells code and tid). Otherwise *out is NULL:
 * nothing can be answered. On -H_ENOMEM (the arena is full too) *out is as after a fault.
 *
 * Header lines end in CRLF or LF; the last line of a response or of a session
 * description may lack it, a command's header may not (it may have been cut).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/str.h"
#include "wire/mgcp_tree.h"
#include "wire/parse.h"

/* Cut the next message off `*rest` at a line that is a single dot (3.5.5). False when
 * nothing is left. Pieces that are empty or blank are passed over. */
bool mgcp_split(struct span *rest, struct span *one);

/* 0, -H_ESYNTAX, -H_ELIMIT or -H_ENOMEM. err may be NULL; its offset is in `bytes`. */
int mgcp_parse(struct arena *a, struct span bytes, struct mgcp_msg **out,
	       struct parse_err *err);

/* The whole message, from the typed values: parse(print(m)) is the same tree. */
void mgcp_print(struct buf *b, const struct mgcp_msg *m);

static inline const struct mgcp_param *mgcp_get(const struct mgcp_msg *m,
						enum mgcp_param_id id)
{
	return m->first[id];
}

/* "rtpbridge/7@gw.example.net": endpoint names; in configuration and F: answers too. */
int mgcp_name_parse(struct mgcp_name *n, struct span s);
/* "ca@ca.example.net:5234", "[192.0.2.1]": notified entities. */
int mgcp_entity_parse(struct mgcp_name *n, struct span s);

/* The value of a quoted string: quotes off, "" to ". Others are returned as they are. */
struct span mgcp_unquote(struct arena *a, struct span s);

/* Look a word up, case-blind; when unknown ..._NONE, for verbs MGCP_VERB_EXT; a name that
 * could be an extension is ..._EXT or one of the four kinds of extension parameters. */
enum mgcp_verb mgcp_verb_of(struct span s);
enum mgcp_mode mgcp_mode_of(struct span s);
enum mgcp_restart mgcp_restart_of(struct span s);
enum mgcp_param_id mgcp_param_of(struct span name);
const char *mgcp_verb_name(enum mgcp_verb v);         /* "CRCX"; "" when it has none */
const char *mgcp_mode_name(enum mgcp_mode m);         /* "sendrecv" */
const char *mgcp_restart_name(enum mgcp_restart r);
const char *mgcp_param_name(enum mgcp_param_id id);   /* "C"; "" for extensions */
const char *mgcp_fault_name(enum mgcp_fault f);       /* for logs */

/* --- writing without a tree: one call, one line; order is the caller's --- */
/* "200 1203 OK": pkg and comment may be NULL. */
void mgcp_put_response(struct buf *b, unsigned code, uint32_t tid, const char *pkg,
		       const char *comment);
/* "RSIP 1204 *@gw MGCP 1.0 [profile]": profile may be absent. */
void mgcp_put_command(struct buf *b, enum mgcp_verb verb, uint32_t tid,
		      struct span endpoint, struct span profile);
void mgcp_put_param(struct buf *b, enum mgcp_param_id id, struct span value);
void mgcp_put_param_str(struct buf *b, enum mgcp_param_id id, const char *value);
void mgcp_put_param_dec(struct buf *b, enum mgcp_param_id id, uint32_t value);
/* "I: " and so on, for a value put by the caller; end it with mgcp_put_eol(). */
void mgcp_put_name(struct buf *b, enum mgcp_param_id id);
void mgcp_put_eol(struct buf *b);
void mgcp_put_sdp(struct buf *b);  /* the empty line before a description */
void mgcp_put_dot(struct buf *b);  /* the line between piggybacked messages */
/* Reason code of E: with its text. */
void mgcp_put_reason(struct buf *b, unsigned code, const char *text);

/* Values alone, comma separated, no line end: answers to audits. */
void mgcp_put_lcos(struct buf *b, const struct mgcp_lco *l);
void mgcp_put_events(struct buf *b, const struct mgcp_event *e);
void mgcp_put_stats(struct buf *b, const struct mgcp_stat *s);
void mgcp_put_quoted(struct buf *b, struct span s); /* adds quotes, doubles inner ones */

/* A deep copy into another arena, for what outlives its message (R:, S:, L:). */
struct mgcp_event *mgcp_events_dup(struct arena *a, const struct mgcp_event *e);
struct mgcp_lco *mgcp_lcos_dup(struct arena *a, const struct mgcp_lco *l);
