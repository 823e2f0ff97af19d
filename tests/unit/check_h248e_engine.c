/* tests/unit/check_h248e_engine.c - the engine's life, whom it knows, names and ids, what
 * it tells of itself. What it does with messages is in tests/replay/h248.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "fake_media.h"
#include "h248/engine.h"
#include "h248/mg.h"
#include "model/hctx.h"
#include "util/err.h"
#include "util/tmr.h"

static struct fake_media fake;
static struct model *model;
static struct owner *site, *other;
static struct h248_mg_conf mgs[2];
static struct h248_engine *engine;

static struct addr at(const char *s)
{
	struct addr a = { 0 };

	ck_assert(!addr_parse(&a, str_of(s)));
	return a;
}

static struct owner *owner(const char *name, enum proto proto)
{
	struct owner_spec spec = { .proto = proto };

	strcpy(spec.name, name);
	return owner_add(model, &spec);
}

static void fill(struct h248_mg_conf *c, const char *name, const char *listen,
		 const char *mgc)
{
	h248_mg_conf_init(c);
	strcpy(c->name, name);
	strcpy(c->mid, name);
	c->mwd = 0;
	c->nmgc = 1;
	c->nlisten = 2;
	c->listen[0].addr = c->listen[1].addr = at(listen);
	c->listen[1].transport = TRANSPORT_TCP;
	strcpy(c->mgc[0].host, "mgc");
	c->mgc[0].addr = at(mgc);
}

static struct h248_engine *make(uint32_t n)
{
	struct h248_conf conf = { n, mgs };

	return h248_engine_new(model, &conf, NULL, NULL);
}

static void setup(void)
{
	struct pool_spec lines = { .pattern = "line/%d", .first = 1, .count = 9,
				   .kind = ENDP_LINE };
	static struct room_spec lobby;

	fake_init(&fake);
	model = model_new(&fake_ops, &fake);
	ck_assert_ptr_nonnull(model);
	fake.model = model;
	site = owner("site", PROTO_H248);
	other = owner("other", PROTO_H248);
	ck_assert(site && other);
	ck_assert_int_eq(pool_add(model, site, &lines, NULL), CAUSE_OK);
	memset(&lobby, 0, sizeof(lobby));
	strcpy(lobby.name, "lobby");
	lobby.shared = true;
	lobby.ngroup = 1;
	lobby.group[0].emit = true;
	lobby.group[0].spec.group = at("239.1.1.1:5000");
	ck_assert_int_eq(room_add(model, &lobby, NULL), CAUSE_OK);
	fill(&mgs[0], "site", "192.0.2.10:2944", "198.51.100.1:2944");
	fill(&mgs[1], "other", "192.0.2.11:2944", "198.51.100.2:2944");
	mgs[0].pool[2] = (struct h248_pool){ .pattern = "line/%d",
					     .kind = H248_POOL_NAMED,
					     .first = 1,
					     .last = 99,
					     .bin = { 2, 4, 0, 5 } };
	for (unsigned i = 3; i < 5; i++) {
		struct h248_pool *p = &mgs[0].pool[i];

		*p = (struct h248_pool){ .kind = H248_POOL_ROOMS,
					 .bin = { 8, 4, 28, i + 8 },
					 .base = i == 3 ? 10 : 16 };
		strcpy(p->pattern, i == 3 ? "conf/%s/%d" : "hex/%s/%d");
	}
	mgs[0].npool = 5;
	engine = make(2);
	ck_assert_ptr_nonnull(engine);
}

static void teardown(void)
{
	test_oom_over();
	h248_engine_free(engine);
	engine = NULL;
	model_shutdown(model, TMR_S(9));
	model_free(model);
	fake_fini(&fake);
}

/* ---- life -------------------------------------------------------------------------- */

START_TEST(nothing_is_said_before_the_start)
{
	struct out_msg out;

	ck_assert(!h248_engine_output(engine, &out));
	ck_assert(h248_engine_next_timeout(engine) == TMR_NEVER);
	h248_engine_timeout(engine, TMR_S(100));
	ck_assert(!h248_engine_output(engine, &out));
	ck_assert(h248_engine_quiet(engine));
}
END_TEST

static unsigned drain(void)
{
	struct out_msg out;
	unsigned n = 0;

	while (h248_engine_output(engine, &out)) {
		ck_assert_uint_gt(out.bytes.n, 20);
		n++;
	}
	return n;
}

START_TEST(each_registers)
{
	h248_engine_start(engine, false, TMR_S(1));
	h248_engine_timeout(engine, TMR_S(1));
	ck_assert_uint_eq(drain(), 2);
	ck_assert(!h248_engine_quiet(engine));
	/* started twice is started once */
	h248_engine_start(engine, false, TMR_S(1));
	h248_engine_timeout(engine, TMR_S(1));
	ck_assert_uint_eq(drain(), 0);
}
END_TEST

START_TEST(a_configuration_that_won_t_do)
{
	struct h248_conf conf = { 1, mgs };

	ck_assert_int_eq(h248_engine_reload(engine, &conf, 0), 0);
	mgs[0].version = 7;
	ck_assert_int_eq(h248_engine_reload(engine, &conf, 0), -H_EINVAL);
	mgs[0].version = 3; /* nothing has changed */
	strcpy(mgs[0].name, "nobody");
	ck_assert_int_lt(h248_engine_reload(engine, &conf, 0), 0);
	strcpy(mgs[0].name, "site");
	ck_assert_int_eq(h248_engine_reload(engine, &conf, 0), 0);
}
END_TEST

START_TEST(who_is_gone_is_silent)
{
	struct h248_conf conf = { 1, mgs };
	struct addr l = at("192.0.2.11:2944"), m = at("198.51.100.2:2944");

	h248_engine_start(engine, false, TMR_S(1));
	h248_engine_timeout(engine, TMR_S(1));
	drain();
	ck_assert(h248_engine_knows(engine, &l, &m, TRANSPORT_UDP) == other);
	ck_assert_int_eq(h248_engine_reload(engine, &conf, TMR_S(2)), 0);
	ck_assert_ptr_null(h248_engine_knows(engine, &l, &m, TRANSPORT_UDP));
	h248_engine_timeout(engine, TMR_S(4));
	ck_assert_uint_eq(drain(), 1); /* the one that is left repeats its own */
	conf.nmg = 2;
	ck_assert_int_eq(h248_engine_reload(engine, &conf, TMR_S(5)), 0);
	ck_assert(h248_engine_knows(engine, &l, &m, TRANSPORT_UDP) == other);
	h248_engine_timeout(engine, TMR_S(5));
	ck_assert_uint_ge(drain(), 1);
}
END_TEST

START_TEST(another_mid_registers_anew)
{
	struct h248_conf conf = { 2, mgs };
	struct h248_mg_status st;

	h248_engine_start(engine, false, TMR_S(1));
	h248_engine_timeout(engine, TMR_S(1));
	drain();
	strcpy(mgs[0].mid, "<new.example.net>");
	ck_assert_int_eq(h248_engine_reload(engine, &conf, TMR_S(2)), 0);
	h248_engine_timeout(engine, TMR_S(2));
	ck_assert_uint_ge(drain(), 1);
	ck_assert(h248_mg_status(engine, 0, &st));
	ck_assert_str_eq(st.conf->mid, "<new.example.net>");
	ck_assert_int_eq(st.phase, H248_PHASE_REGISTERING);
}
END_TEST

START_TEST(only_owners_of_the_protocol)
{
	struct h248_engine *e;

	test_no_oom();
	h248_engine_free(engine);
	engine = NULL;
	ck_assert_ptr_nonnull(owner("mgcp", PROTO_MGCP));
	strcpy(mgs[0].name, "mgcp");
	e = make(1);
	ck_assert_ptr_null(e);
	strcpy(mgs[0].name, "site");
	engine = make(2);
	ck_assert_ptr_nonnull(engine);
}
END_TEST

/* ---- whom it knows ----------------------------------------------------------------- */

START_TEST(mgcs_are_known_by_where_they_talk_to)
{
	struct addr l = at("192.0.2.10:2944"), l2 = at("192.0.2.11:2944");
	struct addr m = at("198.51.100.1:2944"), odd = at("198.51.100.1:9");
	struct addr stranger = at("198.51.100.77:2944");

	ck_assert(h248_engine_knows(engine, &l, &m, TRANSPORT_UDP) == site);
	ck_assert(h248_engine_knows(engine, &l, &odd, TRANSPORT_UDP) == site);
	ck_assert(h248_engine_knows(engine, &l, &m, TRANSPORT_TCP) == site);
	ck_assert_ptr_null(h248_engine_knows(engine, &l2, &m, TRANSPORT_UDP));
	ck_assert_ptr_null(h248_engine_knows(engine, &l, &stranger, TRANSPORT_UDP));
}
END_TEST

START_TEST(others_may_be_allowed)
{
	struct h248_conf conf = { 1, mgs };
	struct addr l = at("192.0.2.10:2944"), in = at("203.0.113.9:2944");
	struct addr out = at("203.0.114.9:2944"), port = at("203.0.113.9:2945");

	mgs[0].nallow = 1;
	mgs[0].allow[0] = (struct h248_allow){ at("203.0.113.0:2944"), 24 };
	ck_assert_int_eq(h248_engine_reload(engine, &conf, 0), 0);
	ck_assert(h248_engine_knows(engine, &l, &in, TRANSPORT_UDP) == site);
	ck_assert_ptr_null(h248_engine_knows(engine, &l, &out, TRANSPORT_UDP));
	ck_assert_ptr_null(h248_engine_knows(engine, &l, &port, TRANSPORT_UDP));
	ck_assert(h248_engine_knows(engine, &l, &port, TRANSPORT_TCP) == site);
}
END_TEST

/* ---- names and ids ----------------------------------------------------------------- */

static const char *id_of(const char *name)
{
	static char id[40];
	int rc = h248_engine_term_id(engine, site, str_of(name), id);

	return rc ? "none" : id;
}

START_TEST(names_have_ids)
{
	ck_assert_str_eq(id_of("rtp/1"), "20000001");
	ck_assert_str_eq(id_of("RTP/1"), "20000001");
	ck_assert_str_eq(id_of("rtp/536870910"), "3ffffffe");
	ck_assert_str_eq(id_of("rtp/536870912"), "none");
	ck_assert_str_eq(id_of("rtp/x"), "none");
	ck_assert_str_eq(id_of("rtp/"), "none");
	ck_assert_str_eq(id_of("line/7"), "5007");
	ck_assert_str_eq(id_of("root"), "ffffffffffffffff");
	ck_assert_str_eq(id_of("rtp/$"), "5c.20000000");
	ck_assert_str_eq(id_of("rtp/*"), "dc.20000000");
	ck_assert_str_eq(id_of("line/*"), "cb.5000");
	ck_assert_str_eq(id_of("nobody/1"), "none");
	ck_assert_uint_eq(strlen(id_of("page/lobby/3")), 16);
	ck_assert_str_eq(id_of("page/lobby"), "none");
	ck_assert_str_eq(id_of("page/lobby/$") + 2, strchr(id_of("page/lobby/$"), '.'));
}
END_TEST

/* To and fro: text, binary, and the text it came from. */
static void round_trip(const char *name, const char *back)
{
	const struct h248_mg *mg = owner_user(site);
	struct h248_term t = { .text = str_of(name), .kind = H248_TERM_NAME }, id = { 0 };
	char tmp[H248_NAME_MAX + 1];
	struct span text = { NULL, 0 };

	ck_assert_msg(!h248_term_bin(&t, &mg->names, &id), "%s", name);
	ck_assert_msg(!h248_term_text(&id, &mg->names, tmp, &text), "%s", name);
	ck_assert_msg(str_eq(text, str_of(back)), "%s: %.*s", name, (int)text.n, text.p);
}

START_TEST(ids_have_names)
{
	const struct h248_mg *mg = owner_user(site);
	struct h248_term id = { .nid = 4, .id = { 0xe0, 0, 0, 1 } };
	char tmp[H248_NAME_MAX + 1];
	struct span text;

	round_trip("rtp/1", "rtp/1");
	round_trip("rtp/4711", "rtp/4711");
	round_trip("rtp/$", "rtp/$");
	round_trip("rtp/*", "rtp/*");
	round_trip("line/9", "line/9");
	round_trip("line/*", "line/*");
	round_trip("page/lobby/3", "page/lobby/3");
	round_trip("page/LOBBY/65535", "page/lobby/65535");
	round_trip("page/lobby/$", "page/lobby/$");
	round_trip("page/*", "page/*");
	ck_assert_int_ne(h248_term_text(&id, &mg->names, tmp, &text), 0);
	id = (struct h248_term){ .nid = 3, .id = { 0x20, 0, 1 } };
	ck_assert_int_ne(h248_term_text(&id, &mg->names, tmp, &text), 0);
	/* a zone nobody has */
	id = (struct h248_term){ .nid = 8, .id = { 0x5f, 255, 255, 255, 255, 0, 0, 1 } };
	ck_assert_int_ne(h248_term_text(&id, &mg->names, tmp, &text), 0);
	/* a wildcard in the middle of a number */
	id = (struct h248_term){ .nid = 4, .id = { 0x20 }, .nwild = 1, .wild = { 0x45 } };
	ck_assert_int_ne(h248_term_text(&id, &mg->names, tmp, &text), 0);
}
END_TEST

/* Conferences are told by their numbers: no two have the same. */
START_TEST(rooms_of_numbers_have_their_own)
{
	ck_assert_str_eq(id_of("conf/7/3"), "b000000700000003");
	ck_assert_str_eq(id_of("hex/1f/3"), "c000001f00000003");
	ck_assert_str_eq(id_of("conf/268435455/1"), "bfffffff00000001");
	ck_assert_str_eq(id_of("conf/268435456/1"), "none");
	ck_assert_str_eq(id_of("conf/07/1"), "none");
	ck_assert_str_eq(id_of("conf/x/1"), "none");
	ck_assert_str_eq(id_of("hex/100000000/1"), "none");
	round_trip("conf/7/3", "conf/7/3");
	round_trip("conf/0/$", "conf/0/$");
	round_trip("conf/*", "conf/*");
	round_trip("hex/FFFF/65535", "hex/ffff/65535");
}
END_TEST

/* The index of zones follows them. */
START_TEST(zones_come_and_go)
{
	struct room_spec attic = { .shared = true, .ngroup = 1 };
	struct h248_mg *mg = owner_user(site);
	struct h248_term t = { .text = STR_LIT("page/attic/1"),
			       .kind = H248_TERM_NAME }, id = { 0 };
	char tmp[H248_NAME_MAX + 1];
	struct span text;

	ck_assert_int_eq(h248_term_bin(&t, &mg->names, &id), 0);
	ck_assert_int_ne(h248_term_text(&id, &mg->names, tmp, &text), 0);
	strcpy(attic.name, "attic");
	attic.group[0].emit = true;
	attic.group[0].spec.group = at("239.1.1.2:5000");
	ck_assert_int_eq(room_add(model, &attic, NULL), CAUSE_OK);
	round_trip("page/attic/1", "page/attic/1");
	round_trip("page/lobby/1", "page/lobby/1");
	ck_assert_int_eq(room_del(room_find(model, STR_LIT("attic")), false),
			 CAUSE_OK);
	ck_assert_int_ne(h248_term_text(&id, &mg->names, tmp, &text), 0);
	round_trip("page/lobby/1", "page/lobby/1");
}
END_TEST

/* ---- status and service ------------------------------------------------------------ */

START_TEST(status_is_told)
{
	struct h248_mg_status st;

	ck_assert(h248_mg_status(engine, 0, &st));
	ck_assert(st.owner == site);
	ck_assert_str_eq(st.conf->name, "site");
	ck_assert_int_eq(st.phase, H248_PHASE_IDLE);
	ck_assert_str_eq(st.service, "in");
	ck_assert_str_eq(st.mgc, "");
	ck_assert(h248_mg_status(engine, 1, &st));
	ck_assert(st.owner == other);
	ck_assert(!h248_mg_status(engine, 2, &st));
	for (int i = 0; i < H248_M_N; i++)
		ck_assert(*h248_metrics[i].name && *h248_metrics[i].help);
}
END_TEST

START_TEST(service_finds_its_terminations)
{
	uint64_t now = TMR_S(1);

	h248_engine_start(engine, false, now);
	ck_assert_int_eq(h248_engine_service(engine, site, STR_LIT("line/7"),
					     H248_TAKE_FORCED, 0, 0, now),
			 1);
	ck_assert_int_eq(h248_engine_service(engine, site, STR_LIT("line/*"),
					     H248_TAKE_GRACEFUL, 0, 0, now),
			 9);
	ck_assert_int_eq(h248_engine_service(engine, site, STR_LIT("line/*"),
					     H248_PUT_BACK, 0, 0, now),
			 9);
	ck_assert_int_eq(h248_engine_service(engine, site, STR_LIT("line/10"),
					     H248_TAKE_FORCED, 0, 0, now),
			 -H_ENOENT);
	ck_assert_int_eq(h248_engine_service(engine, other, STR_LIT("line/1"),
					     H248_TAKE_FORCED, 0, 0, now),
			 -H_ENOENT);
}
END_TEST

START_TEST(noise_is_no_harm)
{
	static const char *const noise[] = { "", "\0", "0", "0\x80", "!/", "MEGACO",
					     "0\x84\xff\xff\xff\xff", "\xff\xfe" };
	struct assoc from = { .local = at("192.0.2.10:2944"),
			      .remote = at("198.51.100.1:2944"), .owner = site };
	struct h248_mg_status st;

	h248_engine_start(engine, false, TMR_S(1));
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		h248_engine_input(engine, &from, str_of(noise[i]), TMR_S(1));
	drain();
	h248_mg_status(engine, 0, &st);
	ck_assert_uint_eq(st.metric[H248_M_MALFORMED], 8);
	ck_assert_uint_eq(st.stored, 0);
	from.owner = NULL;
	h248_engine_input(engine, &from, STR_LIT("!/1 x T=1{}"), TMR_S(1));
	ck_assert_uint_eq(drain(), 0);
}
END_TEST

/* ---- calls, also in want of memory ------------------------------------------------- */

static const char *const call[] = {
	"T=1{C=${A=rtp/${M{O{MO=SR,RV=ON,nt/jit=40},L{\r\nv=0\r\nc=IN IP4 $\r\n"
	"m=audio $ RTP/AVP 0 8\r\n},R{\r\nv=0\r\nc=IN IP4 203.0.113.5\r\n"
	"m=audio 4000 RTP/AVP 0\r\n}},E=7{nt/netfail},EB{rtp/pltrans},DM=d{x.x},"
	"SG{ipnapt/latch}},A=page/lobby/${M{O{MO=SO}}}}}",
	"T=2{C=1{TP{rtp/1,page/lobby/1,OW},MF=rtp/1{M{TS{BF=SP},R{\r\nv=0\r\n"
	"c=IN IP4 203.0.113.9\r\nm=audio 5000 RTP/AVP 0\r\n}},DM={x.}}}}",
	"T=3{C=1{CA{TP,PR},W-AV=*{AT{M,E,SG,DM,SA,OE,PG,EB}},AC=rtp/1{AT{M}}}}",
	"T=4{C=${A=line/7,MV=rtp/1},C=-{MF=ROOT{DM=e{x},M{TS{SI=IV}}},"
	"SC=line/8{SV{MT=GR,RE=905,DL=3}}}}",
	"T=5{C=*{O-S=*}}K{1-3}",
	"T=6{C=-{SC=ROOT{SV{MT=FO,RE=905}}}}",
};

static void say(const struct assoc *from, const char *mid, const char *text, uint64_t now)
{
	char bytes[2048];
	int n = snprintf(bytes, sizeof(bytes), "!/1 <%s>\r\n%s\r\n", mid, text);

	ck_assert_int_lt(n, (int)sizeof(bytes));
	h248_engine_input(engine, from, (struct span){ bytes, (size_t)n }, now);
	drain();
	if (model_next_timeout(model) <= now)
		model_timeout(model, now);
	h248_engine_timeout(engine, now);
	drain();
}

/* The id of the first request that was sent; 0: none. */
static uint32_t first_request(void)
{
	struct out_msg out;
	uint32_t id = 0;

	while (h248_engine_output(engine, &out)) {
		struct span s = out.bytes, n;
		const char *at = memchr(s.p, '\n', s.n);

		if (!at || id || at[1] != 'T')
			continue;
		s = (struct span){ at + 3, s.n - (size_t)(at + 3 - s.p) };
		n = str_cut(&s, '{');
		str_u32(n, UINT32_MAX, &id);
	}
	return id;
}

START_TEST(a_life_of_calls)
{
	struct assoc from = { .local = at("192.0.2.10:2944"),
			      .remote = at("198.51.100.1:2944"), .owner = site };
	uint64_t now = TMR_S(1);
	struct h248_mg_status st;
	char text[100];
	uint32_t id;

	h248_engine_start(engine, false, now);
	h248_engine_timeout(engine, now);
	id = first_request();
	ck_assert_uint_ne(id, 0);
	snprintf(text, sizeof(text), "P=%u{C=-{SC=ROOT{SV{V=1}}}}", id);
	say(&from, "mgc", text, now);
	for (size_t i = 0; i < sizeof(call) / sizeof(call[0]); i++) {
		now += TMR_MS(500);
		say(&from, "mgc", call[i], now);
		say(&from, "mgc", call[i], now); /* never executed twice */
	}
	ck_assert(h248_mg_status(engine, 0, &st));
	if (!test_in_oom()) {
		ck_assert_int_eq(st.phase, H248_PHASE_ACTIVE);
		ck_assert_uint_eq(st.metric[H248_M_TRANSACTIONS], 6);
		ck_assert_uint_eq(st.metric[H248_M_REPEATS], 6);
		ck_assert_uint_eq(st.metric[H248_M_ERRORS], 0);
		ck_assert_uint_eq(st.metric[H248_M_ACKED], 3);
	}
	ck_assert_uint_eq(st.terms, owner_terms(site));
	if (!test_in_oom())
		ck_assert_uint_eq(st.contexts, 0);
	h248_engine_timeout(engine, now + TMR_S(31));
	drain();
	h248_mg_status(engine, 0, &st);
	ck_assert_uint_eq(st.stored, 0);
}
END_TEST

static Suite *engine_suite(void)
{
	Suite *s = suite_create("h248 engine");
	TCase *tc = tcase_create("engine");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nothing_is_said_before_the_start);
	tcase_add_test(tc, each_registers);
	tcase_add_test(tc, a_configuration_that_won_t_do);
	tcase_add_test(tc, who_is_gone_is_silent);
	tcase_add_test(tc, another_mid_registers_anew);
	tcase_add_test(tc, only_owners_of_the_protocol);
	tcase_add_test(tc, mgcs_are_known_by_where_they_talk_to);
	tcase_add_test(tc, others_may_be_allowed);
	tcase_add_test(tc, names_have_ids);
	tcase_add_test(tc, ids_have_names);
	tcase_add_test(tc, rooms_of_numbers_have_their_own);
	tcase_add_test(tc, zones_come_and_go);
	tcase_add_test(tc, status_is_told);
	tcase_add_test(tc, service_finds_its_terminations);
	tcase_add_test(tc, noise_is_no_harm);
	tcase_add_test(tc, a_life_of_calls);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(engine_suite)
