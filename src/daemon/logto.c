/* daemon/logto.c - see logto.h.
 *
 * layer: daemon (L5)   thread: control; lines come from any   I/O: stderr, syslog
 */
#include "daemon/logto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "util/log.h"

static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

static void put_line(const char *text, int n, int size)
{
	ssize_t done;

	if (n >= size)
		n = size - 1;
	done = write(STDERR_FILENO, text, (size_t)n); /* whole lines: threads don't mix */
	(void)done;                                   /* nowhere left to complain */
}

static void to_stderr(enum log_cat cat, enum log_level level, const char *line)
{
	struct timespec now;
	char text[1300], at[32] = "";
	struct tm tm;
	int n;

	clock_gettime(CLOCK_REALTIME, &now);
	if (localtime_r(&now.tv_sec, &tm))
		strftime(at, sizeof(at), "%H:%M:%S", &tm);
	n = snprintf(text, sizeof(text), "%s.%03ld %s %s: %s\n", at,
		     now.tv_nsec / 1000000, log_level_name(level), log_cat_name(cat),
		     line);
	put_line(text, n, sizeof(text));
}

/* sd-daemon(3): the priority stands in front. */
static void to_journal(enum log_cat cat, enum log_level level, const char *line)
{
	char text[1300];
	int n = snprintf(text, sizeof(text), "<%d>%s: %s\n", priorities[level],
			 log_cat_name(cat), line);

	put_line(text, n, sizeof(text));
}

static void to_syslog(enum log_cat cat, enum log_level level, const char *line)
{
	syslog(priorities[level], "%s: %s", log_cat_name(cat), line);
}

/* systemd.exec(5): its device and inode, so that who inherits the variable and writes
 * elsewhere is not taken in. */
static bool is_journal(void)
{
	const char *text = getenv("JOURNAL_STREAM");
	char here[64];
	struct stat s;

	if (!text || fstat(STDERR_FILENO, &s))
		return false;
	snprintf(here, sizeof(here), "%llu:%llu", (unsigned long long)s.st_dev,
		 (unsigned long long)s.st_ino);
	return !strcmp(text, here);
}

void logto_open(const struct conf_log *c)
{
	int to = c->to;

	if (to == CONF_LOG_AUTO)
		to = is_journal() ? CONF_LOG_JOURNAL : CONF_LOG_STDERR;
	switch (to) {
	case CONF_LOG_SYSLOG:
		openlog("hollerd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
		log_set_sink(to_syslog);
		break;
	case CONF_LOG_JOURNAL:
		log_set_sink(to_journal);
		break;
	default:
		log_set_sink(to_stderr);
	}
}

void logto_levels(const struct conf_log *c, int least)
{
	char *const *v = c->levels.v;

	log_set_all((enum log_level)(least > c->level ? least : c->level));
	for (size_t i = 0; i < c->levels.n; i++) {
		char cat[33];
		const char *eq = strchr(v[i], '=');
		int k, l;

		if (!eq)
			continue;
		snprintf(cat, sizeof(cat), "%.*s", (int)(eq - v[i]), v[i]);
		k = log_cat_parse(cat);
		l = log_level_parse(eq + 1);
		if (k >= 0 && l >= 0)
			__atomic_store_n(&log_levels[k], (uint8_t)l, __ATOMIC_RELAXED);
	}
}

void logto_close(void)
{
	log_set_sink(NULL);
	closelog();
}
