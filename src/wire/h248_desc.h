/* wire/h248_desc.h - H.248 descriptors, names and values, as the tree holds them.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1 (descriptors), Annex A (binary), Annex B (text); H.248.1 v2, v3
 *
 * Every node lives in the message's arena; spans point into the received bytes, into the
 * arena or at literals. Lists are chained by `next`, which is always the first member.
 * A node that is not there is NULL; numbers that may be absent have a bit in `has`.
 *
 * Names and values stay in the form they came in: text as text, binary as octets. The
 * functions of h248_pkg.h and h248.h read both, so no caller need care which it was.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

/* "al/of", "dd/d1", or a parameter's "strict". Text: p, n, and where the slash stands
 * (0 in parameter names). Binary: p is NULL and id holds 4 octets (2 in parameters). */
struct h248_pkgd {
	const char *p;
	uint16_t n, slash;
	uint32_t id;
};

enum h248_value_form {
	H248_VALUE_WORD,   /* text as it stood */
	H248_VALUE_QUOTED, /* text between quotes, the quotes are not part of it */
	H248_VALUE_BER,    /* contents of the binary OCTET STRING: wrapped, or bare */
};

struct h248_value {
	struct h248_value *next;
	struct span s;
	uint8_t form; /* enum h248_value_form */
};

enum h248_rel {
	H248_REL_EQ,      /* one value; several: any of them; none: CHOOSE */
	H248_REL_GT,
	H248_REL_LT,
	H248_REL_NE,
	H248_REL_RANGE,   /* two values, both ends included */
	H248_REL_SUBLIST, /* all of the values */
	H248_REL_NONE,    /* the name alone: an audit asks for it */
};

/* A property, event parameter, signal parameter, statistic or audited name. */
struct h248_parm {
	struct h248_parm *next;
	struct h248_pkgd name;
	struct h248_value *vals;
	uint8_t rel; /* enum h248_rel */
};

enum h248_term_kind { H248_TERM_NAME, H248_TERM_ROOT, H248_TERM_ALL, H248_TERM_CHOOSE };

enum { H248_ID_MAX = 8, H248_WILD_MAX = 8, H248_NAME_MAX = 64 };

/* A TerminationID (A.1, B.1). Names may hold wildcards: text "rtp/$", binary by `wild`.
 */
struct h248_term {
	struct h248_term *next;
	struct span text;            /* absent when it came in binary */
	uint8_t kind;                /* enum h248_term_kind */
	uint8_t nid, nwild;
	uint8_t id[H248_ID_MAX];
	uint8_t wild[H248_WILD_MAX];
};

enum h248_mid_kind {
	H248_MID_NONE,
	H248_MID_IP4,
	H248_MID_IP6,
	H248_MID_DOMAIN,
	H248_MID_DEVICE,
	H248_MID_MTP,
	H248_MID_PORT, /* ServiceChangeAddress only: a port of the sender's address */
};

struct h248_mid {
	uint8_t kind; /* enum h248_mid_kind */
	uint8_t has_port;
	uint8_t alen; /* octets of addr: 4, 16, or 2-4 for MTP */
	uint16_t port;
	uint8_t addr[16];
	struct span name; /* domain or device */
};

struct h248_error {
	uint16_t code;
	struct span text; /* absent: none was given */
};

/* Digit maps have 2-octet names in binary; h248_names turns them. */
struct h248_dmname {
	struct span text;
	uint8_t id[2];
	uint8_t bin; /* id is what came */
};

enum { H248_DM_T = 1, H248_DM_S = 2, H248_DM_L = 4, H248_DM_Z = 8 };

struct h248_dmvalue {
	uint8_t has; /* H248_DM_... */
	uint8_t t, s, l, z; /* seconds; z in 100 ms */
	struct span body;
};

struct h248_digitmap {
	struct h248_dmname name;    /* text absent and bin 0: none */
	struct h248_dmvalue *value; /* NULL: name only */
};

struct h248_time {
	char date[8], time[8]; /* yyyymmdd hhmmsscc */
};

/* --- signals --- */
enum h248_sigtype { H248_SIG_BRIEF, H248_SIG_ONOFF, H248_SIG_TIMEOUT };
enum h248_sigdir { H248_DIR_INTERNAL = 0, H248_DIR_EXTERNAL = 1, H248_DIR_BOTH = 3 };
enum { H248_NC_TIMEOUT = 1, H248_NC_EVENT = 2, H248_NC_SIGDESCR = 4, H248_NC_OTHER = 8,
       H248_NC_ITERATION = 16 };
enum { H248_SIG_HAS_STREAM = 1, H248_SIG_HAS_TYPE = 2, H248_SIG_HAS_DURATION = 4,
       H248_SIG_HAS_NC = 8, H248_SIG_KEEP = 16, H248_SIG_HAS_DIR = 32,
       H248_SIG_HAS_REQ = 64, H248_SIG_HAS_GAP = 128 };

struct h248_signal {
	struct h248_signal *next;
	struct h248_signal *list; /* in a SignalList: its signals */
	struct h248_pkgd name;
	struct h248_parm *parms;
	uint32_t request;         /* SPARequestID */
	uint16_t stream, duration, gap, list_id; /* duration and gap in 10 ms */
	uint8_t is_list, has, type, nc, dir;
};

/* --- events --- */
enum { H248_REQUEST_ALL = 0xffffffffu };
enum { H248_EV_HAS_STREAM = 1, H248_EV_KEEP = 2, H248_EV_EMBED_EVENTS = 4,
       H248_EV_EMBED_SIGNALS = 8, H248_EV_RESET = 16, H248_EV_HAS_TIME = 32,
       H248_EV_REG_EVENTS = 64, H248_EV_REG_SIGNALS = 128 };
enum h248_notify { H248_NOTIFY_NONE, H248_NOTIFY_IMMEDIATE, H248_NOTIFY_REGULATED,
		   H248_NOTIFY_NEVER };

struct h248_events;

/* What is to be done on an event beside reporting it. NULL in h248_event: nothing. */
struct h248_embed {
	struct h248_events *events;  /* second events, H248_EV_EMBED_EVENTS */
	struct h248_signal *signals; /* H248_EV_EMBED_SIGNALS; NULL stops them */
};

/* A requested event (Events, Embed), an event specification (EventBuffer) or an
 * observed event. */
struct h248_event {
	struct h248_event *next;
	struct h248_pkgd name;
	struct h248_parm *parms;
	uint16_t stream;
	uint8_t has, notify;        /* bits above; enum h248_notify */
	struct h248_digitmap *dm;   /* by name or by value, never both */
	struct h248_embed embed;
	struct h248_embed reg;      /* v3: done when regulated; H248_EV_REG_... */
	struct h248_time time;      /* observed events */
};

struct h248_events {
	uint8_t has_id;
	uint32_t id; /* RequestID; H248_REQUEST_ALL is "*" */
	struct h248_event *list;
};

/* --- media --- */
enum h248_mode { H248_MODE_SENDONLY, H248_MODE_RECVONLY, H248_MODE_SENDRECV,
		 H248_MODE_INACTIVE, H248_MODE_LOOPBACK };
enum { H248_LC_HAS_MODE = 1, H248_LC_HAS_VALUE = 2, H248_LC_HAS_GROUP = 4,
       H248_LC_VALUE_ON = 8, H248_LC_GROUP_ON = 16 };

struct h248_control { /* LocalControl */
	uint8_t has, mode;
	struct h248_parm *props;
};

/* One alternative of a Local or Remote descriptor. Text: sdp, unescaped, as it came.
 * Binary: parms. h248_group_sdp() gives the text of either. */
struct h248_group {
	struct h248_group *next;
	struct span sdp;
	struct h248_parm *parms;
};

struct h248_sdp {
	struct h248_group *groups; /* NULL: an empty descriptor */
};

struct h248_stats {
	struct h248_parm *list; /* rel NONE: no value given */
};

struct h248_stream {
	struct h248_stream *next;
	uint16_t id;
	struct h248_control *control;
	struct h248_sdp *local, *remote;
	struct h248_stats *stats; /* v3 */
};

enum h248_svcstate { H248_STATE_TEST, H248_STATE_OUT, H248_STATE_IN };
enum { H248_TS_HAS_BUFFER = 1, H248_TS_HAS_STATE = 2 };

struct h248_tstate { /* TerminationState */
	uint8_t has;
	uint8_t lockstep; /* EventBufferControl: 1 lockstep, 0 off */
	uint8_t state;    /* enum h248_svcstate */
	struct h248_parm *props;
};

struct h248_media {
	struct h248_tstate *tstate;
	struct h248_stream *streams;
	uint8_t one; /* a single stream, its id not given */
};

/* --- audit --- */
enum { H248_AUDIT_MUX = 1, H248_AUDIT_MODEM = 2, H248_AUDIT_MEDIA = 4,
       H248_AUDIT_EVENTS = 8, H248_AUDIT_SIGNALS = 16, H248_AUDIT_DIGITMAP = 32,
       H248_AUDIT_STATS = 64, H248_AUDIT_OBSERVED = 128, H248_AUDIT_PACKAGES = 256,
       H248_AUDIT_BUFFER = 512 };

enum { H248_IA_MODE = 1, H248_IA_VALUE = 2, H248_IA_GROUP = 4, H248_IA_MODE_SEL = 8,
       H248_IA_CONTROL = 16, H248_IA_LOCAL = 32, H248_IA_REMOTE = 64,
       H248_IA_MODE_NOT = 128 };

struct h248_ia_stream {
	struct h248_ia_stream *next;
	uint16_t id;
	uint8_t has, mode; /* H248_IA_...; MODE_SEL: those whose mode is `mode` */
	struct h248_parm *props;    /* of LocalControl; with values: selectors */
	struct h248_parm *local, *remote; /* binary only: properties asked for */
	struct h248_parm *stat;     /* one name, rel NONE */
};

enum { H248_IA_BUFFER = 1, H248_IA_STATE = 2, H248_IA_STATE_SEL = 4,
       H248_IA_STATE_NOT = 8 };

struct h248_ia_tstate {
	uint8_t has, state;
	struct h248_parm *props;
};

struct h248_ia_media {
	struct h248_ia_tstate *tstate;
	struct h248_ia_stream *streams;
	uint8_t one;
};

enum h248_ia_kind { H248_IAK_MEDIA, H248_IAK_EVENTS, H248_IAK_BUFFER, H248_IAK_SIGNALS,
		    H248_IAK_DIGITMAP, H248_IAK_STATS, H248_IAK_PACKAGES };
enum { H248_IA_HAS_ID = 1, H248_IA_HAS_STREAM = 2, H248_IA_HAS_REQ = 4,
       H248_IA_HAS_NAME = 8 };

/* A single item asked for (v2; v3 may select by value). */
struct h248_indaud {
	struct h248_indaud *next;
	uint8_t kind; /* enum h248_ia_kind */
	uint8_t has;
	uint8_t is_list;              /* SIGNALS: of SignalList `id` */
	uint16_t stream, version;     /* version: PACKAGES */
	uint32_t id;                  /* EVENTS: RequestID; SIGNALS: list id */
	uint32_t request;             /* SIGNALS: v3 request id */
	struct h248_pkgd name, parm;  /* parm: BUFFER, an event parameter asked for */
	struct h248_dmname dm;
	struct h248_ia_media *media;
};

struct h248_audit {
	uint16_t tokens; /* H248_AUDIT_... */
	struct h248_indaud *items;
};

/* --- the rest of the descriptors --- */
struct h248_num { /* one number of a list: multiplex, modem types, context ids */
	struct h248_num *next;
	uint32_t v;
	struct span ext; /* "X-..." where the text had an extension */
};

enum h248_muxtype { H248_MUX_H221, H248_MUX_H223, H248_MUX_H226, H248_MUX_V76,
		    H248_MUX_NX64K, H248_MUX_EXT };

struct h248_mux {
	uint8_t type;
	struct span ext;
	struct h248_term *terms;
};

enum h248_modemtype { H248_V18, H248_V22, H248_V22BIS, H248_V32, H248_V32BIS, H248_V34,
		      H248_V90, H248_V91, H248_SYNCHISDN, H248_MODEM_EXT };

struct h248_modem {
	struct h248_num *types;
	struct h248_parm *props;
};

struct h248_package {
	struct h248_package *next;
	struct h248_pkgd name; /* slash 0; binary id 2 octets */
	uint16_t version;
};

enum h248_method { H248_FAILOVER, H248_FORCED, H248_GRACEFUL, H248_RESTART,
		   H248_DISCONNECTED, H248_HANDOFF, H248_METHOD_EXT };
enum { H248_SVC_HAS_METHOD = 1, H248_SVC_HAS_VERSION = 2, H248_SVC_HAS_DELAY = 4,
       H248_SVC_HAS_TIME = 8, H248_SVC_INCOMPLETE = 16 };

struct h248_svc { /* Services, in a request and in a reply */
	uint8_t has, method;
	uint8_t version;
	uint32_t delay;          /* seconds */
	struct span method_ext;
	struct h248_mid *address, *mgcid;
	struct span profile;     /* "ResGW/1" */
	struct h248_value *reason; /* "901 Cold Boot" */
	struct h248_time time;
	struct h248_parm *ext;   /* "X-..." parameters; binary: non-standard data */
	struct h248_audit *audit; /* v2 */
};

enum h248_desc_kind {
	H248_D_MEDIA, H248_D_MODEM, H248_D_MUX, H248_D_EVENTS, H248_D_BUFFER,
	H248_D_SIGNALS, H248_D_DIGITMAP, H248_D_AUDIT, H248_D_STATS, H248_D_OBSERVED,
	H248_D_PACKAGES, H248_D_ERROR, H248_D_SVC, H248_D_KINDS
};

struct h248_desc {
	struct h248_desc *next;
	uint8_t kind; /* enum h248_desc_kind */
	union {
		void *any;
		struct h248_media *media;
		struct h248_modem *modem;
		struct h248_mux *mux;
		struct h248_events *events;   /* EVENTS and OBSERVED */
		struct h248_event *buffer;    /* a list, may be empty */
		struct h248_signal *signals;  /* a list, may be empty */
		struct h248_digitmap *digitmap;
		struct h248_audit *audit;     /* in replies: asked for, but empty */
		struct h248_stats *stats;
		struct h248_package *packages; /* a list */
		struct h248_error *error;
		struct h248_svc *svc;
	} u;
};
