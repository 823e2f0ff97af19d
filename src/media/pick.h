/* media/pick.h - which of our addresses a stream gets.
 *
 * layer: media (L3)   thread: control   I/O: a route look-up by connect(2)
 */
#pragma once

struct med;
struct port_pool;
struct slot_req;

/* By the pool's name; among several by the route to `toward`; else the first of the
 * family (of the group's, for a group). NULL: none of that name and family. */
struct port_pool *pick_pool(struct med *m, const struct slot_req *req);
