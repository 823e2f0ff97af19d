/* h248/status.h - what the H.248 engine tells about itself; included by h248/engine.h.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 *
 * Strings in the structs are borrowed until the next call of the engine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "h248/conf.h"
#include "model/model.h"
#include "util/buf.h"

struct h248_engine;

enum h248_metric {
#define H248_METRIC(id, name, unit, help) H248_M_##id,
#include "h248/metrics.def"
#undef H248_METRIC
	H248_M_N
};

struct h248_metric_info {
	const char *name, *unit, *help;
};
extern const struct h248_metric_info h248_metrics[H248_M_N];

enum h248_phase {
	H248_PHASE_IDLE,        /* not started, or no MGC to register with */
	H248_PHASE_WAITING,     /* the avalanche timer runs (9.2) */
	H248_PHASE_REGISTERING, /* ServiceChange is out, not answered yet */
	H248_PHASE_ACTIVE,      /* an MGC controls us */
	H248_PHASE_LEAVING,     /* told the MGC that we go */
	H248_PHASE_N
};

struct h248_mg_status {
	struct owner *owner;
	const struct h248_mg_conf *conf; /* in force */
	enum h248_phase phase;
	struct addr address;      /* of the MGC in use; family 0: none */
	enum transport transport;
	bool binary, alive;
	uint8_t version;          /* agreed; 0: none yet */
	const char *mgc;          /* the MGC's MID; "": not known yet */
	const char *service;      /* "in", "graceful", "out" */
	uint32_t contexts, terms; /* now */
	uint32_t stored, pending; /* replies held; requests of ours unanswered */
	uint32_t rto_us;
	uint64_t last_heard;      /* 0: never */
	uint64_t metric[H248_M_N];
};

struct h248_ctx_status {
	uint32_t id;
	uint16_t priority;
	bool emergency, ieps;
	uint8_t nterm;
	uint32_t ntopo; /* pairs of terminations that don't hear each other by default */
};

struct h248_term_status {
	const char *name;
	char binary[20];       /* hex of the binary id; empty: none */
	const char *service;   /* "in", "graceful", "out", "test" */
	const char *release;   /* why media was stopped; NULL: it was not */
	uint32_t ctx;          /* 0: null context */
	uint8_t nstrm;
	struct {
		uint16_t id;   /* StreamID */
		enum strm_mode mode;
		const struct strm *strm; /* NULL: only in the null context */
	} strm[STREAMS_MAX];
};

/* The i-th, from 0; false past the end. */
bool h248_mg_status(const struct h248_engine *e, uint32_t i, struct h248_mg_status *out);
/* False for a context or termination that is not H.248's. */
bool h248_ctx_status(const struct h248_engine *e, const struct ctx *c,
		     struct h248_ctx_status *out);
bool h248_term_status(const struct h248_engine *e, const struct term *t,
		      struct h248_term_status *out);
/* Names to binary ids and back: what an operator must tell the MGC's. "rtp/7", "rtp/$",
 * "page/lobby/$" to hex, an asterisk or dollar with the wildcard's octet in front
 * ("5c.20000000"). -H_ENOENT: no such name, or no binary ids there. */
int h248_engine_term_id(const struct h248_engine *e, const struct owner *o,
			struct span name, char out[40]);
/* A message as people read it, for traces: BER becomes text with the owner's names
 * (`o` may be NULL). False: it is text already, or can't be read. */
bool h248_engine_text(const struct owner *o, struct span bytes, struct buf *out);
