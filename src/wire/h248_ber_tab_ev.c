/* wire/h248_ber_tab_ev.c - ASN.1 tables: events, signals, digit maps, audits.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, H.248.1 v2 and v3
 */
#include "wire/h248_ber_row.h"

static const struct ber_row item_parm_rows[] = {
	{ SPECIAL("name", PNAME, h248_parm, name) },
	{ SPECIAL("value", VALUES, h248_parm, vals) },
	{ SPECIAL("extraInfo", REL, h248_parm, rel), OPT },
};
static const struct ber_type item_parm = { ROWS("EventParameter", item_parm_rows),
					   SIZE(h248_parm) };

/* --- digit maps --- */

#define TIMER(nm, m, bit)                                                            \
	U8(nm, h248_dmvalue, m, 99), HAS(h248_dmvalue, has, bit)

static const struct ber_row dmvalue_rows[] = {
	{ TIMER("startTimer", t, H248_DM_T) },
	{ TIMER("shortTimer", s, H248_DM_S) },
	{ TIMER("longTimer", l, H248_DM_L) },
	{ TEXT("digitMapBody", h248_dmvalue, body, 0, H248_MSG_MAX) },
	{ TIMER("durationTimer", z, H248_DM_Z), FROM(2) },
};
static const struct ber_type dmvalue = { ROWS("DigitMapValue", dmvalue_rows),
					 SIZE(h248_dmvalue) };

static const struct ber_row digitmap_rows[] = {
	{ SPECIAL("digitMapName", DMNAME, h248_digitmap, name), OPT },
	{ PTR("digitMapValue", h248_digitmap, value, dmvalue), OPT },
};
const struct ber_type ber_digitmap = { ROWS("DigitMapDescriptor", digitmap_rows),
				       SIZE(h248_digitmap) };

static int event_dm_pick(const void *node)
{
	return ((const struct h248_digitmap *)node)->value ? 1 : 0;
}

static const struct ber_row event_dm_rows[] = {
	{ SPECIAL("digitMapName", DMNAME, h248_digitmap, name) },
	{ PTR("digitMapValue", h248_digitmap, value, dmvalue) },
};
static const struct ber_type event_dm = { ROWS("EventDM", event_dm_rows),
					  SIZE(h248_digitmap), .choice = 1,
					  .pick = event_dm_pick };

/* --- signals --- */

static const struct ber_row signal_rows[] = {
	{ PKGD("signalName", h248_signal, name, SIGNAL) },
	{ U16("streamID", h248_signal, stream, 65535),
	  HAS(h248_signal, has, H248_SIG_HAS_STREAM) },
	{ ENUM("sigType", h248_signal, type, H248_SIG_TIMEOUT),
	  HAS(h248_signal, has, H248_SIG_HAS_TYPE), .words = "brief onOff timeOut" },
	{ U16("duration", h248_signal, duration, 65535),
	  HAS(h248_signal, has, H248_SIG_HAS_DURATION) },
	{ BITS("notifyCompletion", h248_signal, nc, 5),
	  HAS(h248_signal, has, H248_SIG_HAS_NC),
	  .words = "onTimeOut onInterruptByEvent onInterruptByNewSignalDescr otherReason "
		   "onIteration" },
	{ FLAG("keepActive", h248_signal, has, H248_SIG_KEEP) },
	{ LIST("sigParList", h248_signal, parms, item_parm) },
	{ ENUM("direction", h248_signal, dir, 3), HAS(h248_signal, has, H248_SIG_HAS_DIR),
	  FROM(3), .words = "internal external - both" },
	{ U32("requestID", h248_signal, request), HAS(h248_signal, has, H248_SIG_HAS_REQ),
	  FROM(3) },
	{ U16("intersigDelay", h248_signal, gap, 65535),
	  HAS(h248_signal, has, H248_SIG_HAS_GAP), FROM(3) },
};
static const struct ber_type signal = { ROWS("Signal", signal_rows), SIZE(h248_signal) };

static const struct ber_row signal_list_rows[] = {
	{ U16("id", h248_signal, list_id, 65535) },
	{ LIST("signalList", h248_signal, list, signal) },
};
static const struct ber_type signal_list = { ROWS("SeqSigList", signal_list_rows) };

static const struct ber_row signal_request_rows[] = {
	{ HERE("signal", signal), KIND(0) },
	{ HERE("seqSigList", signal_list), KIND(1) },
};
const struct ber_type ber_signal_request = { ROWS("SignalRequest", signal_request_rows),
					     SIZE(h248_signal),
					     KIND_OF(h248_signal, is_list) };

/* --- events --- */

extern const struct ber_type ber_second_events;

static const struct ber_row regulated_rows[] = {
	{ PTR("secondEvent", h248_event, reg.events, ber_second_events),
	  HAS(h248_event, has, H248_EV_REG_EVENTS) },
	{ LIST("signalsDescriptor", h248_event, reg.signals, ber_signal_request),
	  HAS(h248_event, has, H248_EV_REG_SIGNALS) },
};
static const struct ber_type regulated = { ROWS("RegulatedEmbeddedDescriptor",
						regulated_rows) };

static bool notify_there(const void *node)
{
	return ((const struct h248_event *)node)->notify != H248_NOTIFY_NONE;
}

static const struct ber_row notify_rows[] = {
	{ .name = "notifyImmediate", .op = OP_NULL, KIND(H248_NOTIFY_IMMEDIATE) },
	{ HERE("notifyRegulated", regulated), KIND(H248_NOTIFY_REGULATED) },
	{ .name = "neverNotify", .op = OP_NULL, KIND(H248_NOTIFY_NEVER) },
};
static const struct ber_type notify = { ROWS("NotifyBehaviour", notify_rows),
					KIND_OF(h248_event, notify),
					.there = notify_there };

#define EV_KEEP   FLAG("keepActive", h248_event, has, H248_EV_KEEP)
#define EV_DM     PCHOICE("eventDM", h248_event, dm, event_dm), OPT
#define EV_SIG                                                                       \
	LIST("signalsDescriptor", h248_event, embed.signals, ber_signal_request),    \
	HAS(h248_event, has, H248_EV_EMBED_SIGNALS)
#define EV_NOTIFY CHOOSE("notifyBehaviour", notify), OPT, FROM(3)
#define EV_RESET  NUL("resetEventsDescriptor", h248_event, has, H248_EV_RESET), FROM(3)

static bool action_there(const void *node)
{
	const struct h248_event *e = node;

	return e->dm || e->notify ||
	       e->has & (H248_EV_KEEP | H248_EV_EMBED_EVENTS | H248_EV_EMBED_SIGNALS |
			 H248_EV_RESET);
}

static const struct ber_row actions_rows[] = {
	{ EV_KEEP },
	{ EV_DM },
	{ PTR("secondEvent", h248_event, embed.events, ber_second_events),
	  HAS(h248_event, has, H248_EV_EMBED_EVENTS) },
	{ EV_SIG },
	{ EV_NOTIFY },
	{ EV_RESET },
};
static const struct ber_type actions = { ROWS("RequestedActions", actions_rows),
					 .there = action_there };

static const struct ber_row second_actions_rows[] = {
	{ EV_KEEP }, { EV_DM }, { EV_SIG }, { EV_NOTIFY }, { EV_RESET },
};
static const struct ber_type second_actions = { ROWS("SecondRequestedActions",
						     second_actions_rows),
						.there = action_there };

#define EV_NAME(nm) PKGD(nm, h248_event, name, EVENT)
#define EV_STREAM                                                                    \
	U16("streamID", h248_event, stream, 65535),                                  \
	HAS(h248_event, has, H248_EV_HAS_STREAM)
#define EV_PARMS    LIST("evParList", h248_event, parms, item_parm)

static const struct ber_row requested_rows[] = {
	{ EV_NAME("pkgdName") },
	{ EV_STREAM },
	{ HERE("eventAction", actions), OPT },
	{ EV_PARMS },
};
static const struct ber_type requested = { ROWS("RequestedEvent", requested_rows),
					   SIZE(h248_event) };

static const struct ber_row second_requested_rows[] = {
	{ EV_NAME("pkgdName") },
	{ EV_STREAM },
	{ HERE("eventAction", second_actions), OPT },
	{ EV_PARMS },
};
static const struct ber_type second_requested = { ROWS("SecondRequestedEvent",
						       second_requested_rows),
						  SIZE(h248_event) };

static const struct ber_row event_spec_rows[] = {
	{ EV_NAME("eventName") },
	{ EV_STREAM },
	{ EV_PARMS },
};
const struct ber_type ber_event_spec = { ROWS("EventSpec", event_spec_rows),
					 SIZE(h248_event) };

static const struct ber_row observed_event_rows[] = {
	{ EV_NAME("eventName") },
	{ EV_STREAM },
	{ EV_PARMS },
	{ SEQ("timeNotation", h248_event, time, ber_time),
	  HAS(h248_event, has, H248_EV_HAS_TIME) },
};
static const struct ber_type observed_event = {
	ROWS("ObservedEvent", observed_event_rows), SIZE(h248_event)
};

#define EVENTS_ID                                                                    \
	U32("requestID", h248_events, id), HAS(h248_events, has_id, 1)

static const struct ber_row events_rows[] = {
	{ EVENTS_ID },
	{ LIST("eventList", h248_events, list, requested) },
};
const struct ber_type ber_events = { ROWS("EventsDescriptor", events_rows),
				     SIZE(h248_events) };

static const struct ber_row second_events_rows[] = {
	{ EVENTS_ID },
	{ LIST("eventList", h248_events, list, second_requested) },
};
const struct ber_type ber_second_events = { ROWS("SecondEventsDescriptor",
						 second_events_rows),
					    SIZE(h248_events) };

static const struct ber_row observed_rows[] = {
	{ U32("requestId", h248_events, id), SETS(h248_events, has_id, 1) },
	{ LIST("observedEventLst", h248_events, list, observed_event) },
};
const struct ber_type ber_observed = { ROWS("ObservedEventsDescriptor", observed_rows),
				       SIZE(h248_events) };

/* --- audits --- */

/* What text can say of a single item and binary can't. The rows do the rest. */
static bool ia_control_check(struct ber_enc *e, const void *node)
{
	if (((const struct h248_ia_stream *)node)->has & H248_IA_MODE_NOT)
		ber_misfit(e, -H_EINVAL, "a Mode that is not to be has no binary form");
	return false;
}

static bool ia_tstate_check(struct ber_enc *e, const void *node)
{
	if (((const struct h248_ia_tstate *)node)->has & H248_IA_STATE_NOT)
		ber_misfit(e, -H_EINVAL, "a state that is not to be has no binary form");
	return false;
}

static bool ia_buffer_check(struct ber_enc *e, const void *node)
{
	if (((const struct h248_indaud *)node)->parm.p)
		ber_misfit(e, -H_EINVAL, "an audited event parameter has no binary form");
	return false;
}

static const struct ber_row ia_control_rows[] = {
	{ NUL("streamMode", h248_ia_stream, has, H248_IA_MODE) },
	{ NUL("reserveValue", h248_ia_stream, has, H248_IA_VALUE) },
	{ NUL("reserveGroup", h248_ia_stream, has, H248_IA_GROUP) },
	{ LIST("propertyParms", h248_ia_stream, props, ber_ia_parm), OPT },
	{ ENUM("streamModeSel", h248_ia_stream, mode, H248_MODE_LOOPBACK),
	  HAS(h248_ia_stream, has, H248_IA_MODE_SEL), FROM(3), .words = MODES },
};
static const struct ber_type ia_control = { ROWS("IndAudLocalControlDescriptor",
						 ia_control_rows),
					    .enc = ia_control_check };

static const struct ber_row ia_local_rows[] = {
	{ .name = "propGroupID", .op = OP_SKIP, OPT },
	{ LIST("propGrps", h248_ia_stream, local, ber_ia_parm) },
};
static const struct ber_type ia_local = { ROWS("IndAudLocalRemoteDescriptor",
					       ia_local_rows) };
static const struct ber_row ia_remote_rows[] = {
	{ .name = "propGroupID", .op = OP_SKIP, OPT },
	{ LIST("propGrps", h248_ia_stream, remote, ber_ia_parm) },
};
static const struct ber_type ia_remote = { ROWS("IndAudLocalRemoteDescriptor",
						ia_remote_rows) };

static const struct ber_row ia_stream_rows[] = {
	{ HERE("localControlDescriptor", ia_control),
	  HAS(h248_ia_stream, has, H248_IA_CONTROL) },
	{ HERE("localDescriptor", ia_local), HAS(h248_ia_stream, has, H248_IA_LOCAL) },
	{ HERE("remoteDescriptor", ia_remote), HAS(h248_ia_stream, has, H248_IA_REMOTE) },
	{ PTR("statisticsDescriptor", h248_ia_stream, stat, ber_stat), OPT, FROM(3) },
};
static const struct ber_type ia_stream = { ROWS("IndAudStreamParms", ia_stream_rows),
					   SIZE(h248_ia_stream) };

static const struct ber_row ia_streamd_rows[] = {
	{ U16("streamID", h248_ia_stream, id, 65535) },
	{ HERE("streamParms", ia_stream) },
};
static const struct ber_type ia_streamd = { ROWS("IndAudStreamDescriptor",
						 ia_streamd_rows),
					    SIZE(h248_ia_stream) };

static int ia_streams_pick(const void *node)
{
	return ((const struct h248_ia_media *)node)->one ? 0 : 1;
}

static bool ia_streams_there(const void *node)
{
	return ((const struct h248_ia_media *)node)->streams;
}

static const struct ber_row ia_streams_rows[] = {
	{ PTR("oneStream", h248_ia_media, streams, ia_stream),
	  SETS(h248_ia_media, one, 1) },
	{ LIST("multiStream", h248_ia_media, streams, ia_streamd) },
};
static const struct ber_type ia_streams = { ROWS("streams", ia_streams_rows), .choice = 1,
					    .pick = ia_streams_pick,
					    .there = ia_streams_there };

static const struct ber_row ia_tstate_rows[] = {
	{ LIST("propertyParms", h248_ia_tstate, props, ber_ia_parm) },
	{ NUL("eventBufferControl", h248_ia_tstate, has, H248_IA_BUFFER) },
	{ NUL("serviceState", h248_ia_tstate, has, H248_IA_STATE) },
	{ ENUM("serviceStateSel", h248_ia_tstate, state, H248_STATE_IN),
	  HAS(h248_ia_tstate, has, H248_IA_STATE_SEL), FROM(3), .words = STATES },
};
static const struct ber_type ia_tstate = { ROWS("IndAudTerminationStateDescriptor",
						ia_tstate_rows),
					   SIZE(h248_ia_tstate), .enc = ia_tstate_check };

static const struct ber_row ia_media_rows[] = {
	{ PTR("termStateDescr", h248_ia_media, tstate, ia_tstate), OPT },
	{ CHOOSE("streams", ia_streams), OPT },
};
static const struct ber_type ia_media = { ROWS("IndAudMediaDescriptor", ia_media_rows),
					  SIZE(h248_ia_media) };

#define IA_STREAM                                                                    \
	U16("streamID", h248_indaud, stream, 65535),                                 \
	HAS(h248_indaud, has, H248_IA_HAS_STREAM)

static const struct ber_row ia_events_rows[] = {
	{ U32("requestID", h248_indaud, id), HAS(h248_indaud, has, H248_IA_HAS_ID) },
	{ PKGD("pkgdName", h248_indaud, name, EVENT) },
	{ IA_STREAM },
};
static const struct ber_type ia_events = { ROWS("IndAudEventsDescriptor",
						ia_events_rows) };

static const struct ber_row ia_buffer_rows[] = {
	{ PKGD("eventName", h248_indaud, name, EVENT) },
	{ IA_STREAM },
};
static const struct ber_type ia_buffer = { ROWS("IndAudEventBufferDescriptor",
						ia_buffer_rows),
					   .enc = ia_buffer_check };

static const struct ber_row ia_signal_rows[] = {
	{ PKGD("signalName", h248_indaud, name, SIGNAL),
	  SETS(h248_indaud, has, H248_IA_HAS_NAME) },
	{ IA_STREAM },
	{ U32("signalRequestID", h248_indaud, request),
	  HAS(h248_indaud, has, H248_IA_HAS_REQ), FROM(3) },
};
static const struct ber_type ia_signal = { ROWS("IndAudSignal", ia_signal_rows) };

static const struct ber_row ia_siglist_rows[] = {
	{ .name = "id", .op = OP_U32, AT(h248_indaud, id), .max = 65535 },
	{ HERE("signalList", ia_signal), HAS(h248_indaud, has, H248_IA_HAS_NAME) },
};
static const struct ber_type ia_siglist = { ROWS("IndAudSeqSigList", ia_siglist_rows) };

static const struct ber_row ia_signals_rows[] = {
	{ HERE("signal", ia_signal), KIND(0) },
	{ HERE("seqSigList", ia_siglist), KIND(1) },
};
static const struct ber_type ia_signals = { ROWS("IndAudSignalsDescriptor",
						 ia_signals_rows),
					    KIND_OF(h248_indaud, is_list) };

static const struct ber_row ia_dm_rows[] = {
	{ SPECIAL("digitMapName", DMNAME, h248_indaud, dm), OPT },
};
static const struct ber_type ia_dm = { ROWS("IndAudDigitMapDescriptor", ia_dm_rows) };

static const struct ber_row ia_stats_rows[] = {
	{ PKGD("statName", h248_indaud, name, STAT) },
};
static const struct ber_type ia_stats = { ROWS("IndAudStatisticsDescriptor",
					       ia_stats_rows) };

static const struct ber_row ia_packages_rows[] = {
	{ SPECIAL("packageName", PACKAGE, h248_indaud, name) },
	{ U16("packageVersion", h248_indaud, version, 99) },
};
static const struct ber_type ia_packages = { ROWS("IndAudPackagesDescriptor",
						  ia_packages_rows) };

static const struct ber_row indaud_rows[] = {
	{ PTR("indAudMediaDescriptor", h248_indaud, media, ia_media),
	  KIND(H248_IAK_MEDIA) },
	{ HERE("indAudEventsDescriptor", ia_events), KIND(H248_IAK_EVENTS) },
	{ HERE("indAudEventBufferDescriptor", ia_buffer), KIND(H248_IAK_BUFFER) },
	{ CHOOSE("indAudSignalsDescriptor", ia_signals), KIND(H248_IAK_SIGNALS) },
	{ HERE("indAudDigitMapDescriptor", ia_dm), KIND(H248_IAK_DIGITMAP) },
	{ HERE("indAudStatisticsDescriptor", ia_stats), KIND(H248_IAK_STATS) },
	{ HERE("indAudPackagesDescriptor", ia_packages), KIND(H248_IAK_PACKAGES) },
};
static const struct ber_type indaud = { ROWS("IndAuditParameter", indaud_rows),
					SIZE(h248_indaud), KIND_OF(h248_indaud, kind) };

static bool tokens_there(const void *node)
{
	return ((const struct h248_audit *)node)->tokens;
}

static const struct ber_row audit_rows[] = {
	{ BITS("auditToken", h248_audit, tokens, 10), OPT,
	  .words =
		  "mux modem media events signals digitMap stats observedEvents packages "
		  "eventBuffer" },
	{ LIST("auditPropertyToken", h248_audit, items, indaud), OPT, FROM(2) },
};
const struct ber_type ber_audit = { ROWS("AuditDescriptor", audit_rows), SIZE(h248_audit),
				    .there = tokens_there };
