/* tests/unit/check_mgcp_engine.c - the engine's face to the daemon: who is known, status,
 * reload, hooks, and that it stands every failed allocation.
 *
 * layer: tests   thread: main   I/O: none
 *
 * Behaviour on the wire is in the scenarios of tests/replay.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../replay/media.h"
#include "mgcp/engine.h"
#include "util/err.h"
#include "util/log.h"
#include "util/tmr.h"

static struct fake_media media;
static struct model *model;
static struct mgcp_engine *engine;
static struct owner *owners[2];
static struct mgcp_owner_conf conf[2];
static struct addr listen_addr, agent, outsider;
static char last[70000];
static size_t last_n;
static unsigned sent, heard, ended;
static uint64_t now = TMR_S(1000);

static void trace(void *arg, bool out, const struct assoc *as, struct span bytes)
{
	(void)arg, (void)as, (void)bytes;
	if (out)
		sent++;
	else
		heard++;
}

static void call_end(void *arg, const struct mgcp_call_end *end)
{
	(void)arg;
	ck_assert_ptr_nonnull(end->endpoint);
	ck_assert_uint_eq(strlen(end->conn_id), 16);
	ended++;
}

static const struct mgcp_ops ops = { .trace = trace, .call_end = call_end };

static struct addr addr_of(const char *s)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, str_of(s)), 0);
	return a;
}

static void owner_new(int i, const char *name, enum mgcp_profile profile)
{
	struct owner_spec spec = { .proto = PROTO_MGCP };
	struct pool_spec pool = { .pattern = "rtpbridge/%x", .first = 1, .count = 50 };

	snprintf(spec.name, sizeof(spec.name), "%s", name);
	owners[i] = owner_add(model, &spec);
	ck_assert_ptr_nonnull(owners[i]);
	ck_assert_int_eq(pool_add(model, owners[i], &pool, NULL), CAUSE_OK);
	mgcp_owner_conf_init(&conf[i], profile);
	snprintf(conf[i].name, sizeof(conf[i].name), "%s", name);
	strcpy(conf[i].gateway, "gw.example.net");
	conf[i].mwd = 0;
	conf[i].listen[conf[i].nlisten++] = listen_addr;
}

static void allow(int i, const char *net, uint16_t port)
{
	struct mgcp_allow *a = &conf[i].allow[conf[i].nallow++];
	unsigned bits;

	ck_assert_int_eq(addr_parse_net(&a->net, &bits, str_of(net)), 0);
	a->bits = (uint8_t)bits;
	a->net.port = port;
}

static void down(void)
{
	mgcp_engine_free(engine);
	engine = NULL;
	if (model) {
		test_oom_over();
		model_shutdown(model, now);
		fake_media_flush(&media);
		model_free(model);
	}
	model = NULL;
}

static void up(uint32_t n)
{
	struct mgcp_conf c = { n, conf };

	engine = mgcp_engine_new(model, &c, &ops, NULL);
	if (!engine)
		down();
	ck_assert_ptr_nonnull(engine);
	mgcp_engine_start(engine, now);
}

static void setup(void)
{
	log_set_all(LOGL_ERR);
	memset(conf, 0, sizeof(conf));
	listen_addr = addr_of("192.0.2.10:2427");
	agent = addr_of("192.0.2.1:2727");
	outsider = addr_of("203.0.113.1:2727");
}

/* One owner of profile osmocom, its agent at 192.0.2.1. */
static void one(void)
{
	fake_media_init(&media);
	model = model_new(fake_media_ops(), &media);
	ck_assert_ptr_nonnull(model);
	media.model = model;
	owner_new(0, "bsc", MGCP_PROFILE_OSMOCOM);
	allow(0, "192.0.2.1", 0);
	conf[0].agent[conf[0].nagent++] = agent;
}

static void drain(void)
{
	struct out_msg m;

	while (mgcp_engine_output(engine, &m)) {
		last_n = m.bytes.n;
		memcpy(last, m.bytes.p, m.bytes.n);
		last[last_n] = '\0';
	}
}

static const char *say(const char *text)
{
	struct assoc as = { .local = listen_addr, .remote = agent };

	last[0] = '\0';
	as.owner = mgcp_engine_knows(engine, &as.local, &as.remote);
	ck_assert_ptr_nonnull(as.owner);
	mgcp_engine_input(engine, &as, str_of(text), now);
	while (mgcp_engine_next_timeout(engine) <= now)
		mgcp_engine_timeout(engine, now);
	drain();
	fake_media_flush(&media);
	return last;
}

static unsigned code_of(const char *answer)
{
	return (unsigned)strtoul(answer, NULL, 10);
}

START_TEST(knows_by_address)
{
	struct addr a = agent, l = listen_addr;

	one();
	owner_new(1, "other", MGCP_PROFILE_OSMOCOM);
	allow(1, "198.51.100.0/24", 0);
	up(2);
	ck_assert(mgcp_engine_knows(engine, &l, &a) == owners[0]);
	a.port = 9;
	ck_assert(mgcp_engine_knows(engine, &l, &a) == owners[0]);
	ck_assert_ptr_null(mgcp_engine_knows(engine, &l, &outsider));
	l.port = 2428;
	ck_assert_ptr_null(mgcp_engine_knows(engine, &l, &a));
	l = listen_addr;
	a = addr_of("198.51.100.77:1");
	ck_assert(mgcp_engine_knows(engine, &l, &a) == owners[1]);
	a = addr_of("198.51.101.77:1");
	ck_assert_ptr_null(mgcp_engine_knows(engine, &l, &a));
	down();
}
END_TEST

START_TEST(knows_by_listener_and_port)
{
	struct addr six = addr_of("[2001:db8::10]:2427"), a;

	one();
	owner_new(1, "other", MGCP_PROFILE_OSMOCOM);
	conf[1].listen[conf[1].nlisten++] = addr_of("[::]:2427");
	allow(1, "2001:db8::7", 4000);
	up(2);
	a = addr_of("[2001:db8::7]:4000");
	ck_assert(mgcp_engine_knows(engine, &six, &a) == owners[1]);
	a.port = 4001;
	ck_assert_ptr_null(mgcp_engine_knows(engine, &six, &a));
	down();
}
END_TEST

START_TEST(needs_its_owners)
{
	struct mgcp_conf c = { 1, conf };

	one();
	strcpy(conf[0].name, "nobody");
	ck_assert_ptr_null(mgcp_engine_new(model, &c, &ops, NULL));
	strcpy(conf[0].name, "bsc");
	conf[0].t_hist = 1;
	ck_assert_ptr_null(mgcp_engine_new(model, &c, &ops, NULL));
	down();
	mgcp_engine_free(NULL);
}
END_TEST

START_TEST(status_tells)
{
	struct mgcp_owner_status os;
	struct mgcp_agent_status as;
	struct mgcp_conn_status cs;
	struct mgcp_endp_status es;
	struct endp *ep;
	struct term *t;

	one();
	up(1);
	ck_assert_uint_eq(code_of(say("CRCX 7 rtpbridge/1@gw MGCP 1.0\r\nC: ABC\r\n"
				      "M: recvonly\r\nX: 99\r\n")),
			  200);
	ck_assert(mgcp_owner_status(engine, 0, &os));
	ck_assert(os.owner == owners[0]);
	ck_assert_str_eq(os.notified, "[192.0.2.1]:2727");
	ck_assert(addr_eq(&os.address, &agent));
	ck_assert_uint_eq(os.stored, 1);
	ck_assert_uint_eq(os.metric[MGCP_M_COMMANDS], 1);
	ck_assert_uint_eq(os.metric[MGCP_M_OK], 1);
	ck_assert_uint_eq(os.last_heard, now);
	ck_assert(!mgcp_owner_status(engine, 1, &os));
	ck_assert(mgcp_agent_status(engine, 0, 0, &as));
	ck_assert(addr_eq(&as.addr, &agent));
	ck_assert_uint_eq(as.commands, 1);
	ck_assert(!mgcp_agent_status(engine, 0, 1, &as));
	ck_assert(!mgcp_agent_status(engine, 1, 0, &as));
	ep = endp_find(owners[0], STR_LIT("rtpbridge/1"));
	ck_assert(mgcp_endp_status(engine, ep, &es));
	ck_assert_str_eq(es.request_id, "99");
	ck_assert_int_eq(es.service, MGCP_IN_SERVICE);
	t = LIST_OF(ep->conns.next, struct term, in_endp);
	ck_assert(mgcp_conn_status(engine, t, &cs));
	ck_assert_str_eq(cs.call_id, "ABC");
	ck_assert_str_eq(cs.conn_id, t->name);
	ck_assert_int_eq(cs.mode, MODE_RECVONLY);
	ep = endp_find(owners[0], STR_LIT("rtpbridge/2"));
	ck_assert(mgcp_endp_status(engine, ep, &es));
	ck_assert_str_eq(es.request_id, "0");
	down();
}
END_TEST

START_TEST(metrics_are_named)
{
	for (int i = 0; i < MGCP_M_N; i++) {
		ck_assert_uint_gt(strlen(mgcp_metrics[i].name), 1);
		ck_assert_uint_gt(strlen(mgcp_metrics[i].unit), 1);
		ck_assert_uint_gt(strlen(mgcp_metrics[i].help), 4);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(mgcp_metrics[i].name, mgcp_metrics[j].name);
	}
}
END_TEST

START_TEST(hooks_are_called)
{
	one();
	up(1);
	sent = heard = ended = 0;
	say("CRCX 1 rtpbridge/1@gw MGCP 1.0\r\nC: A\r\nM: inactive\r\n");
	ck_assert_uint_eq(heard, 1);
	ck_assert_uint_eq(sent, 1);
	say("DLCX 2 rtpbridge/1@gw MGCP 1.0\r\n");
	ck_assert_uint_eq(ended, 1);
	down();
}
END_TEST

START_TEST(owners_come_and_go)
{
	struct mgcp_conf none = { 0, NULL }, both = { 2, conf };
	struct mgcp_owner_status os;

	one();
	up(1);
	say("CRCX 1 rtpbridge/1@gw MGCP 1.0\r\nC: A\r\nM: inactive\r\n");
	ck_assert_int_eq(mgcp_engine_reload(engine, &none, now), 0);
	ck_assert_ptr_null(mgcp_engine_knows(engine, &listen_addr, &agent));
	ck_assert_uint_eq(owner_terms(owners[0]), 1); /* calls go on */
	owner_new(1, "other", MGCP_PROFILE_OSMOCOM);
	ck_assert_int_eq(mgcp_engine_reload(engine, &both, now), 0);
	ck_assert(mgcp_owner_status(engine, 1, &os));
	/* back, and it remembers */
	ck_assert_uint_eq(code_of(say("CRCX 1 rtpbridge/1@gw MGCP 1.0\r\n")), 200);
	ck_assert_uint_eq(owner_terms(owners[0]), 1);
	/* a bad one changes nothing */
	conf[1].t_hist = 1;
	ck_assert_int_eq(mgcp_engine_reload(engine, &both, now), -H_EINVAL);
	ck_assert_ptr_nonnull(mgcp_engine_knows(engine, &listen_addr, &agent));
	down();
}
END_TEST

START_TEST(service_of_what_is_not_there)
{
	one();
	up(1);
	ck_assert_int_eq(mgcp_engine_service(engine, owners[0], STR_LIT("nothing/1"),
					     MGCP_TAKE_FORCED, 0, now),
			 -H_ENOENT);
	ck_assert_int_eq(mgcp_engine_service(engine, owners[0], STR_LIT("nothing/*"),
					     MGCP_TAKE_GRACEFUL, 9, now),
			 -H_ENOENT);
	ck_assert_int_eq(mgcp_engine_service(engine, owners[0], STR_LIT("rtpbridge/*"),
					     MGCP_TAKE_FORCED, 0, now),
			 50);
	ck_assert(mgcp_engine_quiet(engine)); /* nobody is told by this profile */
	down();
}
END_TEST

/* A call with all a command can carry; in an oom run each allocation fails once. What
 * fails must be answered as failed, and leave nothing. */
START_TEST(stands_lack_of_memory)
{
	char text[1024], conn[64] = "";
	const char *p;
	uint32_t had;

	one();
	conf[0].announce = true;
	up(1);
	drain();
	p = say("CRCX 1 rtpbridge/$@gw MGCP 1.0\r\nC: ABC\r\nM: sendrecv\r\n"
		"L: a:PCMU, p:20, e:on\r\nX: 5\r\nD: [0-9].\r\nN: ca@[192.0.2.1]\r\n"
		"B: e:mu\r\n\r\nv=0\r\nc=IN IP4 198.51.100.1\r\n"
		"m=audio 4000 RTP/AVP 0\r\n");
	p = strstr(p, "200 1");
	had = owner_terms(owners[0]);
	if (p && strstr(p, "I: "))
		snprintf(conn, sizeof(conn), "%.16s", strstr(p, "I: ") + 3);
	if (p)
		ck_assert_uint_eq(had, 1);
	else if (last[0]) /* else the answer itself was lost */
		ck_assert_uint_eq(had, 0);
	snprintf(text, sizeof(text),
		 "MDCX 2 rtpbridge/1@gw MGCP 1.0\r\nC: ABC\r\nI: %s\r\n"
		 "M: inactive\r\nL: a:PCMU\r\n",
		 conn);
	say(text);
	say("CRCX 3 rtpbridge/2@gw MGCP 1.0\r\nC: ABC\r\nM: sendrecv\r\n"
	    "Z2: rtpbridge/3@gw\r\n");
	say("RQNT 4 *@gw MGCP 1.0\r\nX: 1\r\nD: x\r\nN: a@[192.0.2.1]\r\n");
	say("AUEP 5 rtpbridge/1@gw MGCP 1.0\r\nF: A,I,N,X,D,RM,MD\r\n");
	mgcp_engine_service(engine, owners[0], STR_LIT("rtpbridge/4"), MGCP_TAKE_FORCED,
			    0, now);
	mgcp_engine_service(engine, owners[0], STR_LIT("rtpbridge/4"), MGCP_PUT_BACK, 0,
			    now);
	say("DLCX 6 *@gw MGCP 1.0\r\n");
	mgcp_engine_stop(engine, 0, now);
	now += TMR_S(1);
	mgcp_engine_timeout(engine, now);
	drain();
	down();
}
END_TEST

/* At most as many datagrams wait as are worth it, however little is fetched. */
START_TEST(unfetched_output_is_bounded)
{
	struct assoc as = { .local = listen_addr, .remote = agent };
	struct out_msg m;
	char text[64];
	unsigned n = 0;

	test_no_oom();
	one();
	up(1);
	as.owner = owners[0];
	for (unsigned i = 1; i < 20000; i++) {
		snprintf(text, sizeof(text), "AUEP %u rtpbridge/1@gw MGCP 1.0\r\n", i);
		mgcp_engine_input(engine, &as, str_of(text), now);
	}
	while (mgcp_engine_output(engine, &m))
		n++;
	ck_assert_uint_le(n, 8192);
	ck_assert_uint_ge(n, 1000);
	down();
}
END_TEST

static Suite *engine_suite(void)
{
	Suite *s = suite_create("mgcp engine");
	TCase *tc = tcase_create("engine");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, knows_by_address);
	tcase_add_test(tc, knows_by_listener_and_port);
	tcase_add_test(tc, needs_its_owners);
	tcase_add_test(tc, status_tells);
	tcase_add_test(tc, metrics_are_named);
	tcase_add_test(tc, hooks_are_called);
	tcase_add_test(tc, owners_come_and_go);
	tcase_add_test(tc, service_of_what_is_not_there);
	tcase_add_test(tc, stands_lack_of_memory);
	tcase_add_test(tc, unfetched_output_is_bounded);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(engine_suite)
