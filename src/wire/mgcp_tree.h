/* wire/mgcp_tree.h - the types of a parsed MGCP message; included by wire/mgcp.h.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3 and Appendix A; RFC 3661 (what a fault is called)
 *
 * Spans point into the datagram. Lists are linked in message order. Words keep the case
 * they had: compare them with str_ieq().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/str.h"

enum {
	MGCP_BYTES_MAX = 65536,
	MGCP_PARAMS_MAX = 2048,    /* lines in one message */
	MGCP_ITEMS_MAX = 4096,     /* list items (events, options...) in one message */
	MGCP_DEPTH_MAX = 8,        /* of embedded requests and event parameters */
	MGCP_ID_MAX = 32,          /* call, connection and request identifiers */
	MGCP_NAME_MAX = 255,       /* local name, domain name: each */
	MGCP_TID_MAX = 999999999
};

enum mgcp_verb {
	MGCP_RESPONSE,             /* not a command */
	MGCP_EPCF, MGCP_CRCX, MGCP_MDCX, MGCP_DLCX, MGCP_RQNT, MGCP_NTFY, MGCP_AUEP,
	MGCP_AUCX, MGCP_RSIP,
	MGCP_VERB_EXT              /* another four-character verb: see verb_text */
};

enum mgcp_fault {
	MGCP_FAULT_NONE,
	MGCP_FAULT_HEAD,           /* command or response line malformed: 510 */
	MGCP_FAULT_ENDPOINT,       /* endpoint name malformed: 500 */
	MGCP_FAULT_VERSION,        /* "MGCP" and a version other than 1.0: 528 */
	MGCP_FAULT_LINE,           /* not a parameter line at all, or bad bytes: 510 */
	MGCP_FAULT_PARAM,          /* malformed value of fault_param: 539 or closer */
	MGCP_FAULT_ACTION,         /* unknown action in R: 523 */
	MGCP_FAULT_TWICE,          /* fault_param stands twice in a command: 510 */
	MGCP_FAULT_SDP,            /* more descriptions than allowed: 510 */
	MGCP_FAULT_LIMIT           /* a limit of ours: 510 */
};

enum mgcp_param_id {
	MGCP_PARAM_NONE,
	MGCP_PARAM_K, MGCP_PARAM_B, MGCP_PARAM_C, MGCP_PARAM_I, MGCP_PARAM_N,
	MGCP_PARAM_X, MGCP_PARAM_L, MGCP_PARAM_M, MGCP_PARAM_R, MGCP_PARAM_S,
	MGCP_PARAM_D, MGCP_PARAM_O, MGCP_PARAM_P, MGCP_PARAM_E, MGCP_PARAM_Z,
	MGCP_PARAM_Z2, MGCP_PARAM_I2, MGCP_PARAM_F, MGCP_PARAM_Q, MGCP_PARAM_T,
	MGCP_PARAM_RM, MGCP_PARAM_RD, MGCP_PARAM_A, MGCP_PARAM_ES, MGCP_PARAM_PL,
	MGCP_PARAM_MD,
	MGCP_PARAM_RC, MGCP_PARAM_LC,              /* in F: only */
	MGCP_PARAM_VENDOR_MAY,     /* "X-...": ignore when unknown */
	MGCP_PARAM_VENDOR_MUST,    /* "X+...": 511 when unknown */
	MGCP_PARAM_PACKAGE,        /* "pkg/name": 518 when the package is unknown */
	MGCP_PARAM_OTHER,          /* any other name: 539 in a command */
	MGCP_PARAM_COUNT
};

enum mgcp_mode {
	MGCP_MODE_NONE,
	MGCP_SENDONLY, MGCP_RECVONLY, MGCP_SENDRECV, MGCP_CONFRNCE, MGCP_INACTIVE,
	MGCP_LOOPBACK, MGCP_CONTTEST, MGCP_NETWLOOP, MGCP_NETWTEST,
	MGCP_MODE_EXT              /* "pkg/name", see the text */
};

enum mgcp_restart {
	MGCP_RESTART_NONE,
	MGCP_RESTART_GRACEFUL, MGCP_RESTART_FORCED, MGCP_RESTART_RESTART,
	MGCP_RESTART_DISCONNECTED, MGCP_RESTART_CANCEL_GRACEFUL,
	MGCP_RESTART_EXT           /* "pkg/name" */
};

/* An endpoint ("local@domain") or a notified entity ("[local@]domain[:port]"). */
struct mgcp_name {
	struct span text;          /* all of it, port included */
	struct span local;         /* absent only in a notified entity */
	struct span domain;        /* with the brackets of a literal, "#" of a number */
	struct addr ip;            /* of "[192.0.2.1]", "[2001:db8::1]"; else family 0 */
	uint16_t port;             /* 0: not given */
	bool any, all;             /* some part of local is "$"; is "*" */
};

/* A word of a list: ids, codecs, packages, modes, values of an extension. */
struct mgcp_word {
	struct span text;          /* with its quotes when quoted: see mgcp_unquote() */
	bool quoted;
	struct mgcp_word *next;
};

struct mgcp_range {                /* K: */
	uint32_t lo, hi;           /* equal for a single id; lo <= hi */
	struct mgcp_range *next;
};

enum mgcp_lco_id {
	MGCP_LCO_P, MGCP_LCO_A, MGCP_LCO_B, MGCP_LCO_E, MGCP_LCO_GC, MGCP_LCO_S,
	MGCP_LCO_T, MGCP_LCO_R, MGCP_LCO_K, MGCP_LCO_NT,
	MGCP_LCO_V, MGCP_LCO_M,    /* in A: only */
	MGCP_LCO_ENC,              /* in B: only: "e" */
	MGCP_LCO_VENDOR_MAY,       /* "x-...": ignore when unknown */
	MGCP_LCO_VENDOR_MUST,      /* "x+...": 525 when unknown */
	MGCP_LCO_PACKAGE,          /* "pkg/name" */
	MGCP_LCO_OTHER             /* 541 when unknown */
};

enum mgcp_key { MGCP_KEY_CLEAR, MGCP_KEY_BASE64, MGCP_KEY_URI, MGCP_KEY_PROMPT };
enum mgcp_resv { MGCP_RESV_BEST_EFFORT, MGCP_RESV_CONTROLLED, MGCP_RESV_GUARANTEED };

struct mgcp_lco {                  /* one option of L: or A:, one attribute of B: */
	enum mgcp_lco_id id;
	struct span name, value;   /* value {NULL, 0}: no colon */
	union {
		struct {
			uint32_t lo, hi;       /* p (ms), b (kbit/s) */
		};
		struct mgcp_word *words;       /* a nt v m, extensions, "A"/"mu" of B: */
		bool on;                       /* e s */
		struct {
			bool gain_auto;        /* gc */
			int gain;              /* dB */
		};
		uint8_t tos;                   /* t; value.n 1: one digit */
		enum mgcp_resv resv;           /* r */
		struct {
			enum mgcp_key method;  /* k */
			struct span key;       /* absent for prompt */
			bool key_quoted;
		};
	};
	struct mgcp_lco *next;
};

enum mgcp_epar_form { MGCP_EPAR_VALUE, MGCP_EPAR_EQUALS, MGCP_EPAR_LIST };

struct mgcp_epar {                 /* "value", "name=value", "name(a, b)" */
	enum mgcp_epar_form form;
	struct span text;          /* VALUE: the value, with quotes; else the name */
	bool quoted;
	struct mgcp_epar *sub;     /* EQUALS: one; LIST: one or more */
	struct mgcp_epar *next;
};

enum mgcp_action_id {
	MGCP_ACT_N, MGCP_ACT_A, MGCP_ACT_D, MGCP_ACT_S, MGCP_ACT_I, MGCP_ACT_K,
	MGCP_ACT_E, MGCP_ACT_EXT
};

struct mgcp_event;

struct mgcp_embed {                /* E(R(...),S(...),D(...)) */
	bool has_r, has_s, has_d;
	struct mgcp_event *r, *s;
	struct span d;
};

struct mgcp_action {
	enum mgcp_action_id id;
	struct span pkg, name;     /* EXT */
	struct mgcp_epar *params;  /* EXT */
	struct mgcp_embed *embed;  /* E */
	struct mgcp_action *next;
};

enum mgcp_event_kind {
	MGCP_EV_ID,                /* a name, "*" and "#" (the keys) included */
	MGCP_EV_ALL,               /* "all" */
	MGCP_EV_RANGE              /* "[0-9#*T]", brackets included */
};

struct mgcp_event {                /* of R: S: T: O: ES: */
	struct span pkg;           /* absent: the default package; "*": all packages */
	enum mgcp_event_kind kind;
	struct span name;
	struct span conn;          /* behind "@": an id, "$", "*"; absent: none */
	struct mgcp_action *actions; /* R: only; NULL means notify */
	struct mgcp_epar *params;
	struct mgcp_event *next;
};

enum mgcp_stat_id {
	MGCP_STAT_PS, MGCP_STAT_OS, MGCP_STAT_PR, MGCP_STAT_OR, MGCP_STAT_PL,
	MGCP_STAT_JI, MGCP_STAT_LA, MGCP_STAT_EXT
};

struct mgcp_stat {                 /* P: */
	enum mgcp_stat_id id;
	struct span name;
	uint32_t value;            /* at most 999,999,999 */
	struct mgcp_stat *next;
};

struct mgcp_pkgver {               /* PL: */
	struct span pkg;
	uint32_t version;
	struct mgcp_pkgver *next;
};

struct mgcp_code {                 /* F: */
	enum mgcp_param_id id;
	struct span name;
	struct mgcp_code *next;
};

struct mgcp_param {
	enum mgcp_param_id id;
	struct span name;          /* as it stood: "C", "X-Flower", "FXR/FXC" */
	struct span text;          /* the raw value, without blanks at both ends */
	bool empty;                /* no value (audits): the union is all zero */
	union {
		struct mgcp_range *ranges;   /* K */
		struct mgcp_lco *lcos;       /* B L A */
		struct mgcp_word *words;     /* I I2 */
		struct span id_text;         /* C X: the identifier */
		struct mgcp_name *name_v;    /* N Z Z2 */
		enum mgcp_mode mode;         /* M */
		struct mgcp_event *events;   /* R S O T ES */
		struct span map;             /* D: the digit map's text, not compiled */
		struct mgcp_stat *stats;     /* P */
		struct {
			unsigned code;       /* E: 000..999 */
			struct span code_pkg, comment;
		};
		struct mgcp_code *codes;     /* F */
		struct {
			bool loop, step, process, discard; /* Q: as written */
		};
		enum mgcp_restart restart;   /* RM */
		uint32_t number;             /* RD (s), MD (bytes) */
		struct mgcp_pkgver *pkgs;    /* PL */
	};
	struct mgcp_param *next;
};

struct mgcp_msg {
	enum mgcp_verb verb;       /* MGCP_RESPONSE: a response */
	struct span verb_text;
	uint32_t tid;              /* 1..999,999,999 */

	struct mgcp_name endpoint; /* command only, as are the next two */
	unsigned major, minor;
	struct span profile;       /* absent: none */

	unsigned code;             /* response only, 0..999, as are the next two */
	struct span code_pkg;      /* "/package" of an 8xx code */
	struct span comment;

	struct mgcp_param *params; /* in message order */
	unsigned nparams;
	struct mgcp_param *first[MGCP_PARAM_COUNT]; /* the first of each id, or NULL */

	struct span sdp[2];        /* session descriptions as they stood */
	unsigned nsdp;             /* an empty line with nothing behind does not count */

	enum mgcp_fault fault;
	enum mgcp_param_id fault_param;
};
