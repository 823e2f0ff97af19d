/* model/cause.h - why the model said no.
 *
 * layer: model (L2)   thread: any   I/O: none
 *
 * Neutral of protocol: mgcp/codes.c and h248/codes.c each turn every cause into a code of
 * theirs, and a test walks CAUSE_LIST so that none lacks one.
 */
#pragma once

#define CAUSE_LIST(X)                                                              \
	X(OK, "ok")                                                                \
	X(NO_MEMORY, "out of memory")                                              \
	X(NO_RESOURCES, "out of ports, descriptors or queue room")                 \
	X(INTERNAL, "internal failure")                                            \
	X(ENDP_UNKNOWN, "no such endpoint or termination")                         \
	X(ENDP_NONE_FREE, "no endpoint or termination available")                  \
	X(ENDP_NOT_READY, "out of service")                                        \
	X(ENDP_RESTARTING, "restarting")                                           \
	X(WILDCARD, "wildcard not allowed or too complicated here")                \
	X(CTX_UNKNOWN, "no such context")                                          \
	X(CTX_FULL, "too many terminations in the context")                        \
	X(CTX_LIMIT, "too many contexts")                                          \
	X(TERM_UNKNOWN, "no such connection or termination")                       \
	X(TERM_EXISTS, "already in a context")                                     \
	X(NOT_OWNER, "belongs to another owner")                                   \
	X(STRM_LIMIT, "too many streams")                                          \
	X(MODE_UNSUPPORTED, "mode not supported here")                             \
	X(MIX_NEEDED, "would need mixing")                                         \
	X(TRANSCODE_NEEDED, "would need transcoding")                              \
	X(CODEC_NONE, "no codec in common")                                        \
	X(CODEC_UNKNOWN, "codec unknown or not offered here")                      \
	X(PTIME_UNSUPPORTED, "packetization period not supported")                 \
	X(LOCAL_CONFLICT, "local options contradict each other")                   \
	X(LOCAL_UNSUPPORTED, "local option value not supported")                   \
	X(REMOTE_UNSUPPORTED, "remote description not supported")                  \
	X(REMOTE_CONFLICT, "local options and remote description can't both be met") \
	X(REMOTE_INVALID, "remote description invalid")                            \
	X(REMOTE_MISSING, "remote description missing")                            \
	X(SECURITY_UNSUPPORTED, "security asked for is not available")             \
	X(BANDWIDTH, "bandwidth not available")                                    \
	X(GROUP_REFUSED, "multicast group not allowed to this owner")              \
	X(ROOM_FULL, "room is full")                                               \
	X(ROOM_FORMAT, "room speaks another format")                               \
	X(ROOM_BUSY, "room in use")                                                \
	X(ENDP_BUSY, "endpoint in use")                                            \
	X(NAME_TAKEN, "name already taken")                                        \
	X(NAME_INVALID, "name invalid")                                            \
	X(VALUE_INVALID, "value out of range")                                     \
	X(POLICY_UNSUPPORTED, "room policy not available yet")                     \
	X(OVERLOAD, "overloaded")

enum cause {
#define CAUSE_ENUM(id, text) CAUSE_##id,
	CAUSE_LIST(CAUSE_ENUM)
#undef CAUSE_ENUM
	CAUSE_N
};

const char *cause_str(enum cause c); /* the English text above; never NULL */
