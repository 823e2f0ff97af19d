/* ctl/zone.h - zones at run time: the row that is kept, the room in the model.
 *
 * layer: ctl (L4)   thread: control   I/O: store, interface names
 *
 * A zone's row (struct store_zone) is what the operator said; the room is that row with
 * interfaces resolved. A group whose interface is not there (yet) is left out and tried
 * again by zones_check(), every few seconds, so a zone outlives a cable or a VLAN that
 * comes late. Changes are done in the model at once and undone should the store refuse.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ctl/commands.h"
#include "store/store.h"
#include "util/buf.h"

struct model;
struct zones;

enum { ZONE_WHY_MAX = 300 };

struct zones *zones_new(struct model *m, struct store *store); /* NULL: no memory */
void zones_free(struct zones *z); /* after store_close(): jobs point here */
/* At the start: make what the store keeps. Zones that can't be made are logged. */
int zones_load(struct zones *z, char why[ZONE_WHY_MAX]);
void zones_check(struct zones *z);

/* `done` (or NULL) runs once, now or when the store has answered; with CTL_OK `why` may
 * hold a note. */
typedef void(zone_done_h)(void *arg, enum ctl_code code, const char *why);
void zones_add(struct zones *z, const struct store_zone *row, zone_done_h *done,
	       void *arg);
void zones_set(struct zones *z, const struct store_zone *row, zone_done_h *done,
	       void *arg);
void zones_del(struct zones *z, const char *name, bool force, zone_done_h *done,
	       void *arg);

/* By name, case-blind; NULL: none. Borrowed until the next change. */
const struct store_zone *zones_find(const struct zones *z, const char *name);
/* The i-th in order of name, with what is wrong with it ("": nothing). */
const struct store_zone *zones_nth(const struct zones *z, size_t i, const char **problem);

/* "239.1.2.3:5004@eth0", with sources "=192.0.2.1,192.0.2.2". 0 or -H_ESYNTAX. */
int zone_parse_group(struct store_group *g, struct span s, char *why, size_t size);
void zone_print_group(struct buf *b, const struct store_group *g);
void zone_defaults(struct store_zone *row);
