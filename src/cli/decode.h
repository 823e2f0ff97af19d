/* cli/decode.h - `hollerctl decode`: what a message says, as JSON, without a daemon.
 *
 * layer: cli (L5)   thread: main   I/O: reads files, writes stdout
 *
 *	hollerctl decode --as mgcp|sdp|h248|h248-ber FILE...
 *
 * One line per file, "-" is the standard input:
 *
 *	{"file":"a.mgcp","ok":true,"error":null,"offset":null,"message":{...}}
 *	{"file":"b.mgcp","ok":false,"error":"... (RFC ...)","offset":77,"message":null}
 *
 * A datagram of several MGCP messages or a text of several descriptions has the first in
 * "message" and the others in its "more". A refused MGCP message whose first line could
 * be read still tells what that said; a refused H.248 message what stands before the
 * fault, and the error code due in "fault". A format is one function in the table of
 * decode.c.
 */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "util/arena.h"
#include "util/str.h"
#include "wire/parse.h"

enum { DECODE_VALID = 0, DECODE_INVALID = 1, DECODE_USAGE = 2 }; /* exit codes */

/* argv[0] is "decode". */
int decode_main(int argc, char **argv);
/* argv[0] is "convert": --from FORM --to FORM FILE..., the messages on stdout. */
int convert_main(int argc, char **argv);
void decode_usage(FILE *out);
void convert_usage(FILE *out);

/* A file's bytes, to be given to mem_free(), in one block of that size; "-" is the
 * standard input. NULL and errno when it can't be read. */
char *decode_file_read(const char *path, size_t *size);

/* A decoder: 0 or -H_E... with *err; *msg is the caller's, and may be set on failure. */
typedef int(decode_h)(struct arena *a, struct span bytes, struct json_object **msg,
		      struct parse_err *err);

decode_h decode_mgcp;
decode_h decode_sdp;
decode_h decode_h248;     /* text */
decode_h decode_h248_ber;

/* --- what decoders share --- */
/* A string; bytes that are not UTF-8 are read as Latin-1, so all JSON is valid. */
struct json_object *decode_str(struct span s);
/* Nothing is added when s is absent. */
void decode_add(struct json_object *o, const char *key, struct span s);
void decode_add_int(struct json_object *o, const char *key, int64_t v);
void decode_add_bool(struct json_object *o, const char *key, bool v);
void decode_push(struct json_object *array, struct span s);

struct mgcp_param;
struct sdp;

struct json_object *decode_mgcp_value(const struct mgcp_param *p);
struct json_object *decode_sdp_json(const struct sdp *s);
