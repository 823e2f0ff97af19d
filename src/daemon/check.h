/* daemon/check.h - what one value alone can't tell: references, patterns, codecs.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#pragma once

#include "daemon/conf.h"
#include "model/model.h"

/* A check under way; what the check*.c files share. */
struct check {
	const struct conf *conf;
	struct buf *why;
	unsigned n;
};

void check_say(struct check *k, const char *section, const struct conf_head *head,
	       const char *item, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* There must be a section `kind` called `name`. */
void check_ref(struct check *k, const char *section, const struct conf_head *head,
	       const char *item, const char *name, const char *kind,
	       const char *(*nth)(const void *arg, unsigned i));
const char *check_nth_agent(const void *arg, unsigned i); /* arg: struct conf */
void check_pools(struct check *k);
void check_tls(struct check *k);
void check_sctp(struct check *k);
bool check_in_range(const struct conf_range *r, uint16_t port);

/* Complaints, one a line, into `why`; their number. */
unsigned check_conf(const struct conf *c, struct buf *why);

/* The names of a pool. */
const char *check_pattern(const struct conf_endpoint *e);
/* The section an endpoint pool belongs to, or NULL. */
const struct conf_agent *check_owner_of(const struct conf *c,
					const struct conf_endpoint *e);
/* The codecs of a pool; false with the word not understood. */
bool check_codecs(const struct conf_endpoint *e, struct format_list *out,
		  const char **bad);
