/* wire/sdp.h - session descriptions, as SDP, MGCP and H.248 write them.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866, 4566, 2327; RFC 3435 3.4; H.248.1 C.11 and 7.1.8 (`$`, missing lines)
 *
 * sdp_parse() makes a list of `struct sdp`, one for each "v=" line (which the first
 * may lack). All lives in the caller's arena; spans point into the text given, which must
 * outlive the tree. Tolerated: CRLF, LF or CR as line end, a last line without, missing
 * v= o= s= t=, empty lines, lines of one section in another order, more than one blank
 * between fields, "$" (CHOOSE) in any field. Refused: NUL, unknown line letters, numbers
 * out of range, a line twice that stands once, more than the SDP_*_MAX below.
 *
 * Everything parsed is printed back, in the RFC's order. To build one:
 *
 *	struct sdp *s = sdp_new(a);
 *	struct sdp_media *m;
 *	sdp_set_origin(a, s, id, version, &addr);       also sets s->name "-" and t=0 0
 *	s->conn = sdp_conn_new(a, &addr, ttl, 1);
 *	m = sdp_media_add(a, s, STR_LIT("audio"), port, STR_LIT("RTP/AVP"));
 *	sdp_fmt_add(a, m, 0, STR_LIT("PCMU"), 8000, 1, STR_LIT(""));
 *	sdp_attr_add(a, &m->attrs, STR_LIT("ptime"), STR_LIT("20"));
 *	sdp_print(b, s);
 *
 * Builders copy nothing (spans are borrowed) and return NULL when the arena is full;
 * they take a NULL object and then do nothing, so one arena_failed() at the end will do.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/str.h"
#include "wire/parse.h"

enum {
	SDP_BYTES_MAX = 65536,
	SDP_LINES_MAX = 1024,  /* in one text */
	SDP_LINE_MAX = 4096,   /* bytes of one line */
	SDP_DESCS_MAX = 32,
	SDP_MEDIA_MAX = 32,    /* of one description */
	SDP_FMTS_MAX = 64,     /* of one m= line */
	SDP_SOURCES_MAX = 64   /* of one a=source-filter */
};

enum { SDP_TTL_NONE = -1, SDP_TTL_ANY = -2 };

struct sdp_text {                  /* e= p= r= lines */
	struct span v;
	struct sdp_text *next;
};

struct sdp_origin {                /* o= */
	struct span user, id, version, nettype, addrtype, addr;
};

struct sdp_conn {                  /* c= */
	struct span nettype, addrtype;
	struct span host;          /* the address without "/ttl/count"; may be "$" */
	struct addr addr;          /* family 0 when host is "$", a name or not IN */
	int ttl;                   /* SDP_TTL_NONE (always for IPv6), SDP_TTL_ANY: "$" */
	unsigned count;            /* of contiguous groups, at least 1 */
	bool any;                  /* host is "$" */
	struct sdp_conn *next;     /* more c= lines of the same m= */
};

struct sdp_bw {                    /* b= */
	struct span type;
	struct span text;          /* the value as it stands */
	uint64_t value;            /* kbit/s for CT and AS; 0 when text is "$" */
	struct sdp_bw *next;
};

struct sdp_time {                  /* t= and its r= lines */
	struct span start, stop;
	struct sdp_text *repeats;
	struct sdp_time *next;
};

struct sdp_attr {                  /* a= */
	struct span name;
	struct span value;         /* {NULL, 0}: a property attribute, no colon */
	struct sdp_attr *next;
};

enum sdp_dir { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

struct sdp_filter {                /* a=source-filter, RFC 4570 */
	bool excl;
	struct span dest;          /* "*": every c= address of the section */
	struct addr group;         /* dest as an address; family 0 when "*" or a name */
	struct span *src;
	struct addr *addrs;        /* src as addresses; family 0 when a name */
	unsigned nsrc;
	struct sdp_filter *next;
};

struct sdp_fmt {                   /* one format of an m= line */
	struct span text;          /* as in the m= line; may be "$" */
	int pt;                    /* 0..127 for RTP profiles, -1 for others and "$" */
	struct span encoding;      /* of rtpmap or RFC 3551's table; absent: unknown */
	uint32_t clock;            /* Hz; 0 unknown */
	unsigned channels;         /* 1 when not given */
	bool mapped;               /* there was an a=rtpmap */
	struct span fmtp;          /* parameters of a=fmtp; absent: none */
	struct sdp_fmt *next;
};

enum sdp_port { SDP_PORT_NUM, SDP_PORT_ANY, SDP_PORT_OTHER };

struct sdp_media {                 /* m= */
	struct span media, proto;
	enum sdp_port port_kind;   /* ANY: "$"; OTHER: not a number (RFC 3108) */
	struct span port_text;     /* OTHER only */
	uint16_t port;             /* NUM only */
	uint32_t nports;           /* at least 1 */
	bool rtp;                  /* proto has "RTP": RTP/AVP, RTP/SAVPF... */
	struct sdp_fmt *fmts;
	unsigned nfmts;
	struct span info, key;
	struct sdp_conn *conn;     /* own c= lines; NULL: see sdp_conn_of() */
	struct sdp_bw *bw;
	struct sdp_attr *attrs;    /* in order, those below included */

	/* Derived from attrs by sdp_parse() and sdp_derive(); not printed. */
	enum sdp_dir dir;          /* own, else the session's, else sendrecv */
	bool dir_given;
	uint32_t ptime, maxptime;  /* ms; 0: not given */
	bool rtcp_mux;
	bool crypto;               /* a=crypto or a=key-mgmt stands there */
	uint16_t rtcp_port;        /* a=rtcp (3605); 0: port + 1 */
	struct sdp_conn *rtcp_conn; /* its address; NULL: that of the media */
	struct sdp_filter *filters; /* own, else the session's */
	struct sdp_media *next;
};

struct sdp {
	struct span version;       /* "0" or "$"; absent when there was no v= (H.248) */
	bool has_origin;
	struct sdp_origin origin;
	struct span name;          /* s=; absent when there was none */
	struct span info, uri, key, zone;
	struct sdp_text *emails, *phones;
	struct sdp_conn *conn;
	struct sdp_bw *bw;
	struct sdp_time *times;
	struct sdp_attr *attrs;
	enum sdp_dir dir;          /* derived */
	bool dir_given;
	uint32_t ptime, maxptime;  /* derived; some peers put them here */
	bool crypto;
	struct sdp_filter *filters; /* derived */
	struct sdp_media *media;
	unsigned nmedia;
	struct sdp *next;          /* the next description of the same text */
};

/* 0; -H_ESYNTAX, -H_ELIMIT with *err; -H_ENOMEM. *out is never empty on success. */
int sdp_parse(struct arena *a, struct span text, struct sdp **out, struct parse_err *err);
void sdp_print(struct buf *b, const struct sdp *s);     /* one description, CRLF */
void sdp_print_all(struct buf *b, const struct sdp *s); /* and those behind it */

/* The connection data of a media: its own, else the session's, else NULL. */
const struct sdp_conn *sdp_conn_of(const struct sdp *s, const struct sdp_media *m);
const struct sdp_attr *sdp_attr_get(const struct sdp_attr *list, const char *name);
/* By payload type (-1 never matches) and by encoding name, case-blind. */
struct sdp_fmt *sdp_fmt_pt(const struct sdp_media *m, int pt);
struct sdp_fmt *sdp_fmt_named(const struct sdp_media *m, struct span encoding,
			      uint32_t clock);
/* Fill in the derived fields anew, after attributes were built. */
int sdp_derive(struct arena *a, struct sdp *s, struct parse_err *err);

/* --- RFC 3551 6: what a payload type below 96 means without a=rtpmap --- */
struct sdp_static {
	uint8_t pt;
	const char *encoding;
	uint32_t clock;
	uint8_t channels;
	char kind;                 /* 'a' audio, 'v' video, 'b' both */
};

const struct sdp_static *sdp_static_pt(unsigned pt);      /* NULL: not assigned */
const struct sdp_static *sdp_static_named(struct span encoding, uint32_t clock,
					  unsigned channels);

/* --- builders --- */
struct sdp *sdp_new(struct arena *a);
void sdp_set_origin(struct arena *a, struct sdp *s, uint64_t id, uint64_t version,
		    const struct addr *addr);
struct sdp_conn *sdp_conn_new(struct arena *a, const struct addr *addr, int ttl,
			      unsigned count);
struct sdp_media *sdp_media_add(struct arena *a, struct sdp *s, struct span media,
				uint16_t port, struct span proto);
/* Adds the format and its a=rtpmap (not for static types that mean the same) and, when
 * fmtp has bytes, its a=fmtp. */
struct sdp_fmt *sdp_fmt_add(struct arena *a, struct sdp_media *m, unsigned pt,
			    struct span encoding, uint32_t clock, unsigned channels,
			    struct span fmtp);
struct sdp_attr *sdp_attr_add(struct arena *a, struct sdp_attr **list, struct span name,
			      struct span value);
struct sdp_bw *sdp_bw_add(struct arena *a, struct sdp_bw **list, struct span type,
			  uint64_t value);
