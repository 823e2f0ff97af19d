/* mgcp/codes.h - return codes and reason codes: one table each.
 *
 * layer: mgcp (L3)   thread: any   I/O: none
 * RFC 3435 2.4, 2.5; RFC 3661 2.2
 */
#pragma once

#include <stdbool.h>

#include "model/cause.h"

/* Codes are plain numbers, 0 means "go on" inside the engine. */
enum mgcp_return {
	MGCP_ACK = 0, /* 000 */
	MGCP_PENDING = 100,
	MGCP_QUEUED = 101,
	MGCP_OK = 200,
	MGCP_DELETED = 250,
	MGCP_TRANSIENT = 400,
	MGCP_OFF_HOOK,
	MGCP_ON_HOOK,
	MGCP_NO_RESOURCES,
	MGCP_NO_BANDWIDTH,
	MGCP_RESTARTING,
	MGCP_TIMED_OUT,
	MGCP_ABORTED,
	MGCP_OVERLOAD = 409,
	MGCP_NONE_FREE = 410,
	MGCP_NO_ENDPOINT = 500,
	MGCP_NOT_READY,
	MGCP_NEVER_RESOURCES,
	MGCP_WILDCARD,
	MGCP_NO_COMMAND,
	MGCP_REMOTE_UNSUPPORTED,
	MGCP_REMOTE_CONFLICT,
	MGCP_UNSUPPORTED,
	MGCP_BAD_QUARANTINE,
	MGCP_BAD_REMOTE,
	MGCP_PROTOCOL,
	MGCP_EXTENSION,
	MGCP_CANT_DETECT,
	MGCP_CANT_SIGNAL,
	MGCP_NO_ANNOUNCEMENT,
	MGCP_NO_CONNECTION,
	MGCP_NO_CALL,
	MGCP_BAD_MODE,
	MGCP_NO_PACKAGE,
	MGCP_NO_MAP,
	MGCP_ALWAYS_RESTARTING,
	MGCP_REDIRECTED,
	MGCP_NO_EVENT,
	MGCP_BAD_ACTION,
	MGCP_LOCAL_CONFLICT,
	MGCP_LOCAL_EXTENSION,
	MGCP_NEVER_BANDWIDTH,
	MGCP_NO_REMOTE,
	MGCP_BAD_VERSION,
	MGCP_HARDWARE,
	MGCP_CAS,
	MGCP_TRUNKS,
	MGCP_LOCAL_VALUE,
	MGCP_TOO_LARGE,
	MGCP_NO_CODEC,
	MGCP_NO_PTIME,
	MGCP_BAD_RESTART,
	MGCP_BAD_MAP,
	MGCP_BAD_EVENT,
	MGCP_BAD_PARAM,
	MGCP_CONN_LIMIT,
	MGCP_BAD_LOCAL
};

/* Who sends a code, for the manual and the test that looks for each. */
enum mgcp_code_use {
	MGCP_USE_YES,     /* some command of an agent is answered so */
	MGCP_USE_PACKAGE, /* only what a package of events would say */
	MGCP_USE_PEER,    /* call agents say it, and we heed it */
	MGCP_USE_NEVER,   /* `why` tells */
};

struct mgcp_code_row {
	unsigned code;
	enum mgcp_code_use use;
	const char *text; /* the comment we send with it */
	const char *why;  /* of MGCP_USE_PEER and MGCP_USE_NEVER */
};

extern const struct mgcp_code_row mgcp_codes[];           /* ends with text NULL */
const struct mgcp_code_row *mgcp_code_row(unsigned code); /* NULL: not of the RFC */
const char *mgcp_code_text(unsigned code);                /* never NULL */
unsigned mgcp_code_of(enum cause c);                      /* 200 for CAUSE_OK */
/* What a code we do not know means (2.4): 000, 100, 200, 521, 400 or 510. */
unsigned mgcp_code_known(unsigned code);

/* Reason codes of E:, by the model's word for why a connection ended. */
unsigned mgcp_reason_of(const char *reason);
const char *mgcp_reason_text(unsigned code);
