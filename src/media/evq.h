/* media/evq.h - events from a worker to control, by value.
 *
 * layer: media (L3)   thread: one producer (worker), one consumer (control)   I/O: none
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"

struct evq {
	_Alignas(64) atomic_size_t head; /* next to read; consumer's */
	_Alignas(64) atomic_size_t tail; /* next to write; producer's */
	size_t mask;
	struct med_event *v;             /* owned */
};

int evq_init(struct evq *q, size_t size); /* a power of two; 0 or -H_ENOMEM */
void evq_fini(struct evq *q);
bool evq_push(struct evq *q, const struct med_event *ev); /* false: full */
bool evq_pop(struct evq *q, struct med_event *ev);        /* false: empty */
