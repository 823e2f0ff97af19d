/* tests/unit/check_start.c - a daemon that is put together and taken apart, also in want.
 *
 * layer: tests   thread: main, and the daemon's workers   I/O: sockets, files
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf_rig.h"
#include "config.h"
#include "daemon/daemon.h"
#include "daemon/logto.h"
#include "daemon/notify.h"
#include "daemon/priv.h"
#include "daemon/resolve.h"
#include "daemon/scan.h"
#include "util/err.h"

static void quiet(enum log_cat cat, enum log_level level, const char *line)
{
	(void)cat;
	(void)level;
	(void)line;
}

static struct conf *load(const char *more)
{
	char text[4000];

	snprintf(text, sizeof(text),
		 "ctl { socket = \"%s/s\" }\nstore { file = \"%s/h.db\" }\n"
		 "mgcp { listen = {\"127.0.0.1:%d\"} }\n"
		 "media { addresses = {\"127.0.0.1\"} io = socket workers = 2 }\n"
		 "agent \"ca\" { allow = {\"127.0.0.1\"} addresses = {\"127.0.0.1\"} }\n"
		 "endpoint \"rtpbridge/%%x\" { count = 5 }\n"
		 "endpoint \"conf/%%d\" { kind = conf count = 2 }\n%s",
		 test_tmpdir(), test_tmpdir(), 33000 + getpid() % 9000, more);
	return rig_load(text);
}

/* It starts, unless memory is made to fail. */
static bool starts(struct daemon *d, const char *more)
{
	bool good;

	log_set_sink(quiet);
	*d = (struct daemon){ .log_least = -1, .conf = load(more) };
	good = d->conf && !daemon_start(d);
	ck_assert_msg(good || test_in_oom(), "%s", rig_said);
	return good;
}

static void ends(struct daemon *d)
{
	if (d->conf)
		daemon_free(d);
}

START_TEST(start_and_end)
{
	static struct daemon d;

	if (starts(&d, "")) {
		loop_pump(&d);
		ck_assert_ptr_nonnull(d.ctl);
	}
	ends(&d);
}
END_TEST

START_TEST(start_without_anything_that_keeps)
{
	static struct daemon d;

	if (starts(&d, "ctl { socket = \"\" }\nstore { file = \"\" }\n")) {
		ck_assert_ptr_null(d.ctl);
		ck_assert_ptr_null(d.store);
		ck_assert_ptr_nonnull(d.zones);
	}
	ends(&d);
}
END_TEST

START_TEST(a_reload_in_want_of_memory)
{
	static struct daemon d;
	static struct buf said;

	if (starts(&d, "ctl { socket = \"\" }\n")) {
		int err;

		buf_init(&said, 4000);
		err = daemon_reload(&d, &said);
		ck_assert(!err || test_in_oom());
		buf_fini(&said);
		ck_assert_ptr_nonnull(d.conf);
	}
	ends(&d);
}
END_TEST

/* ---- small parts ----------------------------------------------------------------- */

START_TEST(descriptors_are_asked_for)
{
	size_t most = priv_raise_nofile(0);

	ck_assert_uint_gt(most, 3);
	ck_assert_uint_eq(priv_raise_nofile(0), most);
	ck_assert_uint_eq(priv_raise_nofile(16), most); /* never less */
}
END_TEST

START_TEST(an_unknown_user_is_named)
{
	char why[300];

	test_no_oom();
	ck_assert_int_eq(priv_drop("no-such-user", false, why), -H_ENOENT);
	ck_assert_str_eq(why, "there is no user no-such-user");
}
END_TEST

START_TEST(privileges_are_gone_for_good)
{
	char why[300];

	test_no_oom();
	ck_assert_int_eq(priv_drop("", false, why), 0);
	ck_assert(!priv_can_raw() || geteuid() == 0);
	ck_assert_int_eq(priv_drop("", false, why), 0);
	if (geteuid())
		ck_assert_int_eq(priv_drop("root", false, why), -H_EPERM);
}
END_TEST

START_TEST(the_watchdog_is_fed_twice_as_often)
{
	test_no_oom();
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	ck_assert_uint_eq(notify_watchdog(), 0);
#ifdef HAVE_SYSTEMD
	setenv("WATCHDOG_USEC", "3000000", 1);
	ck_assert_uint_eq(notify_watchdog(), 1500000000u);
	setenv("WATCHDOG_PID", "1", 1);
	ck_assert_uint_eq(notify_watchdog(), 0);
	setenv("WATCHDOG_USEC", "soon", 1);
	unsetenv("WATCHDOG_PID");
	ck_assert_uint_eq(notify_watchdog(), 0);
#endif
	setenv("NOTIFY_SOCKET", "relative/path", 1);
	notify_ready(); /* ignored */
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	notify_ready();
	notify_status("%s", "fine");
}
END_TEST

START_TEST(sections_are_found_in_any_text)
{
	static struct scan s;

	scan_file(&s, STR_LIT("a {\n b = \"}\" }\n/* x {\n */\nb 'q {' {\n}\n# c {\na { "
			      "d { } }"));
	ck_assert_int_eq(s.open, 0);
	ck_assert_uint_eq(s.n, 3);
	ck_assert_int_eq(scan_line(&s, "a", 0), 1);
	ck_assert_int_eq(scan_line(&s, "b", 0), 5);
	ck_assert_int_eq(scan_line(&s, "a", 1), 8);
	ck_assert_int_eq(scan_line(&s, "a", 2), 0);
	scan_file(&s, STR_LIT("a { \"unclosed } \n\n"));
	ck_assert_int_eq(s.open, 1);
	scan_file(&s, STR_LIT("}}}\n{ { } "));
	ck_assert_int_ne(s.open, -1);
	scan_file(&s, STR_LIT("/*"));
	scan_file(&s, STR_LIT("\"\\"));
	scan_file(&s, (struct span){ NULL, 0 });
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

START_TEST(names_are_resolved_without_waiting)
{
	test_no_oom();
	struct event_base *base;
	static struct daemon d;
	struct addr v[4];

	log_set_sink(quiet);
	ck_assert_int_eq(loop_open(&d), 0);
	base = d.base;
	struct resolve *r = resolve_new(base, NULL, NULL);

	ck_assert_int_eq(resolve_get(r, STR_LIT(""), v, 4), 0);
	for (int i = 0; i < 600; i++) { /* more than are kept */
		char name[40];

		snprintf(name, sizeof(name), "h%d.invalid", i);
		ck_assert_int_le(resolve_get(r, str_of(name), v, 4), 0);
	}
	resolve_free(r);
	loop_close(&d);
}
END_TEST

static unsigned late;

static void on_late(evutil_socket_t fd, short what, void *arg)
{
	struct addr v[4];

	(void)fd;
	(void)what;
	late++;
	ck_assert_int_eq(resolve_get(arg, STR_LIT("late.invalid"), v, 4), 0);
}

/* A connection may be lost in the last turn of the loop, and the next host asked for. */
START_TEST(who_asks_at_the_end_gets_nothing)
{
	static const struct timeval at_once;
	static struct daemon d;
	struct resolve *r;
	struct addr v[4];

	test_no_oom();
	log_set_sink(quiet);
	ck_assert_int_eq(loop_open(&d), 0);
	r = resolve_new(d.base, NULL, NULL);
	resolve_get(r, STR_LIT("early.invalid"), v, 4);
	event_base_once(d.base, -1, EV_TIMEOUT, on_late, r, &at_once);
	resolve_free(r);
	ck_assert_uint_eq(late, 1);
	loop_close(&d);
}
END_TEST

static Suite *start_suite(void)
{
	Suite *s = suite_create("start");
	TCase *tc = tcase_create("whole");

	tcase_add_test(tc, start_and_end);
	tcase_add_test(tc, start_without_anything_that_keeps);
	tcase_add_test(tc, a_reload_in_want_of_memory);
	suite_add_tcase(s, tc);
	tc = tcase_create("parts");
	tcase_add_test(tc, descriptors_are_asked_for);
	tcase_add_test(tc, an_unknown_user_is_named);
	tcase_add_test(tc, privileges_are_gone_for_good);
	tcase_add_test(tc, the_watchdog_is_fed_twice_as_often);
	tcase_add_test(tc, sections_are_found_in_any_text);
	tcase_add_test(tc, names_are_resolved_without_waiting);
	tcase_add_test(tc, who_asks_at_the_end_gets_nothing);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(start_suite)
