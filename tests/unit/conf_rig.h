/* tests/unit/conf_rig.h - a configuration written to the test's folder and read.
 *
 * layer: tests   thread: main   I/O: a file
 */
#pragma once

#include "daemon/conf.h"
#include "test.h"

extern char rig_path[400];  /* the file */
extern char rig_said[8192]; /* what reading it said */

/* NULL: refused, or no memory; the caller frees. */
struct conf *rig_load(const char *text);
/* They must be so; `words` are among what was said. Not for want of memory. */
struct conf *rig_taken(const char *text);
void rig_refused(const char *text, const char *words);
