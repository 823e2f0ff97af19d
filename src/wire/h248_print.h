/* wire/h248_print.h - the writer under H.248's text printer, and what its files share.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2
 *
 * Internal to src/wire/h248_print*.c. What can't be said is recorded once in `w` and the
 * printing goes on: the caller looks at w->rc at the end and throws the text away.
 */
#pragma once

#include <string.h>

#include "util/err.h"
#include "wire/h248.h"
#include "wire/h248_pkg.h"
#include "wire/h248_tok.h"

struct hp {
	struct buf *b;
	const struct h248_names *names;
	struct h248_misfit *misfit;
	unsigned version;
	unsigned depth;
	bool pretty, reply;
	int rc;
};

void hp_misfit(struct hp *w, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The version that `what` begins with. */
void hp_since(struct hp *w, unsigned version, const char *what);
void hp_newline(struct hp *w);
void hp_num(struct hp *w, uint32_t v);

static inline void hp_put(struct hp *w, const char *p, size_t n)
{
	struct buf *b = w->b;

	if (b->fail || b->cap - b->n < n) {
		buf_put(b, p, n);
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static inline void hp_span(struct hp *w, struct span s)
{
	if (s.n)
		hp_put(w, s.p, s.n);
}

static inline void hp_char(struct hp *w, char c)
{
	hp_put(w, &c, 1);
}

static inline void hp_tok(struct hp *w, enum h248_tok t)
{
	hp_span(w, w->pretty ? h248_tok_long(t) : h248_tok_short(t));
}

static inline void hp_eq(struct hp *w)
{
	if (w->pretty)
		hp_put(w, " = ", 3);
	else
		hp_char(w, '=');
}

/* "{", items each after hp_item(), "}". */
static inline void hp_open(struct hp *w)
{
	if (w->pretty)
		hp_put(w, " {", 2);
	else
		hp_char(w, '{');
	w->depth++;
}

static inline void hp_item(struct hp *w, bool *first)
{
	if (!*first)
		hp_char(w, ',');
	*first = false;
	if (w->pretty)
		hp_newline(w);
}

static inline void hp_close(struct hp *w)
{
	w->depth--;
	if (w->pretty)
		hp_newline(w);
	hp_char(w, '}');
}

/* "Word = token", "Word = 12", "Word = ON" */
void hp_tok_tok(struct hp *w, enum h248_tok name, enum h248_tok value);
void hp_tok_num(struct hp *w, enum h248_tok name, uint32_t value);
void hp_request_id(struct hp *w, uint32_t id);
void hp_quoted(struct hp *w, struct span s, const char *what);
void hp_term(struct hp *w, const struct h248_term *t);
/* Joined by commas between `open` and `close`. */
void hp_terms(struct hp *w, const struct h248_term *t, char open, char close);
void hp_mid(struct hp *w, const struct h248_mid *m);
void hp_pkgd(struct hp *w, enum h248_item_kind kind, const struct h248_pkgd *name);
/* Properties, statistics: name and value by their kind. */
void hp_prop(struct hp *w, enum h248_item_kind kind, const struct h248_parm *p);
void hp_props(struct hp *w, enum h248_item_kind kind, const struct h248_parm *p,
	      bool *first);
/* Parameters of an event or signal; owner may be NULL. */
void hp_parms(struct hp *w, const struct h248_item *owner, const struct h248_parm *p,
	      bool *first);
void hp_parm_name(struct hp *w, const struct h248_item *owner,
		  const struct h248_pkgd *name);
void hp_dm_name(struct hp *w, const struct h248_dmname *name);
void hp_time(struct hp *w, const struct h248_time *t);
enum h248_tok hp_mode_tok(unsigned mode);
enum h248_tok hp_state_tok(unsigned state);

void hp_error(struct hp *w, const struct h248_error *e);
void hp_media(struct hp *w, const struct h248_media *m);
void hp_stats(struct hp *w, const struct h248_stats *s);
void hp_modem(struct hp *w, const struct h248_modem *m);
void hp_mux(struct hp *w, const struct h248_mux *m);
void hp_events(struct hp *w, const struct h248_events *ev);
void hp_observed(struct hp *w, const struct h248_events *ev);
void hp_buffer(struct hp *w, const struct h248_event *e);
void hp_signals(struct hp *w, const struct h248_signal *s);
void hp_digitmap(struct hp *w, const struct h248_digitmap *d);
void hp_packages(struct hp *w, const struct h248_package *p);
void hp_audit(struct hp *w, const struct h248_audit *au);
void hp_audit_items(struct hp *w, const struct h248_audit *au, bool *first);
void hp_svc(struct hp *w, const struct h248_svc *sv);
void hp_command(struct hp *w, const struct h248_cmd *c);
