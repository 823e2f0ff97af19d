/* daemon/notify.h - tells the service manager how we are (sd_notify's protocol).
 *
 * layer: daemon (L5)   thread: control   I/O: a datagram to $NOTIFY_SOCKET
 *
 * Without that variable every call does nothing. Built without --with-systemd likewise.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

bool notify_built(void); /* false: there is nothing but empty calls */
void notify_ready(void);
void notify_reloading(void); /* notify_ready() when over */
void notify_stopping(void);
void notify_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void notify_alive(void);        /* the watchdog's beat */
uint64_t notify_watchdog(void); /* ns between beats (half of what is allowed); 0: none */
