/* daemon/trace.c - MGCP messages into the log and to those who watch.
 *
 * layer: daemon (L5)   thread: control   I/O: the log
 */
#include <stdio.h>

#include "daemon/daemon.h"
#include "model/assoc.h"

enum { LINES_MAX = 100, LINE_MAX_SHOWN = 400 };

static void log_lines(struct span bytes)
{
	char text[LINE_MAX_SHOWN];

	for (unsigned i = 0; bytes.n && i < LINES_MAX; i++) {
		struct span line = str_cut(&bytes, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		log_write(LOGC_MGCP, LOGL_INFO, "| %s",
			  str_escape(text, sizeof(text), line));
	}
}

void trace_message(void *arg, bool out, const struct assoc *as, struct span bytes)
{
	struct daemon *d = arg;
	char peer[ADDR_STRLEN], local[ADDR_STRLEN];

	ctl_trace(d->ctl, out, as, bytes);
	if (!d->trace)
		return;
	if (d->trace_peer.family && !addr_same_host(&d->trace_peer, &as->remote))
		return;
	log_write(LOGC_MGCP, LOGL_INFO, "%s %s %s %s", addr_print(local, &as->local),
		  out ? "to" : "from", addr_print(peer, &as->remote),
		  out ? "(ours)" : "");
	log_lines(bytes);
}
