/* daemon/schema_row.h - inside of the schema: what its rows are written with.
 *
 * layer: daemon (L5)   thread: any   I/O: none
 */
#pragma once

#include "daemon/schema.h"

#define AT(section, member) offsetof(struct conf_##section, member)
#define DAY (24 * (int64_t)HOUR)

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

extern const struct schema_item schema_agent[];
