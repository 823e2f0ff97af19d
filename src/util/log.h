/* util/log.h - one line per decision of an operator's interest.
 *
 * layer: util (L0)   thread: any (sinks write whole lines)   I/O: the sink's
 *
 * Categories are the folders. A level per category can change at run time. Objects that
 * live long make a tag once ("ctx 12 rtp/7") and pass it first. Peers' bytes go through
 * str_escape(). Not for the packet path: count there.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOGL_ERR, LOGL_WARN, LOGL_NOTICE, LOGL_INFO, LOGL_DBG };
enum log_cat {
	LOGC_UTIL, LOGC_WIRE, LOGC_MODEL, LOGC_MGCP, LOGC_H248, LOGC_GROUP, LOGC_MEDIA,
	LOGC_NET, LOGC_STORE, LOGC_CTL, LOGC_DAEMON, LOGC_N
};

extern uint8_t log_levels[LOGC_N];   /* shared: written by control, read by any */

#define log_at(cat, level, ...)                                                       \
	do {                                                                          \
		if ((level) <= __atomic_load_n(&log_levels[cat], __ATOMIC_RELAXED))   \
			log_write(cat, level, __VA_ARGS__);                           \
	} while (0)
#define log_err(cat, ...) log_at(cat, LOGL_ERR, __VA_ARGS__)
#define log_warn(cat, ...) log_at(cat, LOGL_WARN, __VA_ARGS__)
#define log_notice(cat, ...) log_at(cat, LOGL_NOTICE, __VA_ARGS__)
#define log_info(cat, ...) log_at(cat, LOGL_INFO, __VA_ARGS__)
#define log_dbg(cat, ...) log_at(cat, LOGL_DBG, __VA_ARGS__)

void log_write(enum log_cat cat, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A sink takes one line without newline. NULL: standard error, with the level's name. */
typedef void(log_sink_h)(enum log_cat cat, enum log_level level, const char *line);
void log_set_sink(log_sink_h *sink);
void log_set_all(enum log_level level);

const char *log_cat_name(enum log_cat cat);
const char *log_level_name(enum log_level level);
int log_cat_parse(const char *name);     /* enum log_cat, or -1 */
int log_level_parse(const char *name);   /* enum log_level, or -1 */

/* At most `burst` lines, then one a second. One per peer. `lost` counts what was
 * swallowed: who logs the next line may say so and set it to 0. */
struct log_rate {
	uint64_t last;      /* ns */
	uint32_t tokens, lost;
	bool used;
};
bool log_allow(struct log_rate *r, uint32_t burst, uint64_t now);
