/* tests/unit/check_h248_appendix.c - the messages of RFC 3525 Appendix I, in our own
 * words: all decode, and print again in every form.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 A.1.1, A.1.2
 */
#include "test.h"

#include <stdio.h>

#include "util/err.h"
#include "wire/h248.h"

#define MG1 "MEGACO/1 [192.0.2.1]:55555 "
#define MG2 "MEGACO/1 [192.0.2.2]:55555 "
#define MGC "MEGACO/1 [192.0.2.4]:55555 "
#define SDP(ip, port, more) \
	"\r\nv=0\r\nc=IN IP4 " ip "\r\nm=audio " port " RTP/AVP 4" more "\r\n"
#define LONG_SDP(ip, port, more)                                                  \
	"\r\nv=0\r\no=- 2890844526 2890842807 IN IP4 " ip "\r\ns=-\r\nt= 0 0\r\n" \
	"c=IN IP4 " ip "\r\nm=audio " port " RTP/AVP 4" more "\r\n"

static const struct step {
	const char *step, *text;
} steps[] = {
	{ "1", MG1 "Transaction = 9998 { Context = - { ServiceChange = ROOT {Services {"
		   "Method=Restart, ServiceChangeAddress=55555, Profile=ResGW/1,"
		   /* the appendix leaves out what B.2 demands */
		   "Reason=\"901 Cold Boot\"} } } }" },
	{ "2", MGC "Reply = 9998 { Context = - {ServiceChange = ROOT { Services {"
		   "ServiceChangeAddress=55555, Profile=ResGW/1} } } }" },
	{ "3", MGC "Transaction = 9999 { Context = - { Modify = A4444 {"
		   "Media { Stream = 1 { LocalControl { Mode = SendReceive,\r\n"
		   "tdmc/gain=2, ; in dB\r\ntdmc/ec=on } } },"
		   "Events = 2222 {al/of{strict=state}} } } }" },
	{ "4", MG1 "Reply = 9999 { Context = - {Modify = A4444} }" },
	{ "6", MG1 "Transaction = 10000 { Context = - { Notify = A4444 {"
		   "ObservedEvents =2222 { 19990729T22000000:al/of{init=off}}} } }" },
	{ "7", MGC "Reply = 10000 { Context = - {Notify = A4444} }" },
	{ "8", MGC "Transaction = 10001 { Context = - { Modify = A4444 {"
		   "Events = 2223 { al/on{strict=state}, dd/ce {DigitMap=Dialplan0} },"
		   "Signals {cg/dt}, DigitMap= Dialplan0{"
		   "(0| 00|[1-7]xxx|8xxxxxxx|Fxxxxxxx|Exx|91xxxxxxxxxx|9011x.)} } } }" },
	{ "9", MG1 "Reply = 10001 { Context = - {Modify = A4444} }" },
	{ "10", MG1 "Transaction = 10002 { Context = - { Notify = A4444 {"
		    "ObservedEvents =2223 { 19990729T22010001:"
		    "dd/ce{ds=\"916135551212\",Meth=UM}}} } }" },
	{ "11", MGC "Reply = 10002 { Context = - {Notify = A4444} }" },
	{ "12", MGC "Transaction = 10003 { Context = $ { Add = A4444, Add = $ { Media {"
		    "Stream = 1 { LocalControl { Mode = ReceiveOnly, nt/jit=40 },"
		    "Local {" SDP("$", "$", "\r\na=ptime:30") "v=0\r\nc=IN IP4 $\r\n"
		    "m=audio $ RTP/AVP 0\r\n} } } } } }" },
	{ "13", MG1 "Reply = 10003 { Context = 2000 { Add = A4444, Add=A4445{ Media {"
		    "Stream = 1 { Local {"
		    LONG_SDP("192.0.2.1", "2222", "\r\na=ptime:30\r\na=recvonly")
		    "} ; RTP profile for G.723.1 is 4\r\n} } } } }" },
	{ "14", MGC "Transaction = 50003 { Context = $ { Add = A5555 { Media {"
		    "Stream = 1 { LocalControl {Mode = SendReceive} }},"
		    "Events=1234{al/of{strict=state}},"
		    "Signals {al/ri} }, Add = $ {Media { Stream = 1 { LocalControl {"
		    "Mode = SendReceive, nt/jit=40 ; in ms\r\n}, Local {"
		    SDP("$", "$", "\r\na=ptime:30") "}, Remote {"
		    SDP("192.0.2.1", "2222", "\r\na=ptime:30") "} } } } } }" },
	{ "15", MG2 "Reply = 50003 { Context = 5000 { Add = A5555, Add = A5556{ Media {"
		    "Stream = 1 { Local {" LONG_SDP("192.0.2.2", "1111", "")
		    "} } } } } }" },
	{ "16", MGC "Transaction = 10005 { Context = 2000 { Modify = A4444 {"
		    "Signals {cg/rt} }, Modify = A4445 { Media { Stream = 1 { Remote {"
		    LONG_SDP("192.0.2.2", "1111", "") "} } } } } }" },
	{ "16", MG1 "Reply = 10005 { Context = 2000 {Modify = A4444, Modify = A4445} }" },
	{ "17", MG2 "Transaction = 50005 { Context = 5000 { Notify = A5555 {"
		    "ObservedEvents =1234 { 19990729T22020002:al/of{init=off}}} } }" },
	{ "17", MGC "Reply = 50005 { Context = - {Notify = A5555} }" },
	{ "17", MGC "Transaction = 50006 { Context = 5000 { Modify = A5555 {"
		    "Events = 1235 {al/on{strict=state}},"
		    "Signals { } ; to turn off ringing\r\n} } }" },
	{ "17", MG2 "Reply = 50006 { Context = 5000 {Modify = A4445} }" },
	{ "18", MGC "Transaction = 10006 { Context = 2000 { Modify = A4445 { Media {"
		    "Stream = 1 { LocalControl { Mode=SendReceive } } } },"
		    "Modify = A4444 { Signals { } } } }" },
	{ "18", MG1 "Reply = 10006 { Context = 2000 {Modify = A4445, Modify = A4444}}" },
	{ "19", MGC "Transaction = 50007 { Context = - {AuditValue = A5556{ Audit{Media,"
		    "DigitMap, Events, Signals, Packages, Statistics }} } }" },
	{ "20", MG2 "Reply = 50007 { Context = - { AuditValue = A5556 { Media {"
		    "TerminationState { ServiceStates = InService, Buffer = OFF },"
		    "Stream = 1 { LocalControl { Mode = SendReceive, nt/jit=40 }, Local {"
		    LONG_SDP("192.0.2.2", "1111", "\r\na=ptime:30") "}, Remote {"
		    LONG_SDP("192.0.2.1", "2222", "\r\na=ptime:30")
		    "} } }, Events, Signals, DigitMap, Packages {nt-1, rtp-1},"
		    "Statistics { rtp/ps=1200, nt/os=62300, rtp/pr=700, nt/or=45100,"
		    "rtp/pl=0.2, rtp/jit=20, rtp/delay=40 } } } }" },
	{ "21", MG2 "Transaction = 50008 { Context = 5000 { Notify = A5555 {"
		    "ObservedEvents =1235 { 19990729T24020002:al/on{init=off}} } } }" },
	{ "21", MGC "Reply = 50008 { Context = - {Notify = A5555} }" },
	{ "22", MGC "Transaction = 50009 { Context = 5000 {"
		    "Subtract = A5555 {Audit{Statistics}},"
		    "Subtract = A5556 {Audit{Statistics}} } }" },
	{ "22", MG2 "Reply = 50009 { Context = 5000 { Subtract = A5555 { Statistics {"
		    "nt/os=45123, nt/dur=40 } }, Subtract = A5556 { Statistics {"
		    "rtp/ps=1245, nt/os=62345, rtp/pr=780, nt/or=45123, rtp/pl=10,"
		    "rtp/jit=27, rtp/delay=48 } } } }" },
};
enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* "A4444" and 4444: names of the appendix have no binary form of their own. */
static int to_bin(void *arg, struct span text, struct h248_term *out)
{
	struct span num = { text.p + 1, text.n - 1 };
	uint32_t n;

	(void)arg;
	if (text.n < 2 || *text.p != 'A' || !str_u32(num, UINT16_MAX, &n))
		return -H_ENOENT;
	out->nid = 2;
	out->id[0] = (uint8_t)(n >> 8);
	out->id[1] = (uint8_t)n;
	return 0;
}

static int to_text(void *arg, const struct h248_term *bin, char out[H248_NAME_MAX + 1])
{
	(void)arg;
	if (bin->nid != 2)
		return -H_ENOENT;
	snprintf(out, H248_NAME_MAX + 1, "A%u", bin->id[0] << 8 | bin->id[1]);
	return 0;
}

static int dm_to_bin(void *arg, struct span text, uint8_t out[2])
{
	(void)arg;
	out[0] = 0;
	out[1] = 1;
	return str_eq(text, STR_LIT("Dialplan0")) ? 0 : -H_ENOENT;
}

static int dm_to_text(void *arg, const uint8_t id[2], char out[H248_NAME_MAX + 1])
{
	(void)arg;
	snprintf(out, H248_NAME_MAX + 1, "Dialplan%d", id[1] - 1);
	return id[0] ? -H_ENOENT : 0;
}

static const struct h248_names names = {
	.whole_octets = 2,
	.to_bin = to_bin,
	.to_text = to_text,
	.dm_to_bin = dm_to_bin,
	.dm_to_text = dm_to_text,
};

enum form { PRETTY = H248_PRETTY, COMPACT = H248_COMPACT, BER };

static struct span print(struct arena *a, const struct step *s, const struct h248_msg *m,
			 enum form form)
{
	struct h248_misfit why = { "" };
	struct span out;
	struct buf b;
	int rc;

	buf_init(&b, 1 << 16);
	rc = form == BER ? h248_ber_enc(&b, m, &names, &why)
			 : h248_text_print(&b, m, (enum h248_style)form, &names, &why);
	ck_assert_msg(!rc, "step %s: %s", s->step, why.what);
	out = arena_span(a, buf_view(&b));
	buf_fini(&b);
	return out;
}

static struct h248_msg *read_back(struct arena *a, const struct step *s, struct span text,
				  bool ber)
{
	struct h248_fault f = { 0 };
	struct h248_msg *m = NULL;
	int rc = ber ? h248_ber_dec(a, text, &m, &f) : h248_text_parse(a, text, &m, &f);

	ck_assert_msg(!rc, "step %s at %zu: %s", s->step, f.err.offset, f.err.what);
	return m;
}

START_TEST(every_form_says_the_same)
{
	const struct step *s = &steps[_i];
	struct arena *a = arena_new(4 << 20);
	struct h248_msg *m;
	struct span compact, again;

	ck_assert_ptr_nonnull(a);
	m = read_back(a, s, str_of(s->text), false);
	compact = print(a, s, m, COMPACT);
	ck_assert_uint_lt(compact.n, str_of(s->text).n + 200);
	for (int form = PRETTY; form <= (int)BER; form++) {
		struct span text = print(a, s, m, (enum form)form);
		struct h248_msg *back = read_back(a, s, text, form == BER);

		again = print(a, s, back, COMPACT);
		ck_assert_msg(str_eq(again, compact), "step %s, form %d:\n%.*s\n%.*s",
			      s->step, form, (int)compact.n, compact.p, (int)again.n,
			      again.p);
	}
	arena_free(a);
}
END_TEST

static Suite *appendix_suite(void)
{
	Suite *s = suite_create("h248 appendix");
	TCase *tc = tcase_create("messages");

	tcase_add_loop_test(tc, every_form_says_the_same, 0, STEPS);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(appendix_suite)
