/* mgcp/cmd.c - commands of the gateway's own: sent, repeated, answered or lost.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.1.2, 3.5.3, 3.5.6, 4.3 (the retransmission algorithm), 4.4.8
 */
#include "mgcp/cmd.h"

#include <string.h>

#include "mgcp/codes.h"
#include "mgcp/entity.h"
#include "mgcp/restart.h"
#include "util/err.h"
#include "util/mem.h"

enum { CMD_QUEUE_MAX = 1024, CMD_PEEK = 64, CMD_RESOLVED_S = 5 };

static struct cmd *cmd_find(const struct mgcp_gw *gw, uint32_t tid)
{
	struct map_node *n = map_first(&gw->cmds, map_u64(&gw->cmds, tid));

	for (; n; n = map_next(n))
		if (MAP_OF(n, struct cmd, by_tid)->tid == tid)
			return MAP_OF(n, struct cmd, by_tid);
	return NULL;
}

/* 3.2.1.2: not again within three minutes; with 10^9 ids a full turn takes longer. */
static uint32_t new_tid(struct mgcp_gw *gw)
{
	uint32_t tid;

	do {
		tid = gw->next_tid;
		gw->next_tid = tid == MGCP_TID_MAX ? 1 : tid + 1;
	} while (cmd_find(gw, tid));
	return tid;
}

static void cmd_unlink(struct cmd *c)
{
	struct mgcp_gw *gw = c->gw;

	list_del(&c->link);
	if (c->rto.rto)
		gw->nflight--;
	else
		gw->nqueue--;
	map_del(&gw->cmds, &c->by_tid);
	tmr_del(&gw->e->timers, &c->tmr);
}

static void cmd_free(struct cmd *c)
{
	mem_free(c->scope);
	mem_free(c->entity);
	mem_free(c->bytes);
	mem_free(c);
}

void cmd_cancel(struct cmd *c)
{
	if (!c)
		return;
	cmd_unlink(c);
	cmd_free(c);
}

void cmd_free_all(struct mgcp_gw *gw)
{
	LIST_EACH_SAFE(it, &gw->flight)
	cmd_cancel(LIST_OF(it, struct cmd, link));
	LIST_EACH_SAFE(it, &gw->queue)
	cmd_cancel(LIST_OF(it, struct cmd, link));
}

/* ---- addresses ------------------------------------------------------------------- */

/* Look the entity up. An address in use stays in use when it is still among them. */
static void cmd_resolve(struct cmd *c)
{
	struct addr found[GW_ADDRS_MAX];
	int n = entity_addrs(c->gw, c->entity, found);

	c->asked = c->gw->e->now;
	if (n <= 0)
		return;
	if (c->naddr && c->cur > 0) { /* 4.3: those tried already come first */
		for (int i = 0; i < n && c->naddr < GW_ADDRS_MAX; i++) {
			bool known = false;

			for (int j = 0; j < c->naddr; j++)
				known |= addr_eq(&found[i], &c->addr[j]);
			if (!known)
				c->addr[c->naddr++] = found[i];
		}
		return;
	}
	memcpy(c->addr, found, (size_t)n * sizeof(found[0]));
	c->naddr = n;
}

static void transmit(struct cmd *c)
{
	c->last = c->gw->e->now;
	if (c->cur < c->naddr)
		out_to(c->gw, &c->addr[c->cur], (struct span){ c->bytes, c->nbytes });
}

static void arm(struct cmd *c, uint64_t at)
{
	/* Fails only for a timer that never ran: cmd_start() sees to that one. */
	tmr_set(&c->gw->e->timers, &c->tmr, at);
}

static uint64_t next_repeat(const struct cmd *c)
{
	const struct mgcp_owner_conf *conf = &c->gw->conf;

	if (!conf->retransmit)
		return c->first + TMR_MS(conf->t_max) + 1;
	if (c->longtran)
		return c->gw->e->now + TMR_MS(conf->longtran);
	return c->gw->e->now + (uint64_t)c->rto.rto * 1000;
}

/* ---- the algorithm of 4.3 ---------------------------------------------------------- */

static void cmd_finish(struct cmd *c, unsigned code, const struct mgcp_msg *answer)
{
	struct mgcp_gw *gw = c->gw;

	cmd_unlink(c);
	if (c->done)
		c->done(c, code, answer);
	cmd_free(c);
	cmd_pump(gw);
}

static void cmd_lost(struct cmd *c)
{
	gw_count(c->gw, MGCP_M_TIMEOUTS);
	if (c->gw->last_heard <= c->first)
		gw_lost(c->gw, c->gw->e->now);
	cmd_finish(c, CMD_LOST, NULL);
}

/* Ask the resolver, unless the answer is fresh or the addresses are provisioned. */
static void ask_again(struct cmd *c, bool allowed)
{
	if (allowed && entity_is_name(c->gw, c->entity) &&
	    c->gw->e->now - c->asked >= TMR_S(CMD_RESOLVED_S))
		cmd_resolve(c);
}

/* True: there was another address, and it is in use now. */
static bool next_address(struct cmd *c)
{
	const struct mgcp_owner_conf *conf = &c->gw->conf;

	if (c->n < conf->max1)
		return false;
	if (c->cur == 0 && c->n == conf->max1)
		ask_again(c, conf->dns_max1);
	else if (c->cur + 1 >= c->naddr && c->n == conf->max2)
		ask_again(c, conf->dns_max2);
	if (c->cur + 1 >= c->naddr)
		return false;
	c->cur++;
	c->n = 0;
	rtt_start(&c->gw->rtt, &c->rto);
	c->rto.repeated = true;
	return true;
}

static void cmd_repeat(struct cmd *c)
{
	if (!c->naddr)
		cmd_resolve(c);
	if (!c->longtran && !next_address(c)) {
		if (c->n >= c->gw->conf.max2) {
			cmd_lost(c);
			return;
		}
		c->n++;
		rtt_repeat(&c->gw->rtt, &c->rto);
	}
	gw_count(c->gw, MGCP_M_RESENT);
	transmit(c);
	arm(c, next_repeat(c));
}

static void cmd_timeout(struct tmr *t, uint64_t now)
{
	struct cmd *c = TMR_OF(t, struct cmd, tmr);
	const struct mgcp_owner_conf *conf = &c->gw->conf;
	uint64_t end = c->first + 2 * TMR_MS(conf->t_hist);

	if (now - c->first <= TMR_MS(conf->t_max))
		cmd_repeat(c);
	else if (now < end)
		arm(c, end); /* only waiting for a late answer */
	else
		cmd_lost(c);
}

static int cmd_start(struct cmd *c, const struct addr *sent_to)
{
	struct mgcp_gw *gw = c->gw;

	rtt_start(&gw->rtt, &c->rto);
	c->first = gw->e->now;
	list_add(&gw->flight, &c->link);
	gw->nflight++;
	gw_count(gw, MGCP_M_SENT);
	cmd_resolve(c);
	if (!c->naddr && sent_to) {
		c->addr[0] = *sent_to;
		c->naddr = 1;
	}
	if (!sent_to || !c->naddr || !addr_eq(sent_to, &c->addr[0]))
		transmit(c);
	return tmr_set(&gw->e->timers, &c->tmr, next_repeat(c));
}

/* ---- making one ----------------------------------------------------------------------
 */

static int cmd_print(struct cmd *c, const struct cmd_spec *spec)
{
	struct mgcp_gw *gw = c->gw;
	char name[2 * MGCP_NAME_MAX + 2];
	struct buf b;

	buf_fixed(&b, name, sizeof(name));
	buf_span(&b, spec->scope);
	buf_char(&b, '@');
	buf_str(&b, gw->conf.gateway);
	if (!buf_ok(&b))
		return -H_ELIMIT;
	c->tid = new_tid(gw);
	struct span full = buf_view(&b);

	buf_init(&b, gw->conf.datagram_max);
	mgcp_put_command(&b, spec->verb, c->tid, full, (struct span){ NULL, 0 });
	buf_span(&b, spec->body);
	c->bytes = b.p;
	c->nbytes = b.n;
	return buf_ok(&b) ? 0 : -H_ENOMEM;
}

static char *dup_span(struct span s)
{
	char *p = mem_alloc(s.n + 1);

	if (p) {
		memcpy(p, s.p, s.n);
		p[s.n] = '\0';
	}
	return p;
}

static struct cmd *cmd_make(struct mgcp_gw *gw, const struct cmd_spec *spec)
{
	struct cmd *c = mem_zalloc(sizeof(*c));

	if (!c)
		return NULL;
	c->gw = gw;
	c->verb = spec->verb;
	c->done = spec->done;
	c->arg = spec->arg;
	list_init(&c->link);
	tmr_init(&c->tmr, cmd_timeout);
	c->scope = dup_span(spec->scope);
	c->entity = mem_strdup(spec->entity);
	if (c->scope && c->entity && !cmd_print(c, spec) &&
	    !map_add(&gw->cmds, &c->by_tid, map_u64(&gw->cmds, c->tid)))
		return c;
	cmd_free(c);
	return NULL;
}

static bool may_start(const struct mgcp_gw *gw, const struct cmd *c)
{
	return gw->nflight < gw->window && !restart_blocks(gw, str_of(c->scope));
}

struct cmd *cmd_new(struct mgcp_gw *gw, const struct cmd_spec *spec)
{
	struct cmd *c;

	if (!spec->urgent && gw->nqueue >= CMD_QUEUE_MAX) {
		gw_count(gw, MGCP_M_TIMEOUTS);
		return NULL;
	}
	c = cmd_make(gw, spec);
	if (!c)
		return NULL;
	if (!spec->urgent && (!list_empty(&gw->queue) || !may_start(gw, c))) {
		c->first = gw->e->now;
		list_add(&gw->queue, &c->link);
		gw->nqueue++;
		restart_activity(gw, spec->scope);
		return c;
	}
	if (cmd_start(c, spec->sent_to)) {
		cmd_cancel(c);
		return NULL;
	}
	return c;
}

/* Queued ones of a part that restarts are stepped over, at most CMD_PEEK of them. */
void cmd_pump(struct mgcp_gw *gw)
{
	int peek = CMD_PEEK;

	LIST_EACH_SAFE(it, &gw->queue)
	{
		struct cmd *c = LIST_OF(it, struct cmd, link);

		if (gw->e->now - c->first > TMR_MS(gw->conf.t_max)) {
			gw_count(gw, MGCP_M_TIMEOUTS);
			cmd_cancel(c); /* 4.4.7: buffered for T-MAX, no longer */
		} else if (may_start(gw, c)) {
			list_del(&c->link);
			gw->nqueue--;
			if (cmd_start(c, NULL))
				cmd_cancel(c);
		} else if (gw->nflight >= gw->window || !peek--) {
			break;
		}
	}
}

/* ---- answers --------------------------------------------------------------------------
 */

/* 3.5.6: an empty K: in a final answer asks for 000. */
static void send_ack(struct mgcp_gw *gw, const struct assoc *to, uint32_t tid)
{
	char text[32];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	mgcp_put_response(&b, MGCP_ACK, tid, NULL, NULL);
	out_put(gw->e, to, buf_view(&b));
}

/* 4.4.8: an agent that queues or refuses for overload gets half as many at a time; each
 * other answer allows one more. */
static void adjust_window(struct mgcp_gw *gw, unsigned code)
{
	if (code == MGCP_QUEUED || code == MGCP_OVERLOAD)
		gw->window = gw->window > 1 ? gw->window / 2 : 1;
	else if (code >= 200 && gw->window < gw->conf.tries)
		gw->window++;
}

void cmd_answer(struct mgcp_gw *gw, const struct assoc *from, const struct mgcp_msg *m)
{
	struct cmd *c = cmd_find(gw, m->tid);
	uint64_t now = gw->e->now;

	if (m->code >= 200 && mgcp_get(m, MGCP_PARAM_K))
		send_ack(gw, from, m->tid);
	if (!c || !c->rto.rto) {
		gw_count(gw, MGCP_M_STRAY);
		return;
	}
	adjust_window(gw, m->code);
	if (!c->longtran)
		rtt_answered(&gw->rtt, &c->rto, (now - c->last) / 1000);
	if (m->code < 200) {
		c->longtran = true;
		arm(c, next_repeat(c));
		return;
	}
	gw_count(gw, MGCP_M_ANSWERED);
	cmd_finish(c, mgcp_code_known(m->code), m);
}

static void go_elsewhere(struct cmd *c, const char *entity)
{
	char *copy = mem_strdup(entity);

	if (!copy)
		return;
	mem_free(c->entity);
	c->entity = copy;
	if (!c->rto.rto)
		return; /* queued: looked up when it starts */
	c->naddr = c->cur = 0;
	c->n = 0;
	c->longtran = false;
	cmd_resolve(c);
	rtt_start(&c->gw->rtt, &c->rto);
	c->rto.repeated = true;
	if (c->gw->e->now - c->first <= TMR_MS(c->gw->conf.t_max)) {
		transmit(c);
		arm(c, next_repeat(c));
	}
}

static void redirect_list(struct list *head, struct span scope, const char *old,
			  const char *entity)
{
	LIST_EACH(it, head)
	{
		struct cmd *c = LIST_OF(it, struct cmd, link);

		if (str_eq(scope, STR_LIT("*")) ? str_ieqz(str_of(c->entity), old)
						: str_ieqz(scope, c->scope))
			go_elsewhere(c, entity);
	}
}

void cmd_redirect(struct mgcp_gw *gw, struct span scope, const char *old,
		  const char *entity)
{
	redirect_list(&gw->flight, scope, old, entity);
	redirect_list(&gw->queue, scope, old, entity);
}

void cmd_unreachable(struct mgcp_gw *gw, const struct addr *a)
{
	LIST_EACH(it, &gw->flight)
	{
		struct cmd *c = LIST_OF(it, struct cmd, link);

		if (c->cur + 1 < c->naddr && addr_eq(&c->addr[c->cur], a) &&
		    gw->e->now - c->first <= TMR_MS(gw->conf.t_max)) {
			c->cur++;
			c->n = 0;
			rtt_start(&gw->rtt, &c->rto);
			c->rto.repeated = true;
			transmit(c);
			arm(c, next_repeat(c));
		}
	}
}

void cmd_resolved(struct mgcp_gw *gw, struct span host)
{
	LIST_EACH(it, &gw->flight)
	{
		struct cmd *c = LIST_OF(it, struct cmd, link);
		struct mgcp_name name;
		int had = c->naddr;

		if (mgcp_entity_parse(&name, str_of(c->entity)) ||
		    !str_ieq(name.domain, host))
			continue;
		cmd_resolve(c);
		if (!had && c->naddr && gw->e->now - c->first <= TMR_MS(gw->conf.t_max)) {
			transmit(c);
			arm(c, next_repeat(c));
		}
	}
}
