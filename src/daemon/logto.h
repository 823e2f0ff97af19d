/* daemon/logto.h - where log lines go.
 *
 * layer: daemon (L5)   thread: control; lines come from any   I/O: stderr, syslog
 */
#pragma once

#include "daemon/conf.h"

/* Sets the sink. auto: journal when systemd reads our standard error, else stderr. */
void logto_open(const struct conf_log *c);
/* Levels of all categories, as configured; -1 or at least this one. */
void logto_levels(const struct conf_log *c, int least);
void logto_close(void);
