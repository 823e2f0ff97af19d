/* mgcp/codes.c - see codes.h.
 *
 * layer: mgcp (L3)   thread: any   I/O: none
 * RFC 3435 2.4, 2.5; RFC 3661 2.2
 */
#include "mgcp/codes.h"

#include <stddef.h>
#include <string.h>

#define YES(code, text)                                                                  \
	{                                                                                \
		code, MGCP_USE_YES, text, NULL                                           \
	}
#define PKG(code, text)                                                                  \
	{                                                                                \
		code, MGCP_USE_PACKAGE, text, NULL                                       \
	}
#define PEER(code, text, why)                                                            \
	{                                                                                \
		code, MGCP_USE_PEER, text, why                                           \
	}
#define NEVER(code, text, why)                                                           \
	{                                                                                \
		code, MGCP_USE_NEVER, text, why                                          \
	}

const struct mgcp_code_row mgcp_codes[] = {
	YES(MGCP_ACK, "Acknowledged"),
	YES(MGCP_PENDING, "Pending"),
	PEER(MGCP_QUEUED, "Queued", "commands are executed as they come, none is queued"),
	YES(MGCP_OK, "OK"),
	YES(MGCP_DELETED, "Connection deleted"),
	NEVER(MGCP_TRANSIENT, "Transient error",
	      "every transient failure has a closer code"),
	PKG(MGCP_OFF_HOOK, "Phone off-hook"),
	PKG(MGCP_ON_HOOK, "Phone on-hook"),
	YES(MGCP_NO_RESOURCES, "Out of resources at this time"),
	NEVER(MGCP_NO_BANDWIDTH, "Out of bandwidth at this time",
	      "no bandwidth is shared out"),
	YES(MGCP_RESTARTING, "Restarting"),
	YES(MGCP_TIMED_OUT, "Transaction took too long"),
	NEVER(MGCP_ABORTED, "Transaction aborted",
	      "CRCX, MDCX, RQNT and EPCF are never pending, so nothing can abort them"),
	YES(MGCP_OVERLOAD, "Overloaded"),
	YES(MGCP_NONE_FREE, "No endpoint available"),
	YES(MGCP_NO_ENDPOINT, "Endpoint unknown"),
	YES(MGCP_NOT_READY, "Endpoint out of service"),
	NEVER(MGCP_NEVER_RESOURCES, "Out of resources",
	      "no shortage of ours is for ever"),
	NEVER(MGCP_WILDCARD, "Wildcard too complicated",
	      "a wildcard is carried out, or not allowed: 500"),
	YES(MGCP_NO_COMMAND, "Command unknown"),
	YES(MGCP_REMOTE_UNSUPPORTED, "Remote description not supported"),
	YES(MGCP_REMOTE_CONFLICT, "Local options and remote description conflict"),
	NEVER(MGCP_UNSUPPORTED, "Functionality not supported",
	      "whatever is missing has a closer code"),
	YES(MGCP_BAD_QUARANTINE, "Quarantine handling not supported"),
	YES(MGCP_BAD_REMOTE, "Remote description in error"),
	YES(MGCP_PROTOCOL, "Protocol error"),
	YES(MGCP_EXTENSION, "Extension unknown"),
	PKG(MGCP_CANT_DETECT, "Event can't be detected"),
	PKG(MGCP_CANT_SIGNAL, "Signal can't be made"),
	PKG(MGCP_NO_ANNOUNCEMENT, "Announcement can't be sent"),
	YES(MGCP_NO_CONNECTION, "Connection unknown"),
	YES(MGCP_NO_CALL, "Call identifier unknown or wrong"),
	YES(MGCP_BAD_MODE, "Mode not supported"),
	YES(MGCP_NO_PACKAGE, "Package unknown"),
	YES(MGCP_NO_MAP, "No digit map"),
	PEER(MGCP_ALWAYS_RESTARTING, "Restarting", "405 says it better (3661 3.1)"),
	PEER(MGCP_REDIRECTED, "Redirected", "an answer to RSIP: call agents give it"),
	YES(MGCP_NO_EVENT, "No such event or signal"),
	YES(MGCP_BAD_ACTION, "Actions unknown or not combinable"),
	YES(MGCP_LOCAL_CONFLICT, "Local options contradict each other"),
	YES(MGCP_LOCAL_EXTENSION, "Local option extension unknown"),
	NEVER(MGCP_NEVER_BANDWIDTH, "Bandwidth too small",
	      "a codec that does not fit is one less in common: 534 (3435 2.6)"),
	YES(MGCP_NO_REMOTE, "Remote description missing"),
	YES(MGCP_BAD_VERSION, "Protocol version unknown"),
	NEVER(MGCP_HARDWARE, "Hardware failure", "there is no hardware of its own"),
	NEVER(MGCP_CAS, "CAS signaling error", "there are no CAS trunks"),
	NEVER(MGCP_TRUNKS, "Trunk group failure", "there are no trunks"),
	YES(MGCP_LOCAL_VALUE, "Local option value not supported"),
	YES(MGCP_TOO_LARGE, "Response too large"),
	YES(MGCP_NO_CODEC, "No codec in common"),
	YES(MGCP_NO_PTIME, "Packetization period not supported"),
	PEER(MGCP_BAD_RESTART, "Restart method unknown", "call agents say it of RSIP"),
	PKG(MGCP_BAD_MAP, "Digit map extension unknown"),
	YES(MGCP_BAD_EVENT, "Event or signal parameter in error"),
	YES(MGCP_BAD_PARAM, "Parameter invalid or not supported"),
	YES(MGCP_CONN_LIMIT, "Too many connections on the endpoint"),
	YES(MGCP_BAD_LOCAL, "Local option invalid or not supported"),
	{ 0, MGCP_USE_NEVER, NULL, NULL }
};

static const unsigned short of_cause[CAUSE_N] = {
	[CAUSE_OK] = MGCP_OK,
	[CAUSE_NO_MEMORY] = MGCP_NO_RESOURCES,
	[CAUSE_NO_RESOURCES] = MGCP_NO_RESOURCES,
	[CAUSE_INTERNAL] = MGCP_NO_RESOURCES,
	[CAUSE_ENDP_UNKNOWN] = MGCP_NO_ENDPOINT,
	[CAUSE_ENDP_BUSY] = MGCP_NO_RESOURCES,
	[CAUSE_ENDP_NONE_FREE] = MGCP_NONE_FREE,
	[CAUSE_ENDP_NOT_READY] = MGCP_NOT_READY,
	[CAUSE_ENDP_RESTARTING] = MGCP_RESTARTING,
	[CAUSE_WILDCARD] = MGCP_NO_ENDPOINT,
	[CAUSE_CTX_UNKNOWN] = MGCP_NO_CONNECTION,
	[CAUSE_CTX_FULL] = MGCP_CONN_LIMIT,
	[CAUSE_CTX_LIMIT] = MGCP_NO_RESOURCES,
	[CAUSE_TERM_UNKNOWN] = MGCP_NO_CONNECTION,
	[CAUSE_TERM_EXISTS] = MGCP_CONN_LIMIT,
	[CAUSE_NOT_OWNER] = MGCP_NO_ENDPOINT, /* as if it did not exist */
	[CAUSE_STRM_LIMIT] = MGCP_REMOTE_UNSUPPORTED,
	[CAUSE_MODE_UNSUPPORTED] = MGCP_BAD_MODE,
	[CAUSE_MIX_NEEDED] = MGCP_NO_RESOURCES, /* Appendix D */
	[CAUSE_TRANSCODE_NEEDED] = MGCP_NO_CODEC,
	[CAUSE_CODEC_NONE] = MGCP_NO_CODEC,
	[CAUSE_CODEC_UNKNOWN] = MGCP_NO_CODEC,
	[CAUSE_PTIME_UNSUPPORTED] = MGCP_NO_PTIME,
	[CAUSE_LOCAL_CONFLICT] = MGCP_LOCAL_CONFLICT,
	[CAUSE_LOCAL_UNSUPPORTED] = MGCP_LOCAL_VALUE,
	[CAUSE_REMOTE_UNSUPPORTED] = MGCP_REMOTE_UNSUPPORTED,
	[CAUSE_REMOTE_CONFLICT] = MGCP_REMOTE_CONFLICT,
	[CAUSE_REMOTE_INVALID] = MGCP_BAD_REMOTE,
	[CAUSE_REMOTE_MISSING] = MGCP_NO_REMOTE,
	[CAUSE_SECURITY_UNSUPPORTED] = MGCP_REMOTE_UNSUPPORTED,
	[CAUSE_BANDWIDTH] = MGCP_NO_CODEC,
	[CAUSE_GROUP_REFUSED] = MGCP_REMOTE_UNSUPPORTED,
	[CAUSE_ROOM_FULL] = MGCP_CONN_LIMIT,
	[CAUSE_ROOM_FORMAT] = MGCP_NO_CODEC,
	[CAUSE_ROOM_BUSY] = MGCP_NO_RESOURCES,
	[CAUSE_NAME_TAKEN] = MGCP_NO_RESOURCES,
	[CAUSE_NAME_INVALID] = MGCP_NO_ENDPOINT,
	[CAUSE_VALUE_INVALID] = MGCP_BAD_PARAM,
	[CAUSE_POLICY_UNSUPPORTED] = MGCP_NO_RESOURCES,
	[CAUSE_OVERLOAD] = MGCP_OVERLOAD,
};

const struct mgcp_code_row *mgcp_code_row(unsigned code)
{
	for (const struct mgcp_code_row *r = mgcp_codes; r->text; r++)
		if (r->code == code)
			return r;
	return NULL;
}

const char *mgcp_code_text(unsigned code)
{
	const struct mgcp_code_row *r = mgcp_code_row(code);

	return r ? r->text : "";
}

unsigned mgcp_code_of(enum cause c)
{
	return c < CAUSE_N && of_cause[c] ? of_cause[c] : MGCP_PROTOCOL;
}

unsigned mgcp_code_known(unsigned code)
{
	static const unsigned short class[10] = { MGCP_ACK,       MGCP_PENDING,
						  MGCP_OK,        MGCP_REDIRECTED,
						  MGCP_TRANSIENT, MGCP_PROTOCOL,
						  MGCP_PROTOCOL,  MGCP_PROTOCOL,
						  MGCP_PROTOCOL,  MGCP_PROTOCOL };

	return mgcp_code_row(code) ? code : class[code / 100 % 10];
}

static const struct {
	unsigned short code;
	const char *reason, *text;
} reasons[] = {
	{ 900, "orphan", "No call agent" },
	{ 901, "shutdown", "Out of service" },
	{ 902, "silent", "No media received" },
	{ 904, "forced", "Taken away by the operator" },
	{ 0, "agent", "Normal" },
};

enum { REASONS = sizeof(reasons) / sizeof(reasons[0]) };

unsigned mgcp_reason_of(const char *reason)
{
	for (unsigned i = 0; i < REASONS; i++)
		if (!strcmp(reasons[i].reason, reason))
			return reasons[i].code;
	return 900;
}

const char *mgcp_reason_text(unsigned code)
{
	for (unsigned i = 0; i < REASONS; i++)
		if (reasons[i].code == code)
			return reasons[i].text;
	return "";
}
