/* tests/unit/check_ctl_h248.c - hollerctl's commands on a daemon that an MGC controls,
 * and a reload under its calls.
 *
 * layer: tests   thread: main, one for the daemon   I/O: sockets on loopback, files
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway.h"
#include "test.h"
#include "util/str.h"
#include "wire/h248.h"

enum { WAIT_MS = 5000, TEXT_MOST = 4000 };

static int mgc, ctl;
static char in[TEXT_MOST];
static struct sockaddr_storage from;
static socklen_t from_len;

#define HAS(text)                                                                        \
	ck_assert_msg(strstr(gateway_last, text) != NULL, "%.500s", gateway_last)

static void ask(const char *request, const char *want)
{
	gateway_want(ctl, request, want);
}

/* The rows of a listing, one after the other; the last line is its end. */
static void list(const char *request)
{
	gateway_put(ctl, request, strlen(request));
}

static void row(const char *want)
{
	ck_assert_ptr_nonnull(gateway_line(ctl, WAIT_MS));
	HAS(want);
}

static void hear(const char *want)
{
	struct pollfd pfd = { .fd = mgc, .events = POLLIN };
	ssize_t n;

	from_len = sizeof(from);
	ck_assert_msg(poll(&pfd, 1, WAIT_MS) == 1, "nothing; wanted %s", want);
	n = recvfrom(mgc, in, sizeof(in) - 1, 0, (struct sockaddr *)&from, &from_len);
	ck_assert_int_gt(n, 0);
	in[n] = '\0';
	ck_assert_msg(strstr(in, want) != NULL, "wanted %s, got %s", want, in);
}

static void say(const char *body)
{
	char text[TEXT_MOST];
	int n = snprintf(text, sizeof(text), "!/1 [127.0.0.1]:1 %s", body);

	ck_assert_int_eq(sendto(mgc, text, (size_t)n, 0, (struct sockaddr *)&from,
				from_len),
			 n);
}

/* Confirms the ServiceChange that was heard last. */
static void accept_change(const char *more)
{
	const char *t = strstr(in, "T=");
	char text[200];

	ck_assert_msg(t != NULL, "%s", in);
	snprintf(text, sizeof(text), "P=%lu{C=-{SC=ROOT%s}}", strtoul(t + 2, NULL, 10),
		 more);
	say(text);
}

static void begin(char conf[TEXT_MOST], const char *more)
{
	struct addr a = { .family = 4, .ip = { 127, 0, 0, 1 } };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&a, &ss);

	mgc = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(mgc, (struct sockaddr *)&ss, len), 0);
	len = sizeof(ss);
	getsockname(mgc, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(&a, &ss);
	snprintf(
		conf, TEXT_MOST,
		"h248 { udp = {\"127.0.0.1:%d\"} tcp = {} sctp = {} }\n"
		"agent \"mg\" { protocol = h248 mid = \"gw1\" mgcs = {\"127.0.0.1:%u\"}\n"
		" version = 1 %s }\n"
		"endpoint \"conf/%%d\" { owner = mg kind = conf count = 2\n"
		" ids = \"8:5/3:29\" }\n",
		43000 + getpid() % 9000, a.port, more);
	gateway_start(conf);
	ctl = gateway_dial();
	hear("SC=ROOT");
	accept_change("{SV{V=1}}");
}

static void end(void)
{
	close(ctl);
	gateway_stop();
	close(mgc);
}

static void add_call(void)
{
	say("T=5{C=${A=rtp/${M{ST=1{O{MO=RC},L{\nv=0\nc=IN IP4 $\nm=audio $ RTP/AVP 0\n"
	    "}}}}}}");
	hear("P=5{C=1{A=rtp/1");
}

START_TEST(an_mg_is_shown)
{
	char conf[TEXT_MOST];

	begin(conf, "");
	add_call();
	list("{\"cmd\":\"agents\"}\n");
	row("\"owner\":\"ca\"");
	row("\"owner\":\"mg\",\"alive\":true,\"phase\":\"active\"");
	HAS("\"mid\":\"gw1\"");
	HAS("\"version\":1");
	HAS("\"contexts\":1");
	HAS("rtp/$=5c.20000000");
	row("\"ok\":true");
	list("{\"cmd\":\"terminations\"}\n");
	row("\"termination\":\"ROOT\",\"owner\":\"mg\",\"id\":\"ffffffffffffffff\"");
	row("\"termination\":\"rtp/"
	    "1\",\"owner\":\"mg\",\"id\":\"20000001\",\"context\":1");
	HAS("\"streams\":[\"1:recvonly\"]");
	row("\"ok\":true");
	list("{\"cmd\":\"terminations\",\"args\":{\"owner\":\"ca\"}}\n");
	row("\"ok\":true");
	ask("{\"cmd\":\"terminations\",\"args\":{\"owner\":\"nobody\"}}",
	    "\"code\":\"unknown\"");
	list("{\"cmd\":\"terminations\",\"args\":{\"name\":\"rtp/258\"}}\n");
	row("\"termination\":\"rtp/258\",\"owner\":\"mg\",\"id\":\"20000102\"");
	row("\"ok\":true");
	list("{\"cmd\":\"terminations\",\"args\":{\"name\":\"conf/2/$\"}}\n");
	row("\"id\":\"5f.a");
	row("\"ok\":true");
	ask("{\"cmd\":\"terminations\",\"args\":{\"name\":\"line/1\"}}",
	    "\"code\":\"unknown\"");
	list("{\"cmd\":\"contexts\"}\n");
	row("\"owner\":\"mg\"");
	HAS("\"terminations\":[\"rtp/1\"]");
	HAS("\"emergency\":false");
	row("\"ok\":true");
	end();
}
END_TEST

START_TEST(an_mg_leaves_and_comes_back)
{
	char conf[TEXT_MOST];

	begin(conf, "");
	add_call();
	ask("{\"cmd\":\"service\",\"args\":{\"owner\":\"mg\",\"pattern\":\"rtp/1\","
	    "\"change\":\"forced\"}}",
	    "\"endpoints\":1");
	hear("SC=rtp/1{SV{MT=FO");
	ask("{\"cmd\":\"service\",\"args\":{\"owner\":\"mg\",\"pattern\":\"line/1\","
	    "\"change\":\"back\"}}",
	    "\"code\":\"unknown\"");
	ask("{\"cmd\":\"service\",\"args\":{\"owner\":\"mg\",\"pattern\":\"ROOT\","
	    "\"change\":\"graceful\"}}",
	    "\"endpoints\":1");
	end();
}
END_TEST

/* What is watched is text with this gateway's names, whatever the message was. */
START_TEST(binary_is_traced_as_text)
{
	static const char request[] =
		"!/1 [127.0.0.1]:1 T=7{C=1{MF=rtp/x{M{ST=1{O{MO=IN}}}}}}";
	struct arena *a = arena_new(1 << 20);
	char conf[TEXT_MOST], *ber;
	struct h248_fault f;
	struct h248_msg *m;
	struct buf b;
	int watch;

	begin(conf, "");
	add_call();
	watch = gateway_dial();
	gateway_put(watch, "{\"cmd\":\"trace\",\"args\":{\"what\":\"show\"}}\n", 39);
	ask("{\"cmd\":\"status\"}", "\"ok\":true");
	usleep(50000);
	buf_init(&b, 10000);
	ck_assert_int_eq(h248_text_parse(a, str_of(request), &m, &f), 0);
	ck_assert_int_eq(h248_ber_enc(&b, m, &h248_names_plain, NULL), 0);
	ber = memmem(b.p, b.n, "rtp/x", 5); /* five octets: no name of ours */
	ck_assert_ptr_nonnull(ber);
	memcpy(ber - 1, "\x05\x20\0\0\0\1", 6);
	ck_assert_int_gt(sendto(mgc, b.p, b.n, 0, (struct sockaddr *)&from, from_len), 0);
	ck_assert_ptr_nonnull(gateway_line(watch, WAIT_MS));
	HAS("\"dir\":\"in\"");
	ck_assert_ptr_nonnull(gateway_line(watch, WAIT_MS));
	HAS("\"dir\":\"out\"");
	HAS("MEGACO/1 gw1");
	HAS("Reply = 7 {");
	buf_fini(&b);
	arena_free(a);
	close(watch);
	end();
}
END_TEST

/* Another MGC's section and other times are taken in; the call stays. */
START_TEST(a_reload_keeps_the_calls)
{
	char conf[TEXT_MOST], more[TEXT_MOST + 200];

	begin(conf, "");
	add_call();
	snprintf(more, sizeof(more),
		 "%sagent \"mg2\" { protocol = h248 mgcs = {\"127.0.0.99\"} }", conf);
	gateway_conf(more);
	ask("{\"cmd\":\"reload\"}", "\"ok\":true");
	list("{\"cmd\":\"agents\"}\n");
	row("\"owner\":\"ca\"");
	row("\"owner\":\"mg\",\"alive\":true,\"phase\":\"active\"");
	HAS("\"contexts\":1");
	row("\"owner\":\"mg2\"");
	row("\"ok\":true");
	say("T=6{C=1{S=rtp/1}}");
	hear("P=6{C=1{S=rtp/1");
	snprintf(more, sizeof(more), "%sagent \"mg2\" { protocol = h248 version = 9 }",
		 conf);
	gateway_conf(more);
	ask("{\"cmd\":\"reload\"}", "\"code\":\"refused\"");
	end();
}
END_TEST

static Suite *ctl_h248_suite(void)
{
	Suite *s = suite_create("ctl_h248");
	TCase *tc = tcase_create("mg");

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, an_mg_is_shown);
	tcase_add_test(tc, an_mg_leaves_and_comes_back);
	tcase_add_test(tc, binary_is_traced_as_text);
	tcase_add_test(tc, a_reload_keeps_the_calls);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ctl_h248_suite)
