/* mgcp/pkg.h - packages of events and signals: what the gateway can detect and make.
 *
 * layer: mgcp (L3)   thread: any   I/O: none
 * RFC 3435 2.1.6, 6
 *
 * To add one: pkg/x.c with a `struct mgcp_pkg mgcp_pkg_x`, and MGCP_PKG(x) in
 * pkg/all.def. A package that stands in the list is supported by every endpoint; the
 * first is the default package. As long as the list is empty every request for an event
 * or signal is refused: 518 when it names a package, 522 when it does not.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"
#include "wire/mgcp.h"

enum mgcp_item_kind {
	MGCP_ITEM_EVENT = 1 << 0,  /* may stand in R: and T: */
	MGCP_ITEM_SIGNAL = 1 << 1, /* may stand in S: */
	MGCP_ITEM_DIGIT = 1 << 2,  /* digit map letters */
};

enum { MGCP_EVENTS_MOST = 256 }; /* in one list; more is 510 */

struct mgcp_item {
	const char *name; /* case-blind; NULL ends the list */
	uint8_t kinds;    /* what the package defines */
	uint8_t able;     /* what of it this gateway does: else 512, 513 */
};

struct mgcp_pkg {
	const char *name;
	uint32_t version;
	const struct mgcp_item *items;
};

/* Those of pkg/all.def; ends with NULL. */
extern const struct mgcp_pkg *const mgcp_pkgs[];

/* May these events be asked for, in R:, S: or T: (`kind`)? 0, or the return code. */
unsigned mgcp_events_check(const struct mgcp_pkg *const *pkgs,
			   const struct mgcp_event *ev, enum mgcp_item_kind kind,
			   bool has_map);
bool mgcp_pkg_known(const struct mgcp_pkg *const *pkgs, struct span name);
