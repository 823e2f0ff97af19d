/* tests/unit/check_h248_ber.c - H.248 in BER: octets that must be, and octets refused.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex A; H.248.1 v2, v3; X.690
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h248_rig.h"
#include "util/err.h"
#include "wire/h248_pkg.h"
#include "wire/h248_walk.h"

enum { MOST = 1 << 16 };

static unsigned char bytes[MOST];

static int dec(const void *p, size_t n)
{
	msg = NULL;
	return h248_ber_dec(arena, (struct span){ p, n }, &msg, &fault);
}

static int dec_hex(const char *hex)
{
	size_t n = 0;
	unsigned v;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		ck_assert_int_eq(sscanf(hex, "%2x", &v), 1);
		bytes[n++] = (unsigned char)v;
		hex++;
	}
	return dec(bytes, n);
}

/* Encode what `text` says; its octets are in `out`. */
static int enc(const char *text)
{
	parse_good(text);
	buf_reset(&out);
	return h248_ber_enc(&out, msg, &h248_names_plain, &misfit);
}

static bool has(const char *hex)
{
	unsigned char want[256];
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned v;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &v), 1);
		want[i] = (unsigned char)v;
	}
	for (size_t i = 0; i + n <= out.n; i++) {
		if (!memcmp(out.p + i, want, n))
			return true;
	}
	return false;
}

/* A restart on ROOT, worked out from the ASN.1 by hand. */
#define RESTART                                                                      \
	"3049 a147 800101 a10c a00a 8004c0000201 81020b80 a234 a132 a030 800101 a12b"  \
	"3029 800100 a324 3022 a020 a71e a00e 300c a000 8108ffffffffffffffff"          \
	"a10c 800103 a407 04051603393031"

START_TEST(a_restart_is_encoded_as_the_asn1_says)
{
	char hex[512] = "";

	ck_assert_int_eq(enc("!/1 [192.0.2.1]:2944 T=1{C=-{SC=ROOT{SV{MT=RS,RE=901}}}}"),
			 0);
	for (size_t i = 0; i < out.n; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)out.p[i]);
	ck_assert_int_eq(dec_hex(RESTART), 0);
	ck_assert_uint_eq(out.n, 75);
	ck_assert_msg(!memcmp(out.p, bytes, out.n), "%s", hex);
}
END_TEST

START_TEST(and_decoded)
{
	struct h248_cmd *c;

	ck_assert_int_eq(dec_hex(RESTART), 0);
	ck_assert_int_eq(msg->version, 1);
	ck_assert_int_eq(msg->mid.port, 2944);
	c = msg->trans->actions->cmds;
	ck_assert_int_eq(c->kind, H248_SVC_CHANGE);
	ck_assert_int_eq(c->terms->kind, H248_TERM_ROOT);
	ck_assert_int_eq(c->descs->u.svc->method, H248_RESTART);
	ck_assert(str_eq(h248_value_octets(c->descs->u.svc->reason), STR_LIT("901")));
}
END_TEST

/* A.2: BER of the value within the OCTET STRING, by the item's type. */
static const struct {
	const char *body, *hex;
} wrapped[] = {
	{ "A=a{M{O{nt/jit=40}}}", "8004000b0007a1050403020128" },
	{ "A=a{M{O{nt/jit=0x1ff}}}", "a10604040202 01ff" },
	{ "A=a{M{O{nt/jit=$}}}", "8004000b0007a100" },
	{ "A=a{M{O{nt/jit={1,2}}}}", "a10a04030201010403020102" },
	{ "A=a{M{O{nt/jit=[1:2]}}}", "a10a04030201010403020102a2038101ff" },
	{ "A=a{M{O{nt/jit=[1,2]}}}", "a10a04030201010403020102a2038201ff" },
	{ "A=a{M{O{nt/jit>1}}}", "a1050403020101a203800100" },
	{ "A=a{M{O{nt/jit#1}}}", "a1050403020101a203800102" },
	{ "A=a{M{O{tdmc/ec=on}}}", "8004000d0008a10504030101ff" },
	{ "A=a{M{O{tdmc/gain=-3}}}", "8004000d000aa10504030201fd" },
	{ "MF=a{E=1{al/on{strict=state}}}", "80020001a10504030a0101" },
	{ "MF=a{E=1{dd/std{tl=d5}}}", "8004000600 01" },
	{ "MF=a{E=1{dd/std{tl=d5}}}", "04030a0115" },
	{ "N=a{OE=1{dd/ce{ds=\"12\",Meth=UM}}}", "040416023132" },
	{ "N=a{OE=1{g/sc{SigID=\"cg/rt\"}}}", "0406040400070031" },
	{ "N=a{OE=1{g/cause{Failurecause=0a1B}}}", "040404020a1b" },
	{ "A=a{M{L{v=0\r\nc=IN IP4 $\r\nm=$}}}", "80040000b001a10504031601 30" },
	{ "A=a{M{L{v=0\r\nc=IN IP4 $\r\nm=$}}}", "80040000b00fa100" },
	{ "S=$", "30 0f a000" },
};

START_TEST(values_are_wrapped_by_their_type)
{
	char text[256], hex[256], *p = hex;

	snprintf(text, sizeof(text), "!/1 gw T=1{C=1{%s}}", wrapped[_i].body);
	ck_assert_msg(!enc(text), "%s: %s", text, misfit.what);
	for (const char *q = wrapped[_i].hex; *q; q++) {
		if (*q != ' ')
			*p++ = *q;
	}
	*p = '\0';
	if (_i + 1 < (int)(sizeof(wrapped) / sizeof(wrapped[0])))
		ck_assert_msg(has(hex), "%s lacks %s", text, hex);
	else /* the last: CHOOSE is a wildcard of all 64 bits */
		ck_assert(has("a00304017f81080000000000000000"));
}
END_TEST

/* What has no binary counterpart is refused, and named. */
static const struct {
	const char *text, *what;
	int rc;
} misfits[] = {
	{ "!/1 gw T=1{C=1{A=a{M{O{zz/top=1}}}}}", "zz/top", -H_ENOENT },
	{ "!/1 gw T=1{C=1{A=a{M{O{nt/top=1}}}}}", "nt/top", -H_ENOENT },
	{ "!/1 gw T=1{C=1{MF=a{SG{cg/rt{loud=1}}}}}", "loud", -H_ENOENT },
	{ "!/1 gw T=1{C=1{A=termination/9}}", "termination/9", -H_ENOENT },
	{ "!/1 gw T=1{C=1{MF=a{DM=dialplan}}}", "dialplan", -H_ENOENT },
	{ "!/1 gw T=1{C=1{A=a{M{O{nt/jit=quick}}}}}", "quick", -H_EINVAL },
	{ "!/1 gw T=1{C=1{A=a{M{O{tdmc/ec=2}}}}}", "ec", -H_EINVAL },
	{ "!/1 gw T=1{C=1{A=a{M{L{hello}}}}}", "hello", -H_EINVAL },
	{ "!/1 gw T=1{C=1{A=a{MX=X-zip{b}}}}", "muxType", -H_EINVAL },
	{ "!/1 gw T=1{C=1{PR=99,S=a}}", "99", -H_EINVAL },
	{ "!/1 gw T=1{C=1{SC=a{SV{MT=X-odd,RE=900}}}}", "serviceChangeMethod",
	  -H_EINVAL },
	{ "!/1 gw T=1{C=1{MF=a{DM=dm{Z:3,x}}}}", "durationTimer", -H_EINVAL },
	{ "!/3 gw T=1{C=1{AV=a{AT{M{O{MO#SR}}}}}}", "Mode", -H_EINVAL },
	{ "!/2 gw T=1{C=1{AV=a{AT{EB{al/of{strict}}}}}}", "parameter", -H_EINVAL },
};

START_TEST(what_has_no_binary_form_is_named)
{
	int rc = enc(misfits[_i].text);

	ck_assert_msg(rc == misfits[_i].rc, "%s: %d", misfits[_i].text, rc);
	ck_assert_msg(strstr(misfit.what, misfits[_i].what) != NULL, "%s: %s",
		      misfits[_i].text, misfit.what);
	ck_assert_uint_eq(out.n, 0);
}
END_TEST

START_TEST(every_kind_of_part_comes_back)
{
	static const char *const texts[] = {
		"AU=0x00000001:0x00000002:0x0102030405060708090a0b0c !/1 <gw.example>:5 "
		"ER=400{}",
		"!/1 MTP{0102} K{1,4-9} PN=3{} P=5{IA,ER=403{\"x\"}}",
		"!/1 [2001:db8::7] "
		"T=1{C=*{TP{a,b,BW,b,c,OW},EG,CA{TP,EG,PR},O-W-S=*{AT{M}}}}",
		"!/2 gw T=1{C=1{TP{a,b,IS,ST=4},MF=a{MX=N64{b,c},MD[V34,SN]{tdmc/gain=1},"
		"M{TS{BF=SP,SI=TE,tdmc/"
		"gain=1},ST=2{O{MO=LB,RV=ON,RG=OFF}},ST=3{L{},R{v=0}}},"
		"DM=d1{T:1,S:2,L:3,Z:4,x.},EB{al/of{ST=2},al/on},SG,E}}}",
		"!/2 gw "
		"T=1{C=1{AV=a{AT{MX,PG,SG{cg/rt},SG{SL=4},SG{SL=5{cg/bt}},E=3{al/*},"
		"EB{al/of{ST=1}},DM=d1,SA{nt/or},PG{nt-1},M{ST=1{O{RV,RG,MO,nt/jit}}},"
		"M{TS{BF,SI}},M{L,R}}},SC=ROOT{SV{MT=FO,RE=900,M,PG,AD=2944,V=2,PF=a/1,"
		"DL=7,20260101T00000000,X-abc=12}}}}",
		"!/3 gw "
		"T=1{C=*{CT{nt/jit=1},IEPS=OFF,EGO,CA{ORLgc,EGV=EGO,IEPS=ON,PR=2,CT{nt/"
		"jit>1}},"
		"AV=[a,b]{AT{M{ST=1{SA{nt/or},O{MO=SR,nt/jit<3}},TS{SI=IV}}}},"
		"MF=a{E=1{al/of{NBRN{EM{SG{cg/rt},E=2{al/on{NBNN,RSE,KA}}}},DM=d1},al/"
		"on{NBIN,"
		"EM{E}}},SG{SL=1{cg/"
		"rt{SPADI=B,SPARQ=*,SPAIS=2,NC={TO,IR},SY=OO,DR=3,ST=4,KA}}},"
		"SA{nt/or}}},C=5{CA{CT{CLT={1,-}}},S=a}}",
		"!/3 gw "
		"P=1/2/END{C=5,C=6{PR=1,AV=C{a,b},AC=C{ER=411{}},AV=[a,b]{M,E=1{al/"
		"of},OE=3{"
		"20260101T00000000:al/of{ST=1,init=on}},SA{nt/or=5,rtp/pl=0.25,nt/"
		"dur},PG{nt-1}},"
		"N=a{ER=500{}},SC=a{SV{MG=[192.0.2.1]:5,V=1}},SC=b,SC=c{ER=501{}},MF=d}} "
		"SM=4/1/END",
	};
	struct h248_msg *back;

	ck_assert_msg(!enc(texts[_i]), "%s: %s", texts[_i], misfit.what);
	ck_assert_msg(!h248_ber_dec(arena, buf_view(&out), &back, &fault), "%s at %zu",
		      fault.err.what, fault.err.offset);
	ck_assert_msg(h248_same(msg, back, &h248_names_plain), "%s", texts[_i]);
	for (size_t n = 0; n < out.n; n++) { /* and no beginning of it passes */
		unsigned char *copy = malloc(n + 1);

		memcpy(copy, out.p, n);
		ck_assert_int_eq(dec(copy, n), -H_ESYNTAX);
		free(copy);
	}
}
END_TEST

/* The same bytes with every length indefinite. */
static size_t unbounded(const unsigned char *p, size_t n, unsigned char *to)
{
	size_t k = 0;

	for (size_t i = 0; i < n;) {
		size_t len = p[i + 1], head = 2;

		if (len & 0x80) {
			head += len & 0x7f;
			len = len == 0x81 ? p[i + 2] : (size_t)p[i + 2] << 8 | p[i + 3];
		}
		to[k++] = p[i];
		if (p[i] & 0x20) {
			to[k++] = 0x80;
			k += unbounded(p + i + head, len, to + k);
			to[k++] = 0;
			to[k++] = 0;
		} else {
			memcpy(to + k, p + i + 1, head - 1 + len);
			k += head - 1 + len;
		}
		i += head + len;
	}
	return k;
}

START_TEST(indefinite_lengths_mean_the_same)
{
	struct h248_msg *want;
	size_t n;

	ck_assert_int_eq(
		enc("!/1 gw T=1{C=${A=${M{ST=1{O{MO=SR,nt/jit=40},L{v=0\r\nc=IN IP4 $"
		    "\r\nm=audio $ RTP/AVP 0}}}},MF=a{E=1{al/of{strict=exact}}}}}"),
		0);
	want = msg;
	n = unbounded((unsigned char *)out.p, out.n, bytes);
	ck_assert_int_eq(dec(bytes, n), 0);
	ck_assert(h248_same(want, msg, &h248_names_plain));
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(dec(bytes, i), -H_ESYNTAX);
	bytes[n] = 0;
	ck_assert_int_eq(dec(bytes, n + 1), -H_ESYNTAX);
}
END_TEST

static const struct {
	const char *why, *hex;
	unsigned code;
} refused[] = {
	{ "nothing", "", 400 },
	{ "no SEQUENCE", "0500", 400 },
	{ "bytes behind", RESTART "00", 400 },
	{ "version 4",
	  "3013 a111 800104 a105 8303676777 a205a1030101 00", 406 },
	{ "version 0", "300f a10d 800100 a105 8303676777 a201 00", 406 },
	{ "no mid", "3007 a105 800101 a200", 400 },
	{ "unknown mid", "300b a109 800101 a102 8900 a200", 400 },
	{ "length beyond", "30 84ffffffff a1", 400 },
	{ "length of length", "30 85 0000000001 a1", 400 },
	{ "indefinite primitive", "3080 a180 8080 01", 400 },
	{ "number too big", "300d a10b 80020101 a103 830167 a200", 400 },
	{ "negative number", "300c a10a 8001ff a103 830167 a200", 400 },
	{ "out of order", "300c a10a a103 830167 800101 a200", 400 },
	{ "two alternatives", "300f a10d 800101 a103 830167 a203 a100 05", 400 },
	{ "empty address", "3009 a107 800101 a100 a200", 400 },
};

START_TEST(bytes_that_are_no_message_are_refused)
{
	char hex[512];

	snprintf(hex, sizeof(hex), "%s", refused[_i].hex);
	ck_assert_msg(dec_hex(hex) == -H_ESYNTAX, "%s", refused[_i].why);
	ck_assert_msg(fault.code == refused[_i].code, "%s: %u %s", refused[_i].why,
		      fault.code, fault.err.what);
	ck_assert_ptr_nonnull(fault.err.what);
}
END_TEST

START_TEST(faults_are_told_with_their_place_in_the_tree)
{
	char *p;

	ck_assert_int_eq(enc("!/1 gw T=7{C=3{S=a,MF=b{M{O{MO=SR}}}}}"), 0);
	p = memmem(out.p, out.n, "\xa0\x05\x80\x01\x02\xa3\x00", 7);
	ck_assert_ptr_nonnull(p);
	p[4] = 9; /* no stream mode */
	ck_assert_int_eq(dec(out.p, out.n), -H_ESYNTAX);
	ck_assert_int_eq(fault.code, 442);
	ck_assert_int_eq(fault.level, H248_AT_CMD);
	ck_assert_uint_eq(fault.trans->id, 7);
	ck_assert_uint_eq(fault.action->ctx, 3);
	ck_assert_int_eq(fault.cmd->kind, H248_MODIFY);
	ck_assert_ptr_eq(fault.action->cmds->next, fault.cmd);
}
END_TEST

START_TEST(a_descriptor_twice_is_refused)
{
	struct h248_desc again = { .kind = H248_D_SIGNALS };

	ck_assert_int_eq(enc("!/1 gw T=7{C=3{MF=b{SG,E=1{al/of}}}}"), 0);
	msg->trans->actions->cmds->descs->next->next = &again;
	buf_reset(&out);
	ck_assert_int_eq(h248_ber_enc(&out, msg, &h248_names_plain, &misfit), 0);
	ck_assert_int_eq(dec(out.p, out.n), -H_ESYNTAX);
	ck_assert_int_eq(fault.code, 448);
	ck_assert_int_eq(fault.level, H248_AT_CMD);
}
END_TEST

START_TEST(what_a_later_version_added_is_passed_over)
{
	ck_assert_int_eq(enc("!/3 gw T=1{C=1{IEPS=ON,PR=2,MF=a}}"), 0);
	out.p[(char *)memmem(out.p, out.n, "\x80\x01\x03", 3) - out.p + 2] = 1;
	ck_assert_int_eq(dec(out.p, out.n), 0);
	ck_assert_int_eq(msg->trans->actions->props->has, H248_CTX_PRIORITY);
}
END_TEST

START_TEST(strings_in_pieces_are_joined)
{
	/* deviceName as a constructed string of "g" and "w" */
	ck_assert_int_eq(
		dec_hex("3015 a113 800101 a108 a306 040167 040177 a204 a102 a100"),
		-H_ESYNTAX); /* an empty request lacks its id */
	ck_assert_ptr_nonnull(msg);
	ck_assert(str_eq(msg->mid.name, STR_LIT("gw")));
}
END_TEST

/* Nothing nests without bound, and nothing takes more than linear time. */
START_TEST(bombs_are_refused)
{
	unsigned char *p = malloc(1 << 20);

	memset(p, 0x30, 1 << 20);
	for (size_t i = 1; i < 1 << 20; i += 2)
		p[i] = 0x80;
	ck_assert_int_ne(dec(p, 1 << 20), 0);
	memcpy(p,
	       "\x30\x80\xa1\x80\x80\x01\x01\xa1\x80\x83\x02gw\x00\x00\xa2\x80\xa1\x80"
	       "\xa0\x80"
	       "\x80\x01\x01\xa1\x00\xa9\x80",
	       28);
	ck_assert_int_eq(dec(p, 1 << 20), -H_ELIMIT);
	ck_assert_int_eq(dec(p, (1 << 20) + 1), -H_ELIMIT);
	free(p);
}
END_TEST

START_TEST(wildcards_of_terminations)
{
	struct h248_term t = { .nid = 3, .nwild = 1, .wild = { 0x57 } };
	char text[H248_NAME_MAX + 1];
	struct span s;

	ck_assert_int_eq(enc("!/1 gw T=1{C=1{S=rtp/$,S=a*b,S=*}}"), 0);
	ck_assert(has("a00304014781057274702f00"));
	ck_assert(has("a00304018f8103610062"));
	ck_assert(has("a0030401ff81080000000000000000"));
	ck_assert_int_eq(h248_ber_dec(arena, buf_view(&out), &msg, &fault), 0);
	ck_assert_int_eq(h248_term_text(msg->trans->actions->cmds->terms,
					&h248_names_plain, text, &s),
			 0);
	ck_assert(str_eq(s, STR_LIT("rtp/$")));
	ck_assert_int_eq(msg->trans->actions->cmds->next->next->terms->kind,
			 H248_TERM_ALL);
	ck_assert_int_eq(h248_term_bin(&t, &h248_names_plain, &t), 0);
	t.wild[0] = 0x4c; /* in the middle of an octet */
	ck_assert_int_eq(h248_term_text(&t, &h248_names_plain, text, &s), -H_ENOENT);
}
END_TEST

START_TEST(a_full_buffer_or_arena_is_a_failure)
{
	struct arena *small = arena_new(256);
	struct h248_msg *m;
	char mem[20];
	struct buf b;

	ck_assert_int_eq(dec_hex(RESTART), 0);
	buf_fixed(&b, mem, sizeof(mem));
	ck_assert_int_eq(h248_ber_enc(&b, msg, &h248_names_plain, NULL), -H_ELIMIT);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_ptr_nonnull(small);
	ck_assert_int_eq(
		h248_ber_dec(small, (struct span){ (char *)bytes, 75 }, &m, NULL),
		-H_ENOMEM);
	arena_free(small);
}
END_TEST

static Suite *h248_ber_suite(void)
{
	Suite *s = suite_create("h248_ber");
	TCase *tc = tcase_create("ber");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_restart_is_encoded_as_the_asn1_says);
	tcase_add_test(tc, and_decoded);
	tcase_add_loop_test(tc, values_are_wrapped_by_their_type, 0,
			    sizeof(wrapped) / sizeof(wrapped[0]));
	tcase_add_loop_test(tc, what_has_no_binary_form_is_named, 0,
			    sizeof(misfits) / sizeof(misfits[0]));
	tcase_add_loop_test(tc, every_kind_of_part_comes_back, 0, 7);
	tcase_add_test(tc, indefinite_lengths_mean_the_same);
	tcase_add_loop_test(tc, bytes_that_are_no_message_are_refused, 0,
			    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, faults_are_told_with_their_place_in_the_tree);
	tcase_add_test(tc, a_descriptor_twice_is_refused);
	tcase_add_test(tc, what_a_later_version_added_is_passed_over);
	tcase_add_test(tc, strings_in_pieces_are_joined);
	tcase_add_test(tc, bombs_are_refused);
	tcase_add_test(tc, wildcards_of_terminations);
	tcase_add_test(tc, a_full_buffer_or_arena_is_a_failure);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(h248_ber_suite)
