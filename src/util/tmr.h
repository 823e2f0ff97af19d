/* util/tmr.h - timers in a heap; time is an argument.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 *
 * Times are nanoseconds of a monotonic clock the caller reads. A tmr is embedded in the
 * object it belongs to and must be deleted before that object is freed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TMR_NEVER UINT64_MAX
#define TMR_MS(ms) ((uint64_t)(ms) * 1000000u)
#define TMR_S(s) ((uint64_t)(s) * 1000000000u)

struct tmr;
typedef void(tmr_h)(struct tmr *t, uint64_t now);

struct tmr {
	uint64_t at;
	size_t pos;   /* place in the heap + 1; 0: not armed */
	tmr_h *fire;
};

struct tmr_heap {
	struct tmr **v; /* owned array of borrowed timers */
	size_t n, cap;
};

#define TMR_OF(t, type, member) ((type *)(void *)((char *)(t) - offsetof(type, member)))

void tmr_heap_init(struct tmr_heap *h);
void tmr_heap_fini(struct tmr_heap *h);
void tmr_init(struct tmr *t, tmr_h *fire);
int tmr_set(struct tmr_heap *h, struct tmr *t, uint64_t at); /* (re)arm; 0 or -H_ENOMEM */
void tmr_del(struct tmr_heap *h, struct tmr *t);
uint64_t tmr_next(const struct tmr_heap *h);                 /* TMR_NEVER when none */
/* Fires what is due; what a handler arms for `now` or earlier may wait for the next run
 * (tmr_next() tells). Handlers may set and delete any timer. Equal times: no order. */
void tmr_run(struct tmr_heap *h, uint64_t now);

static inline bool tmr_armed(const struct tmr *t)
{
	return t->pos != 0;
}
