/* ctl/do_agents.c - who commands this gateway: call agents by MGCP, MGCs by H.248.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>

#include "ctl/req.h"
#include "ctl/zone.h"
#include "h248/engine.h"
#include "mgcp/engine.h"

/* What is under way between us. */
static void put_traffic(struct ctl_req *r, struct jout *j, uint64_t stored,
			uint64_t pending, uint64_t rto_us, uint64_t last_heard)
{
	jout_u64(j, "stored", stored);
	jout_u64(j, "pending", pending);
	jout_u64(j, "rto_us", rto_us);
	if (last_heard)
		jout_seconds(j, "heard", (r->env->now() - last_heard) / 1000000);
	else
		jout_str(j, "heard", NULL);
}

static void put_agent(struct ctl_req *r, uint32_t i, const struct mgcp_owner_status *st)
{
	static const char *const phases[] = { "quiet", "waiting", "announcing", "done",
					      "refused" };
	struct mgcp_agent_status a;
	struct jout *j = req_row(r);

	jout_str(j, "owner", owner_get_spec(st->owner)->name);
	jout_bool(j, "alive", st->alive);
	jout_str(j, "phase", phases[st->phase]);
	jout_str(j, "notified", st->notified);
	jout_addr(j, "address", &st->address);
	jout_u64(j, "calls", owner_terms(st->owner));
	jout_u64(j, "commands", st->metric[MGCP_M_COMMANDS]);
	put_traffic(r, j, st->stored, st->pending, st->rto_us, st->last_heard);
	jout_open(j, "from", '[');
	for (uint32_t k = 0; mgcp_agent_status(r->env->mgcp, i, k, &a); k++)
		jout_addr(j, NULL, &a.addr);
	jout_close(j, ']');
	req_row_end(r);
}

static void put_id(struct jout *j, const struct h248_engine *e, const struct owner *o,
		   const char *name)
{
	char id[40], text[ENDP_NAME_MAX + 48];

	if (h248_engine_term_id(e, o, str_of(name), id))
		return;
	snprintf(text, sizeof(text), "%s=%s", name, id);
	jout_str(j, NULL, text);
}

/* What an operator must tell an MGC that speaks BER. */
static void put_ids(struct ctl_req *r, struct jout *j, const struct owner *o)
{
	const struct store_zone *z;
	const char *problem;
	char name[ENDP_NAME_MAX + 8];

	jout_open(j, "ids", '[');
	put_id(j, r->env->h248, o, "*");
	put_id(j, r->env->h248, o, "rtp/$");
	for (size_t i = 0; (z = zones_nth(r->env->zones, i, &problem)); i++) {
		snprintf(name, sizeof(name), "page/%s/$", z->name);
		put_id(j, r->env->h248, o, name);
	}
	jout_close(j, ']');
}

static void put_mg(struct ctl_req *r, const struct h248_mg_status *st)
{
	static const char *const phases[H248_PHASE_N] = {
		"idle", "waiting", "registering", "active", "leaving"
	};
	struct jout *j = req_row(r);

	jout_str(j, "owner", owner_get_spec(st->owner)->name);
	jout_bool(j, "alive", st->alive);
	jout_str(j, "phase", phases[st->phase]);
	jout_str(j, "notified", st->mgc);
	jout_addr(j, "address", &st->address);
	jout_u64(j, "calls", st->terms);
	jout_u64(j, "commands", st->metric[H248_M_COMMANDS]);
	put_traffic(r, j, st->stored, st->pending, st->rto_us, st->last_heard);
	jout_str(j, "mid", st->conf->mid);
	jout_str(j, "transport", transport_name(st->transport));
	jout_str(j, "encoding", st->binary ? "ber" : "text");
	jout_u64(j, "version", st->version);
	jout_str(j, "service", st->service);
	jout_u64(j, "contexts", st->contexts);
	put_ids(r, j, st->owner);
	req_row_end(r);
}

void ctl_do_agents(struct ctl_req *r)
{
	struct mgcp_owner_status st;
	struct h248_mg_status mg;

	for (uint32_t i = 0; r->env->mgcp && mgcp_owner_status(r->env->mgcp, i, &st); i++)
		put_agent(r, i, &st);
	for (uint32_t i = 0; r->env->h248 && h248_mg_status(r->env->h248, i, &mg); i++)
		put_mg(r, &mg);
}
