/* wire/h248_ber_row.h - shorthand in which the ASN.1 tables are written.
 *
 * layer: wire (L1)   thread: any   I/O: none
 *
 * Internal to src/wire/h248_ber_tab*.c. S is the struct, M its member; HAS(S, M, bit)
 * makes a row optional, SETS(S, M, bit) leaves it mandatory but sets the bit too.
 */
#pragma once

#include "wire/h248_ber_out.h"

#define AT(S, M)        .off = offsetof(struct S, M)
#define SETS(S, M, bit)                                                              \
	.has_off = offsetof(struct S, M), .has_bit = (bit),                          \
	.has_size = sizeof(((struct S *)0)->M)
#define HAS(S, M, bit)  SETS(S, M, bit), .flags = BER_OPT
#define OPT             .flags = BER_OPT
#define FROM(v)         .version = (v)
#define KIND(k)         .kind = (k)

#define U8(nm, S, M, mx)        .name = nm, .op = OP_U8, AT(S, M), .max = (mx)
#define U16(nm, S, M, mx)       .name = nm, .op = OP_U16, AT(S, M), .max = (mx)
#define U32(nm, S, M)           .name = nm, .op = OP_U32, AT(S, M), .max = UINT32_MAX
#define ENUM(nm, S, M, mx)      .name = nm, .op = OP_ENUM, AT(S, M), .max = (mx)
#define BOOLEAN(nm, S, M, has, on)                                                   \
	.name = nm, .op = OP_BOOL, AT(S, M), HAS(S, M, has), .max = (on)
#define FLAG(nm, S, M, bit)     .name = nm, .op = OP_FLAG, HAS(S, M, bit)
#define NUL(nm, S, M, bit)      .name = nm, .op = OP_NULL, HAS(S, M, bit)
#define BITS(nm, S, M, n)                                                                \
	.name = nm, .op = OP_BITS, AT(S, M), .max = (n),                                 \
	.least = sizeof(((struct S *)0)->M)
#define TEXT(nm, S, M, ls, mx)                                                       \
	.name = nm, .op = OP_TEXT, AT(S, M), .least = (ls), .max = (mx)
#define FIXED(nm, S, M)                                                              \
	.name = nm, .op = OP_OCTETS, AT(S, M), .least = sizeof(((struct S *)0)->M),  \
	.max = sizeof(((struct S *)0)->M)
#define OCTETS(nm, S, M, L, ls, mx)                                                  \
	.name = nm, .op = OP_OCTETS, AT(S, M), .len = offsetof(struct S, L),         \
	.least = (ls), .max = (mx)
#define SEQ(nm, S, M, t)        .name = nm, .op = OP_SEQ, AT(S, M), .sub = &(t)
#define HERE(nm, t)             .name = nm, .op = OP_SEQ, .sub = &(t)
#define PTR(nm, S, M, t)        .name = nm, .op = OP_PTR, AT(S, M), .sub = &(t)
#define CHOICE(nm, S, M, t)     .name = nm, .op = OP_CHOICE, AT(S, M), .sub = &(t)
#define CHOOSE(nm, t)           .name = nm, .op = OP_CHOICE, .sub = &(t)
#define PCHOICE(nm, S, M, t)    .name = nm, .op = OP_PCHOICE, AT(S, M), .sub = &(t)
#define LIST(nm, S, M, t)       .name = nm, .op = OP_LIST, AT(S, M), .sub = &(t)
#define FIRST(nm, S, M, t)      .name = nm, .op = OP_FIRST, AT(S, M), .sub = &(t)
#define DESC(nm, k, t)                                                               \
	.name = nm, .op = OP_DESC, AT(h248_cmd, descs), .max = H248_D_##k, .sub = &(t)
#define SPECIAL(nm, o, S, M)    .name = nm, .op = OP_##o, AT(S, M)
#define PKGD(nm, S, M, k)       .name = nm, .op = OP_PKGD, AT(S, M), .least = H248_##k

#define MODES  "sendOnly recvOnly sendRecv inactive loopBack"
#define STATES "test outOfSvc inSvc"

#define ROWS(nm, r)             .name = nm, .rows = (r), .n = sizeof(r) / sizeof((r)[0])
#define SIZE(S)                 .size = sizeof(struct S)
#define KIND_OF(S, M)           .kind_off = offsetof(struct S, M) + 1, .choice = 1
