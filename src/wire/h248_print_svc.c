/* wire/h248_print_svc.c - audits, service change and small descriptors as H.248 text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.2, 7.1.3, 7.1.12, 7.1.13, 7.1.16, 7.2.8, Annex B.2; H.248.1 v2, v3
 */
#include "wire/h248_lex.h"
#include "wire/h248_print.h"

/* --- single audit items --- */

static void selector(struct hp *w, enum h248_tok name, bool not, enum h248_tok value)
{
	hp_since(w, 3, "selection by value");
	hp_tok(w, name);
	hp_char(w, not ? '#' : '=');
	hp_tok(w, value);
}

static void ia_control(struct hp *w, const struct h248_ia_stream *s)
{
	bool first = true;

	hp_tok(w, TOK_LOCAL_CONTROL);
	hp_open(w);
	if (s->has & H248_IA_MODE_SEL) {
		hp_item(w, &first);
		selector(w, TOK_MODE, s->has & H248_IA_MODE_NOT, hp_mode_tok(s->mode));
	} else if (s->has & H248_IA_MODE) {
		hp_item(w, &first);
		hp_tok(w, TOK_MODE);
	}
	if (s->has & H248_IA_VALUE) {
		hp_item(w, &first);
		hp_tok(w, TOK_RESERVED_VALUE);
	}
	if (s->has & H248_IA_GROUP) {
		hp_item(w, &first);
		hp_tok(w, TOK_RESERVED_GROUP);
	}
	hp_props(w, H248_PROPERTY, s->props, &first);
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty audited LocalControl has no text form");
}

static void ia_stream(struct hp *w, const struct h248_ia_stream *s, bool *first)
{
	if (s->local || s->remote)
		hp_misfit(w, -H_EINVAL, "single properties of Local and Remote have no "
					"text form");
	if (s->has & H248_IA_CONTROL) {
		hp_item(w, first);
		ia_control(w, s);
	}
	if (s->has & H248_IA_LOCAL) {
		hp_item(w, first);
		hp_tok(w, TOK_LOCAL);
	}
	if (s->has & H248_IA_REMOTE) {
		hp_item(w, first);
		hp_tok(w, TOK_REMOTE);
	}
	if (s->stat) {
		hp_since(w, 3, "statistic of an audited Media");
		hp_item(w, first);
		hp_tok(w, TOK_STATS);
		hp_char(w, '{');
		hp_prop(w, H248_STAT, s->stat);
		hp_char(w, '}');
	}
}

static void ia_tstate(struct hp *w, const struct h248_ia_tstate *ts)
{
	bool first = true;

	hp_tok(w, TOK_TERM_STATE);
	hp_open(w);
	if (ts->has & H248_IA_STATE_SEL) {
		hp_item(w, &first);
		selector(w, TOK_SVC_STATES, ts->has & H248_IA_STATE_NOT,
			 hp_state_tok(ts->state));
	} else if (ts->has & H248_IA_STATE) {
		hp_item(w, &first);
		hp_tok(w, TOK_SVC_STATES);
	}
	if (ts->has & H248_IA_BUFFER) {
		hp_item(w, &first);
		hp_tok(w, TOK_BUFFER);
	}
	hp_props(w, H248_PROPERTY, ts->props, &first);
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty audited state has no text form");
}

static void ia_media(struct hp *w, const struct h248_ia_media *m)
{
	bool first = true;

	hp_tok(w, TOK_MEDIA);
	hp_open(w);
	if (m->tstate) {
		hp_item(w, &first);
		ia_tstate(w, m->tstate);
	}
	for (const struct h248_ia_stream *s = m->streams; s; s = s->next) {
		bool inner = true;

		if (m->one) {
			ia_stream(w, s, &first);
			break;
		}
		hp_item(w, &first);
		hp_tok_num(w, TOK_STREAM, s->id);
		hp_open(w);
		ia_stream(w, s, &inner);
		hp_close(w);
		if (inner)
			first = true;
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty audited Media has no text form");
}

static void ia_buffer(struct hp *w, const struct h248_indaud *ia)
{
	hp_tok(w, TOK_EVENT_BUFFER);
	hp_char(w, '{');
	hp_pkgd(w, H248_EVENT, &ia->name);
	if (ia->has & H248_IA_HAS_STREAM || ia->parm.p) {
		hp_char(w, '{');
		if (ia->parm.p)
			hp_parm_name(w, NULL, &ia->parm);
		else
			hp_tok_num(w, TOK_STREAM, ia->stream);
		hp_char(w, '}');
	}
	hp_char(w, '}');
}

static void ia_signal(struct hp *w, const struct h248_indaud *ia)
{
	bool first = true;

	hp_pkgd(w, H248_SIGNAL, &ia->name);
	if (!(ia->has & (H248_IA_HAS_STREAM | H248_IA_HAS_REQ)))
		return;
	hp_since(w, 3, "stream or request of an audited signal");
	hp_open(w);
	if (ia->has & H248_IA_HAS_STREAM) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_STREAM, ia->stream);
	}
	if (ia->has & H248_IA_HAS_REQ) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_SIG_REQUEST, ia->request);
	}
	hp_close(w);
}

static void ia_signals(struct hp *w, const struct h248_indaud *ia)
{
	hp_tok(w, TOK_SIGNALS);
	hp_open(w);
	if (!ia->is_list) {
		ia_signal(w, ia);
	} else {
		hp_tok_num(w, TOK_SIGNAL_LIST, ia->id);
		if (ia->has & H248_IA_HAS_NAME) {
			hp_char(w, '{');
			ia_signal(w, ia);
			hp_char(w, '}');
		}
	}
	hp_close(w);
}

static void package(struct hp *w, const struct h248_pkgd *name, unsigned version)
{
	struct span s = { NULL, 0 };

	if (h248_package_text(name, &s))
		hp_misfit(w, -H_ENOENT, "package 0x%04x has no known name",
			  (unsigned)name->id);
	hp_span(w, s);
	hp_char(w, '-');
	hp_num(w, version);
}

static void ia_item(struct hp *w, const struct h248_indaud *ia)
{
	switch ((enum h248_ia_kind)ia->kind) {
	case H248_IAK_MEDIA:
		ia_media(w, ia->media);
		break;
	case H248_IAK_EVENTS:
		hp_tok(w, TOK_EVENTS);
		if (ia->has & H248_IA_HAS_ID) {
			hp_eq(w);
			hp_request_id(w, ia->id);
		} else {
			hp_since(w, 3, "an audited event without RequestID");
		}
		hp_char(w, '{');
		hp_pkgd(w, H248_EVENT, &ia->name);
		hp_char(w, '}');
		break;
	case H248_IAK_BUFFER:
		ia_buffer(w, ia);
		break;
	case H248_IAK_SIGNALS:
		ia_signals(w, ia);
		break;
	case H248_IAK_DIGITMAP:
		hp_tok(w, TOK_DIGITMAP);
		hp_eq(w);
		hp_dm_name(w, &ia->dm);
		if (!ia->dm.bin && !ia->dm.text.p)
			hp_misfit(w, -H_EINVAL, "audit of an unnamed DigitMap has no "
						"text form");
		break;
	case H248_IAK_STATS:
		hp_tok(w, TOK_STATS);
		hp_char(w, '{');
		hp_pkgd(w, H248_STAT, &ia->name);
		hp_char(w, '}');
		break;
	case H248_IAK_PACKAGES:
		hp_tok(w, TOK_PACKAGES);
		hp_char(w, '{');
		package(w, &ia->name, ia->version);
		hp_char(w, '}');
		break;
	}
}

void hp_audit_items(struct hp *w, const struct h248_audit *au, bool *first)
{
	static const enum h248_tok toks[] = {
		TOK_MUX, TOK_MODEM, TOK_MEDIA, TOK_EVENTS, TOK_SIGNALS,
		TOK_DIGITMAP, TOK_STATS, TOK_OBSERVED, TOK_PACKAGES, TOK_EVENT_BUFFER,
	};

	for (int i = 0; i < 10; i++) {
		if (au->tokens & 1u << i) {
			hp_item(w, first);
			hp_tok(w, toks[i]);
		}
	}
	for (const struct h248_indaud *ia = au->items; ia; ia = ia->next) {
		hp_since(w, 2, "audit of a single item");
		hp_item(w, first);
		ia_item(w, ia);
	}
}

void hp_audit(struct hp *w, const struct h248_audit *au)
{
	bool first = true;

	hp_tok(w, TOK_AUDIT);
	hp_open(w);
	hp_audit_items(w, au, &first);
	hp_close(w);
}

/* --- service change --- */

static void svc_method(struct hp *w, const struct h248_svc *sv)
{
	static const enum h248_tok methods[] = { TOK_FAILOVER, TOK_FORCED, TOK_GRACEFUL,
						 TOK_RESTART, TOK_DISCONNECTED,
						 TOK_HANDOFF };

	hp_tok(w, TOK_METHOD);
	hp_eq(w);
	if (sv->method < H248_METHOD_EXT)
		hp_tok(w, methods[sv->method]);
	else
		hp_span(w, sv->method_ext);
}

static void svc_profile(struct hp *w, struct span profile)
{
	if (!hx_is_profile(profile))
		hp_misfit(w, -H_EINVAL, "profile has no text form");
	hp_tok(w, TOK_PROFILE);
	hp_eq(w);
	hp_span(w, profile);
}

static void svc_address(struct hp *w, enum h248_tok tok, const struct h248_mid *m,
			bool *first)
{
	if (!m)
		return;
	hp_item(w, first);
	hp_tok(w, tok);
	hp_eq(w);
	hp_mid(w, m);
}

static void svc_rest(struct hp *w, const struct h248_svc *sv, bool *first)
{
	if (sv->has & H248_SVC_HAS_TIME) {
		hp_item(w, first);
		hp_time(w, &sv->time);
	}
	hp_parms(w, NULL, sv->ext, first);
	if (sv->audit) {
		hp_since(w, 2, "audit in a service change");
		hp_audit_items(w, sv->audit, first);
	}
	if (sv->has & H248_SVC_INCOMPLETE) {
		hp_since(w, 3, "ServiceChangeInc");
		hp_item(w, first);
		hp_tok(w, TOK_SVC_INCOMPLETE);
	}
}

void hp_svc(struct hp *w, const struct h248_svc *sv)
{
	bool first = true;

	hp_tok(w, TOK_SERVICES);
	hp_open(w);
	if (sv->has & H248_SVC_HAS_METHOD) {
		hp_item(w, &first);
		svc_method(w, sv);
	}
	svc_address(w, TOK_SVC_ADDRESS, sv->address, &first);
	svc_address(w, TOK_MGCID, sv->mgcid, &first);
	if (sv->has & H248_SVC_HAS_VERSION) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_VERSION, sv->version);
	}
	if (sv->profile.p) {
		hp_item(w, &first);
		svc_profile(w, sv->profile);
	}
	if (sv->reason) {
		hp_item(w, &first);
		hp_tok(w, TOK_REASON);
		hp_eq(w);
		hp_quoted(w, h248_value_octets(sv->reason), "reason");
	}
	if (sv->has & H248_SVC_HAS_DELAY) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_DELAY, sv->delay);
	}
	svc_rest(w, sv, &first);
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty Services has no text form");
}

/* --- packages, multiplex, modem --- */

void hp_packages(struct hp *w, const struct h248_package *p)
{
	bool first = true;

	hp_tok(w, TOK_PACKAGES);
	hp_open(w);
	for (; p; p = p->next) {
		hp_item(w, &first);
		package(w, &p->name, p->version);
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty Packages has no text form");
}

void hp_mux(struct hp *w, const struct h248_mux *m)
{
	static const enum h248_tok toks[] = { TOK_H221, TOK_H223, TOK_H226, TOK_V76,
					      TOK_NX64K };

	hp_tok(w, TOK_MUX);
	hp_eq(w);
	if (m->type == H248_MUX_NX64K)
		hp_since(w, 2, "Nx64Kservice");
	if (m->type < H248_MUX_EXT)
		hp_tok(w, toks[m->type]);
	else
		hp_span(w, m->ext);
	hp_terms(w, m->terms, '{', '}');
	if (!m->terms)
		hp_misfit(w, -H_EINVAL, "an empty Mux has no text form");
}

void hp_modem(struct hp *w, const struct h248_modem *m)
{
	static const enum h248_tok toks[] = { TOK_V18, TOK_V22, TOK_V22B, TOK_V32,
					      TOK_V32B, TOK_V34, TOK_V90, TOK_V91,
					      TOK_SYNCHISDN };
	bool first = true;

	hp_tok(w, TOK_MODEM);
	hp_char(w, '[');
	for (const struct h248_num *n = m->types; n; n = n->next) {
		if (n->v < H248_MODEM_EXT)
			hp_tok(w, toks[n->v]);
		else
			hp_span(w, n->ext);
		if (n->next)
			hp_char(w, ',');
	}
	hp_char(w, ']');
	if (!m->types)
		hp_misfit(w, -H_EINVAL, "a Modem without types has no text form");
	if (!m->props)
		return;
	hp_open(w);
	hp_props(w, H248_PROPERTY, m->props, &first);
	hp_close(w);
}
