/* ctl/walk.h - inside of ctl/: listings of what the model holds.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 *
 * A listing is made in pieces with the loop running in between, so objects come and go
 * meanwhile. So it first notes what there is (ids of terminations, names of endpoints)
 * and then looks each up again: what is gone by then is left out.
 */
#pragma once

#include "ctl/req.h"
#include "model/model.h"

struct walk {
	size_t n, room, at;
	uint64_t *id;                /* owned: terminations */
	char (*name)[ENDP_NAME_MAX]; /* owned: endpoints; owner[i] is whose */
	char (*owner)[OWNER_NAME_MAX];
};

/* The request's state, freed with it; NULL: it has been refused. */
struct walk *walk_new(struct ctl_req *r);
/* By the argument "owner": all when it is not given. */
bool walk_wants(const struct ctl_req *r, const struct owner *o);
bool walk_owner_known(struct ctl_req *r); /* false: the request has been refused */
/* Note one termination of each context, or all of them, and go on with `step`. */
void walk_terms(struct ctl_req *r, bool all, bool (*step)(struct ctl_req *r));
