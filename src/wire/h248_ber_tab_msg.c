/* wire/h248_ber_tab_msg.c - ASN.1 tables: messages, transactions, actions, commands.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, H.248.1 v2 and v3
 */
#include "wire/h248_ber_row.h"

/* --- message identifiers --- */

static const struct ber_row ip4_rows[] = {
	{ OCTETS("address", h248_mid, addr, alen, 4, 4) },
	{ U16("portNumber", h248_mid, port, 65535), HAS(h248_mid, has_port, 1) },
};
static const struct ber_type ip4 = { ROWS("IP4Address", ip4_rows) };

static const struct ber_row ip6_rows[] = {
	{ OCTETS("address", h248_mid, addr, alen, 16, 16) },
	{ U16("portNumber", h248_mid, port, 65535), HAS(h248_mid, has_port, 1) },
};
static const struct ber_type ip6 = { ROWS("IP6Address", ip6_rows) };

static const struct ber_row domain_rows[] = {
	{ TEXT("name", h248_mid, name, 1, H248_NAME_MAX) },
	{ U16("portNumber", h248_mid, port, 65535), HAS(h248_mid, has_port, 1) },
};
static const struct ber_type domain = { ROWS("DomainName", domain_rows) };

static const struct ber_row mid_rows[] = {
	{ HERE("ip4Address", ip4), KIND(H248_MID_IP4) },
	{ HERE("ip6Address", ip6), KIND(H248_MID_IP6) },
	{ HERE("domainName", domain), KIND(H248_MID_DOMAIN) },
	{ TEXT("deviceName", h248_mid, name, 1, H248_NAME_MAX), KIND(H248_MID_DEVICE) },
	{ OCTETS("mtpAddress", h248_mid, addr, alen, 2, 4), KIND(H248_MID_MTP) },
};
const struct ber_type ber_mid = { ROWS("MId", mid_rows), SIZE(h248_mid),
				  KIND_OF(h248_mid, kind) };

static const struct ber_row svc_address_rows[] = {
	{ U16("portNumber", h248_mid, port, 65535), SETS(h248_mid, has_port, 1),
	  KIND(H248_MID_PORT) },
	{ HERE("ip4Address", ip4), KIND(H248_MID_IP4) },
	{ HERE("ip6Address", ip6), KIND(H248_MID_IP6) },
	{ HERE("domainName", domain), KIND(H248_MID_DOMAIN) },
	{ TEXT("deviceName", h248_mid, name, 1, H248_NAME_MAX), KIND(H248_MID_DEVICE) },
	{ OCTETS("mtpAddress", h248_mid, addr, alen, 2, 4), KIND(H248_MID_MTP) },
};
const struct ber_type ber_svc_address = { ROWS("ServiceChangeAddress", svc_address_rows),
					  SIZE(h248_mid), KIND_OF(h248_mid, kind) };

/* --- terminations --- */

static bool term_after(void *node)
{
	struct h248_term *t = node;
	bool all_ones = t->nid == H248_ID_MAX;

	for (int i = 0; i < t->nid; i++)
		all_ones = all_ones && t->id[i] == 0xff;
	t->kind = H248_TERM_NAME;
	if (all_ones && !t->nwild)
		t->kind = H248_TERM_ROOT;
	/* A.1: bit 6 is this level and all below; from the topmost bit that is everything
	 */
	if (t->nwild == 1 && t->wild[0] & 0x40 && (t->wild[0] & 0x3f) == t->nid * 8 - 1)
		t->kind = t->wild[0] & 0x80 ? H248_TERM_ALL : H248_TERM_CHOOSE;
	return true;
}

static const struct ber_row term_rows[] = {
	{ SPECIAL("wildcard", WILD, h248_term, wild) },
	{ OCTETS("id", h248_term, id, nid, 1, H248_ID_MAX) },
};
const struct ber_type ber_term = { ROWS("TerminationID", term_rows), SIZE(h248_term),
				   .after = term_after, .before = ber_term_before };

/* --- commands --- */

static const struct ber_row amm_descriptor_rows[] = {
	{ PTR("mediaDescriptor", h248_desc, u, ber_media), KIND(H248_D_MEDIA) },
	{ PTR("modemDescriptor", h248_desc, u, ber_modem), KIND(H248_D_MODEM) },
	{ PTR("muxDescriptor", h248_desc, u, ber_mux), KIND(H248_D_MUX) },
	{ PTR("eventsDescriptor", h248_desc, u, ber_events), KIND(H248_D_EVENTS) },
	{ LIST("eventBufferDescriptor", h248_desc, u, ber_event_spec),
	  KIND(H248_D_BUFFER) },
	{ LIST("signalsDescriptor", h248_desc, u, ber_signal_request),
	  KIND(H248_D_SIGNALS) },
	{ PTR("digitMapDescriptor", h248_desc, u, ber_digitmap), KIND(H248_D_DIGITMAP) },
	{ PTR("auditDescriptor", h248_desc, u, ber_audit), KIND(H248_D_AUDIT) },
	{ PTR("statisticsDescriptor", h248_desc, u, ber_stats), KIND(H248_D_STATS),
	  FROM(3) },
};
static const struct ber_type amm_descriptor = {
	ROWS("AmmDescriptor", amm_descriptor_rows), SIZE(h248_desc),
	KIND_OF(h248_desc, kind)
};

static const struct ber_row amm_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ LIST("descriptors", h248_cmd, descs, amm_descriptor) },
};
static bool amm_after(void *node)
{
	unsigned seen = 0;

	for (const struct h248_desc *d = ((struct h248_cmd *)node)->descs; d;
	     d = d->next) {
		if (seen & 1u << d->kind)
			return false;
		seen |= 1u << d->kind;
	}
	return true;
}

static const struct ber_type amm = { ROWS("AmmRequest", amm_rows), .after = amm_after,
				     .code = 448 };

static const struct ber_row subtract_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ DESC("auditDescriptor", AUDIT, ber_audit), OPT },
};
static const struct ber_type subtract = { ROWS("SubtractRequest", subtract_rows) };

static const struct ber_row audit_request_rows[] = {
	{ FIRST("terminationID", h248_cmd, terms, ber_term) },
	{ DESC("auditDescriptor", AUDIT, ber_audit) },
	{ LIST("terminationIDList", h248_cmd, terms, ber_term), FROM(3),
	  .flags = BER_OPT | BER_SEVERAL },
};
static const struct ber_type audit_request = { ROWS("AuditRequest", audit_request_rows) };

static const struct ber_row notify_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ DESC("observedEventsDescriptor", OBSERVED, ber_observed) },
	{ DESC("errorDescriptor", ERROR, ber_error), OPT },
};
static const struct ber_type notify = { ROWS("NotifyRequest", notify_rows) };

static const struct ber_row svc_request_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ DESC("serviceChangeParms", SVC, ber_svc) },
};
static const struct ber_type svc_request = { ROWS("ServiceChangeRequest",
						  svc_request_rows) };

static const struct ber_row command_rows[] = {
	{ HERE("addReq", amm), KIND(H248_ADD) },
	{ HERE("moveReq", amm), KIND(H248_MOVE) },
	{ HERE("modReq", amm), KIND(H248_MODIFY) },
	{ HERE("subtractReq", subtract), KIND(H248_SUBTRACT) },
	{ HERE("auditCapRequest", audit_request), KIND(H248_AUDIT_CAP) },
	{ HERE("auditValueRequest", audit_request), KIND(H248_AUDIT_VALUE) },
	{ HERE("notifyReq", notify), KIND(H248_NOTIFY) },
	{ HERE("serviceChangeReq", svc_request), KIND(H248_SVC_CHANGE) },
};
static const struct ber_type command = { ROWS("Command", command_rows),
					 KIND_OF(h248_cmd, kind) };

static const struct ber_row command_request_rows[] = {
	{ CHOOSE("command", command) },
	{ NUL("optional", h248_cmd, optional, 1) },
	{ NUL("wildcardReturn", h248_cmd, wildcard, 1) },
};
static const struct ber_type command_request = { ROWS("CommandRequest",
						      command_request_rows),
						 SIZE(h248_cmd), .level = H248_AT_CMD };

/* --- command replies --- */

static const struct ber_row audit_return_rows[] = {
	{ PTR("errorDescriptor", h248_desc, u, ber_error), KIND(H248_D_ERROR) },
	{ PTR("mediaDescriptor", h248_desc, u, ber_media), KIND(H248_D_MEDIA) },
	{ PTR("modemDescriptor", h248_desc, u, ber_modem), KIND(H248_D_MODEM) },
	{ PTR("muxDescriptor", h248_desc, u, ber_mux), KIND(H248_D_MUX) },
	{ PTR("eventsDescriptor", h248_desc, u, ber_events), KIND(H248_D_EVENTS) },
	{ LIST("eventBufferDescriptor", h248_desc, u, ber_event_spec),
	  KIND(H248_D_BUFFER) },
	{ LIST("signalsDescriptor", h248_desc, u, ber_signal_request),
	  KIND(H248_D_SIGNALS) },
	{ PTR("digitMapDescriptor", h248_desc, u, ber_digitmap), KIND(H248_D_DIGITMAP) },
	{ PTR("observedEventsDescriptor", h248_desc, u, ber_observed),
	  KIND(H248_D_OBSERVED) },
	{ PTR("statisticsDescriptor", h248_desc, u, ber_stats), KIND(H248_D_STATS) },
	{ LIST("packagesDescriptor", h248_desc, u, ber_package), KIND(H248_D_PACKAGES) },
	{ PTR("emptyDescriptors", h248_desc, u, ber_audit), KIND(H248_D_AUDIT) },
};
static const struct ber_type audit_return = { ROWS("AuditReturnParameter",
						   audit_return_rows),
					      SIZE(h248_desc), KIND_OF(h248_desc, kind) };

static const struct ber_row amms_reply_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ LIST("terminationAudit", h248_cmd, descs, audit_return), OPT },
};
static const struct ber_type amms_reply = { ROWS("AmmsReply", amms_reply_rows) };

static const struct ber_row audit_result_rows[] = {
	{ FIRST("terminationID", h248_cmd, terms, ber_term) },
	{ LIST("terminationAuditResult", h248_cmd, descs, audit_return) },
};
static const struct ber_type audit_result = { ROWS("AuditResult", audit_result_rows) };

static const struct ber_row audit_results_rows[] = {
	{ LIST("terminationIDList", h248_cmd, terms, ber_term) },
	{ LIST("terminationAuditResult", h248_cmd, descs, audit_return) },
};
static const struct ber_type audit_results = { ROWS("TermListAuditResult",
						    audit_results_rows) };

static int audit_reply_pick(const void *node)
{
	const struct h248_cmd *c = node;

	if (c->ctx_audit)
		return c->descs ? 1 : 0;
	return c->terms && c->terms->next ? 3 : 2;
}

static const struct ber_row audit_reply_rows[] = {
	{ LIST("contextAuditResult", h248_cmd, terms, ber_term),
	  SETS(h248_cmd, ctx_audit, 1) },
	{ DESC("error", ERROR, ber_error), SETS(h248_cmd, ctx_audit, 1) },
	{ HERE("auditResult", audit_result) },
	{ HERE("auditResultTermList", audit_results), FROM(3) },
};
static const struct ber_type audit_reply = { ROWS("AuditReply", audit_reply_rows),
					     .choice = 1, .pick = audit_reply_pick };

static const struct ber_row notify_reply_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ DESC("errorDescriptor", ERROR, ber_error), OPT },
};
static const struct ber_type notify_reply = { ROWS("NotifyReply", notify_reply_rows) };

static int svc_result_pick(const void *node)
{
	const struct h248_cmd *c = node;

	return c->descs && c->descs->kind == H248_D_ERROR ? 0 : 1;
}

static const struct ber_row svc_result_rows[] = {
	{ DESC("errorDescriptor", ERROR, ber_error) },
	{ DESC("serviceChangeResParms", SVC, ber_svc_reply) },
};
static const struct ber_type svc_result = { ROWS("ServiceChangeResult", svc_result_rows),
					    .choice = 1, .pick = svc_result_pick };

static const struct ber_row svc_change_reply_rows[] = {
	{ LIST("terminationID", h248_cmd, terms, ber_term) },
	{ CHOOSE("serviceChangeResult", svc_result) },
};
static const struct ber_type svc_change_reply = { ROWS("ServiceChangeReply",
						       svc_change_reply_rows) };

static const struct ber_row command_reply_rows[] = {
	{ HERE("addReply", amms_reply), KIND(H248_ADD) },
	{ HERE("moveReply", amms_reply), KIND(H248_MOVE) },
	{ HERE("modReply", amms_reply), KIND(H248_MODIFY) },
	{ HERE("subtractReply", amms_reply), KIND(H248_SUBTRACT) },
	{ CHOOSE("auditCapReply", audit_reply), KIND(H248_AUDIT_CAP) },
	{ CHOOSE("auditValueReply", audit_reply), KIND(H248_AUDIT_VALUE) },
	{ HERE("notifyReply", notify_reply), KIND(H248_NOTIFY) },
	{ HERE("serviceChangeReply", svc_change_reply), KIND(H248_SVC_CHANGE) },
};
static const struct ber_type command_reply = { ROWS("CommandReply", command_reply_rows),
					       SIZE(h248_cmd), KIND_OF(h248_cmd, kind),
					       .level = H248_AT_CMD };

/* --- actions --- */

static const struct ber_row topology_rows[] = {
	{ PTR("terminationFrom", h248_topo, from, ber_term) },
	{ PTR("terminationTo", h248_topo, to, ber_term) },
	{ SPECIAL("topologyDirection", TOPODIR, h248_topo, dir), .max = 2,
	  .words = "bothway isolate oneway onewayexternal onewayboth" },
	{ U16("streamID", h248_topo, stream, 65535), HAS(h248_topo, has_stream, 1),
	  FROM(2) },
	{ SPECIAL("topologyDirectionExtension", TOPODIR, h248_topo, dir), OPT, .least = 3,
	  .max = 1, FROM(3) },
};
static const struct ber_type topology = { ROWS("TopologyRequest", topology_rows),
					  SIZE(h248_topo) };

static const struct ber_row ctx_request_rows[] = {
	{ U16("priority", h248_ctx_props, priority, 15),
	  HAS(h248_ctx_props, has, H248_CTX_PRIORITY) },
	{ BOOLEAN("emergency", h248_ctx_props, has, H248_CTX_EMERGENCY,
		  H248_CTX_EMERGENCY_ON) },
	{ LIST("topologyReq", h248_ctx_props, topology, topology),
	  HAS(h248_ctx_props, has, H248_CTX_TOPOLOGY) },
	{ BOOLEAN("iepscallind", h248_ctx_props, has, H248_CTX_IEPS, H248_CTX_IEPS_ON),
	  FROM(3) },
	{ LIST("contextProp", h248_ctx_props, props, ber_parm), OPT, FROM(3) },
	{ SPECIAL("contextList", NUMS, h248_ctx_props, list),
	  HAS(h248_ctx_props, has, H248_CTX_LIST), .least = TAG_INTEGER,
	  .max = UINT32_MAX, FROM(3) },
};
static const struct ber_type ctx_request = { ROWS("ContextRequest", ctx_request_rows),
					     SIZE(h248_ctx_props) };

static bool logic_there(const void *node)
{
	return ((const struct h248_ctx_audit *)node)->has & (H248_CA_AND | H248_CA_OR);
}

static int logic_pick(const void *node)
{
	return ((const struct h248_ctx_audit *)node)->has & H248_CA_OR ? 1 : 0;
}

static const struct ber_row logic_rows[] = {
	{ NUL("andAUDITSelect", h248_ctx_audit, has, H248_CA_AND) },
	{ NUL("orAUDITSelect", h248_ctx_audit, has, H248_CA_OR) },
};
static const struct ber_type logic = { ROWS("SelectLogic", logic_rows), .choice = 1,
				       .pick = logic_pick, .there = logic_there };

static const struct ber_row ctx_audit_rows[] = {
	{ NUL("topology", h248_ctx_audit, has, H248_CA_TOPOLOGY) },
	{ NUL("emergency", h248_ctx_audit, has, H248_CA_EMERGENCY) },
	{ NUL("priority", h248_ctx_audit, has, H248_CA_PRIORITY) },
	{ NUL("iepscallind", h248_ctx_audit, has, H248_CA_IEPS), FROM(3) },
	{ LIST("contextPropAud", h248_ctx_audit, props, ber_ia_parm), OPT, FROM(3) },
	{ U16("selectpriority", h248_ctx_audit, priority, 15),
	  HAS(h248_ctx_audit, has, H248_CA_SEL_PRIORITY), FROM(3) },
	{ BOOLEAN("selectemergency", h248_ctx_audit, has, H248_CA_SEL_EMERGENCY,
		  H248_CA_EMERGENCY_ON), FROM(3) },
	{ BOOLEAN("selectiepscallind", h248_ctx_audit, has, H248_CA_SEL_IEPS,
		  H248_CA_IEPS_ON), FROM(3) },
	{ CHOOSE("selectLogic", logic), OPT, FROM(3) },
};
static const struct ber_type ctx_audit = { ROWS("ContextAttrAuditRequest",
						ctx_audit_rows),
					   SIZE(h248_ctx_audit) };

static const struct ber_row action_request_rows[] = {
	{ U32("contextId", h248_action, ctx) },
	{ PTR("contextRequest", h248_action, props, ctx_request), OPT },
	{ PTR("contextAttrAuditReq", h248_action, audit, ctx_audit), OPT },
	{ LIST("commandRequests", h248_action, cmds, command_request) },
};
const struct ber_type ber_action_request = { ROWS("ActionRequest", action_request_rows),
					     SIZE(h248_action), .level = H248_AT_ACTION };

static const struct ber_row action_reply_rows[] = {
	{ U32("contextId", h248_action, ctx) },
	{ PTR("errorDescriptor", h248_action, error, ber_error), OPT },
	{ PTR("contextReply", h248_action, props, ctx_request), OPT },
	{ LIST("commandReply", h248_action, cmds, command_reply) },
};
const struct ber_type ber_action_reply = { ROWS("ActionReply", action_reply_rows),
					   SIZE(h248_action), .level = H248_AT_ACTION };

/* --- transactions --- */

static const struct ber_row request_rows[] = {
	{ U32("transactionId", h248_trans, id) },
	{ LIST("actions", h248_trans, actions, ber_action_request) },
};
static const struct ber_type request = { ROWS("TransactionRequest", request_rows) };

static const struct ber_row pending_rows[] = {
	{ U32("transactionId", h248_trans, id) },
};
static const struct ber_type pending = { ROWS("TransactionPending", pending_rows) };

static int result_pick(const void *node)
{
	return ((const struct h248_trans *)node)->error ? 0 : 1;
}

static const struct ber_row result_rows[] = {
	{ PTR("transactionError", h248_trans, error, ber_error) },
	{ LIST("actionReplies", h248_trans, actions, ber_action_reply) },
};
static const struct ber_type result = { ROWS("transactionResult", result_rows),
					.choice = 1, .pick = result_pick };

static const struct ber_row reply_rows[] = {
	{ U32("transactionId", h248_trans, id) },
	{ NUL("immAckRequired", h248_trans, imm_ack, 1) },
	{ CHOOSE("transactionResult", result) },
	{ U16("segmentNumber", h248_trans, seg, 65535), HAS(h248_trans, has_seg, 1),
	  FROM(3) },
	{ NUL("segmentationComplete", h248_trans, seg_end, 1), FROM(3) },
};
static const struct ber_type reply = { ROWS("TransactionReply", reply_rows) };

static bool ack_after(void *node)
{
	struct h248_ack *k = node;

	if (!k->range)
		k->last = k->first;
	return k->last >= k->first;
}

static const struct ber_row ack_rows[] = {
	{ U32("firstAck", h248_ack, first) },
	{ U32("lastAck", h248_ack, last), HAS(h248_ack, range, 1) },
};
static const struct ber_type ack = { ROWS("TransactionAck", ack_rows), SIZE(h248_ack),
				     .after = ack_after };

static const struct ber_row segment_rows[] = {
	{ U32("transactionId", h248_trans, id) },
	{ U16("segmentNumber", h248_trans, seg, 65535), SETS(h248_trans, has_seg, 1) },
	{ NUL("segmentationComplete", h248_trans, seg_end, 1) },
};
static const struct ber_type segment = { ROWS("SegmentReply", segment_rows) };

static const struct ber_row transaction_rows[] = {
	{ HERE("transactionRequest", request), KIND(H248_REQUEST) },
	{ HERE("transactionPending", pending), KIND(H248_PENDING) },
	{ HERE("transactionReply", reply), KIND(H248_REPLY) },
	{ LIST("transactionResponseAck", h248_trans, acks, ack), KIND(H248_ACKS) },
	{ HERE("segmentReply", segment), KIND(H248_SEGMENT), FROM(3) },
};
static const struct ber_type transaction = { ROWS("Transaction", transaction_rows),
					     SIZE(h248_trans), KIND_OF(h248_trans, kind),
					     .level = H248_AT_TRANS };

/* --- the message --- */

static int body_pick(const void *node)
{
	return ((const struct h248_msg *)node)->error ? 0 : 1;
}

static const struct ber_row body_rows[] = {
	{ PTR("messageError", h248_msg, error, ber_error) },
	{ LIST("transactions", h248_msg, trans, transaction) },
};
static const struct ber_type body = { ROWS("messageBody", body_rows), .choice = 1,
				      .pick = body_pick };

static const struct ber_row mess_rows[] = {
	{ U8("version", h248_msg, version, 99) },
	{ CHOICE("mId", h248_msg, mid, ber_mid) },
	{ .name = "messageBody", .op = OP_BODY, .sub = &body },
};
static const struct ber_type mess = { ROWS("Message", mess_rows) };

static const struct ber_row auth_rows[] = {
	{ FIXED("secParmIndex", h248_auth, spi) },
	{ FIXED("seqNum", h248_auth, seq) },
	{ OCTETS("ad", h248_auth, data, n, 12, 32) },
};
static const struct ber_type auth = { ROWS("AuthenticationHeader", auth_rows),
				      SIZE(h248_auth) };

static const struct ber_row message_rows[] = {
	{ PTR("authHeader", h248_msg, auth, auth), OPT },
	{ HERE("mess", mess) },
};
const struct ber_type ber_message = { ROWS("MegacoMessage", message_rows),
				      SIZE(h248_msg) };
