/* interop/osmo_agent.c - calls set up as a GSM call agent does it, by
 * libosmo-mgcp-client.
 *
 * layer: test program   thread: one   I/O: the library's (osmo_select)
 *
 * osmo_agent GATEWAY PORT CALLS PEER_A PEER_B [hold-seconds]
 *
 * Each call takes an endpoint by wildcard, adds a connection towards PEER_A
 * (address:port), another towards PEER_B, modifies the first, and after the hold clears
 * the endpoint (DLCX). PEERs get port + 4 * call. Prints a line "call N endpoint
 * a=ADDR:PORT b=ADDR:PORT" when a call stands and, at the end, "done up=N failed=N
 * cleared=N"; exit 0 when none failed.
 */
#include <osmocom/core/application.h>
#include <osmocom/core/fsm.h>
#include <osmocom/core/logging.h>
#include <osmocom/core/select.h>
#include <osmocom/core/talloc.h>
#include <osmocom/core/tdef.h>
#include <osmocom/core/timer.h>
#include <osmocom/core/utils.h>
#include <osmocom/mgcp_client/mgcp_client.h>
#include <osmocom/mgcp_client/mgcp_client_endpoint_fsm.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS_MAX = 1000 };
enum call_state { ST_IDLE, ST_ADD_A, ST_ADD_B, ST_MODIFY_A, ST_UP };
enum call_event { EV_OK, EV_FAIL, EV_GONE };

struct call {
	unsigned number;
	struct osmo_fsm_inst *fi;
	struct osmo_mgcpc_ep *ep;
	struct osmo_mgcpc_ep_ci *a, *b;
	struct osmo_timer_list hold;
};

static struct call calls[CALLS_MAX];
static struct mgcp_client *client;
static unsigned ncalls, up, failed, cleared, hold_seconds = 1;
static const char *peer_a, *peer_b;

static void peer_fill(struct mgcp_conn_peer *p, const struct call *c, const char *peer)
{
	const char *colon = strrchr(peer, ':');

	*p = (struct mgcp_conn_peer){
		.port = (uint16_t)(atoi(colon + 1) + 4 * (int)c->number),
		.call_id = c->number + 1,
		.ptime = 20,
		.codecs = { CODEC_PCMA_8000_1 },
		.codecs_len = 1,
		.conn_mode = MGCP_CONN_RECV_SEND,
	};
	snprintf(p->addr, sizeof(p->addr), "%.*s", (int)(colon - peer), peer);
}

static void request(struct call *c, struct osmo_mgcpc_ep_ci *ci, enum mgcp_verb verb,
		    const char *peer)
{
	struct mgcp_conn_peer p;

	peer_fill(&p, c, peer);
	osmo_mgcpc_ep_ci_request(ci, verb, &p, c->fi, EV_OK, EV_FAIL, NULL);
}

static void call_clear(void *arg)
{
	struct call *c = arg;

	osmo_mgcpc_ep_clear(c->ep);
}

static void call_print(const struct call *c)
{
	const struct mgcp_conn_peer *a = osmo_mgcpc_ep_ci_get_rtp_info(c->a);
	const struct mgcp_conn_peer *b = osmo_mgcpc_ep_ci_get_rtp_info(c->b);

	printf("call %u %s a=%s:%u b=%s:%u\n", c->number, osmo_mgcpc_ep_name(c->ep),
	       a ? a->addr : "?", a ? a->port : 0, b ? b->addr : "?", b ? b->port : 0);
	fflush(stdout);
}

static void call_event(struct osmo_fsm_inst *fi, uint32_t event, void *data)
{
	struct call *c = fi->priv;

	(void)data;
	if (event == EV_FAIL || event == EV_GONE) {
		if (event == EV_GONE && fi->state == ST_UP)
			cleared++;
		else
			failed++;
		osmo_fsm_inst_term(fi, OSMO_FSM_TERM_REGULAR, NULL);
		return;
	}
	switch (fi->state) {
	case ST_ADD_A:
		c->b = osmo_mgcpc_ep_ci_add(c->ep, "b");
		osmo_fsm_inst_state_chg(fi, ST_ADD_B, 0, 0);
		request(c, c->b, MGCP_VERB_CRCX, peer_b);
		break;
	case ST_ADD_B:
		osmo_fsm_inst_state_chg(fi, ST_MODIFY_A, 0, 0);
		request(c, c->a, MGCP_VERB_MDCX, peer_a);
		break;
	case ST_MODIFY_A:
		osmo_fsm_inst_state_chg(fi, ST_UP, 0, 0);
		up++;
		call_print(c);
		osmo_timer_setup(&c->hold, call_clear, c);
		osmo_timer_schedule(&c->hold, (int)hold_seconds, 0);
		break;
	}
}

#define ANY_EVENT (1u << EV_OK | 1u << EV_FAIL | 1u << EV_GONE)
static const struct osmo_fsm_state states[] = {
	[ST_IDLE] = { .name = "IDLE",
		      .in_event_mask = ANY_EVENT,
		      .out_state_mask = 1u << ST_ADD_A,
		      .action = call_event },
	[ST_ADD_A] = { .name = "ADD_A",
		       .in_event_mask = ANY_EVENT,
		       .out_state_mask = 1u << ST_ADD_B,
		       .action = call_event },
	[ST_ADD_B] = { .name = "ADD_B",
		       .in_event_mask = ANY_EVENT,
		       .out_state_mask = 1u << ST_MODIFY_A,
		       .action = call_event },
	[ST_MODIFY_A] = { .name = "MODIFY_A",
			  .in_event_mask = ANY_EVENT,
			  .out_state_mask = 1u << ST_UP,
			  .action = call_event },
	[ST_UP] = { .name = "UP", .in_event_mask = ANY_EVENT, .action = call_event },
};
static const struct value_string event_names[] = {
	{ EV_OK, "OK" }, { EV_FAIL, "FAIL" }, { EV_GONE, "GONE" }, { 0, NULL }
};
static struct osmo_fsm call_fsm = {
	.name = "call", .states = states, .num_states = ARRAY_SIZE(states),
	.event_names = event_names,
};

static void call_start(struct call *c, unsigned number)
{
	static const struct osmo_tdef timers[] = { { .T = -2427001, .default_val = 5 },
						   {} };

	c->number = number;
	c->fi = osmo_fsm_inst_alloc(&call_fsm, client, c, LOGL_ERROR, NULL);
	c->ep = osmo_mgcpc_ep_alloc(c->fi, EV_GONE, client, timers, c->fi->id, "%s",
				    mgcp_client_rtpbridge_wildcard(client));
	c->a = osmo_mgcpc_ep_ci_add(c->ep, "a");
	osmo_fsm_inst_state_chg(c->fi, ST_ADD_A, 0, 0);
	request(c, c->a, MGCP_VERB_CRCX, peer_a);
}

static const struct log_info_cat categories[] = {
	[0] = { .name = "DMAIN",
		.description = "all",
		.enabled = 1,
		.loglevel = LOGL_NOTICE },
};
static const struct log_info log_info = { .cat = categories,
					  .num_cat = ARRAY_SIZE(categories) };

static void give_up(void *arg)
{
	*(bool *)arg = true;
}

static int run(void)
{
	struct osmo_timer_list deadline = { 0 };
	bool late = false;

	osmo_timer_setup(&deadline, give_up, &late);
	osmo_timer_schedule(&deadline, 60, 0);
	for (unsigned i = 0; i < ncalls; i++) {
		call_start(&calls[i], i);
		osmo_select_main(1);
	}
	while (cleared + failed < ncalls && !late)
		osmo_select_main(0);
	/* the library clears without waiting: let its last DLCX go out */
	late = false;
	osmo_timer_schedule(&deadline, 0, 300000);
	while (!late)
		osmo_select_main(0);
	printf("done up=%u failed=%u cleared=%u\n", up, failed, cleared);
	return failed || up != ncalls || cleared != ncalls;
}

int main(int argc, char **argv)
{
	void *root = talloc_named_const(NULL, 0, "osmo_agent");
	struct mgcp_client_conf conf;

	if (argc < 6 || !strrchr(argv[4], ':') || !strrchr(argv[5], ':')) {
		fprintf(stderr,
			"osmo_agent GATEWAY PORT CALLS PEER_A PEER_B [SECONDS]\n");
		return 2;
	}
	osmo_init_logging2(root, &log_info);
	mgcp_client_conf_init(&conf);
	conf.remote_addr = argv[1];
	conf.remote_port = atoi(argv[2]);
	conf.local_port = -1;
	ncalls = (unsigned)atoi(argv[3]);
	if (ncalls > CALLS_MAX)
		ncalls = CALLS_MAX;
	peer_a = argv[4];
	peer_b = argv[5];
	if (argc > 6)
		hold_seconds = (unsigned)atoi(argv[6]);
	OSMO_ASSERT(osmo_fsm_register(&call_fsm) == 0);
	client = mgcp_client_init(root, &conf);
	if (!client || mgcp_client_connect(client)) {
		fprintf(stderr, "osmo_agent: cannot connect\n");
		return 2;
	}
	return run();
}
