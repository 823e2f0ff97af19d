/* wire/h248_tree.h - one tree for every form of an H.248 message.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.2 (commands), 8 (transactions), 11.3 (mid); H.248.1 v2, v3
 *
 * What h248_desc.h says of nodes, lists and forms holds here too. Requests and replies
 * share their nodes: a reply's command holds what the audit or command returned.
 */
#pragma once

#include "wire/h248_desc.h"

enum h248_cmd_kind { H248_ADD, H248_MOVE, H248_MODIFY, H248_SUBTRACT, H248_AUDIT_CAP,
		     H248_AUDIT_VALUE, H248_NOTIFY, H248_SVC_CHANGE, H248_CMD_KINDS };

struct h248_cmd {
	struct h248_cmd *next;
	uint8_t kind;               /* enum h248_cmd_kind */
	uint8_t optional, wildcard; /* "O-", "W-" */
	uint8_t ctx_audit;          /* reply "AuditValue=Context{...}" */
	struct h248_term *terms;
	struct h248_desc *descs;
};

enum h248_topo_dir { H248_TOPO_BOTHWAY, H248_TOPO_ISOLATE, H248_TOPO_ONEWAY,
		     H248_TOPO_ONEWAY_EXT, H248_TOPO_ONEWAY_BOTH };

struct h248_topo {
	struct h248_topo *next;
	struct h248_term *from, *to;
	uint8_t dir; /* enum h248_topo_dir */
	uint8_t has_stream;
	uint16_t stream;
};

enum { H248_CTX_PRIORITY = 1, H248_CTX_EMERGENCY = 2, H248_CTX_EMERGENCY_ON = 4,
       H248_CTX_IEPS = 8, H248_CTX_IEPS_ON = 16, H248_CTX_TOPOLOGY = 32,
       H248_CTX_LIST = 64 };

struct h248_ctx_props {
	uint8_t has; /* H248_CTX_... */
	uint16_t priority;
	struct h248_topo *topology;
	struct h248_parm *props; /* ContextAttr */
	struct h248_num *list;   /* ContextList */
};

enum { H248_CA_TOPOLOGY = 1, H248_CA_EMERGENCY = 2, H248_CA_PRIORITY = 4,
       H248_CA_IEPS = 8, H248_CA_SEL_PRIORITY = 16, H248_CA_SEL_EMERGENCY = 32,
       H248_CA_SEL_IEPS = 64, H248_CA_EMERGENCY_ON = 128, H248_CA_IEPS_ON = 256,
       H248_CA_AND = 512, H248_CA_OR = 1024 };

struct h248_ctx_audit {
	uint16_t has; /* H248_CA_... */
	uint16_t priority;
	struct h248_parm *props;
};

enum { H248_CTX_NULL = 0 };
#define H248_CTX_CHOOSE 0xfffffffeu
#define H248_CTX_ALL    0xffffffffu

struct h248_action {
	struct h248_action *next;
	uint32_t ctx;
	struct h248_ctx_props *props;
	struct h248_ctx_audit *audit; /* requests */
	struct h248_cmd *cmds;
	struct h248_error *error;     /* replies: after the commands that were done */
};

struct h248_ack {
	struct h248_ack *next;
	uint32_t first, last;
	uint8_t range;
};

enum h248_trans_kind { H248_REQUEST, H248_PENDING, H248_REPLY, H248_ACKS, H248_SEGMENT };

struct h248_trans {
	struct h248_trans *next;
	uint8_t kind;             /* enum h248_trans_kind */
	uint8_t imm_ack;          /* replies */
	uint8_t has_seg, seg_end; /* replies and segment replies, v3 */
	uint16_t seg;
	uint32_t id;
	struct h248_error *error;
	struct h248_action *actions;
	struct h248_ack *acks;
};

struct h248_auth {
	uint8_t spi[4], seq[4];
	uint8_t data[32];
	uint8_t n; /* octets of data, 12-32 */
};

struct h248_msg {
	struct h248_auth *auth;
	uint8_t version;
	struct h248_mid mid;
	struct h248_error *error; /* in place of transactions */
	struct h248_trans *trans;
};
