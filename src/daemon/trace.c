/* daemon/trace.c - MGCP and H.248 messages into the log and to those who watch.
 *
 * layer: daemon (L5)   thread: control   I/O: the log
 */
#include <stdio.h>

#include "daemon/daemon.h"
#include "h248/engine.h"
#include "model/assoc.h"

enum { LINES_MAX = 100, LINE_MAX_SHOWN = 400, TEXT_MAX = 1 << 20 };

static void log_lines(enum log_cat cat, struct span bytes)
{
	char text[LINE_MAX_SHOWN];

	for (unsigned i = 0; bytes.n && i < LINES_MAX; i++) {
		struct span line = str_cut(&bytes, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		log_write(cat, LOGL_INFO, "| %s",
			  str_escape(text, sizeof(text), line));
	}
}

void trace_message(void *arg, bool out, const struct assoc *as, struct span bytes)
{
	struct daemon *d = arg;
	char peer[ADDR_STRLEN], local[ADDR_STRLEN];
	enum log_cat cat = LOGC_MGCP;
	struct buf text;

	ctl_trace(d->ctl, out, as, bytes);
	if (!d->trace)
		return;
	if (d->trace_peer.family && !addr_same_host(&d->trace_peer, &as->remote))
		return;
	buf_init(&text, TEXT_MAX);
	if (as->owner && owner_get_spec(as->owner)->proto == PROTO_H248) {
		cat = LOGC_H248;
		if (h248_engine_text(as->owner, bytes, &text))
			bytes = buf_view(&text);
	}
	log_write(cat, LOGL_INFO, "%s %s %s %s", addr_print(local, &as->local),
		  out ? "to" : "from", addr_print(peer, &as->remote),
		  out ? "(ours)" : "");
	log_lines(cat, bytes);
	buf_fini(&text);
}
