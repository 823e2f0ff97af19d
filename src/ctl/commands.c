/* ctl/commands.c - see commands.h: arguments, columns, look-up.
 *
 * layer: ctl (L4)   thread: any   I/O: none
 */
#include "ctl/commands.h"

#include <inttypes.h>
#include <stdio.h>

#define FLAG(name_, help_)                                                               \
	{                                                                                \
		.name = name_, .kind = CTL_FLAG, .help = help_                           \
	}
#define TEXT(name_, most_, meta_, help_)                                                 \
	{                                                                                \
		.name = name_, .kind = CTL_TEXT, .most = most_, .meta = meta_,           \
		.help = help_                                                            \
	}
#define NUMBER(name_, least_, most_, help_)                                              \
	{                                                                                \
		.name = name_, .kind = CTL_NUMBER, .least = least_, .most = most_,       \
		.meta = "N", .help = help_                                               \
	}
#define OWNER TEXT("owner", 47, "OWNER", "Only this owner's.")

static const struct ctl_arg no_args[] = { { 0 } };
static const struct ctl_arg owner_args[] = { OWNER, { 0 } };

static const struct ctl_arg endpoint_args[] = {
	{ .name = "pattern",
	  .kind = CTL_TEXT,
	  .most = 63,
	  .place = true,
	  .meta = "PATTERN",
	  .help = "As in MGCP: \"rtpbridge/*\"; all when left out." },
	OWNER,
	FLAG("busy", "Only those with connections."),
	{ 0 }
};

static const struct ctl_arg term_args[] = {
	{ .name = "name",
	  .kind = CTL_TEXT,
	  .most = 64,
	  .place = true,
	  .meta = "NAME",
	  .help = "The binary id of this name, whether it is there or not: \"rtp/7\", "
		  "\"page/lobby/$\", \"*\"." },
	OWNER,
	{ 0 }
};

static const struct ctl_arg stream_args[] = {
	OWNER, TEXT("endpoint", 63, "NAME", "Only those of this endpoint."), { 0 }
};

static const struct ctl_arg room_args[] = { { .name = "name",
					      .kind = CTL_TEXT,
					      .most = 48,
					      .place = true,
					      .meta = "NAME",
					      .help = "One zone, with all its outputs." },
					    { 0 } };

#define ZONE_NAME                                                                        \
	{                                                                                \
		.name = "name", .kind = CTL_TEXT, .least = 1, .most = 48, .place = true, \
		.need = true, .meta = "NAME",                                            \
		.help = "A letter, then letters, digits and _; at most 48."              \
	}
#define ZONE_VALUES                                                                      \
	{ .name = "group",                                                               \
	  .kind = CTL_TEXT,                                                              \
	  .many = true,                                                                  \
	  .most = 120,                                                                   \
	  .meta = "GROUP:PORT[@INTERFACE]",                                              \
	  .help = "Emit to this multicast group." },                                     \
		{ .name = "from",                                                        \
		  .kind = CTL_TEXT,                                                      \
		  .many = true,                                                          \
		  .most = 1500,                                                          \
		  .meta = "GROUP:PORT[@INTERFACE][=SOURCE,...]",                         \
		  .help = "Take audio from this group, from these sources only when "    \
			  "named." },                                                    \
		{ .name = "listener",                                                    \
		  .kind = CTL_TEXT,                                                      \
		  .many = true,                                                          \
		  .most = 64,                                                            \
		  .meta = "ADDR:PORT",                                                   \
		  .help = "Send to this unicast address, too." },                        \
		NUMBER("ttl", 1, 255, "TTL or hop limit of the groups (default 1)."),    \
		NUMBER("dscp", 0, 63, "DSCP of the groups (default 46)."),               \
		TEXT("source", 64, "ADDR",                                               \
		     "Emit to the groups from this address of ours."),                   \
		{ .name = "loop",                                                        \
		  .kind = CTL_WORD,                                                      \
		  .words = "yes|no",                                                     \
		  .meta = "yes|no",                                                      \
		  .help = "Listeners on this host hear it, too (default no)." },         \
		TEXT("codec", 63, "NAME", "What it speaks (default PCMU)."),             \
		NUMBER("ptime", 5, 200, "ms of audio in a packet (default 20)."),        \
		{ .name = "policy",                                                      \
		  .kind = CTL_TEXT,                                                      \
		  .most = 15,                                                            \
		  .meta = "first",                                                       \
		  .help = "Who is heard when several speak; first: who came first." },   \
		NUMBER("idle", 20, 60000,                                                \
		       "ms of silence that free the floor (default 500)."),              \
		TEXT("label", 127, "TEXT", "A name for people."),                        \
		TEXT("agents", 255, "OWNER,...", "Owners that may page (default all).")

static const struct ctl_arg zone_args[] = { ZONE_NAME, ZONE_VALUES, { 0 } };
static const struct ctl_arg zone_set_args[] = {
	ZONE_NAME,
	ZONE_VALUES,
	FLAG("no-groups", "Emit to no group."),
	FLAG("no-from", "Take audio from no group."),
	FLAG("no-listeners", "No unicast listeners."),
	{ 0 }
};
static const struct ctl_arg zone_del_args[] = {
	ZONE_NAME, FLAG("force", "Even when in use: its calls lose their media."), { 0 }
};

static const struct ctl_arg call_args[] = {
	OWNER,
	TEXT("endpoint", 63, "NAME", "Only those of this endpoint."),
	TEXT("call", 32, "CALLID", "Only this call."),
	NUMBER("since", 0, 315360000, "Only those that began in the last N seconds."),
	NUMBER("limit", 1, 20000, "How many at most (default 50)."),
	{ 0 }
};

static const struct ctl_arg stats_args[] = {
	{ .name = "prefix",
	  .kind = CTL_TEXT,
	  .most = 63,
	  .place = true,
	  .meta = "PREFIX",
	  .help = "Only names that begin so: mgcp, media." },
	{ 0 }
};

static const struct ctl_arg service_args[] = {
	{ .name = "owner",
	  .kind = CTL_TEXT,
	  .least = 1,
	  .most = 47,
	  .place = true,
	  .need = true,
	  .meta = "OWNER",
	  .help = "Whose endpoints or terminations." },
	{ .name = "pattern",
	  .kind = CTL_TEXT,
	  .least = 1,
	  .most = 63,
	  .place = true,
	  .need = true,
	  .meta = "PATTERN",
	  .help = "Which: \"rtpbridge/7\", \"*\"; H.248: \"rtp/7\", \"ROOT\"." },
	{ .name = "change",
	  .kind = CTL_WORD,
	  .place = true,
	  .need = true,
	  .words = "graceful|forced|back|cancel",
	  .meta = "graceful|forced|back|cancel",
	  .help = "Out of service when idle, out at once, back again, not after all." },
	NUMBER("delay", 0, 86400, "Seconds until a graceful change is forced."),
	{ 0 }
};

static const struct ctl_arg log_args[] = {
	{ .name = "category",
	  .kind = CTL_TEXT,
	  .most = 16,
	  .place = true,
	  .meta = "CATEGORY",
	  .help = "util, wire, model, mgcp, h248, group, media, net, store, ctl, "
		  "daemon, all." },
	{ .name = "level",
	  .kind = CTL_WORD,
	  .place = true,
	  .words = "error|warning|notice|info|debug",
	  .meta = "LEVEL",
	  .help = "error, warning, notice, info, debug." },
	{ 0 }
};

static const struct ctl_arg trace_args[] = { { .name = "what",
					       .kind = CTL_WORD,
					       .place = true,
					       .need = true,
					       .words = "on|off|show",
					       .meta = "on|off|show",
					       .help = "Into the log or not; or here." },
					     TEXT("peer", 64, "ADDR",
						  "Only messages of this address."),
					     { 0 } };

static const struct ctl_arg conf_args[] = {
	{ .name = "prefix",
	  .kind = CTL_TEXT,
	  .most = 120,
	  .place = true,
	  .meta = "PREFIX",
	  .help = "Only names that begin so: media." },
	{ 0 }
};

static const struct ctl_arg stop_args[] = {
	FLAG("now", "Without waiting for calls or call agents."), { 0 }
};

static const struct ctl_col agent_cols[] = { { "owner", "OWNER" },
					     { "alive", "ALIVE" },
					     { "phase", "RESTART" },
					     { "mid", "MID" },
					     { "version", "VERSION" },
					     { "notified", "NOTIFIED ENTITY, MGC" },
					     { "address", "ADDRESS" },
					     { "calls", "CALLS" },
					     { "commands", "COMMANDS" },
					     { "heard", "HEARD" },
					     { 0 } };
static const struct ctl_col tls_cols[] = {
	{ "peer", "PEER" },   { "dialled", "DIALLED BY" }, { "version", "VERSION" },
	{ "cipher", "CIPHER" }, { "subject", "SUBJECT" },  { "days", "DAYS LEFT" },
	{ 0 }
};
static const struct ctl_col assoc_cols[] = { { "assoc", "ASSOC" },
					     { "protocol", "PROTOCOL" },
					     { "peer", "PEER" },
					     { "state", "STATE" },
					     { "role", "ROLE" },
					     { "streams", "STREAMS" },
					     { "path", "PATH" },
					     { "path_state", "PATH STATE" },
					     { "primary", "PRIMARY" },
					     { "srtt_ms", "SRTT" },
					     { "rto_ms", "RTO" },
					     { "cwnd", "CWND" },
					     { "rx", "RX" },
					     { "tx", "TX" },
					     { "seconds", "SECONDS" },
					     { "last", "LAST" },
					     { 0 } };
static const struct ctl_col endpoint_cols[] = { { "name", "ENDPOINT" },
						{ "owner", "OWNER" },
						{ "kind", "KIND" },
						{ "state", "STATE" },
						{ "connections", "CONNECTIONS" },
						{ 0 } };
static const struct ctl_col context_cols[] = { { "context", "CONTEXT" },
					       { "owner", "OWNER" },
					       { "endpoint", "ENDPOINT" },
					       { "worker", "WORKER" },
					       { "terminations", "TERMINATIONS" },
					       { "priority", "PRIORITY" },
					       { "seconds", "SECONDS" },
					       { 0 } };
static const struct ctl_col term_cols[] = { { "termination", "TERMINATION" },
					    { "owner", "OWNER" },
					    { "id", "BINARY ID" },
					    { "context", "CONTEXT" },
					    { "service", "SERVICE" },
					    { "streams", "STREAMS" },
					    { "release", "RELEASE" },
					    { 0 } };
static const struct ctl_col stream_cols[] = { { "endpoint", "ENDPOINT" },
					      { "connection", "CONNECTION" },
					      { "call", "CALL" },
					      { "mode", "MODE" },
					      { "codec", "CODEC" },
					      { "local", "LOCAL" },
					      { "remote", "REMOTE" },
					      { "rx", "RX" },
					      { "tx", "TX" },
					      { "lost", "LOST" },
					      { "jitter_ms", "JITTER" },
					      { "dropped", "DROPPED" },
					      { 0 } };
static const struct ctl_col room_cols[] = {
	{ "name", "ROOM" },     { "owner", "OWNER" },
	{ "output", "OUTPUT" },
	{ "ports", "PORTS" },   { "waiting", "WAITING" },
	{ "talker", "TALKER" }, { "seconds", "SECONDS" },
	{ "pages", "PAGES" },   { "outputs", "OUTPUTS" },
	{ "tx", "TX" },         { 0 }
};
static const struct ctl_col zone_cols[] = {
	{ "name", "ZONE" },     { "label", "LABEL" },         { "groups", "GROUPS" },
	{ "from", "FROM" },     { "listeners", "LISTENERS" }, { "codec", "CODEC" },
	{ "policy", "POLICY" }, { "ttl", "TTL" },             { "agents", "AGENTS" },
	{ "problem", "PROBLEM" }, { 0 }
};
static const struct ctl_col call_cols[] = { { "started", "STARTED" },
					    { "seconds", "SECONDS" },
					    { "owner", "OWNER" },
					    { "endpoint", "ENDPOINT" },
					    { "call", "CALL" },
					    { "connection", "CONNECTION" },
					    { "remote", "REMOTE" },
					    { "rx", "RX" },
					    { "tx", "TX" },
					    { "lost", "LOST" },
					    { "jitter_ms", "JITTER" },
					    { "cause", "CAUSE" },
					    { 0 } };
static const struct ctl_col stats_cols[] = { { "name", "NAME" },
					     { "value", "VALUE" },
					     { "unit", "UNIT" },
					     { "help", "WHAT" },
					     { 0 } };
static const struct ctl_col worker_cols[] = { { "worker", "WORKER" },
					      { "io", "IO" },
					      { "streams", "STREAMS" },
					      { "rx", "RX" },
					      { "tx", "TX" },
					      { "tx_xdp", "XDP" },
					      { "tx_failed", "FAILED" },
					      { "stray", "STRAY" },
					      { "wakes", "WAKES" },
					      { "batches", "BATCHES" },
					      { "why", "WHY" },
					      { 0 } };
static const struct ctl_col port_cols[] = {
	{ "net", "NET" },         { "address", "ADDRESS" }, { "told", "TOLD" },
	{ "ports", "PORTS" },     { "pairs", "PAIRS" },     { "used", "USED" },
	{ "resting", "RESTING" }, { "busy", "BUSY" },       { 0 }
};
static const struct ctl_col log_cols[] = { { "category", "CATEGORY" },
					   { "level", "LEVEL" },
					   { 0 } };
static const struct ctl_col trace_cols[] = { { "trace", "TRACE" }, { 0 } };
static const struct ctl_col conf_cols[] = {
	{ "name", "NAME" }, { "value", "VALUE" }, { "from", "FROM" }, { 0 }
};

const struct ctl_cmd ctl_cmds[CTL_CMDS] = {
#define CTL_COMMAND(id, name, write, args, cols, help) { name, write, args, cols, help },
#include "ctl/commands.def"
#undef CTL_COMMAND
};

const char *ctl_code_name(enum ctl_code c)
{
	static const char *const names[] = {
#define X(id, name, number, help) [number] = name,
		CTL_CODES(X)
#undef X
	};

	return names[c];
}

enum ctl_code ctl_code_parse(const char *name)
{
	for (enum ctl_code c = CTL_OK; c <= CTL_BUSY; c++)
		if (str_ieqz(str_of(name), ctl_code_name(c)))
			return c;
	return CTL_REFUSED;
}

const struct ctl_cmd *ctl_cmd_find(struct span name)
{
	for (int i = 0; i < CTL_CMDS; i++)
		if (str_ieqz(name, ctl_cmds[i].name))
			return &ctl_cmds[i];
	return NULL;
}

const struct ctl_arg *ctl_arg_find(const struct ctl_cmd *c, struct span name)
{
	for (const struct ctl_arg *a = c->args; a->name; a++)
		if (str_ieqz(name, a->name))
			return a;
	return NULL;
}

static void keep_nearer(struct span name, const char *candidate, unsigned *least,
			const char **best)
{
	unsigned d = str_distance(name, str_of(candidate));

	if (d < *least) {
		*least = d;
		*best = candidate;
	}
}

const char *ctl_cmd_near(struct span name)
{
	const char *best = NULL;
	unsigned least = name.n < 5 ? 2 : 3;

	for (int i = 0; i < CTL_CMDS; i++)
		keep_nearer(name, ctl_cmds[i].name, &least, &best);
	return best;
}

const char *ctl_arg_near(const struct ctl_cmd *c, struct span name)
{
	const char *best = NULL;
	unsigned least = name.n < 5 ? 2 : 3;

	for (const struct ctl_arg *a = c->args; a->name; a++)
		keep_nearer(name, a->name, &least, &best);
	return best;
}

static bool is_word(const char *words, struct span v)
{
	struct span rest = str_of(words);

	while (rest.n)
		if (str_ieq(str_cut(&rest, '|'), v))
			return true;
	return false;
}

bool ctl_arg_check(const struct ctl_arg *a, struct span value, char *why, size_t size)
{
	uint64_t v;

	switch (a->kind) {
	case CTL_NUMBER:
		if (str_u64(value, (uint64_t)a->most, &v) && v >= (uint64_t)a->least)
			return true;
		snprintf(why, size, "%s is a number from %" PRId64 " to %" PRId64,
			 a->name, a->least, a->most);
		return false;
	case CTL_WORD:
		if (is_word(a->words, value))
			return true;
		snprintf(why, size, "%s is one of %s", a->name, a->words);
		return false;
	case CTL_TEXT:
		if ((int64_t)value.n >= a->least && (int64_t)value.n <= a->most)
			return true;
		snprintf(why, size, "%s has %" PRId64 " to %" PRId64 " bytes", a->name,
			 a->least, a->most);
		return false;
	case CTL_FLAG:
		break;
	}
	return true;
}
