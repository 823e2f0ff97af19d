/* daemon/check.h - what one value alone can't tell: references, patterns, codecs.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#pragma once

#include "daemon/conf.h"
#include "model/model.h"

/* Complaints, one a line, into `why`; their number. */
unsigned check_conf(const struct conf *c, struct buf *why);

/* The section an endpoint pool belongs to, or NULL. */
const struct conf_agent *check_owner_of(const struct conf *c,
					const struct conf_endpoint *e);
/* The codecs of a pool; false with the word not understood. */
bool check_codecs(const struct conf_endpoint *e, struct format_list *out,
		  const char **bad);
