/* tests/unit/check_logto.c - where log lines go, and in which form.
 *
 * layer: tests   thread: main   I/O: a file in place of standard error
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/logto.h"
#include "test.h"
#include "util/log.h"

static int was = -1;
static char path[512];

/* From here on standard error is a file. */
static void redirect(void)
{
	int fd;

	snprintf(path, sizeof(path), "%s/stderr", test_tmpdir());
	fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
	was = dup(STDERR_FILENO);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
	close(fd);
}

static const char *said(void)
{
	static char text[4000];
	FILE *f = fopen(path, "r");
	size_t n;

	logto_close();
	dup2(was, STDERR_FILENO);
	close(was);
	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = 0;
	fclose(f);
	return text;
}

static void speak(int to)
{
	struct conf_log c = { .to = to, .level = LOGL_INFO };

	logto_open(&c);
	logto_levels(&c, 0);
	log_err(LOGC_MEDIA, "one");
	log_info(LOGC_MGCP, "two");
	log_dbg(LOGC_MGCP, "three");
}

/* "12:34:56.789 error media: one" */
static void in_clear(const char *text)
{
	const char *end = strchr(text, '\n');

	ck_assert_msg(strstr(text, " error media: one\n") == text + 12, "%s", text);
	ck_assert_msg(end && strstr(end, " info mgcp: two\n") == end + 13, "%s", text);
	ck_assert_ptr_null(strstr(text, "three"));
}

START_TEST(to_people)
{
	redirect();
	speak(CONF_LOG_STDERR);
	in_clear(said());
}
END_TEST

START_TEST(to_the_journal)
{
	redirect();
	speak(CONF_LOG_JOURNAL);
	ck_assert_str_eq(said(), "<3>media: one\n<6>mgcp: two\n");
}
END_TEST

/* JOURNAL_STREAM names the device and inode of what systemd gave us; inherited by a
 * program whose standard error goes elsewhere it means nothing. */
START_TEST(by_itself)
{
	struct stat s;
	char text[64];

	redirect();
	unsetenv("JOURNAL_STREAM");
	speak(CONF_LOG_AUTO);
	in_clear(said());

	redirect();
	setenv("JOURNAL_STREAM", "8:12345", 1);
	speak(CONF_LOG_AUTO);
	in_clear(said());

	redirect();
	ck_assert_int_eq(fstat(STDERR_FILENO, &s), 0);
	snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)s.st_dev,
		 (unsigned long long)s.st_ino);
	setenv("JOURNAL_STREAM", text, 1);
	speak(CONF_LOG_AUTO);
	ck_assert_str_eq(said(), "<3>media: one\n<6>mgcp: two\n");
}
END_TEST

START_TEST(levels_of_categories)
{
	char *own[] = { (char *)(uintptr_t) "mgcp=debug",
			(char *)(uintptr_t) "media=error" };
	struct conf_log c = { .to = CONF_LOG_JOURNAL,
			      .level = LOGL_WARN,
			      .levels = { .v = own, .n = 2 } };

	redirect();
	logto_open(&c);
	logto_levels(&c, -1);
	log_warn(LOGC_MEDIA, "no");
	log_dbg(LOGC_MGCP, "yes");
	log_info(LOGC_NET, "no");
	logto_levels(&c, LOGL_INFO); /* hollerd -l */
	log_info(LOGC_NET, "now");
	ck_assert_str_eq(said(), "<7>mgcp: yes\n<6>net: now\n");
}
END_TEST

static Suite *logto_suite(void)
{
	Suite *s = suite_create("logto");
	TCase *tc = tcase_create("logto");

	tcase_add_test(tc, to_people);
	tcase_add_test(tc, to_the_journal);
	tcase_add_test(tc, by_itself);
	tcase_add_test(tc, levels_of_categories);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(logto_suite)
