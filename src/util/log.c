/* util/log.c - see log.h.
 *
 * layer: util (L0)   thread: any   I/O: standard error unless a sink is set
 */
#include "util/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint8_t log_levels[LOGC_N] = {
	LOGL_INFO, LOGL_INFO, LOGL_INFO, LOGL_INFO, LOGL_INFO, LOGL_INFO,
	LOGL_INFO, LOGL_INFO, LOGL_INFO, LOGL_INFO, LOGL_INFO,
};

static const char *const cat_names[LOGC_N] = {
	"util", "wire", "model", "mgcp", "h248", "group", "media", "net", "store", "ctl",
	"daemon",
};
static const char *const level_names[] = {
	"error", "warning", "notice", "info", "debug",
};
static log_sink_h *the_sink;

void log_set_sink(log_sink_h *sink)
{
	__atomic_store_n(&the_sink, sink, __ATOMIC_RELEASE);
}

void log_set_all(enum log_level level)
{
	for (int i = 0; i < LOGC_N; i++)
		__atomic_store_n(&log_levels[i], (uint8_t)level, __ATOMIC_RELAXED);
}

static void to_stderr(enum log_cat cat, enum log_level level, const char *line)
{
	char out[1200];
	int n = snprintf(out, sizeof(out), "%s: %s: %s\n", level_names[level],
			 cat_names[cat], line);

	if (n > (int)sizeof(out) - 1) {
		n = (int)sizeof(out) - 1;
		out[n - 1] = '\n';
	}
	if (n > 0 && write(STDERR_FILENO, out, (size_t)n) < 0)
		return; /* nowhere left to complain */
}

void log_write(enum log_cat cat, enum log_level level, const char *fmt, ...)
{
	log_sink_h *sink = __atomic_load_n(&the_sink, __ATOMIC_ACQUIRE);
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	(sink ? sink : to_stderr)(cat, level, line);
}

const char *log_cat_name(enum log_cat cat)
{
	return cat < LOGC_N ? cat_names[cat] : "?";
}

const char *log_level_name(enum log_level level)
{
	return level <= LOGL_DBG ? level_names[level] : "?";
}

int log_cat_parse(const char *name)
{
	for (int i = 0; i < LOGC_N; i++)
		if (!strcmp(name, cat_names[i]))
			return i;
	return -1;
}

int log_level_parse(const char *name)
{
	for (int i = 0; i <= LOGL_DBG; i++)
		if (!strcmp(name, level_names[i]))
			return i;
	return -1;
}

bool log_allow(struct log_rate *r, uint32_t burst, uint64_t now)
{
	uint64_t earned, tokens;

	if (!r->used) {
		*r = (struct log_rate){ .last = now, .tokens = burst, .used = true };
	} else {
		earned = (now - r->last) / 1000000000u;
		if (earned) {
			r->last += earned * 1000000000u;
			tokens = r->tokens + earned;
			r->tokens = tokens > burst ? burst : (uint32_t)tokens;
		}
	}
	if (!r->tokens) {
		r->lost++;
		return false;
	}
	r->tokens--;
	return true;
}
