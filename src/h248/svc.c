/* h248/svc.c - the control association: registration, fail-over, hand-off.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.2.8, 9.2 (avalanche), 11.2 (cold start), 11.3 (versions), 11.5 (failure)
 *
 * One ServiceChange on ROOT is out at a time. It goes to the MGC told by a MgcIdToTry, or
 * to those of the list in order; when all have failed we wait 0 .. MWD and begin anew.
 */
#include "h248/svc.h"

#include <stdio.h>
#include <string.h>

#include "h248/hterm.h"
#include "h248/reply.h"
#include "h248/request.h"
#include "util/err.h"
#include "util/rnd.h"

enum { RESOLVE_S = 1, FIRST_VERSION = 1 };

static void ask(struct h248_mg *mg);
static void next_mgc(struct h248_mg *mg);

static void set_phase(struct h248_mg *mg, enum h248_phase phase)
{
	static const char *const names[] = { "idle", "waiting", "registering", "active",
					     "leaving" };

	if (mg->svc.phase == phase)
		return;
	log_info(LOGC_H248, "%s: %s", mg->conf.name, names[phase]);
	mg->svc.phase = phase;
}

static void set_alive(struct h248_mg *mg, bool alive)
{
	struct h248_engine *e = mg->e;

	if (owner_is_alive(mg->owner) == alive)
		return;
	owner_set_alive(mg->owner, alive, e->now);
	if (e->ops.agents)
		e->ops.agents(e->arg, mg->owner, alive);
}

static void arm(struct h248_mg *mg, uint64_t at)
{
	tmr_set(&mg->e->timers, &mg->svc.tmr, at); /* it has its place since svc_init() */
}

/* ---- which MGC ------------------------------------------------------------------- */

static uint16_t default_port(const struct h248_mgc *m)
{
	return m->binary ? H248_BINARY_PORT : H248_TEXT_PORT;
}

/* A stream with it that stands is kept. */
static void use_listed(struct h248_mg *mg, int at)
{
	struct mgc *m = &mg->svc.mgc;
	const struct h248_mgc was = m->conf;

	m->conf = mg->conf.mgc[at];
	m->at = at;
	if (m->conf.addr.family && !m->conf.addr.port)
		m->conf.addr.port = default_port(&m->conf);
	if (was.transport != m->conf.transport || !addr_eq(&was.addr, &m->conf.addr))
		mg->svc.id = 0;
	mg->svc.wanted = m->conf.version ? m->conf.version : mg->conf.version;
}

/* An address in a message: ServiceChangeAddress, MgcIdToTry. False: a device or MTP. */
static bool take_mid(struct h248_mg *mg, const struct h248_mid *mid, struct h248_mgc *m)
{
	struct h248_mgc old = *m;

	switch (mid->kind) {
	case H248_MID_PORT:
		m->addr.port = mid->port;
		return true;
	case H248_MID_IP4:
	case H248_MID_IP6:
		m->addr = (struct addr){ .family = mid->kind == H248_MID_IP4 ? 4 : 6 };
		memcpy(m->addr.ip, mid->addr, mid->alen);
		break;
	case H248_MID_DOMAIN:
		if (!mid->name.n || mid->name.n >= sizeof(m->host))
			return false;
		memset(m->host, 0, sizeof(m->host));
		memcpy(m->host, mid->name.p, mid->name.n);
		m->addr = (struct addr){ 0 };
		break;
	default:
		*m = old;
		return false;
	}
	m->addr.port = mid->has_port ? mid->port : default_port(m);
	(void)mg;
	return true;
}

/* Fill in the address of a name. False: not known yet, or never. */
static bool resolved(struct h248_mg *mg, bool *later)
{
	struct h248_engine *e = mg->e;
	struct h248_mgc *m = &mg->svc.mgc.conf;
	struct addr a[4];
	uint16_t port = m->addr.port ? m->addr.port : default_port(m);
	int n;

	*later = false;
	if (m->addr.family)
		return true;
	n = e->ops.resolve && m->host[0] ? e->ops.resolve(e->arg, str_of(m->host), a, 4)
					 : 0;
	*later = n == -H_EAGAIN;
	if (n <= 0)
		return false;
	m->addr = a[0];
	m->addr.port = port;
	return true;
}

/* ---- the ServiceChange ----------------------------------------------------------- */

static struct h248_value *reason_value(struct arena *a, unsigned reason)
{
	struct h248_value *v = arena_zalloc(a, sizeof(*v));

	if (!v)
		return NULL;
	v->form = H248_VALUE_QUOTED;
	v->s = str_of(arena_printf(a, "%u %s", reason, h248_reason_text(reason)));
	return v;
}

static struct h248_svc *svc_desc(struct arena *a, struct h248_cmd *c,
				 enum h248_method method, unsigned reason)
{
	struct h248_desc *d = reply_desc(a, c, H248_D_SVC);
	struct h248_svc *s = d ? arena_zalloc(a, sizeof(*s)) : NULL;

	if (!s)
		return NULL;
	d->u.svc = s;
	s->has = H248_SVC_HAS_METHOD;
	s->method = (uint8_t)method;
	s->reason = reason_value(a, reason);
	return s->reason ? s : NULL;
}

static void registered(struct hreq *r, const struct h248_trans *t,
		       const struct h248_msg *m, const struct assoc *from);

/* False: no memory. */
static bool send_root(struct h248_mg *mg)
{
	struct arena *a = arena_new(8192);
	struct h248_cmd c = { .kind = H248_SVC_CHANGE };
	struct h248_action act = { .ctx = H248_CTX_NULL, .cmds = &c };
	struct hreq_spec spec = { .action = &act, .registers = true,
				  .version = FIRST_VERSION, .done = registered };
	struct h248_svc *s = NULL;

	if (a && (c.terms = reply_term(a, STR_LIT("ROOT"))))
		s = svc_desc(a, &c, (enum h248_method)mg->svc.method, mg->svc.reason);
	if (s) {
		s->has |= H248_SVC_HAS_VERSION | H248_SVC_HAS_TIME;
		s->version = mg->svc.wanted;
		mg_time(mg, &s->time);
		s->profile = str_of(mg->conf.profile[0] ? mg->conf.profile : NULL);
		mg->svc.req = hreq_new(mg, &spec);
	}
	arena_free(a);
	return s && mg->svc.req;
}

/* 11.5: the one that controlled us before hears Disconnected. */
static void choose_method(struct h248_mg *mg)
{
	struct svc *s = &mg->svc;

	if (s->known && s->method != H248_HANDOFF && s->method != H248_RESTART &&
	    s->was_addr.family && addr_same_host(&s->was_addr, &s->mgc.conf.addr)) {
		s->method = H248_DISCONNECTED;
		s->reason = H248_RESTORED;
	} else if (s->method == H248_DISCONNECTED) {
		s->method = H248_FAILOVER;
		s->reason = H248_MGC_FAILING;
	}
}

static void ask(struct h248_mg *mg)
{
	struct h248_engine *e = mg->e;
	struct svc *s = &mg->svc;
	struct via via;
	bool later;

	hreq_cancel(s->req);
	s->req = NULL;
	set_phase(mg, H248_PHASE_REGISTERING);
	if (!resolved(mg, &later)) {
		if (later)
			arm(mg, e->now + TMR_S(RESOLVE_S));
		else
			next_mgc(mg);
		return;
	}
	choose_method(mg);
	if (hout_mgc(mg, &s->mgc, s->id, &via) && via.as.transport != TRANSPORT_UDP &&
	    !s->id && e->ops.connect)
		e->ops.connect(e->arg, &via.as);
	if (!send_root(mg))
		arm(mg, e->now + TMR_S(RESOLVE_S));
}

static void wait_all(struct h248_mg *mg)
{
	uint64_t mwd = mg->conf.mwd ? rnd_below(mg->conf.mwd) : 0;

	use_listed(mg, 0); /* it may call us meanwhile */
	set_phase(mg, H248_PHASE_WAITING);
	/* never a busy loop, however short MWD is */
	arm(mg, mg->e->now + TMR_MS(mwd < 100 ? 100 : mwd));
}

/* The next of the list; those before it have failed. */
static void next_mgc(struct h248_mg *mg)
{
	struct svc *s = &mg->svc;
	int at = s->mgc.at + 1;

	if (s->mgc.at < 0) /* MgcIdToTry led nowhere: as if our MGC had failed */
		at = s->failed == 0 && mg->conf.nmgc > 1 ? 1 : 0;
	s->hops = 0;
	if (s->method == H248_HANDOFF) {
		s->method = H248_FAILOVER;
		s->reason = H248_MGC_FAILING;
	}
	if (at >= mg->conf.nmgc) {
		s->failed = -1;
		wait_all(mg);
		return;
	}
	use_listed(mg, at);
	ask(mg);
}

static void timer(struct tmr *t, uint64_t now)
{
	struct h248_mg *mg =
		(struct h248_mg *)(void *)((char *)t - offsetof(struct h248_mg, svc.tmr));

	(void)now;
	if (mg->conf.nmgc || mg->svc.phase != H248_PHASE_WAITING)
		ask(mg);
}

/* Silence of the MGC: ask whether it is there. */
static void quiet(struct tmr *t, uint64_t now)
{
	struct h248_mg *mg =
		(struct h248_mg *)(void *)((char *)t -
					   offsetof(struct h248_mg, svc.quiet));

	(void)now;
	if (mg->svc.phase != H248_PHASE_ACTIVE)
		return;
	mg->svc.method = H248_DISCONNECTED;
	mg->svc.reason = H248_RESTORED;
	ask(mg);
}

/* ---- answers --------------------------------------------------------------------- */

static const struct h248_svc *svc_of(const struct h248_trans *t, unsigned *error)
{
	const struct h248_action *a = t->actions;
	const struct h248_cmd *c = a ? a->cmds : NULL;

	*error = t->error ? t->error->code : a && a->error ? a->error->code : 0;
	for (const struct h248_desc *d = c ? c->descs : NULL; d; d = d->next) {
		if (d->kind == H248_D_ERROR && d->u.error)
			*error = d->u.error->code;
		if (d->kind == H248_D_SVC)
			return d->u.svc;
	}
	return NULL;
}

static void give_up(struct h248_mg *mg, const char *why)
{
	struct h248_engine *e = mg->e;
	struct via via;

	log_notice(LOGC_H248, "%s: MGC %s: %s", mg->conf.name, mg->svc.mgc.conf.host,
		   why);
	if (hout_mgc(mg, &mg->svc.mgc, mg->svc.id, &via) && mg->svc.id &&
	    e->ops.disconnect)
		e->ops.disconnect(e->arg, &via.as); /* 11.3 */
	mg->svc.id = 0;
	next_mgc(mg);
}

/* 11.2: the MGC names another one. */
static void try_other(struct h248_mg *mg, const struct h248_mid *mid)
{
	struct svc *s = &mg->svc;

	if (++s->hops > MG_TRY_MAX || !take_mid(mg, mid, &s->mgc.conf)) {
		give_up(mg, "sends us in circles, or nowhere");
		return;
	}
	s->failed = s->mgc.at >= 0 ? s->mgc.at : s->failed;
	s->mgc.at = -1;
	s->id = 0;
	ask(mg);
}

/* 406: ask for less. */
static void refused(struct h248_mg *mg, unsigned error)
{
	struct svc *s = &mg->svc;
	char why[64];

	if (error == H248_BAD_VERSION && s->wanted > 1) {
		s->wanted--;
		ask(mg);
		return;
	}
	snprintf(why, sizeof(why), "refuses us with %u", error);
	give_up(mg, why);
}

static void accepted(struct h248_mg *mg, const struct h248_svc *a,
		     const struct h248_msg *m, const struct assoc *from)
{
	struct svc *s = &mg->svc;

	s->version = a && a->has & H248_SVC_HAS_VERSION ? a->version : s->wanted;
	mg_mid_text(&m->mid, s->mid);
	s->known = true;
	s->hops = 0;
	s->failed = -1;
	memcpy(s->was, s->mid, sizeof(s->was));
	s->was_addr = s->mgc.conf.addr;
	if (from->transport != TRANSPORT_UDP)
		s->id = from->id;
	if (a && a->address)
		take_mid(mg, a->address, &s->mgc.conf);
	s->method = H248_DISCONNECTED;
	set_phase(mg, H248_PHASE_ACTIVE);
	mg_count(mg, H248_M_REGISTRATIONS);
	log_notice(LOGC_H248, "%s: controlled by %s, version %u", mg->conf.name, s->mid,
		   s->version);
	set_alive(mg, true);
	svc_heard(mg);
	hreq_again(mg);
}

static void registered(struct hreq *r, const struct h248_trans *t,
		       const struct h248_msg *m, const struct assoc *from)
{
	struct h248_mg *mg = r->mg;
	const struct h248_svc *a;
	unsigned error = 0;

	mg->svc.req = NULL;
	if (mg->gone)
		return;
	if (!t) {
		set_alive(mg, false);
		give_up(mg, "does not answer");
		return;
	}
	a = svc_of(t, &error);
	if (error)
		refused(mg, error);
	else if (a && a->mgcid)
		try_other(mg, a->mgcid);
	else if (a && a->has & H248_SVC_HAS_VERSION &&
		 (!a->version || a->version > mg->svc.wanted))
		give_up(mg, "wants a version we did not offer");
	else if (a && a->profile.n && !str_ieqz(a->profile, mg->conf.profile))
		give_up(mg, "wants another profile");
	else
		accepted(mg, a, m, from);
}

/* ---- life
 * -------------------------------------------------------------------------------------
 */

int svc_init(struct h248_mg *mg)
{
	struct svc *s = &mg->svc;

	s->mgc.at = -1;
	s->failed = -1;
	tmr_init(&s->tmr, timer);
	tmr_init(&s->quiet, quiet);
	/* Armed at "never" they have their places: arming them later can't fail. */
	if (tmr_set(&mg->e->timers, &s->tmr, TMR_NEVER) ||
	    tmr_set(&mg->e->timers, &s->quiet, TMR_NEVER))
		return -H_ENOMEM;
	return 0;
}

void svc_fini(struct h248_mg *mg)
{
	tmr_del(&mg->e->timers, &mg->svc.tmr);
	tmr_del(&mg->e->timers, &mg->svc.quiet);
}

static void begin(struct h248_mg *mg, bool warm)
{
	struct svc *s = &mg->svc;

	s->method = H248_RESTART;
	s->reason = warm ? H248_WARM_BOOT : H248_COLD_BOOT;
	s->version = 0;
	s->mid[0] = '\0';
	if (!mg->conf.nmgc)
		return;
	use_listed(mg, 0);
	set_phase(mg, H248_PHASE_WAITING);
	arm(mg, mg->e->now + TMR_MS(mg->conf.mwd ? rnd_below(mg->conf.mwd) : 0));
}

void svc_start(struct h248_mg *mg)
{
	begin(mg, mg->e->warm);
}

void svc_again(struct h248_mg *mg, bool warm)
{
	hreq_cancel(mg->svc.req);
	mg->svc.req = NULL;
	begin(mg, warm);
}

void svc_stop(struct h248_mg *mg)
{
	set_phase(mg, H248_PHASE_IDLE);
	mg->svc.req = NULL;
	arm(mg, TMR_NEVER);
}

/* 11.5: from the beginning of the list, but not the one that failed. */
void svc_lost(struct h248_mg *mg)
{
	struct svc *s = &mg->svc;
	int at = s->mgc.at;

	if (s->phase != H248_PHASE_ACTIVE || mg->gone)
		return;
	mg_count(mg, H248_M_FAILOVERS);
	log_warn(LOGC_H248, "%s: MGC %s does not answer", mg->conf.name, s->mid);
	set_alive(mg, false);
	s->mid[0] = '\0';
	s->version = 0;
	s->method = H248_FAILOVER;
	s->reason = H248_MGC_FAILING;
	s->failed = at;
	if (!mg->conf.nmgc) {
		set_phase(mg, H248_PHASE_IDLE);
		return;
	}
	if (at == 0 && mg->conf.nmgc == 1) {
		wait_all(mg);
		return;
	}
	use_listed(mg, at == 0 ? 1 : 0);
	ask(mg);
}

void svc_handoff(struct h248_mg *mg, const struct h248_mid *to)
{
	struct svc *s = &mg->svc;

	s->method = H248_HANDOFF;
	s->reason = H248_MGC_DIRECTED;
	s->failed = s->mgc.at;
	s->hops = 0;
	try_other(mg, to);
}

void svc_heard(struct h248_mg *mg)
{
	mg->last_heard = mg->e->now;
	if (mg->conf.silent_mgc)
		tmr_set(&mg->e->timers, &mg->svc.quiet,
			mg->e->now + TMR_MS(mg->conf.silent_mgc));
}

bool svc_connected(struct h248_mg *mg, const struct assoc *as)
{
	struct svc *s = &mg->svc;

	if (!s->id && s->mgc.conf.transport == as->transport &&
	    addr_eq(&s->mgc.conf.addr, &as->remote)) {
		s->id = as->id;
		hreq_moved(s->req);
	}
	return s->id == as->id;
}

void svc_closed(struct h248_mg *mg, const struct assoc *as)
{
	struct svc *s = &mg->svc;

	if (s->mgc.conf.transport == TRANSPORT_UDP || (s->id && s->id != as->id) ||
	    !addr_same_host(&s->mgc.conf.addr, &as->remote))
		return;
	s->id = 0;
	if (s->phase == H248_PHASE_ACTIVE)
		svc_lost(mg);
	else if (s->phase == H248_PHASE_REGISTERING && s->req) {
		hreq_cancel(s->req);
		s->req = NULL;
		next_mgc(mg);
	}
}

/* ---- about terminations ---------------------------------------------------------- */

int svc_tell(struct h248_mg *mg, uint32_t ctx, struct span name, enum h248_method method,
	     unsigned reason, uint32_t delay)
{
	struct arena *a = arena_new(8192);
	struct h248_cmd c = { .kind = H248_SVC_CHANGE };
	struct h248_action act = { .ctx = ctx, .cmds = &c };
	struct hreq_spec spec = { .action = &act };
	struct h248_svc *s = NULL;
	struct hreq *r = NULL;

	if (a && (c.terms = reply_term(a, name)))
		s = svc_desc(a, &c, method, reason);
	if (s) {
		s->has |= delay ? H248_SVC_HAS_DELAY : 0;
		s->delay = delay;
		r = hreq_new(mg, &spec);
	}
	arena_free(a);
	return r ? 0 : -H_ENOMEM;
}
