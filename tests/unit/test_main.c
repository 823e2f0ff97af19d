/* tests/unit/test_main.c - see test.h.
 *
 * layer: tests   thread: main   I/O: processes, a folder under $TMPDIR
 *
 * Every TCase gets a first fixture. In an oom run it forks for each n; the child makes
 * its n-th allocation fail, runs the test and tells by its exit code how it went.
 */
#define TEST_MAIN_C
#include "test.h"

#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/mem.h"

enum { OOM_SURVIVED = 0, OOM_DONE = 77, OOM_FLAKY = 98, OOM_LEAK = 99 };
enum { OOM_EACH = 40, OOM_CHILD_S = 30, TEST_TIMEOUT_S = 60 };

/* In the address sanitizer; absent without it. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static long only_n = -1;     /* HOLLER_OOM=n */
static bool oom, oom_child, over_happened;
static uint64_t oom_ms = 500, oom_all_ms = 6000;
static pid_t main_pid;

/* Counted in the processes of the tests, read at the end: shared memory. */
static struct count {
	long runs, bad, cut;
	uint64_t spent; /* ms, of all tests */
	const char *file; /* where the child came to last */
	int line;
} *count;

static char tmpdir[PATH_MAX];

uint64_t test_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* The end of a child. Called with the test's frame alive if it failed. */
static void child_exit(bool test_ok)
{
	bool happened = mem_failed() || over_happened;

	mem_fail_at(-1);
	if (!test_ok && !happened)
		_exit(OOM_FLAKY);
	if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check())
		_exit(OOM_LEAK);
	_exit(happened ? OOM_SURVIVED : OOM_DONE);
}

static void report(long n, int status)
{
	const char *what = WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "error";

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		what = "hang";
	else if (WIFEXITED(status) && WEXITSTATUS(status) == OOM_LEAK)
		what = "leak";
	else if (WIFEXITED(status) && WEXITSTATUS(status) == OOM_FLAKY)
		what = "fails although no allocation did";
	count->bad++;
	printf("oom: n = %ld: %s, after %s:%d\n", n, what,
	       count->file ? count->file : "the start", count->line);
	fflush(stdout);
}

/* No process for it, or none to wait for. */
static int not_known(long n)
{
	count->bad++;
	printf("oom: n = %ld: nobody knows how it went\n", n);
	fflush(stdout);
	return OOM_DONE;
}

/* In the child it returns -1 and the test goes on; in the parent it returns an OOM_...
 * code. */
static int try_n(long n)
{
	int status;
	pid_t pid;

	fflush(NULL);
	count->file = NULL;
	count->line = 0;
	pid = fork();
	if (pid < 0)
		return not_known(n);
	if (!pid) {
		oom_child = true;
		alarm(OOM_CHILD_S);
		mem_fail_at(n);
		return -1;
	}
	if (waitpid(pid, &status, 0) != pid)
		return not_known(n);
	if (WIFEXITED(status) && WEXITSTATUS(status) == OOM_DONE)
		return OOM_DONE;
	count->runs++;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != OOM_SURVIVED)
		report(n, status);
	return OOM_SURVIVED;
}

static void fixture_setup(void)
{
	uint64_t start = test_ms(), most = oom_ms;
	int got = OOM_SURVIVED;

	if (!oom)
		return;
	if (only_n >= 0) {
		try_n(only_n);
		return;
	}
	if (count->spent > oom_all_ms) /* a look at each of the rest */
		most /= 20;
	for (long n = 0; got == OOM_SURVIVED; n += n < OOM_EACH ? 1 : n / 10) {
		if (test_ms() - start > most) {
			count->cut++;
			break;
		}
		got = try_n(n);
	}
	if (!oom_child)
		count->spent += test_ms() - start;
}

static void fixture_teardown(void)
{
	if (oom_child)
		child_exit(true);
}

TCase *test_tcase(const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, TEST_TIMEOUT_S);
	tcase_add_checked_fixture(tc, fixture_setup, fixture_teardown);
	return tc;
}

void test_mark(const char *file, int line)
{
	if (!oom) { /* libcheck writes each to a file */
		_mark_point(file, line);
	} else {
		count->file = file;
		count->line = line;
	}
}

void test_failed(const char *file, int line, const char *expr, const char *msg, ...)
{
	char text[2048];
	va_list ap;

	if (oom_child)
		child_exit(false);
	if (!msg)
		_ck_assert_failed(file, line, expr, NULL);
	va_start(ap, msg);
	vsnprintf(text, sizeof(text), msg, ap);
	va_end(ap);
	_ck_assert_failed(file, line, expr, "%s", text);
}

void test_no_oom(void)
{
	if (oom_child) {
		mem_fail_at(-1);
		_exit(OOM_DONE);
	}
}

void test_oom_over(void)
{
	if (oom_child) {
		over_happened = over_happened || mem_failed();
		mem_fail_at(-1);
	}
}

bool test_in_oom(void)
{
	return oom_child;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tmpdir(void)
{
	if (tmpdir[0] && getpid() == main_pid)
		nftw(tmpdir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_tmpdir(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(tmpdir, sizeof(tmpdir), "%s/holler-test.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(tmpdir)) {
		perror(tmpdir);
		exit(99);
	}
	main_pid = getpid();
	atexit(remove_tmpdir);
}

const char *test_tmpdir(void)
{
	return tmpdir;
}

static void read_env(void)
{
	const char *s = getenv("HOLLER_OOM");

	oom = s && *s;
	if (oom && strcmp(s, "all"))
		only_n = atol(s);
	s = getenv("HOLLER_OOM_MS");
	if (s && *s)
		oom_ms = strtoull(s, NULL, 10);
}

int test_main(int argc, char **argv, Suite *(*suite)(void))
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	SRunner *sr = srunner_create(suite());
	bool nofork = argc > 1 && !strcmp(argv[1], "-n");
	int run, failed;

	if (!strncmp(name, "lt-", 3))
		name += 3;
	count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (count == MAP_FAILED)
		return 99;
	read_env();
	make_tmpdir();
	if (nofork)
		srunner_set_fork_status(sr, CK_NOFORK);
	srunner_run_all(sr, CK_ENV);
	run = srunner_ntests_run(sr);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	if (oom) {
		printf("oom: %ld runs, %ld tests not to the end\n", count->runs,
		       count->cut);
		failed = (int)count->bad;
		run = (int)count->runs;
	}
	printf("%s: %d passed, %d failed, 0 skipped\n", name, run - failed, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
