/* h248/hterm.h - what the engine keeps of a termination. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.4-7.1.11
 *
 * Hangs on struct term.user while the termination is in a context, and on struct
 * endp.user of a named one, which has it in the null context too. What a command changes
 * is made on the side (change.h) and put in its place when the command is through.
 */
#pragma once

#include "h248/mg.h"

struct hreq;

enum { HPROPS = 11 };

struct hprops { /* of LocalControl, by packages: see props.c */
	int64_t num[HPROPS]; /* by enum hpkg_cap from CAP_JITTER on; -1: not set */
	struct addr mask;    /* gm/sam; family 0: not set */
	uint8_t mask_bits;
	uint16_t port_least, port_most; /* gm/spr; 0: not set */
};

struct hstrm {
	uint16_t sid;
	uint8_t mode;         /* enum h248_mode */
	bool rvalue, rgroup;
	bool mute;            /* Local was emptied: nothing is taken in */
	struct hprops props;
	char *local, *remote; /* owned: alternatives in force, as told; NULL: none */
	struct format_list *ask; /* owned: what Local asked for; NULL: anything */
	uint8_t watch;        /* enum hwatch: events looked for in media */
	bool stats;           /* v3: Statistics was asked for on this stream */
};

enum hwatch { HWATCH_NETFAIL = 1, HWATCH_PAYLOAD = 2 };

struct hmedia {
	uint8_t n;
	struct hstrm v[STREAMS_MAX];
};

struct hevent {
	const struct hpkg_item *item;
	uint16_t stream;      /* 0: any */
	bool never;           /* v3: not to be told */
};

enum { HEVENTS_MAX = 16, HSEEN_MAX = 8 };

struct hseen { /* an event detected */
	uint8_t cap;          /* enum hpkg_cap */
	uint16_t stream, parm_id;
	const char *parm;     /* borrowed: literal; NULL: none */
	char text[40];
	struct h248_time time;
};

struct hevents {
	uint32_t id;          /* RequestID */
	uint8_t n;
	struct hevent v[HEVENTS_MAX];
};

struct hterm {
	struct list in_mg;
	struct h248_mg *mg;   /* borrowed: parent */
	struct term *term;    /* borrowed; NULL: in the null context */
	struct endp *endp;    /* borrowed; NULL: ephemeral */
	char name[TERM_NAME_MAX];
	uint8_t state;        /* enum h248_svcstate */
	bool graceful;        /* out of service when it leaves its context */
	bool lockstep;
	struct tmr tmr;       /* a graceful leave's, or a restart's, delay */
	uint8_t next_state;   /* what tmr brings */
	struct hmedia media;
	struct hevents events, buffer;
	struct list maps;     /* owned struct hmap */
	bool has_map;         /* the digit map given last: */
	char map[H248_NAME_MAX + 1]; /* its name, which may be empty */
	bool locked;          /* LockStep: no more is told before new Events */
	uint8_t nseen;
	struct hseen seen[HSEEN_MAX]; /* the EventBuffer, oldest first */
	struct hreq *notify;  /* borrowed: the last one, unanswered */
	unsigned reason;      /* 9xx told to the MGC, or 0 */
};

/* NULL: no memory. Attached by hterm_attach() once it is committed. */
struct hterm *hterm_new(struct h248_mg *mg, const char *name, struct endp *e);
void hterm_attach(struct hterm *h, struct term *t);
void hterm_free(struct hterm *h);
void hterm_free_all(struct h248_mg *mg);
/* By name, in a context or (named ones) in the null context, where one without anything
 * special has none: *ep alone is set. False: there is no such termination. */
bool hterm_find(struct h248_mg *mg, struct span name, struct hterm **h, struct term **t,
		struct endp **ep);
static inline struct hterm *hterm_of(const struct term *t)
{
	return t->user;
}
/* A graceful leave is under way. */
static inline bool hterm_leaving(const struct hterm *h)
{
	return h->graceful || (tmr_armed(&h->tmr) && h->next_state == H248_STATE_OUT);
}
bool endp_is_named(const struct endp *e); /* a line or player: a termination by itself */
/* The termination left its context (the model's `ended`). */
void hterm_ended(struct hterm *h);
void hterm_set_state(struct hterm *h, uint8_t state);
const char *hterm_state_str(uint8_t state);

struct hstrm *hmedia_get(struct hmedia *m, uint16_t sid); /* NULL: none */
struct hstrm *hmedia_add(struct hmedia *m,
			 uint16_t sid); /* made with defaults; NULL: full */
void hmedia_del(struct hmedia *m, uint16_t sid);
int hmedia_copy(struct hmedia *to, const struct hmedia *from); /* 0 or -H_ENOMEM */
void hmedia_fini(struct hmedia *m);
