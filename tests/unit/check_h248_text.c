/* tests/unit/check_h248_text.c - H.248 text into the tree, and what is refused where.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex B.2; H.248.1 v2, v3
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h248_rig.h"
#include "util/err.h"

static int parse_n(const char *text, size_t n)
{
	msg = NULL;
	return h248_text_parse(arena, (struct span){ text, n }, &msg, &fault);
}

static int parse(const char *text)
{
	return parse_n(text, strlen(text));
}

/* The first descriptor of the first command of a request made of `body`. */
static struct h248_desc *first_desc(int version, const char *body)
{
	static char text[4096];

	snprintf(text, sizeof(text), "!/%d [192.0.2.1] T=1{C=1{%s}}", version, body);
	parse_good(text);
	return msg->trans->actions->cmds->descs;
}

static bool is(struct span s, const char *z)
{
	return str_eq(s, str_of(z));
}

START_TEST(a_whole_request_is_read)
{
	struct h248_cmd *c;

	ck_assert_int_eq(
		parse("MEGACO/1 [192.0.2.7]:2944 ; greeting\r\n"
		      "Transaction = 77 { Context = $ { O-W-Add = rtp/$ { Media {\n"
		      " Stream=1 { LocalControl { Mode=ReceiveOnly, nt/jit=40,\n"
		      " ReservedValue = OFF, ReservedGroup=ON }, Local {\n"
		      "v=0\nc=IN IP4 $\nm=audio $ RTP/AVP 0\n} } } }, Subtract=b/1 } "
		      "}\n"),
		0);
	ck_assert_int_eq(msg->version, 1);
	ck_assert_int_eq(msg->mid.kind, H248_MID_IP4);
	ck_assert_int_eq(msg->mid.port, 2944);
	ck_assert_uint_eq(msg->trans->id, 77);
	ck_assert_uint_eq(msg->trans->actions->ctx, H248_CTX_CHOOSE);
	c = msg->trans->actions->cmds;
	ck_assert(c->optional && c->wildcard);
	ck_assert(is(c->terms->text, "rtp/$"));
	ck_assert_int_eq(c->descs->kind, H248_D_MEDIA);
	ck_assert_int_eq(c->descs->u.media->streams->id, 1);
	ck_assert_int_eq(c->descs->u.media->streams->control->mode, H248_MODE_RECVONLY);
	ck_assert_int_eq(c->descs->u.media->streams->control->has,
			 H248_LC_HAS_MODE | H248_LC_HAS_VALUE | H248_LC_HAS_GROUP |
				 H248_LC_GROUP_ON);
	ck_assert(is(c->descs->u.media->streams->local->groups->sdp,
		     "v=0\nc=IN IP4 $\nm=audio $ RTP/AVP 0"));
	ck_assert_int_eq(c->next->kind, H248_SUBTRACT);
	ck_assert_ptr_null(c->next->descs);
}
END_TEST

static const struct {
	const char *text;
	enum h248_mid_kind kind;
} mids[] = {
	{ "[192.0.2.1]", H248_MID_IP4 },
	{ "[2001:db8::1]:2945", H248_MID_IP6 },
	{ "[::]", H248_MID_IP6 },
	{ "[::ffff:192.0.2.1]", H248_MID_IP6 },
	{ "<gw.example.net>:2944", H248_MID_DOMAIN },
	{ "gw7", H248_MID_DEVICE },
	{ "bs_sbg_4/99", H248_MID_DEVICE },
	{ "gw/1@site.example", H248_MID_DEVICE },
	{ "MTP{01fe}", H248_MID_MTP },
};

START_TEST(message_identifiers_of_each_kind)
{
	struct h248_mid m;

	ck_assert_int_eq(h248_mid_parse(str_of(mids[_i].text), &m), 0);
	ck_assert_int_eq(m.kind, mids[_i].kind);
}
END_TEST

static const char *const bad_mids[] = {
	"", "[]", "[1.2.3]", "[1.2.3.4.5]", "[1.2.3.256]", "[1.2.3.4", "[1.2.3.4]:",
	"[1.2.3.4]:65536", "[1::2::3]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]",
	"[::1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:1.2.3.4:7]", "[12345::]", "<>", "<-a>",
	"<a_b>", "<a>:x", "MTP{01}", "MTP{0102030405}", "MTP{012}", "a b", "[1.2.3.4] ",
};

START_TEST(message_identifiers_that_are_none)
{
	struct h248_mid m;

	ck_assert_msg(h248_mid_parse(str_of(bad_mids[_i]), &m) == -H_ESYNTAX, "%s",
		      bad_mids[_i]);
}
END_TEST

/* Code, level and a piece of text that the offset points at. */
static const struct {
	const char *text;
	unsigned code, level;
	const char *at;
} faults[] = {
	{ "", 400, H248_AT_MESSAGE, "" },
	{ "SIP/2.0 200", 400, H248_AT_MESSAGE, "SIP" },
	{ "!/1 gw", 400, H248_AT_MESSAGE, "" },
	{ "!/1 gw ", 400, H248_AT_MESSAGE, "" },
	{ "!/100 gw T=1{}", 400, H248_AT_MESSAGE, "100" },
	{ "!/0 gw T=1{}", 406, H248_AT_MESSAGE, " T=1" },
	{ "!/4 gw T=1{}", 406, H248_AT_MESSAGE, " T=1" },
	{ "!/1 gw T=4294967296{C=1{S=a}}", 400, H248_AT_MESSAGE, "4294967296" },
	{ "!/1 gw T={C=1{S=a}}", 400, H248_AT_MESSAGE, "{C" },
	{ "!/1 gw T=1{C=1{S=a}} x", 400, H248_AT_MESSAGE, "x" },
	{ "!/1 gw T=1{}", 403, H248_AT_TRANS, "}" },
	{ "!/1 gw T=1{C=1{S=a}", 403, H248_AT_TRANS, "" },
	{ "!/1 gw T=1{C=0{S=a}}", 410, H248_AT_TRANS, "0{S" },
	{ "!/1 gw T=1{C=4294967295{S=a}}", 410, H248_AT_TRANS, "4294967295" },
	{ "!/1 gw T=1{C=4294967294{S=a}}", 410, H248_AT_TRANS, "4294967294" },
	{ "!/1 gw T=1{C=x{S=a}}", 410, H248_AT_TRANS, "x{S" },
	{ "!/1 gw T=1{C=1{}}", 443, H248_AT_ACTION, "}}" },
	{ "!/1 gw T=1{C=1{PR=99999}}", 422, H248_AT_ACTION, "99999" },
	{ "!/1 gw T=1{C=1{EG,EG,S=a}}", 422, H248_AT_ACTION, ",S=a" },
	{ "!/1 gw T=1{C=1{Q=a}}", 443, H248_AT_ACTION, "Q=a" },
	{ "!/1 gw T=1{C=1{S=}}", 410, H248_AT_ACTION, "}}" },
	{ "!/1 gw T=1{C=1{S=-a}}", 410, H248_AT_ACTION, "-a" },
	{ "!/1 gw T=1{C=1{S=a@}}", 410, H248_AT_ACTION, "a@" },
	{ "!/1 gw T=1{C=1{S=a,A=b{Z}}}", 444, H248_AT_CMD, "Z}" },
	{ "!/1 gw T=1{C=1{A=b{OE=1{al/of}}}}", 447, H248_AT_CMD, "OE" },
	{ "!/1 gw T=1{C=1{A=b{SG,SG}}}", 448, H248_AT_CMD, "SG}" },
	{ "!/1 gw T=1{C=1{A=b{SA}}}", 447, H248_AT_CMD, "SA" },
	{ "!/1 gw T=1{C=1{A=b{M{O{MO=SR,MO=SR}}}}}", 442, H248_AT_CMD, "MO=SR}" },
	{ "!/1 gw T=1{C=1{A=b{M{L{v=0}}", 442, H248_AT_CMD, "" },
	{ "!/1 gw T=1{C=1{A=b{M{L{v=0\\}}}}}", 403, H248_AT_TRANS, "" },
	{ "!/1 gw T=1{C=1{AV=b}}", 442, H248_AT_CMD, "}}" },
	{ "!/1 gw T=1{C=1{N=b}}", 442, H248_AT_CMD, "}}" },
	{ "!/1 gw T=1{C=1{N=b{ER=500{\"x\"}}}}", 442, H248_AT_CMD, "}}" },
	{ "!/1 gw T=1{C=-{SC=ROOT{SV{MT=RS}}}}", 442, H248_AT_CMD, "{MT" },
	{ "!/1 gw T=1{C=1{A=b{SG{cg/rt{NBIN}}}}}", 442, H248_AT_CMD, "}}}}}" },
	{ "!/2 gw T=1{C=1{A=[a,b]}}", 410, H248_AT_ACTION, "[a" },
	{ "!/1 gw T=1{C=1{AV=a{AT{M{O{MO}}}}}}", 442, H248_AT_CMD, "{O" },
	{ "!/2 gw T=1{C=1{AV=a{AT{M{O{a/b=1}}}}}}", 442, H248_AT_CMD, "a/b" },
	{ "!/1 gw P=1{C=1}", 422, H248_AT_ACTION, "}" },
	{ "!/1 gw P=1{C=1{MF=a,ER=500{},MF=b}}", 422, H248_AT_ACTION, ",MF=b" },
	{ "!/1 gw PN=1{x}", 400, H248_AT_MESSAGE, "x}" },
	{ "!/1 gw K{5-4}", 400, H248_AT_MESSAGE, "}" },
	{ "!/1 gw SM=1/2", 400, H248_AT_MESSAGE, "SM" },
	{ "!/3 gw SM=1/65536", 400, H248_AT_MESSAGE, "65536" },
	{ "!/3 gw P=1/2/x{C=1}", 400, H248_AT_MESSAGE, "x{" },
};

START_TEST(faults_are_told_with_code_level_and_place)
{
	const char *text = faults[_i].text;

	ck_assert_msg(parse(text) == -H_ESYNTAX, "%s", text);
	ck_assert_msg(fault.code == faults[_i].code, "%s: %u %s", text, fault.code,
		      fault.err.what);
	ck_assert_msg(fault.level == faults[_i].level, "%s: level %u", text, fault.level);
	ck_assert_msg(fault.err.offset <= strlen(text), "%s", text);
	ck_assert_msg(*faults[_i].at ? !strncmp(text + fault.err.offset, faults[_i].at,
						strlen(faults[_i].at))
				     : fault.err.offset <= strlen(text),
		      "%s: at %zu", text, fault.err.offset);
	ck_assert_ptr_nonnull(fault.err.what);
	ck_assert_ptr_nonnull(fault.err.clause);
}
END_TEST

START_TEST(what_stands_before_a_fault_is_kept)
{
	ck_assert_int_eq(parse("!/1 gw T=1{C=1{S=a}} T=2{C=3{S=a,S=b},C=4{A=x,A=y{Z}}}"),
			 -H_ESYNTAX);
	ck_assert_ptr_nonnull(msg);
	ck_assert_uint_eq(fault.trans->id, 2);
	ck_assert_uint_eq(fault.action->ctx, 4);
	ck_assert(is(fault.cmd->terms->text, "y"));
	ck_assert_uint_eq(msg->trans->id, 1);
	ck_assert_ptr_eq(msg->trans->next, fault.trans);
	ck_assert_ptr_eq(msg->trans->next->actions->next, fault.action);
	ck_assert_ptr_eq(fault.action->cmds->next, fault.cmd);
}
END_TEST

START_TEST(version_and_mid_survive_an_unknown_version)
{
	ck_assert_int_eq(parse("!/7 [192.0.2.1] W=9"), -H_ESYNTAX);
	ck_assert_ptr_nonnull(msg);
	ck_assert_int_eq(msg->version, 7);
	ck_assert_int_eq(msg->mid.kind, H248_MID_IP4);
	ck_assert_int_eq(fault.code, 406);
}
END_TEST

START_TEST(local_alternatives_are_split_and_unescaped)
{
	struct h248_desc *d = first_desc(1, "A=$ { M { L {\r\nv=0\r\na=x:\\}\r\n  v=0\r\n"
					    "m=audio $ RTP/AVP 8\r\n }, R { } } }");
	struct h248_stream *st = d->u.media->streams;

	ck_assert(d->u.media->one);
	ck_assert(is(st->local->groups->sdp, "v=0\r\na=x:}"));
	ck_assert(is(st->local->groups->next->sdp, "v=0\r\nm=audio $ RTP/AVP 8"));
	ck_assert_ptr_null(st->local->groups->next->next);
	ck_assert_ptr_nonnull(st->remote);
	ck_assert_ptr_null(st->remote->groups);
}
END_TEST

START_TEST(property_values_of_each_shape)
{
	struct h248_parm *p =
		first_desc(1, "A=$ { M { O { a/b=1, a/c={1,\"x y\"}, a/d=[1,2],"
			      " a/e = [1:9], a/f > 3, a/g#3, a/h<3, a/i=$ } } }")
			->u.media->streams->control->props;
	static const int rel[] = { H248_REL_EQ, H248_REL_EQ, H248_REL_SUBLIST,
				   H248_REL_RANGE, H248_REL_GT, H248_REL_NE, H248_REL_LT,
				   H248_REL_EQ };

	ck_assert(is(p->next->vals->next->s, "x y"));
	ck_assert_int_eq(p->next->vals->next->form, H248_VALUE_QUOTED);
	ck_assert(is(p->next->next->next->vals->next->s, "9"));
	for (int i = 0; i < 8; i++, p = p->next)
		ck_assert_int_eq(p->rel, rel[i]);
	ck_assert_ptr_null(p);
}
END_TEST

START_TEST(events_with_all_that_may_hang_on_them)
{
	struct h248_events *ev =
		first_desc(
			3,
			"MF=a { E=2223 { al/on { strict=state, Stream=3, EM { SG { cg/rt "
			"},"
			" E=1 { al/of { EM { SG }, KA2=x } } } }, dd/ce { DM={T:16,S:5,"
			"(0s| 00s|[1-7]xlxx)}, NBRN { EM { E } }, RSE }, */* { NBIN } } "
			"}")
			->u.events;
	struct h248_event *e = ev->list;

	ck_assert_uint_eq(ev->id, 2223);
	ck_assert_int_eq(e->has, H248_EV_HAS_STREAM | H248_EV_EMBED_EVENTS |
					 H248_EV_EMBED_SIGNALS);
	ck_assert_int_eq(e->embed.events->list->has, H248_EV_EMBED_SIGNALS);
	ck_assert_ptr_null(e->embed.events->list->embed.signals);
	e = e->next;
	ck_assert_int_eq(e->dm->value->t, 16);
	ck_assert_int_eq(e->dm->value->s, 5);
	ck_assert(is(e->dm->value->body, "(0s| 00s|[1-7]xlxx)"));
	ck_assert_int_eq(e->notify, H248_NOTIFY_REGULATED);
	ck_assert_int_eq(e->has, H248_EV_REG_EVENTS | H248_EV_RESET);
	ck_assert(!e->reg.events->has_id);
	ck_assert_int_eq(e->next->notify, H248_NOTIFY_IMMEDIATE);
}
END_TEST

START_TEST(words_of_v3_are_names_before_it)
{
	struct h248_signal *sg =
		first_desc(2, "MF=a { SG { cg/rt { SPADI=EX } } }")->u.signals;

	ck_assert_int_eq(sg->has, 0);
	ck_assert(is((struct span){ sg->parms->name.p, sg->parms->name.n }, "SPADI"));
	sg = first_desc(3, "MF=a { SG { cg/rt { SPADI=EX, SPARQ=*, SPAIS=5, KA,"
			   " NC={TO,IR}, SY=TO, DR=100, ST=2 } } }")->u.signals;
	ck_assert_int_eq(sg->dir, H248_DIR_EXTERNAL);
	ck_assert_uint_eq(sg->request, H248_REQUEST_ALL);
	ck_assert_int_eq(sg->nc, H248_NC_TIMEOUT | H248_NC_ITERATION);
	ck_assert_int_eq(sg->type, H248_SIG_TIMEOUT);
	ck_assert_int_eq(sg->has, 0xff);
	ck_assert_ptr_null(sg->parms);
}
END_TEST

START_TEST(empty_signals_have_two_spellings)
{
	ck_assert_ptr_null(first_desc(1, "MF=a{SG}")->u.signals);
	ck_assert_ptr_null(first_desc(3, "MF=a{SG{}}")->u.signals);
	ck_assert_int_eq(first_desc(1, "MF=a{Signals { }}")->kind, H248_D_SIGNALS);
}
END_TEST

START_TEST(audits_of_every_selector)
{
	struct h248_audit *au =
		first_desc(
			3,
			"AV=* { AT { MX, MD, M, E, SG, DM, SA, OE, PG, EB,"
			" M { ST=1 { O { MO=SR, RV, RG, gm/spr<4075 } }, TS { SI#IV, BF "
			"} },"
			" E=5 { al/of }, EB { al/of { strict } }, SG { SL=3 { cg/rt } },"
			" DM=dp1, SA { nt/or }, PG { nt-1 } } }")
			->u.audit;
	struct h248_indaud *ia = au->items;

	ck_assert_int_eq(au->tokens, 0x3ff);
	ck_assert_int_eq(ia->kind, H248_IAK_MEDIA);
	ck_assert_int_eq(ia->media->streams->has, H248_IA_CONTROL | H248_IA_MODE_SEL |
							  H248_IA_VALUE | H248_IA_GROUP);
	ck_assert_int_eq(ia->media->streams->props->rel, H248_REL_LT);
	ck_assert_int_eq(ia->media->tstate->has,
			 H248_IA_STATE_SEL | H248_IA_STATE_NOT | H248_IA_BUFFER);
	for (int kind = H248_IAK_MEDIA; kind <= H248_IAK_PACKAGES; kind++, ia = ia->next)
		ck_assert_int_eq(ia->kind, kind);
	ck_assert_ptr_null(ia);
}
END_TEST

START_TEST(service_changes_and_context_properties)
{
	struct h248_svc *sv =
		first_desc(3,
			   "SC=ROOT { SV { MT=HO, AD=[192.0.2.9]:2944, V=3, PF=ResGW/1,"
			   " RE=\"903 MGC directed\", DL=5, 20260101T01020304, X-abc=1,"
			   " M, SIC } }")
			->u.svc;

	ck_assert_int_eq(sv->method, H248_HANDOFF);
	ck_assert_int_eq(sv->address->port, 2944);
	ck_assert(is(sv->reason->s, "903 MGC directed"));
	ck_assert(is(sv->profile, "ResGW/1"));
	ck_assert_int_eq(sv->audit->tokens, H248_AUDIT_MEDIA);
	ck_assert_int_eq(sv->has, 31);
	ck_assert_int_eq(memcmp(sv->time.time, "01020304", 8), 0);
	ck_assert_int_eq(parse("!/3 gw T=1{C=*{TP{a,b,OWE,ST=2,b,c,IS},PR=3,EGO,IEPS=ON,"
			       "CT{x/y=1},CA{PR=3,CT{x/z}},S=a}}"), 0);
	ck_assert_int_eq(msg->trans->actions->props->topology->dir, H248_TOPO_ONEWAY_EXT);
	ck_assert_int_eq(msg->trans->actions->props->topology->stream, 2);
	ck_assert(!msg->trans->actions->props->topology->next->has_stream);
	ck_assert_int_eq(msg->trans->actions->props->has,
			 H248_CTX_TOPOLOGY | H248_CTX_PRIORITY | H248_CTX_EMERGENCY |
				 H248_CTX_IEPS | H248_CTX_IEPS_ON);
	ck_assert_int_eq(msg->trans->actions->audit->has, H248_CA_SEL_PRIORITY);
	ck_assert_ptr_nonnull(msg->trans->actions->audit->props);
}
END_TEST

START_TEST(replies_of_each_kind)
{
	struct h248_trans *t;

	ck_assert_int_eq(
		parse("!/3 gw P=9/2/END{IA,C=5,C=6{AV=C{a,b},MF=x{M,SG,ER=430{}},"
		      "ER=442{\"no\"}}} PN=4{} K{1,3-8} SM=9/1 P=5{ER=403{}}"),
		0);
	t = msg->trans;
	ck_assert(t->imm_ack && t->has_seg && t->seg_end && t->seg == 2);
	ck_assert_ptr_null(t->actions->cmds);
	ck_assert(t->actions->next->cmds->ctx_audit);
	ck_assert(is(t->actions->next->cmds->terms->next->text, "b"));
	ck_assert_int_eq(t->actions->next->cmds->next->descs->next->next->u.audit->tokens,
			 H248_AUDIT_MEDIA);
	ck_assert_int_eq(t->actions->next->error->code, 442);
	t = t->next;
	ck_assert_int_eq(t->kind, H248_PENDING);
	t = t->next;
	ck_assert_uint_eq(t->acks->next->last, 8);
	t = t->next;
	ck_assert(t->kind == H248_SEGMENT && t->seg == 1 && !t->seg_end);
	ck_assert_int_eq(t->next->error->code, 403);
}
END_TEST

START_TEST(an_authentication_header_is_carried)
{
	ck_assert_int_eq(parse("AU=0x00000001:0x0000000A:0x0102030405060708090a0b0c\n"
			       "!/1 gw ER=402{\"no\"}"), 0);
	ck_assert_int_eq(msg->auth->spi[3], 1);
	ck_assert_int_eq(msg->auth->seq[3], 10);
	ck_assert_int_eq(msg->auth->n, 12);
	ck_assert_int_eq(msg->error->code, 402);
	ck_assert_int_eq(
		parse("AU=0x01:0x0000000A:0x0102030405060708090a0b0c !/1 gw ER=402{}"),
		-H_ESYNTAX);
}
END_TEST

/* Every beginning of a message is refused, none reads past its end. */
START_TEST(truncated_anywhere_is_refused)
{
	static const char whole[] = "MEGACO/3 <gw.example>:2944 Transaction = 7 { "
				    "Context = * { Topology { a, b, BW },"
				    " Add = $ { Media { TerminationState { ServiceStates "
				    "= Test }, Stream = 1 {"
				    " Local { v=0 }, LocalControl { Mode = Inactive } } "
				    "}, Events = 4 { dd/ce {"
				    " DigitMap = { (xx|3.) } } }, Signals { SignalList = "
				    "1 { cg/rt, cg/bt { SY=TO"
				    " } } }, DigitMap = d1 { T:4, x. } }, ServiceChange "
				    "= ROOT { Services { Method ="
				    " Restart, Reason = \"901\" } } } }";

	ck_assert_int_eq(parse(whole), 0);
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, whole, n);
		arena_reset(arena);
		ck_assert_int_eq(parse_n(copy, n), -H_ESYNTAX);
		free(copy);
	}
}
END_TEST

/* Time grows with the bytes, not with their square; nothing nests. */
START_TEST(long_nonsense_is_refused_quickly)
{
	static const char *const heads[] = { "!/3 gw T=1{C=1{A=a{", "!/1 gw K{",
					     "!/1 gw T=", "!/1 gw T=1{C=1{A=a{M{L{",
					     "!/1 gw T=1{C=1{A=a{M{L{" };
	static const char fill[] = { '{', '1', '9', '\r', '\\' };
	enum { N = 1 << 19 };
	char *text = malloc(N);

	for (int i = 0; i < 5; i++) {
		memset(text, fill[i], N);
		memcpy(text, heads[i], strlen(heads[i]));
		ck_assert_int_eq(parse_n(text, N), -H_ESYNTAX);
	}
	ck_assert_int_eq(h248_text_parse(arena, (struct span){ text, H248_MSG_MAX + 1 },
					 &msg, &fault),
			 -H_ELIMIT);
	free(text);
}
END_TEST

/* Half a million lines, or as many alternatives as the nodes of a tree allow. */
START_TEST(long_descriptions_are_split_in_linear_time)
{
	static const char head[] = "!/1 gw T=1{C=1{A=a{M{L{", tail[] = "}}}}}";
	enum { N = 1 << 19, H = sizeof(head) - 1, T = sizeof(tail) - 1 };
	char *text = malloc(N);

	for (int i = 0; i < N; i++)
		text[i] = "b\r"[i & 1];
	memcpy(text, head, H);
	memcpy(text + N - T, tail, T);
	ck_assert_msg(!parse_n(text, N), "%s", fault.err.what);
	for (int i = H; i < N - (int)T; i++)
		text[i] = "v=\r"[i % 3];
	ck_assert_int_eq(parse_n(text, N), -H_ELIMIT);
	free(text);
}
END_TEST

START_TEST(a_full_arena_is_a_failure_not_a_crash)
{
	struct arena *small = arena_new(512);
	struct h248_msg *m;

	ck_assert_ptr_nonnull(small);
	ck_assert_int_eq(
		h248_text_parse(small, STR_LIT("!/1 gw T=1{C=1{S=a}}"), &m, &fault),
		-H_ENOMEM);
	arena_free(small);
}
END_TEST

static Suite *h248_text_suite(void)
{
	Suite *s = suite_create("h248_text");
	TCase *tc = tcase_create("tree");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_whole_request_is_read);
	tcase_add_loop_test(tc, message_identifiers_of_each_kind, 0,
			    sizeof(mids) / sizeof(mids[0]));
	tcase_add_loop_test(tc, message_identifiers_that_are_none, 0,
			    sizeof(bad_mids) / sizeof(bad_mids[0]));
	tcase_add_loop_test(tc, faults_are_told_with_code_level_and_place, 0,
			    sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(tc, what_stands_before_a_fault_is_kept);
	tcase_add_test(tc, version_and_mid_survive_an_unknown_version);
	tcase_add_test(tc, local_alternatives_are_split_and_unescaped);
	tcase_add_test(tc, property_values_of_each_shape);
	tcase_add_test(tc, events_with_all_that_may_hang_on_them);
	tcase_add_test(tc, words_of_v3_are_names_before_it);
	tcase_add_test(tc, empty_signals_have_two_spellings);
	tcase_add_test(tc, audits_of_every_selector);
	tcase_add_test(tc, service_changes_and_context_properties);
	tcase_add_test(tc, replies_of_each_kind);
	tcase_add_test(tc, an_authentication_header_is_carried);
	tcase_add_test(tc, truncated_anywhere_is_refused);
	tcase_add_test(tc, long_nonsense_is_refused_quickly);
	tcase_add_test(tc, long_descriptions_are_split_in_linear_time);
	tcase_add_test(tc, a_full_arena_is_a_failure_not_a_crash);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(h248_text_suite)
