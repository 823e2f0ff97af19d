/* h248/mg.c - one virtual MG: its life, its peers, its clock.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8.3 (MID), 11.1
 */
#include "h248/mg.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "h248/digitmap.h"
#include "h248/hterm.h"
#include "h248/reply.h"
#include "h248/request.h"
#include "h248/svc.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { COMPLAIN_BURST = 10 };

static void set_root(struct h248_mg *mg)
{
	const struct h248_mg_conf *c = &mg->conf;

	mg->root = (struct hroot){
		.mg_time = c->mg_time,
		.mgc_time = c->mgc_time,
		.mg_pending = c->mg_pending ? c->mg_pending : c->mg_time,
		.mgc_pending = c->mgc_pending ? c->mgc_pending : c->mgc_time,
		.mg_own = c->mg_pending != 0,
		.mgc_own = c->mgc_pending != 0,
		.mg_limit = c->mg_pending_limit,
		.mgc_limit = c->mgc_pending_limit,
	};
}

void mg_set_conf(struct h248_mg *mg, const struct h248_mg_conf *conf)
{
	mg->conf = *conf;
	h248_mid_parse(str_of(mg->conf.mid), &mg->mid); /* h248_conf_check() did too */
	mg->txns.most = conf->store_max;
	rtt_init(&mg->rtt, conf->rto_first, conf->rto_min, conf->rto_max);
	set_root(mg);
	names_init(mg);
	zoneid_forget(mg);
}

struct h248_mg *mg_new(struct h248_engine *e, struct owner *o,
		       const struct h248_mg_conf *conf)
{
	struct h248_mg *mg = mem_zalloc(sizeof(*mg));

	if (!mg)
		return NULL;
	mg->e = e;
	mg->owner = o;
	mg->state = H248_STATE_IN;
	kept_init(&mg->txns, conf->store_max);
	map_init(&mg->reqs);
	map_init(&mg->zoneids);
	list_init(&mg->flight);
	list_init(&mg->queue);
	list_init(&mg->maps);
	list_init(&mg->hterms);
	list_init(&mg->in_engine);
	tmr_init(&mg->grace, NULL);
	mg->next_tid = 1 + rnd_below(1u << 30);
	mg_set_conf(mg, conf);
	if (svc_init(mg)) {
		mg_free(mg);
		return NULL;
	}
	return mg;
}

void mg_free(struct h248_mg *mg)
{
	list_del(&mg->in_engine);
	hreq_free_all(mg);
	map_fini(&mg->reqs);
	zoneid_forget(mg);
	reply_forget_all(mg);
	kept_fini(&mg->txns);
	hterm_free_all(mg);
	hmaps_free(mg, &mg->maps);
	svc_fini(mg);
	tmr_del(&mg->e->timers, &mg->grace);
	owner_set_user(mg->owner, NULL);
	mem_free(mg);
}

bool mg_listens(const struct h248_mg *mg, const struct addr *local, enum transport t)
{
	const struct h248_mg_conf *c = &mg->conf;

	if (!c->nlisten || !local->family)
		return true;
	for (unsigned i = 0; i < c->nlisten; i++) {
		const struct h248_listen *l = &c->listen[i];

		if (l->transport != t || l->addr.port != local->port)
			continue;
		if (l->addr.family == local->family &&
		    (addr_is_any(&l->addr) || addr_same_host(&l->addr, local)))
			return true;
	}
	return false;
}

bool mg_knows(const struct h248_mg *mg, const struct addr *remote, bool port)
{
	const struct h248_mg_conf *c = &mg->conf;

	if (mg->svc.mgc.conf.addr.family &&
	    addr_same_host(&mg->svc.mgc.conf.addr, remote))
		return true;
	for (unsigned i = 0; i < c->nmgc; i++)
		if (addr_same_host(&c->mgc[i].addr, remote))
			return true;
	for (unsigned i = 0; i < c->nallow; i++) {
		const struct h248_allow *a = &c->allow[i];

		if (addr_in_net(remote, &a->net, a->bits) &&
		    (!port || !a->net.port || a->net.port == remote->port))
			return true;
	}
	return false;
}

void mg_complain(struct h248_mg *mg, const struct addr *from, const char *fmt, ...)
{
	char text[256], clean[512], peer[ADDR_STRLEN];
	va_list ap;

	if (!log_allow(&mg->rate, COMPLAIN_BURST, mg->e->now))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_notice(LOGC_H248, "%s: %s: %s", mg->conf.name, addr_print(peer, from),
		   str_escape(clean, sizeof(clean), str_of(text)));
}

void mg_mid_text(const struct h248_mid *mid, char out[MG_MID_MAX])
{
	struct buf b;

	buf_fixed(&b, out, MG_MID_MAX - 1);
	h248_mid_print(&b, mid);
	out[buf_ok(&b) ? b.n : 0] = '\0';
	for (char *p = out; *p; p++)
		*p = str_lower(*p);
}

bool mg_pattern_name(const char *pattern, uint32_t n, char out[TERM_NAME_MAX])
{
	const char *at = strstr(pattern, "%d");
	int len;

	if (!at)
		return false;
	len = snprintf(out, TERM_NAME_MAX, "%.*s%u%s", (int)(at - pattern), pattern, n,
		       at + 2);
	return len > 0 && len < TERM_NAME_MAX;
}

uint64_t mg_wall(const struct h248_mg *mg)
{
	const struct h248_engine *e = mg->e;

	return e->ops.wall ? e->ops.wall(e->arg) : e->now / 10000000;
}

/* Days since 1970 to a date (proleptic Gregorian, eras of 400 years). */
static void civil(uint64_t days, unsigned *y, unsigned *m, unsigned *d)
{
	uint64_t z = days + 719468, era = z / 146097, doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153;

	*d = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*m = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*y = (unsigned)(yoe + era * 400 + (*m <= 2 ? 1 : 0));
}

void mg_time(const struct h248_mg *mg, struct h248_time *out)
{
	uint64_t cs = mg_wall(mg), s = cs / 100;
	unsigned y, m, d;
	char text[40];

	civil(s / 86400, &y, &m, &d);
	snprintf(text, sizeof(text), "%04u%02u%02u%02u%02u%02u%02u", y % 10000, m, d,
		 (unsigned)(s / 3600 % 24), (unsigned)(s / 60 % 60), (unsigned)(s % 60),
		 (unsigned)(cs % 100));
	memcpy(out->date, text, sizeof(out->date));
	memcpy(out->time, text + sizeof(out->date), sizeof(out->time));
}
