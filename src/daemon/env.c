/* daemon/env.c - what hollerctl's commands work on.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/daemon.h"

enum { VALUE_MAX = 65536 };

void env_feature(struct daemon *d, const char *name, enum feature_is is, const char *fmt,
		 ...)
{
	struct ctl_feature *f = &d->feature[d->nfeature];
	va_list ap;

	if (d->nfeature == FEATURES_MAX)
		return;
	d->nfeature++;
	f->name = name;
	f->on = is == FEATURE_ON;
	va_start(ap, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
	log_at(LOGC_DAEMON, is == FEATURE_OFF ? LOGL_WARN : LOGL_INFO, "%s: %s: %s",
	       name, f->on ? "on" : "off", f->why);
}

struct conf_walk {
	const struct conf *conf;
	ctl_conf_h *row;
	void *arg;
	struct buf value;
};

static void one_item(void *arg, const struct schema_section *s,
		     const struct conf_head *head, const struct schema_item *it)
{
	struct conf_walk *w = arg;
	char name[300], from[200];

	if (head->title)
		snprintf(name, sizeof(name), "%s \"%s\".%s", s->name, head->title,
			 it->name);
	else
		snprintf(name, sizeof(name), "%s.%s", s->name, it->name);
	if (!head->lines[it - s->items] && !head->env[it - s->items])
		snprintf(from, sizeof(from), "default");
	else
		conf_where(from, w->conf, s, head, it->name);
	buf_reset(&w->value);
	conf_print_item(&w->value, it, head);
	w->row(w->arg, name, buf_view(&w->value), from);
}

static void on_conf(void *arg, ctl_conf_h *row, void *row_arg)
{
	struct daemon *d = arg;
	struct conf_walk w = { .conf = d->conf, .row = row, .arg = row_arg };

	buf_init(&w.value, VALUE_MAX);
	conf_each(d->conf, one_item, &w);
	buf_fini(&w.value);
}

static int on_reload(void *arg, struct buf *said)
{
	return daemon_reload(arg, said);
}

static void on_stop(void *arg, bool at_once)
{
	daemon_stop(arg, at_once);
}

static void on_trace(void *arg, bool on, const struct addr *peer)
{
	struct daemon *d = arg;

	d->trace = on;
	d->trace_peer = *peer;
}

static bool on_tracing(void *arg)
{
	struct daemon *d = arg;

	return d->trace;
}

static void on_changed(void *arg)
{
	struct daemon *d = arg;

	if (d->net)
		loop_pump(d);
}

void env_fill(struct daemon *d, struct ctl_env *env)
{
	*env = (struct ctl_env){
		.model = d->model,
		.mgcp = d->mgcp,
		.h248 = d->h248,
		.med = d->med,
		.store = d->store,
		.net = d->net,
		.zones = d->zones,
		.started = d->started,
		.strangers = &d->strangers,
		.feature = d->feature,
		.nfeature = d->nfeature,
		.now = now_ns,
		.arg = d,
		.conf = on_conf,
		.reload = on_reload,
		.stop = on_stop,
		.trace = on_trace,
		.tracing = on_tracing,
		.changed = on_changed,
	};
}
