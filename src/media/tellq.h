/* media/tellq.h - events from a worker to control, by value.
 *
 * layer: media (L3)   thread: one producer (worker), one consumer (control)   I/O: none
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"

struct tellq {
	_Alignas(64) atomic_size_t head; /* next to read; consumer's */
	_Alignas(64) atomic_size_t tail; /* next to write; producer's */
	size_t mask;
	struct med_event *v;             /* owned */
};

int tellq_init(struct tellq *q, size_t size); /* a power of two; 0 or -H_ENOMEM */
void tellq_fini(struct tellq *q);
bool tellq_push(struct tellq *q, const struct med_event *ev); /* false: full */
bool tellq_pop(struct tellq *q, struct med_event *ev);        /* false: empty */
