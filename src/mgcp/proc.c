/* mgcp/proc.c - the restart and the disconnected procedure, as a table.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.12, 4.4.6, 4.4.7
 */
#include "mgcp/restart.h"

#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/codes.h"
#include "mgcp/endst.h"
#include "mgcp/entity.h"
#include "mgcp/notify.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { REDIRECTS_MAX = 5, BACKOFF_FIRST = 1000 };

static void set_phase(struct proc *p, enum mgcp_restart_phase phase)
{
	static const char *const names[] = { "quiet", "waiting", "announcing", "done",
					     "refused" };

	if (p->phase == phase)
		return;
	log_dbg(LOGC_MGCP, "%s: restart of %s: %s -> %s", p->gw->conf.name, p->pattern,
		names[p->phase], names[phase]);
	p->phase = phase;
}

/* ---- actions --------------------------------------------------------------------- */

/* Fails only when the heap of timers can't grow: then the next command wakes it. */
static void wait_ms(struct proc *p, uint32_t ms)
{
	tmr_set(&p->gw->e->timers, &p->tmr, p->gw->e->now + TMR_MS(ms));
}

static void drop_cmd(struct proc *p)
{
	cmd_cancel(p->cmd);
	p->cmd = NULL;
}

static void act_wait_mwd(struct proc *p)
{
	char buf[ENTITY_TEXT_MAX];

	drop_cmd(p);
	p->method = MGCP_RESTART_RESTART;
	p->delay = p->backoff = 0;
	p->redirects = 0;
	if (entity_text(p->gw, NULL, buf)[0])
		wait_ms(p, rnd_below(p->gw->conf.mwd + 1));
	/* else nobody is known: until a command comes */
}

static void act_silence(struct proc *p)
{
	drop_cmd(p);
	tmr_del(&p->gw->e->timers, &p->tmr);
}

static void rsip_done(struct cmd *c, unsigned code, const struct mgcp_msg *answer);

void proc_put_body(struct buf *b, enum mgcp_restart method, uint32_t delay,
		     unsigned reason)
{
	mgcp_put_param_str(b, MGCP_PARAM_RM, mgcp_restart_name(method));
	if (delay)
		mgcp_put_param_dec(b, MGCP_PARAM_RD, delay);
	if (reason)
		mgcp_put_reason(b, reason, mgcp_reason_text(reason));
}

static uint32_t gone_for(const struct proc *p)
{
	return p->method == MGCP_RESTART_DISCONNECTED
		       ? (uint32_t)((p->gw->e->now - p->since) / TMR_S(1))
		       : 0;
}

static void act_announce(struct proc *p)
{
	char text[ENTITY_TEXT_MAX], lines[128];
	struct endst *st = NULL;
	struct endp *ep;
	struct buf b;
	struct cmd_spec spec = {
		.verb = MGCP_RSIP,
		.scope = str_of(p->pattern),
		.urgent = true,
		.sent_to = p->from.family ? &p->from : NULL,
		.done = rsip_done,
		.arg = p,
	};

	drop_cmd(p);
	tmr_del(&p->gw->e->timers, &p->tmr);
	ep = endp_find(p->gw->owner, str_of(p->pattern));
	if (ep)
		st = endst_peek(ep);
	spec.entity = entity_text(p->gw, st, text);
	buf_fixed(&b, lines, sizeof(lines));
	proc_put_body(&b, p->method, gone_for(p), 0);
	spec.body = buf_view(&b);
	if (spec.entity[0] || spec.sent_to)
		p->cmd = cmd_new(p->gw, &spec);
	if (!p->cmd) {
		set_phase(p, MGCP_PHASE_WAITING);
		if (spec.entity[0])
			wait_ms(p, BACKOFF_FIRST); /* no memory now */
	}
}

/* 4.4.7 step 3: when disconnected not more often than every Tdmin. */
static void act_active(struct proc *p)
{
	if (p->method == MGCP_RESTART_DISCONNECTED &&
	    p->gw->e->now - p->ended < TMR_MS(p->gw->conf.tdmin))
		return;
	p->from = (struct addr){ 0 };
	set_phase(p, MGCP_PHASE_ANNOUNCING);
	act_announce(p);
}

/* 4.4.7: a command replaces the procedure in progress. While the RSIP is young the same
 * transaction goes on, so that an agent that sends much is told once. */
static void act_again(struct proc *p)
{
	if (!p->cmd || p->gw->e->now - p->cmd->first > TMR_MS(p->gw->conf.rto_max))
		act_announce(p);
}

static void act_complete(struct proc *p)
{
	log_notice(LOGC_MGCP, "%s: %s of %s is known to the call agent", p->gw->conf.name,
		   mgcp_restart_name(p->method), p->pattern);
	p->delay = p->backoff = 0;
	p->redirects = 0;
	p->method = MGCP_RESTART_RESTART;
}

static void act_back_off(struct proc *p)
{
	uint32_t most = p->gw->conf.tdmax;

	p->backoff = !p->backoff             ? BACKOFF_FIRST
		     : p->backoff > most / 2 ? most
					     : p->backoff * 2;
	wait_ms(p, p->backoff + rnd_below(p->gw->conf.mwd + 1));
}

static void act_redirected(struct proc *p)
{
	if (++p->redirects <= REDIRECTS_MAX) {
		p->from = (struct addr){ 0 };
		act_announce(p);
		return;
	}
	log_warn(LOGC_MGCP, "%s: call agents send each other our restart",
		 p->gw->conf.name);
	p->redirects = 0;
	set_phase(p, MGCP_PHASE_WAITING);
	act_back_off(p);
}

static void act_give_up(struct proc *p)
{
	log_warn(LOGC_MGCP, "%s: call agent refuses the restart of %s", p->gw->conf.name,
		 p->pattern);
}

/* 4.4.7 steps 1 and 4. */
static void act_wait_disconnected(struct proc *p)
{
	const struct mgcp_owner_conf *c = &p->gw->conf;

	p->ended = p->gw->e->now;
	if (!p->delay)
		p->delay = 1000 + rnd_below(c->tdinit - 999);
	else
		p->delay = p->delay > c->tdmax / 2 ? c->tdmax : p->delay * 2;
	wait_ms(p, p->delay);
}

static void act_disconnected(struct proc *p)
{
	log_warn(LOGC_MGCP, "%s: %s is disconnected", p->gw->conf.name, p->pattern);
	p->method = MGCP_RESTART_DISCONNECTED;
	p->since = p->gw->e->now;
	p->delay = 0;
	act_wait_disconnected(p);
}

/* ---- the machine ------------------------------------------------------------------- */

static const struct proc_rule {
	uint8_t phase, ev;
	void (*act)(struct proc *p);
	uint8_t next;
} rules[] = {
	{ MGCP_PHASE_QUIET, PROC_EV_START, act_wait_mwd, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_WAITING, PROC_EV_START, act_wait_mwd, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_START, act_wait_mwd, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_DONE, PROC_EV_START, act_wait_mwd, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_REFUSED, PROC_EV_START, act_wait_mwd, MGCP_PHASE_WAITING },
	/* 4.4.6 3): the timer, or a command */
	{ MGCP_PHASE_WAITING, PROC_EV_TIMER, act_announce, MGCP_PHASE_ANNOUNCING },
	{ MGCP_PHASE_WAITING, PROC_EV_ACTIVITY, act_active, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_WAITING, PROC_EV_COMMAND, act_announce, MGCP_PHASE_ANNOUNCING },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_COMMAND, act_again, MGCP_PHASE_ANNOUNCING },
	{ MGCP_PHASE_REFUSED, PROC_EV_COMMAND, act_announce, MGCP_PHASE_ANNOUNCING },
	/* what the agent says to the RSIP */
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_OK, act_complete, MGCP_PHASE_DONE },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_TRANSIENT, act_back_off, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_REDIRECT, act_redirected,
	  MGCP_PHASE_ANNOUNCING },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_PERMANENT, act_give_up, MGCP_PHASE_REFUSED },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_NO_ANSWER, act_wait_disconnected,
	  MGCP_PHASE_WAITING },
	/* 4.4.7 */
	{ MGCP_PHASE_DONE, PROC_EV_LOSS, act_disconnected, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_REFUSED, PROC_EV_LOSS, act_disconnected, MGCP_PHASE_WAITING },
	{ MGCP_PHASE_WAITING, PROC_EV_STOP, act_silence, MGCP_PHASE_QUIET },
	{ MGCP_PHASE_ANNOUNCING, PROC_EV_STOP, act_silence, MGCP_PHASE_QUIET },
	{ MGCP_PHASE_DONE, PROC_EV_STOP, act_silence, MGCP_PHASE_QUIET },
	{ MGCP_PHASE_REFUSED, PROC_EV_STOP, act_silence, MGCP_PHASE_QUIET },
};

static const struct proc_rule *rule_of(enum mgcp_restart_phase phase, enum proc_ev ev)
{
	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].phase == phase && rules[i].ev == ev)
			return &rules[i];
	return NULL;
}

bool proc_row(enum mgcp_restart_phase phase, enum proc_ev ev,
	      enum mgcp_restart_phase *next)
{
	const struct proc_rule *r = rule_of(phase, ev);

	if (r)
		*next = r->next;
	return r != NULL;
}

/* The action comes last: it may lead elsewhere than the row says. */
void proc_feed(struct proc *p, enum proc_ev ev)
{
	const struct proc_rule *r = rule_of(p->phase, ev);

	if (!r)
		return;
	set_phase(p, r->next);
	r->act(p);
}

bool proc_busy(const struct proc *p)
{
	return p->phase == MGCP_PHASE_WAITING || p->phase == MGCP_PHASE_ANNOUNCING ||
	       p->phase == MGCP_PHASE_REFUSED;
}

static void proc_timer(struct tmr *t, uint64_t now)
{
	struct proc *p = TMR_OF(t, struct proc, tmr);
	const struct mgcp_gw *gw = p->gw;

	(void)now;
	if (p != gw->proc && gw->nflight >= gw->window) {
		/* 4.4.8: the agent has enough of ours to answer */
		wait_ms(p, 1 + rnd_below(BACKOFF_FIRST));
		return;
	}
	p->from = (struct addr){ 0 };
	proc_feed(p, PROC_EV_TIMER);
}

struct proc *proc_new(struct mgcp_gw *gw, struct span pattern)
{
	struct proc *p = mem_zalloc(sizeof(*p));

	if (!p)
		return NULL;
	p->pattern = mem_alloc(pattern.n + 1);
	if (!p->pattern) {
		mem_free(p);
		return NULL;
	}
	memcpy(p->pattern, pattern.p, pattern.n);
	p->pattern[pattern.n] = '\0';
	p->gw = gw;
	p->method = MGCP_RESTART_RESTART;
	list_init(&p->in_gw);
	tmr_init(&p->tmr, proc_timer);
	return p;
}

/* Endpoints of the pattern stop pointing at it. */
void proc_free(struct proc *p)
{
	struct endp *ep = NULL;

	if (!p)
		return;
	act_silence(p);
	if (p != p->gw->proc)
		while (endp_next(p->gw->owner, str_of(p->pattern), &ep)) {
			struct endst *st = endst_peek(ep);

			if (st && st->proc == p)
				st->proc = NULL;
		}
	list_del(&p->in_gw);
	mem_free(p->pattern);
	mem_free(p);
}

static enum proc_ev ev_of(unsigned code, bool redirected)
{
	if (code == CMD_LOST)
		return PROC_EV_NO_ANSWER;
	if (code < 300)
		return PROC_EV_OK;
	if (code == MGCP_REDIRECTED && redirected)
		return PROC_EV_REDIRECT;
	return code < 500 ? PROC_EV_TRANSIENT : PROC_EV_PERMANENT;
}

/* An N: in the answer names the entity from now on (2.3.12). */
bool proc_take_entity(struct mgcp_gw *gw, struct span scope,
			const struct mgcp_msg *answer)
{
	const struct mgcp_param *n = answer ? mgcp_get(answer, MGCP_PARAM_N) : NULL;

	if (!n || (n->name_v && !entity_ok(gw, n->name_v)))
		return false;
	notify_set_scope(gw, scope, n->name_v ? n->name_v->text : STR_LIT(""));
	return true;
}

static void rsip_done(struct cmd *c, unsigned code, const struct mgcp_msg *answer)
{
	struct proc *p = c->arg;
	struct mgcp_gw *gw = p->gw;

	p->cmd = NULL;
	p->from = (struct addr){ 0 };
	proc_feed(p, ev_of(code, proc_take_entity(gw, str_of(p->pattern), answer)));
	if (p->phase == MGCP_PHASE_DONE && p != gw->proc)
		proc_free(p);
}
