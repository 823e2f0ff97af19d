/* daemon/conf.h - the configuration, read and checked.
 *
 * layer: daemon (L5)   thread: control   I/O: reads a file and the environment
 *
 * conf_load() reads FILE (NULL: defaults and environment only) against the schema and
 * answers a whole struct conf, or NULL and every complaint as "file:line: sentence" lines
 * in the buffer given. A conf is immutable afterwards; a reload loads another one and
 * conf_keep() carries over what can't change in a running daemon.
 *
 * Precedence: environment (HOLLER_SECTION_KEY, untitled sections only), file, default.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/settings.h"
#include "util/buf.h"

/* NULL: complaints are in `why`, one a line. Warnings may be there on success, too. */
struct conf *conf_load(const char *file, struct buf *why);
void conf_free(struct conf *c);

/* Items that differ and need a restart keep their old value in `now` (old gets the new
 * one); their names, one a line, in `out`; their number. */
unsigned conf_keep(struct conf *old, struct conf *now, struct buf *out);

/* One item as it would be written in a file; lists in braces. */
void conf_print_item(struct buf *out, const struct schema_item *it, const void *section);

/* Walk: calls f for every item of every section. */
typedef void(conf_each_h)(void *arg, const struct schema_section *s,
			  const struct conf_head *head, const struct schema_item *it);
void conf_each(const struct conf *c, conf_each_h *f, void *arg);

/* How it is called in messages: media.io, agent "ca".allow. */
const char *conf_item_name(char out[300], const struct schema_section *s,
			   const struct conf_head *head, const struct schema_item *it);
/* "file:12" of an item, "file:3" of its section, or "environment". */
const char *conf_where(char out[200], const struct conf *c,
		       const struct schema_section *s, const struct conf_head *head,
		       const char *item);
