/* wire/h248_ber_tab_desc.c - ASN.1 tables: media, service change and small descriptors.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, H.248.1 v2 and v3
 */
#include "wire/h248_ber_row.h"

static const struct ber_row error_rows[] = {
	{ U16("errorCode", h248_error, code, 65535) },
	{ TEXT("errorText", h248_error, text, 0, H248_MSG_MAX), OPT },
};
const struct ber_type ber_error = { ROWS("ErrorDescriptor", error_rows),
				    SIZE(h248_error) };

static const struct ber_row time_rows[] = {
	{ FIXED("date", h248_time, date) },
	{ FIXED("time", h248_time, time) },
};
const struct ber_type ber_time = { ROWS("TimeNotation", time_rows) };

/* --- properties --- */

static const struct ber_row parm_rows[] = {
	{ PKGD("name", h248_parm, name, PROPERTY) },
	{ SPECIAL("value", VALUES, h248_parm, vals) },
	{ SPECIAL("extraInfo", REL, h248_parm, rel), OPT },
};
const struct ber_type ber_parm = { ROWS("PropertyParm", parm_rows), SIZE(h248_parm) };

static void ask_init(void *node)
{
	((struct h248_parm *)node)->rel = H248_REL_NONE;
}

static bool ask_there(const void *node)
{
	return ((const struct h248_parm *)node)->rel != H248_REL_NONE;
}

static const struct ber_type selector = { ROWS("PropertyParm", parm_rows),
					  SIZE(h248_parm), .there = ask_there };
static const struct ber_row ia_parm_rows[] = {
	{ PKGD("name", h248_parm, name, PROPERTY) },
	{ HERE("propertyParms", selector), OPT, FROM(3) },
};
const struct ber_type ber_ia_parm = { ROWS("IndAudPropertyParm", ia_parm_rows),
				      SIZE(h248_parm), .init = ask_init };

/* --- statistics --- */

static bool stat_after(void *node)
{
	struct h248_parm *p = node;

	/* more than one octet string is a sub-list (v3); none is no value */
	if (!p->vals)
		p->rel = H248_REL_NONE;
	else if (p->vals->next)
		p->rel = H248_REL_SUBLIST;
	return true;
}

static const struct ber_row stat_rows[] = {
	{ PKGD("statName", h248_parm, name, STAT) },
	{ SPECIAL("statValue", VALUES, h248_parm, vals), OPT },
};
static const struct ber_type stat_parm = { ROWS("StatisticsParameter", stat_rows),
					   SIZE(h248_parm), .init = ask_init,
					   .after = stat_after };
static const struct ber_row stats_rows[] = {
	{ LIST("statistics", h248_stats, list, stat_parm) },
};
const struct ber_type ber_stats = { ROWS("StatisticsDescriptor", stats_rows),
				    SIZE(h248_stats), .of = 1 };

static const struct ber_row stat_name_rows[] = {
	{ PKGD("statName", h248_parm, name, STAT) },
};
const struct ber_type ber_stat = { ROWS("IndAudStatisticsDescriptor", stat_name_rows),
				   SIZE(h248_parm), .init = ask_init };

/* --- media --- */

static const struct ber_row control_rows[] = {
	{ ENUM("streamMode", h248_control, mode, H248_MODE_LOOPBACK),
	  HAS(h248_control, has, H248_LC_HAS_MODE), .words = MODES },
	{ BOOLEAN("reserveValue", h248_control, has, H248_LC_HAS_VALUE,
		  H248_LC_VALUE_ON) },
	{ BOOLEAN("reserveGroup", h248_control, has, H248_LC_HAS_GROUP,
		  H248_LC_GROUP_ON) },
	{ LIST("propertyParms", h248_control, props, ber_parm) },
};
static const struct ber_type control = { ROWS("LocalControlDescriptor", control_rows),
					 SIZE(h248_control) };

static const struct ber_row group_rows[] = {
	{ LIST("properties", h248_group, parms, ber_parm) },
};
static const struct ber_type group = { ROWS("PropertyGroup", group_rows),
				       SIZE(h248_group), .of = 1,
				       .enc = ber_group_enc };

static const struct ber_row sdp_rows[] = {
	{ LIST("propGrps", h248_sdp, groups, group) },
};
static const struct ber_type sdp = { ROWS("LocalRemoteDescriptor", sdp_rows),
				     SIZE(h248_sdp) };

static const struct ber_row stream_rows[] = {
	{ PTR("localControlDescriptor", h248_stream, control, control), OPT },
	{ PTR("localDescriptor", h248_stream, local, sdp), OPT },
	{ PTR("remoteDescriptor", h248_stream, remote, sdp), OPT },
	{ PTR("statisticsDescriptor", h248_stream, stats, ber_stats), OPT, FROM(3) },
};
static const struct ber_type stream = { ROWS("StreamParms", stream_rows),
					SIZE(h248_stream) };

static const struct ber_row stream_descriptor_rows[] = {
	{ U16("streamID", h248_stream, id, 65535) },
	{ HERE("streamParms", stream) },
};
static const struct ber_type stream_descriptor = { ROWS("StreamDescriptor",
							stream_descriptor_rows),
						   SIZE(h248_stream) };

static int streams_pick(const void *node)
{
	return ((const struct h248_media *)node)->one ? 0 : 1;
}

static bool streams_there(const void *node)
{
	return ((const struct h248_media *)node)->streams;
}

static const struct ber_row streams_rows[] = {
	{ PTR("oneStream", h248_media, streams, stream), SETS(h248_media, one, 1) },
	{ LIST("multiStream", h248_media, streams, stream_descriptor) },
};
static const struct ber_type streams = { ROWS("streams", streams_rows), .choice = 1,
					 .pick = streams_pick, .there = streams_there };

static const struct ber_row tstate_rows[] = {
	{ LIST("propertyParms", h248_tstate, props, ber_parm) },
	{ ENUM("eventBufferControl", h248_tstate, lockstep, 1),
	  HAS(h248_tstate, has, H248_TS_HAS_BUFFER), .words = "off lockStep" },
	{ ENUM("serviceState", h248_tstate, state, H248_STATE_IN),
	  HAS(h248_tstate, has, H248_TS_HAS_STATE), .words = STATES },
};
static const struct ber_type tstate = { ROWS("TerminationStateDescriptor", tstate_rows),
					SIZE(h248_tstate) };

static const struct ber_row media_rows[] = {
	{ PTR("termStateDescr", h248_media, tstate, tstate), OPT },
	{ CHOOSE("streams", streams), OPT },
};
const struct ber_type ber_media = { ROWS("MediaDescriptor", media_rows),
				    SIZE(h248_media) };

/* --- multiplex, modem, packages --- */

static const struct ber_row mux_rows[] = {
	{ ENUM("muxType", h248_mux, type, H248_MUX_NX64K),
	  .words = "h221 h223 h226 v76 nx64k" },
	{ LIST("termList", h248_mux, terms, ber_term) },
	{ .name = "nonStandardData", .op = OP_SKIP, OPT },
};
const struct ber_type ber_mux = { ROWS("MuxDescriptor", mux_rows), SIZE(h248_mux) };

static const struct ber_row modem_rows[] = {
	{ SPECIAL("mtl", NUMS, h248_modem, types), .least = TAG_ENUM,
	  .max = H248_SYNCHISDN,
	  .words = "v18 v22 v22bis v32 v32bis v34 v90 v91 synchISDN" },
	{ LIST("mpl", h248_modem, props, ber_parm) },
	{ .name = "nonStandardData", .op = OP_SKIP, OPT },
};
const struct ber_type ber_modem = { ROWS("ModemDescriptor", modem_rows),
				    SIZE(h248_modem) };

static const struct ber_row package_rows[] = {
	{ SPECIAL("packageName", PACKAGE, h248_package, name) },
	{ U16("packageVersion", h248_package, version, 99) },
};
const struct ber_type ber_package = { ROWS("PackagesItem", package_rows),
				      SIZE(h248_package) };

/* --- service change --- */

static const struct ber_row profile_rows[] = {
	{ TEXT("profileName", h248_svc, profile, 1, 67) },
};
static bool profile_there(const void *node)
{
	return ((const struct h248_svc *)node)->profile.p;
}
static const struct ber_type profile = { ROWS("ServiceChangeProfile", profile_rows),
					 .there = profile_there };

#define SVC_ADDRESS                                                                      \
	PCHOICE("serviceChangeAddress", h248_svc, address, ber_svc_address), OPT
#define SVC_VERSION                                                                  \
	U8("serviceChangeVersion", h248_svc, version, 99),                           \
	HAS(h248_svc, has, H248_SVC_HAS_VERSION)
#define SVC_PROFILE HERE("serviceChangeProfile", profile), OPT
#define SVC_MGCID   PCHOICE("serviceChangeMgcId", h248_svc, mgcid, ber_mid), OPT
#define SVC_TIME                                                                     \
	SEQ("timeStamp", h248_svc, time, ber_time), HAS(h248_svc, has, H248_SVC_HAS_TIME)

static const struct ber_row svc_rows[] = {
	{ ENUM("serviceChangeMethod", h248_svc, method, H248_HANDOFF),
	  SETS(h248_svc, has, H248_SVC_HAS_METHOD),
	  .words = "failover forced graceful restart disconnected handOff" },
	{ SVC_ADDRESS },
	{ SVC_VERSION },
	{ SVC_PROFILE },
	{ SPECIAL("serviceChangeReason", REASON, h248_svc, reason) },
	{ U32("serviceChangeDelay", h248_svc, delay),
	  HAS(h248_svc, has, H248_SVC_HAS_DELAY) },
	{ SVC_MGCID },
	{ SVC_TIME },
	{ SPECIAL("nonStandardData", NONSTD, h248_svc, ext), OPT },
	{ PTR("serviceChangeInfo", h248_svc, audit, ber_audit), OPT, FROM(2) },
	{ NUL("serviceChangeIncompleteFlag", h248_svc, has, H248_SVC_INCOMPLETE),
	  FROM(3) },
};
static bool svc_after(void *node)
{
	const struct h248_svc *sv = node;

	return !sv->address || !sv->mgcid;
}
const struct ber_type ber_svc = { ROWS("ServiceChangeParm", svc_rows), SIZE(h248_svc),
				  .after = svc_after };

static const struct ber_row svc_reply_rows[] = {
	{ SVC_MGCID }, { SVC_ADDRESS }, { SVC_VERSION }, { SVC_PROFILE }, { SVC_TIME },
};
const struct ber_type ber_svc_reply = { ROWS("ServiceChangeResParm", svc_reply_rows),
					SIZE(h248_svc), .after = svc_after };
