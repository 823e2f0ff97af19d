/* daemon/reload.c - the configuration anew, under the calls.
 *
 * layer: daemon (L5)   thread: control   I/O: reads the file
 *
 * All or nothing as far as the file goes: a bad one changes nothing. Then what can change
 * is changed, and what can't (it is named) keeps its old value.
 */
#include <string.h>

#include "daemon/apply.h"
#include "daemon/daemon.h"
#include "daemon/h248.h"
#include "daemon/logto.h"
#include "daemon/notify.h"
#include "daemon/value.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "store/store.h"
#include "util/err.h"
#include "util/mem.h"

enum { SAID_MAX = 65536 };

static void log_said(enum log_level level, struct span said)
{
	while (said.n) {
		struct span line = str_cut(&said, '\n');

		if (line.n)
			log_at(LOGC_DAEMON, level, "%.*s", (int)line.n, line.p);
	}
}

static struct conf *load(struct daemon *d, struct mgcp_conf *mgcp,
			 struct mgcp_owner_conf **owners, struct buf *said)
{
	struct conf *c = conf_load(d->conf->file, said);
	char why[APPLY_WHY_MAX];

	*owners = c ? apply_owners(c, mgcp) : NULL;
	if (*owners && !mgcp_conf_check(mgcp, why, sizeof(why)))
		return c;
	if (*owners)
		buf_printf(said, "%s\n", why);
	else if (c)
		buf_str(said, "out of memory\n");
	mem_free(*owners);
	*owners = NULL;
	conf_free(c);
	return NULL;
}

static struct conf *load_h248(struct conf *c, struct h248_conf *out,
			      struct h248_mg_conf **mgs, struct buf *said)
{
	char why[H248_WHY_MAX];

	*mgs = h248_apply(c, out, why);
	if (*mgs)
		return c;
	buf_printf(said, "%s\n", why);
	conf_free(c);
	return NULL;
}

static void say_gone(const struct conf_list *was, const struct conf_list *now,
		     size_t size, const char *kind, struct buf *said)
{
	for (size_t i = 0; i < was->n; i++) {
		const struct conf_head *h =
			(const void *)((const char *)was->v + i * size);
		bool there = false;

		for (size_t k = 0; k < now->n; k++) {
			const struct conf_head *n =
				(const void *)((const char *)now->v + k * size);

			there |= !strcmp(n->title, h->title);
		}
		if (!there)
			buf_printf(said,
				   "%s \"%s\" is gone from the file and stays until a "
				   "restart\n",
				   kind, h->title);
	}
}

/* What the file says and only a restart will do. */
static void say_kept(struct daemon *d, struct conf *c, struct buf *said)
{
	struct buf names;
	struct span rest;

	buf_init(&names, SAID_MAX);
	conf_keep(d->conf, c, &names);
	rest = buf_view(&names);
	while (rest.n) {
		struct span line = str_cut(&rest, '\n');

		if (line.n)
			buf_printf(said, "%.*s changes with the next start only\n",
				   (int)line.n, line.p);
	}
	buf_fini(&names);
	say_gone(&d->conf->endpoint, &c->endpoint, sizeof(struct conf_endpoint),
		 "endpoint", said);
	say_gone(&d->conf->net, &c->net, sizeof(struct conf_netpool), "net", said);
	say_gone(&c->net, &d->conf->net, sizeof(struct conf_netpool), "new net", said);
}

static void take(struct daemon *d, struct conf *c, const struct mgcp_conf *mgcp,
		 const struct h248_conf *h248, struct buf *said)
{
	char why[APPLY_WHY_MAX];
	int err;

	say_kept(d, c, said);
	logto_levels(&c->log, d->log_least);
	d->trace = c->log.trace;
	if (d->ctl)
		ctl_set_clients(d->ctl, (unsigned)c->ctl.clients);
	if (d->store)
		store_set_conf(d->store, (uint32_t)c->store.queue,
			       (uint64_t)c->store.keep);
	listen_apply(d, c, said);
	err = apply_model(c, d->model, said, why);
	if (err)
		buf_printf(said, "%s\n", why);
	err = mgcp_engine_reload(d->mgcp, mgcp, now_ns());
	if (err)
		buf_printf(said, "mgcp: %s\n", err_str(err));
	err = h248_engine_reload(d->h248, h248, now_ns());
	if (err)
		buf_printf(said, "h248: %s\n", err_str(err));
	conf_free(d->conf);
	d->conf = c;
}

int daemon_reload(struct daemon *d, struct buf *said)
{
	struct mgcp_owner_conf *owners = NULL;
	struct h248_mg_conf *mgs = NULL;
	struct mgcp_conf mgcp;
	struct h248_conf h248;
	struct conf *c;

	notify_reloading();
	c = load(d, &mgcp, &owners, said);
	if (c)
		c = load_h248(c, &h248, &mgs, said);
	if (c) {
		take(d, c, &mgcp, &h248, said);
		log_notice(LOGC_DAEMON, "the configuration was read again");
		log_said(LOGL_WARN, buf_view(said));
		loop_pump(d);
	} else {
		log_err(LOGC_DAEMON, "the configuration is bad; the old one stays");
		log_said(LOGL_ERR, buf_view(said));
	}
	mem_free(owners);
	mem_free(mgs);
	notify_ready();
	return c ? 0 : -H_EINVAL;
}
