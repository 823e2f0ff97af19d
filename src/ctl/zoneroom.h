/* ctl/zoneroom.h - a zone's row in the database and its room in the model.
 *
 * layer: ctl (L4)   thread: control   I/O: interface names
 */
#pragma once

#include "ctl/zone.h"
#include "store/store.h"

struct model;

/* What became of a row when it was applied. */
struct zone_marks {
	uint32_t ifindex[STORE_GROUPS_MAX]; /* 0: by route, or missing */
	char problem[120];                  /* empty: none */
};

/* Makes or changes the room; the marks are set on success, `why` else. */
enum ctl_code zone_apply(struct model *m, const struct store_zone *row,
			 struct zone_marks *marks, char why[ZONE_WHY_MAX]);
/* The first of the agents let in that there is not; an empty span when all are known. */
struct span zone_stranger(struct model *m, const char *admit);
