/* daemon/priv.h - descriptors, user, capabilities.
 *
 * layer: daemon (L5)   thread: control, before other threads begin   I/O: the process
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Ask for that many descriptors (0: all there are to have); what we got. */
size_t priv_raise_nofile(size_t want);
/* The folder a file is to be in, when it is missing and its own folder is there; it is
 * given to `user` (empty: nobody else). What fails shows when the file is opened. */
void priv_make_folder(const char *file, const char *user);
bool priv_can_raw(void); /* CAP_NET_RAW and CAP_NET_ADMIN: ring mode */
/* Become `user` (empty: stay) and give up every capability, but those two when
 * `keep_raw`. Afterwards none can be won back. 0, or -H_E... with a sentence in why[300].
 */
int priv_drop(const char *user, bool keep_raw, char why[300]);
bool priv_built(void); /* false: without libcap-ng capabilities are kept */
