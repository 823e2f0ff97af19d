/* mgcp/check.c - a message against the rules that hold for every command.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.1, 3.2.2; RFC 3661 2.2 (which fault is which code)
 */
#include "mgcp/codes.h"
#include "mgcp/pkg.h"
#include "mgcp/work.h"

/* A value that can't be read: the closest code its parameter has. */
static unsigned code_of_value(enum mgcp_param_id id)
{
	switch (id) {
	case MGCP_PARAM_C:
		return MGCP_NO_CALL;
	case MGCP_PARAM_I:
		return MGCP_NO_CONNECTION;
	case MGCP_PARAM_L:
		return MGCP_BAD_LOCAL;
	case MGCP_PARAM_M:
		return MGCP_BAD_MODE;
	case MGCP_PARAM_Q:
		return MGCP_BAD_QUARANTINE;
	case MGCP_PARAM_Z2:
		return MGCP_NO_ENDPOINT;
	case MGCP_PARAM_R:
	case MGCP_PARAM_S:
	case MGCP_PARAM_T:
		return MGCP_BAD_EVENT;
	case MGCP_PARAM_K:
	case MGCP_PARAM_NONE:
		return MGCP_PROTOCOL;
	default:
		return MGCP_BAD_PARAM;
	}
}

static unsigned code_of_fault(const struct mgcp_msg *m)
{
	switch (m->fault) {
	case MGCP_FAULT_NONE:
		return 0;
	case MGCP_FAULT_ENDPOINT:
		return MGCP_NO_ENDPOINT;
	case MGCP_FAULT_VERSION:
		return MGCP_BAD_VERSION;
	case MGCP_FAULT_PARAM:
		return code_of_value(m->fault_param);
	default:
		return MGCP_PROTOCOL;
	}
}

/* An unknown version comes first: what follows may have another grammar. Then an unknown
 * verb, whose parameters nobody knows either. */
unsigned check_message(struct work *w)
{
	const struct mgcp_msg *m = w->m;
	unsigned code = code_of_fault(m);

	if (code == MGCP_BAD_VERSION || m->fault == MGCP_FAULT_HEAD)
		return code;
	if (!code && (m->major != 1 || m->minor != 0))
		return MGCP_BAD_VERSION;
	return w->verb ? code : MGCP_NO_COMMAND;
}

static unsigned check_package(const struct mgcp_param *p)
{
	struct span rest = p->name, pkg = str_cut(&rest, '/');

	return mgcp_pkg_known(mgcp_pkgs, pkg) ? MGCP_BAD_PARAM : MGCP_NO_PACKAGE;
}

static unsigned check_param(const struct work *w, const struct mgcp_param *p)
{
	switch (p->id) {
	case MGCP_PARAM_VENDOR_MAY:
		if (w->gw->conf.profile == MGCP_PROFILE_OSMOCOM &&
		    str_ieqz(p->name, "X-Osmux"))
			return MGCP_EXTENSION; /* asked for and not there */
		return 0;
	case MGCP_PARAM_VENDOR_MUST:
		return MGCP_EXTENSION;
	case MGCP_PARAM_PACKAGE:
		return check_package(p);
	case MGCP_PARAM_OTHER:
		return MGCP_BAD_PARAM;
	default:
		return w->verb->may & 1u << p->id ? 0 : MGCP_BAD_PARAM;
	}
}

unsigned check_params(struct work *w)
{
	unsigned code = 0;

	for (const struct mgcp_param *p = w->m->params; p && !code; p = p->next)
		code = check_param(w, p);
	if (code)
		return code;
	if (w->m->nsdp && !w->verb->sdp)
		return MGCP_BAD_PARAM;
	return w->m->nsdp > 1 ? MGCP_PROTOCOL : 0;
}
