/* h248/codes.c - see codes.h.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * RFC 3525 7.3, 7.2.8; H.248.8
 */
#include "h248/codes.h"

#include <stddef.h>
#include <string.h>

#define YES(code, text)         { code, H248_USE_YES, text, NULL }
#define PKG(code, text)         { code, H248_USE_PACKAGE, text, NULL }
#define PEER(code, text, why)   { code, H248_USE_PEER, text, why }
#define NEVER(code, text, why)  { code, H248_USE_NEVER, text, why }

const struct h248_code_row h248_codes[] = {
	YES(H248_BAD_MESSAGE, "Syntax error in message"),
	NEVER(H248_PROTOCOL, "Protocol error", "every breach has a closer code"),
	YES(H248_UNAUTHORIZED, "Unauthorized"),
	YES(H248_BAD_TRANSACTION, "Syntax error in transaction request"),
	YES(H248_BAD_VERSION, "Version not supported"),
	YES(H248_BAD_ID, "Incorrect identifier"),
	YES(H248_NO_CONTEXT, "Unknown ContextID"),
	YES(H248_NO_CONTEXT_IDS, "No ContextIDs available"),
	YES(H248_TOO_MANY_TRANS, "Too many transactions in the message"),
	YES(H248_BAD_COMBINATION, "Unknown action or illegal combination of actions"),
	YES(H248_BAD_ACTION, "Syntax error in action"),
	YES(H248_NO_TERM, "Unknown TerminationID"),
	YES(H248_NO_MATCH, "No TerminationID matched a wildcard"),
	YES(H248_NONE_FREE, "Out of TerminationIDs or none available"),
	YES(H248_IN_CONTEXT, "TerminationID is already in a context"),
	YES(H248_CTX_FULL, "Too many terminations in the context"),
	YES(H248_NOT_IN_CTX, "TerminationID is not in this context"),
	YES(H248_NO_PACKAGE, "Unsupported or unknown package"),
	NEVER(H248_NO_SDP, "Missing Remote or Local descriptor",
	      "a stream without them is legal and waits (7.1.8)"),
	YES(H248_BAD_COMMAND, "Syntax error in command"),
	YES(H248_NO_COMMAND, "Unsupported or unknown command"),
	YES(H248_NO_DESCRIPTOR, "Unsupported or unknown descriptor"),
	NEVER(H248_NO_PROPERTY, "Unsupported or unknown property",
	      "a name without a package is 442, one its package lacks 450"),
	YES(H248_NO_PARAMETER, "Unsupported or unknown parameter"),
	YES(H248_DESC_ILLEGAL, "Descriptor not legal in this command"),
	YES(H248_DESC_TWICE, "Descriptor appears twice in a command"),
	YES(H248_BAD_VALUE, "Unsupported or unknown parameter or property value"),
	YES(H248_NOT_PROPERTY, "No such property in this package"),
	YES(H248_NOT_EVENT, "No such event in this package"),
	YES(H248_NOT_SIGNAL, "No such signal in this package"),
	YES(H248_NOT_STATISTIC, "No such statistic in this package"),
	YES(H248_NOT_VALUE, "No such parameter value in this package"),
	YES(H248_PROPERTY_ILLEGAL, "Property illegal in this descriptor"),
	YES(H248_PROPERTY_TWICE, "Property appears twice in this descriptor"),
	NEVER(H248_MISSING_PARM, "Missing parameter in signal or event",
	      "every parameter of what runs here has a default"),
	PEER(H248_UNEXPECTED_ID, "Unexpected event or request ID",
	     "an answer to Notify"),
	PEER(H248_NO_PROFILE, "Unsupported or unknown profile",
	     "an answer to ServiceChange"),
	NEVER(H248_STAT_STREAM, "Unable to set statistic on stream",
	      "all statistics are kept for each stream"),
	NEVER(H248_IMPLIED_ADD, "Implied Add for Multiplex failure",
	      "multiplexes are refused as a whole (444)"),
	YES(H248_INTERNAL, "Internal software failure in the MG"),
	NEVER(H248_NOT_DONE, "Not implemented", "what is missing has closer codes"),
	YES(H248_NOT_READY, "Not ready"),
	NEVER(H248_UNAVAILABLE, "Service unavailable", "502 and 510 say it better"),
	NEVER(H248_NOT_YOURS, "Command received from unauthorized entity",
	      "402 says it of the whole message"),
	YES(H248_TOO_EARLY, "Transaction request received before a ServiceChange reply"),
	YES(H248_TOO_PENDING, "Number of TransactionPendings exceeded"),
	YES(H248_NO_RESOURCES, "Insufficient resources"),
	YES(H248_BUSY, "Temporarily busy"),
	PKG(H248_CANT_DETECT, "Unequipped to detect the requested event"),
	PKG(H248_CANT_SIGNAL, "Unequipped to generate the requested signals"),
	PKG(H248_CANT_ANNOUNCE, "Cannot send the specified announcement"),
	YES(H248_BAD_MEDIA, "Unsupported media type"),
	YES(H248_BAD_MODE, "Unsupported or invalid mode"),
	PKG(H248_BUFFER_FULL, "Event buffer full"),
	YES(H248_MAPS_FULL, "Out of space to store digit map"),
	YES(H248_NO_MAP, "Digit map undefined in the MG"),
	NEVER(H248_CHANGING, "Termination is ServiceChanging",
	      "a ServiceChange takes effect at once"),
	NEVER(H248_NO_TOPOLOGY,
	      "Functionality requested in topology triple not supported",
	      "all kinds of triples run"),
	NEVER(H248_NO_BANDWIDTH, "Insufficient bandwidth", "no bandwidth is shared out"),
	NEVER(H248_HARDWARE, "Internal hardware failure in the MG",
	      "there is no hardware of its own"),
	PEER(H248_NET_TEMPORARY, "Temporary network failure", "of MGCs and proxies"),
	PEER(H248_NET_PERMANENT, "Permanent network failure", "of MGCs and proxies"),
	YES(H248_NOT_AUDITED,
	    "Audited property, statistic, event or signal does not exist"),
	YES(H248_TOO_BIG, "Response exceeds maximum transport PDU size"),
	YES(H248_READ_ONLY, "Illegal write of a read only property"),
	PKG(H248_HOOK, "Unexpected initial hook state"),
	NEVER(H248_NOT_ALLOWED, "Command is not allowed on this termination",
	      "410 and 421 say it better"),
	PEER(H248_NONE_SUCH, "Does not exist", "an answer to Notify"),
	{ 0, H248_USE_NEVER, NULL, NULL }
};

static const unsigned short of_cause[CAUSE_N] = {
	[CAUSE_OK] = 0,
	[CAUSE_NO_MEMORY] = H248_NO_RESOURCES,
	[CAUSE_NO_RESOURCES] = H248_NO_RESOURCES,
	[CAUSE_INTERNAL] = H248_INTERNAL,
	[CAUSE_ENDP_UNKNOWN] = H248_NO_TERM,
	[CAUSE_ENDP_BUSY] = H248_NONE_FREE,
	[CAUSE_ENDP_NONE_FREE] = H248_NONE_FREE,
	[CAUSE_ENDP_NOT_READY] = H248_NOT_READY,
	[CAUSE_ENDP_RESTARTING] = H248_NOT_READY,
	[CAUSE_WILDCARD] = H248_NO_MATCH,
	[CAUSE_CTX_UNKNOWN] = H248_NO_CONTEXT,
	[CAUSE_CTX_FULL] = H248_CTX_FULL,
	[CAUSE_CTX_LIMIT] = H248_NO_CONTEXT_IDS,
	[CAUSE_TERM_UNKNOWN] = H248_NO_TERM,
	[CAUSE_TERM_EXISTS] = H248_IN_CONTEXT,
	[CAUSE_NOT_OWNER] = H248_NO_TERM, /* as if it did not exist */
	[CAUSE_STRM_LIMIT] = H248_NO_RESOURCES,
	[CAUSE_MODE_UNSUPPORTED] = H248_BAD_MODE,
	[CAUSE_MIX_NEEDED] = H248_NO_RESOURCES,
	[CAUSE_TRANSCODE_NEEDED] = H248_NO_RESOURCES,
	[CAUSE_CODEC_NONE] = H248_NO_RESOURCES, /* 7.1.8: no alternative */
	[CAUSE_CODEC_UNKNOWN] = H248_NO_RESOURCES,
	[CAUSE_PTIME_UNSUPPORTED] = H248_NO_RESOURCES,
	[CAUSE_LOCAL_CONFLICT] = H248_NO_RESOURCES,
	[CAUSE_LOCAL_UNSUPPORTED] = H248_NO_RESOURCES,
	[CAUSE_REMOTE_UNSUPPORTED] = H248_NO_RESOURCES,
	[CAUSE_REMOTE_CONFLICT] = H248_NO_RESOURCES,
	[CAUSE_REMOTE_INVALID] = H248_BAD_VALUE,
	[CAUSE_REMOTE_MISSING] = H248_NO_RESOURCES,
	[CAUSE_SECURITY_UNSUPPORTED] = H248_BAD_MEDIA,
	[CAUSE_BANDWIDTH] = H248_NO_RESOURCES,
	[CAUSE_GROUP_REFUSED] = H248_NO_RESOURCES,
	[CAUSE_ROOM_FULL] = H248_NONE_FREE,
	[CAUSE_ROOM_FORMAT] = H248_NO_RESOURCES,
	[CAUSE_ROOM_BUSY] = H248_NONE_FREE,
	[CAUSE_NAME_TAKEN] = H248_IN_CONTEXT,
	[CAUSE_NAME_INVALID] = H248_NO_TERM,
	[CAUSE_VALUE_INVALID] = H248_BAD_VALUE,
	[CAUSE_POLICY_UNSUPPORTED] = H248_BAD_VALUE,
	[CAUSE_OVERLOAD] = H248_BUSY,
};

const struct h248_code_row *h248_code_row(unsigned code)
{
	for (const struct h248_code_row *r = h248_codes; r->text; r++)
		if (r->code == code)
			return r;
	return NULL;
}

const char *h248_code_text(unsigned code)
{
	const struct h248_code_row *r = h248_code_row(code);

	return r ? r->text : "";
}

unsigned h248_code_of(enum cause c)
{
	if (c == CAUSE_OK)
		return 0;
	return (size_t)c < CAUSE_N && of_cause[c] ? of_cause[c] : H248_INTERNAL;
}

static const char *const reasons[] = {
	"Service Restored",
	"Cold Boot",
	"Warm Boot",
	"MGC Directed Change",
	"Termination Malfunctioning",
	"Termination Taken Out Of Service",
	"Loss Of Lower Layer Connectivity",
	"Transmission Failure",
	"MG Impending Failure",
	"MGC Impending Failure",
	"Media Capability Failure",
	"Modem Capability Failure",
	"Mux Capability Failure",
	"Signal Capability Failure",
	"Event Capability Failure",
	"State Loss",
};

const char *h248_reason_text(unsigned reason)
{
	unsigned i = reason - H248_RESTORED;

	return i < sizeof(reasons) / sizeof(reasons[0]) ? reasons[i] : "";
}

unsigned h248_reason_of(const char *model_reason)
{
	if (!strcmp(model_reason, "silent"))
		return H248_LOWER_LAYER;
	if (!strcmp(model_reason, "orphan"))
		return H248_STATE_LOSS;
	return H248_OUT_OF_SERVICE; /* "forced" (a room was taken away: 905), "shutdown"
				     */
}
