/* tests/unit/check_h248_print.c - the tree as H.248 text, and what has no such form.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex B.2; H.248.1 v2, v3
 */
#include <stdio.h>
#include <string.h>

#include "h248_rig.h"
#include "util/err.h"
#include "wire/h248_walk.h"

static int print(enum h248_style style)
{
	buf_reset(&out);
	return h248_text_print(&out, msg, style, &h248_names_plain, &misfit);
}

/* Compact text of our own that prints as it stands. */
static const char *const compact[] = {
	"!/1 [192.0.2.1]:2944\nT=1{C=-{SC=ROOT{SV{MT=RS,AD=55555,V=1,PF=ResGW/1,RE=\"901 "
	"x\"}}}}",
	"!/1 <gw.example>\nP=2{IA,C=5{MF=a,AV=C{a,b/1}}}\nPN=3{}\nK{1,4-9}",
	"!/1 gw\nER=400{\"what\"}",
	"!/1 "
	"gw\nT=1{C=${TP{a,b,OW},PR=3,EG,CA{TP,EG,PR},O-W-A=*{M{TS{BF=SP,SI=OS},O{MO=SR,"
	"RV=OFF,"
	"RG=ON,a/b={1,\"2 3\"},a/c=[1:2],a/d>4}}}}}",
	"!/1 gw\nT=1{C=1{MF=a{E=7{al/on{ST=2,EM{SG{cg/rt},E=8{al/of}},strict=state},"
	"dd/ce{KA,DM={T:3,(1|2)}}},EB{al/of},SG{SL=2{cg/"
	"rt{SY=TO,DR=5,NC={TO,IBE,IBS,OR}}}},"
	"DM=d1}}}",
	"!/1 gw\nT=1{C=1{MF=a{SG{}},N=a{OE=3{20260101T00000000:al/on{init=on}}}}}",
	"!/2 "
	"gw\nT=1{C=1{EGO,MF=a{SG,E,EB,MX=N64{a,b},MD[V18,V34]{x/"
	"y=1}},AV=a{AT{MX,MD,M,E,SG,DM,SA,"
	"OE,PG,EB}}}}",
	"!/3 gw\nP=1/2/&{C=5,C=6{AV=[a,b]{SA{nt/or=5,nt/x=[1,2],nt/dur},PG{nt-1,zz-4},M},"
	"SC=a{ER=430{}}}}\nSM=4/1",
	"!/3 "
	"gw\nT=1{C=*{IEPS=ON,CT{CLT={1,2}},CA{PR=3,EGV=EGO,IEPS=OFF,ORLgc,CT{a/b,a/c=4}},"
	"AV=[a,b]{AT{M{ST=1{O{MO#SR,RV,RG,gm/spr<9},L,R,SA{nt/or}}},M{TS{SI=IV,BF,a/"
	"b}},E=3{al/*},"
	"EB{al/of{strict}},SG{SL=2{cg/rt}},SG{cg/bt{ST=1,SPARQ=6}},DM=d1,SA{nt/"
	"or},PG{nt-1}}}}}",
	"!/3 "
	"gw\nT=1{C=1{MF=[a,b]{E=1{al/of{EM{SG,E},NBRN{EM{E}},RSE},al/on{NBNN},al/"
	"fl{NBIN}},"
	"SG{cg/rt{SPADI=EX,SPARQ=*,SPAIS=3}},SA}}}",
};

START_TEST(compact_text_prints_as_it_was)
{
	parse_good(compact[_i]);
	ck_assert_msg(!print(H248_COMPACT), "%s", misfit.what);
	ck_assert_msg(str_eq(buf_view(&out), str_of(compact[_i])), "%.*s", (int)out.n,
		      out.p);
}
END_TEST

START_TEST(pretty_text_reads_as_the_same_tree)
{
	struct h248_msg *was;

	parse_good(compact[_i]);
	was = msg;
	ck_assert_msg(!print(H248_PRETTY), "%s", misfit.what);
	ck_assert_int_eq(h248_text_parse(arena, buf_view(&out), &msg, &fault), 0);
	ck_assert(h248_same(was, msg, &h248_names_plain));
}
END_TEST

START_TEST(pretty_text_looks_so)
{
	parse_good("!/1 [192.0.2.1] T=1{C=2{A=a{M{O{MO=SO}},SG{cg/rt}},S=b}}");
	ck_assert_int_eq(print(H248_PRETTY), 0);
	ck_assert(str_eq(buf_view(&out), STR_LIT("MEGACO/1 [192.0.2.1]\n"
						 "Transaction = 1 {\n"
						 "\tContext = 2 {\n"
						 "\t\tAdd = a {\n"
						 "\t\t\tMedia {\n"
						 "\t\t\t\tLocalControl {\n"
						 "\t\t\t\t\tMode = SendOnly\n"
						 "\t\t\t\t}\n"
						 "\t\t\t},\n"
						 "\t\t\tSignals {\n"
						 "\t\t\t\tcg/rt\n"
						 "\t\t\t}\n"
						 "\t\t},\n"
						 "\t\tSubtract = b\n"
						 "\t}\n"
						 "}\n")));
}
END_TEST

START_TEST(braces_of_sdp_are_escaped)
{
	parse_good("!/1 gw T=1{C=1{A=a{M{L{v=0\na=x:{\\}\nv=0\na=y},R{}}}}}");
	ck_assert_int_eq(print(H248_COMPACT), 0);
	ck_assert(str_eq(buf_view(&out),
			 STR_LIT("!/1 gw\nT=1{C=1{A=a{M{L{\nv=0\na=x:{\\}\nv=0\n"
				 "a=y\n},R{\n}}}}}")));
}
END_TEST

/* v3's parts in an older message, and trees that no text can be. */
START_TEST(what_a_version_lacks_is_named)
{
	static const char *const v3[] = {
		"T=1{C=1{IEPS=ON,S=a}}", "T=1{C=1{S=[a,b]}}", "P=1/1{C=1{S=a}}", "SM=1/1",
		"T=1{C=1{MF=a{SA}}}", "T=1{C=1{MF=a{E=1{al/of{NBIN}}}}}",
		"T=1{C=1{MF=a{SG{cg/rt{SPADI=B}}}}}", "T=1{C=1{TP{a,b,OWB},S=a}}",
		"T=1{C=1{MF=a{SG{cg/rt{NC={IR}}}}}}", "T=1{C=1{CA{ORLgc},S=a}}",
		"T=1{C=1{SC=a{SV{MT=FO,RE=900,SIC}}}}", "T=1{C=1{AV=a{AT{M{O{MO=SR}}}}}}",
		"T=1{C=1{MF=a{MX=N64{b}}}}", "T=1{C=1{CT{a/b=1},S=a}}",
	};
	char text[128];

	for (unsigned i = 0; i < sizeof(v3) / sizeof(v3[0]); i++) {
		snprintf(text, sizeof(text), "!/3 gw %s", v3[i]);
		parse_good(text);
		ck_assert_int_eq(print(H248_COMPACT), 0);
		msg->version = 1;
		ck_assert_msg(print(H248_COMPACT) == -H_EINVAL, "%s", text);
		ck_assert_msg(strstr(misfit.what, "version 1") != NULL, "%s: %s", text,
			      misfit.what);
		ck_assert_uint_eq(out.n, 0);
	}
}
END_TEST

START_TEST(empty_parts_have_no_text)
{
	struct h248_msg m = { .version = 1, .mid = { .kind = H248_MID_DEVICE,
						     .name = STR_LIT("gw") } };
	struct h248_trans t = { .kind = H248_REQUEST, .id = 1 };
	struct h248_action ac = { .ctx = 1 };

	msg = &m;
	ck_assert_int_eq(print(H248_COMPACT), -H_EINVAL);
	m.trans = &t;
	ck_assert_int_eq(print(H248_COMPACT), -H_EINVAL);
	t.actions = &ac;
	ck_assert_int_eq(print(H248_COMPACT), -H_EINVAL);
	m.mid.name = STR_LIT("no name");
	ck_assert_int_eq(print(H248_COMPACT), -H_EINVAL);
}
END_TEST

START_TEST(binary_names_get_their_text)
{
	struct h248_value on = { .s = STR_LIT("\x01\x01\xff"), .form = H248_VALUE_BER };
	struct h248_parm p = { .name = { .id = 0x000d0008 }, .vals = &on };
	struct h248_value line = { .s = STR_LIT("\x16\x01" "0"), .form = H248_VALUE_BER };
	struct h248_parm v = { .name = { .id = 0xb001 }, .vals = &line };
	struct h248_group g = { .parms = &v };
	struct h248_sdp d = { .groups = &g };
	struct h248_control lc = { .props = &p };
	struct h248_stream st = { .control = &lc, .remote = &d };
	struct span sdp;

	parse_good("!/1 gw T=1{C=1{A=a{M{O{MO=SR}}}}}");
	msg->trans->actions->cmds->descs->u.media->streams = &st;
	ck_assert_msg(!print(H248_COMPACT), "%s", misfit.what);
	ck_assert(str_eq(buf_view(&out),
			 STR_LIT("!/1 gw\nT=1{C=1{A=a{M{O{tdmc/ec=on},R{\nv=0\n}}}}}")));
	sdp = h248_group_sdp(arena, &g);
	ck_assert(str_eq(sdp, STR_LIT("v=0\r\n")));
	p.name.id = 0x01310008;
	ck_assert_int_eq(print(H248_COMPACT), -H_ENOENT);
	ck_assert(strstr(misfit.what, "0x0131/0x0008") != NULL);
	p.name.id = 0x000d0008;
	v.name.id = 0x2001;
	ck_assert_int_eq(print(H248_COMPACT), -H_ENOENT);
	ck_assert_ptr_null(h248_group_sdp(arena, &g).p);
}
END_TEST

START_TEST(identifiers_print_as_they_read)
{
	static const char *const mids[][2] = {
		{ "[192.0.2.1]:5", "[192.0.2.1]:5" },
		{ "[2001:DB8:0:0:1::1]", "[2001:db8::1:0:0:1]" },
		{ "[::]", "[::]" },
		{ "[::1]", "[::1]" },
		{ "[1::]", "[1::]" },
		{ "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]" },
		{ "[1:0:3:4:5:6:7:8]", "[1:0:3:4:5:6:7:8]" },
		{ "[1:0:0:4:0:0:0:8]", "[1:0:0:4::8]" },
		{ "<a.b>:1", "<a.b>:1" },
		{ "dev/1", "dev/1" },
		{ "MTP{0a0B}", "MTP{0A0B}" },
	};
	struct h248_mid m;

	for (unsigned i = 0; i < sizeof(mids) / sizeof(mids[0]); i++) {
		ck_assert_int_eq(h248_mid_parse(str_of(mids[i][0]), &m), 0);
		buf_reset(&out);
		h248_mid_print(&out, &m);
		ck_assert_msg(str_eq(buf_view(&out), str_of(mids[i][1])), "%s: %.*s",
			      mids[i][0], (int)out.n, out.p);
	}
}
END_TEST

START_TEST(kinds_have_words)
{
	ck_assert_str_eq(h248_cmd_name(H248_ADD), "Add");
	ck_assert_str_eq(h248_cmd_name(H248_SVC_CHANGE), "ServiceChange");
	ck_assert_str_eq(h248_cmd_name(H248_CMD_KINDS), "");
	ck_assert_str_eq(h248_desc_name(H248_D_BUFFER), "EventBuffer");
	ck_assert_str_eq(h248_desc_name(H248_D_SVC), "Services");
	ck_assert_str_eq(h248_desc_name(99), "");
}
END_TEST

START_TEST(a_full_buffer_is_a_failure)
{
	char mem[16];
	struct buf b;

	parse_good("!/1 gw T=1{C=1{S=a}}");
	buf_fixed(&b, mem, sizeof(mem));
	ck_assert_int_eq(h248_text_print(&b, msg, H248_PRETTY, &h248_names_plain, NULL),
			 -H_ELIMIT);
}
END_TEST

static Suite *h248_print_suite(void)
{
	Suite *s = suite_create("h248_print");
	TCase *tc = tcase_create("print");
	int n = sizeof(compact) / sizeof(compact[0]);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, compact_text_prints_as_it_was, 0, n);
	tcase_add_loop_test(tc, pretty_text_reads_as_the_same_tree, 0, n);
	tcase_add_test(tc, pretty_text_looks_so);
	tcase_add_test(tc, braces_of_sdp_are_escaped);
	tcase_add_test(tc, what_a_version_lacks_is_named);
	tcase_add_test(tc, empty_parts_have_no_text);
	tcase_add_test(tc, binary_names_get_their_text);
	tcase_add_test(tc, identifiers_print_as_they_read);
	tcase_add_test(tc, kinds_have_words);
	tcase_add_test(tc, a_full_buffer_is_a_failure);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(h248_print_suite)
