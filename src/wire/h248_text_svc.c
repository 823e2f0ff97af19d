/* wire/h248_text_svc.c - H.248 text: Services, Packages, Mux and Modem.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.2, 7.1.3, 7.1.13, 7.1.16, 7.2.8, Annex B.2; H.248.1 v2, v3
 */
#include "wire/h248_text.h"

#define CLAUSE "RFC 3525 B.2 serviceChangeParm"

static bool method(struct hx *x, struct h248_svc *sv)
{
	static const char clause[] = "RFC 3525 B.2 serviceChangeMethod";
	struct span word;

	if (!hx_eq(x, clause))
		return false;
	word = hx_run(x, C_NAME);
	sv->has |= H248_SVC_HAS_METHOD;
	switch (hx_tok(x, word)) {
	case TOK_FAILOVER:
		sv->method = H248_FAILOVER;
		return true;
	case TOK_FORCED:
		sv->method = H248_FORCED;
		return true;
	case TOK_GRACEFUL:
		sv->method = H248_GRACEFUL;
		return true;
	case TOK_RESTART:
		sv->method = H248_RESTART;
		return true;
	case TOK_DISCONNECTED:
		sv->method = H248_DISCONNECTED;
		return true;
	case TOK_HANDOFF:
		sv->method = H248_HANDOFF;
		return true;
	default:
		sv->method = H248_METHOD_EXT;
		return hx_ext(word) ? hx_ext_rest(x, word, &sv->method_ext, clause)
				    : hx_fail(x, word.p, clause, "unknown method");
	}
}

static bool address(struct hx *x, struct h248_mid **out, bool port_too)
{
	static const char clause[] = "RFC 3525 B.2 serviceChangeAddress";
	struct h248_mid *m = hx_node(x, sizeof(*m));
	const char *back;
	struct span s;

	if (!m || !hx_eq(x, clause))
		return false;
	*out = m;
	back = x->p;
	s = hx_run(x, C_DIGIT);
	if (!port_too || !s.n || (x->p < x->end && is_char(*x->p, C_TERM))) {
		x->p = back;
		return hx_mid(x, m, clause);
	}
	x->p = back;
	m->kind = H248_MID_PORT;
	m->has_port = 1;
	return hx_u16(x, &m->port, clause, "no port number");
}

static bool version_of(struct hx *x, uint8_t *out)
{
	uint32_t v;

	if (!hx_u32(x, 2, 99, &v, "RFC 3525 B.2 Version", "no version number"))
		return false;
	*out = (uint8_t)v;
	return true;
}

/* NAME "/" Version */
static bool profile(struct hx *x, struct span *out)
{
	static const char clause[] = "RFC 3525 B.2 serviceChangeProfile";
	struct span name;
	uint8_t v;

	if (!hx_eq(x, clause) || !hx_name(x, &name, clause, "no profile name"))
		return false;
	if (!hx_peek(x, '/'))
		return hx_fail(x, x->p, clause, "no profile version");
	x->p++;
	if (!version_of(x, &v))
		return false;
	*out = (struct span){ name.p, (size_t)(x->p - name.p) };
	return true;
}

static bool extension(struct hx *x, struct span word, struct h248_parm ***tail)
{
	struct span name;

	if (hx_ext(word))
		return hx_ext_rest(x, word, &name, CLAUSE) &&
		       hx_parm(x, hx_pkgd_of(name), tail, CLAUSE);
	return hx_fail(x, word.p, CLAUSE, "unknown word in Services");
}

/* Single audit items and whole descriptors: what is to be reported back (v2). */
static bool svc_audit(struct hx *x, enum h248_tok t, struct h248_svc *sv,
		      struct h248_indaud ***tail)
{
	if (!sv->audit) {
		sv->audit = hx_node(x, sizeof(*sv->audit));
		if (!sv->audit)
			return false;
		*tail = &sv->audit->items;
	}
	return h248_text_audit_item(x, t, sv->audit, tail);
}

static bool twice(struct hx *x, const char *at)
{
	return hx_fail(x, at, CLAUSE, "service change parameter appears twice");
}

struct svc_tails {
	struct h248_parm **ext;
	struct h248_indaud **items;
};

static bool requests_only(struct hx *x, enum h248_tok t, struct span word,
			  struct h248_svc *sv, struct svc_tails *to)
{
	if (x->reply)
		return hx_fail(x, word.p, CLAUSE, "not allowed in a reply");
	switch (t) {
	case TOK_METHOD:
		return sv->has & H248_SVC_HAS_METHOD ? twice(x, word.p) : method(x, sv);
	case TOK_REASON:
		if (sv->reason)
			return twice(x, word.p);
		return hx_eq(x, CLAUSE) && hx_value(x, &sv->reason, CLAUSE);
	case TOK_DELAY:
		if (sv->has & H248_SVC_HAS_DELAY)
			return twice(x, word.p);
		sv->has |= H248_SVC_HAS_DELAY;
		return hx_eq(x, CLAUSE) &&
		       hx_u32(x, 10, UINT32_MAX, &sv->delay, CLAUSE, "no delay");
	case TOK_SVC_INCOMPLETE:
		if (sv->has & H248_SVC_INCOMPLETE)
			return twice(x, word.p);
		sv->has |= H248_SVC_INCOMPLETE;
		return true;
	case TOK_NONE:
		return extension(x, word, &to->ext);
	default:
		if (x->version < 2)
			return hx_fail(x, word.p, CLAUSE, "unknown word in Services");
		return svc_audit(x, t, sv, &to->items);
	}
}

static bool svc_time(struct hx *x, struct span word, struct h248_svc *sv)
{
	if (sv->has & H248_SVC_HAS_TIME)
		return twice(x, word.p);
	sv->has |= H248_SVC_HAS_TIME;
	return hx_time(x, word, &sv->time, CLAUSE);
}

static bool svc_parm(struct hx *x, struct h248_svc *sv, struct svc_tails *to)
{
	struct span word = hx_run(x, C_NAME);
	enum h248_tok t = hx_tok(x, word);

	if (hx_is_time(word))
		return svc_time(x, word, sv);
	switch (t) {
	case TOK_SVC_ADDRESS:
		return sv->address ? twice(x, word.p) : address(x, &sv->address, true);
	case TOK_MGCID:
		return sv->mgcid ? twice(x, word.p) : address(x, &sv->mgcid, false);
	case TOK_PROFILE:
		return sv->profile.n ? twice(x, word.p) : profile(x, &sv->profile);
	case TOK_VERSION:
		if (sv->has & H248_SVC_HAS_VERSION)
			return twice(x, word.p);
		sv->has |= H248_SVC_HAS_VERSION;
		return hx_eq(x, CLAUSE) && version_of(x, &sv->version);
	default:
		return requests_only(x, t, word, sv, to);
	}
}

bool h248_text_svc(struct hx *x, struct h248_svc **out)
{
	struct h248_svc *sv = hx_node(x, sizeof(*sv));
	struct svc_tails to = { NULL, NULL };
	const char *at = x->p;

	if (!sv || !hx_need(x, '{', CLAUSE, "'{' expected"))
		return false;
	*out = sv;
	to.ext = &sv->ext;
	do {
		if (!svc_parm(x, sv, &to))
			return false;
	} while (hx_next(x, CLAUSE));
	if (x->rc)
		return false;
	if (sv->address && sv->mgcid)
		return hx_fail(x, at, CLAUSE, "both an address and an MgcIdToTry");
	if (!x->reply && (!(sv->has & H248_SVC_HAS_METHOD) || !sv->reason))
		return hx_fail(x, at, CLAUSE, "Method and Reason are required");
	return true;
}

bool h248_text_packages(struct hx *x, struct h248_package **out)
{
	static const char clause[] = "RFC 3525 B.2 packagesItem";

	if (!hx_need(x, '{', clause, "'{' expected"))
		return false;
	do {
		struct h248_package *p = hx_node(x, sizeof(*p));
		struct span name;

		if (!p || !hx_name(x, &name, clause, "no package name"))
			return false;
		if (!hx_peek(x, '-'))
			return hx_fail(x, x->p, clause, "no package version");
		x->p++;
		if (!hx_u16(x, &p->version, clause, "no package version"))
			return false;
		p->name = hx_pkgd_of(name);
		*out = p;
		out = &p->next;
	} while (hx_next(x, clause));
	return !x->rc;
}

static int mux_of(enum h248_tok t)
{
	switch (t) {
	case TOK_H221:
		return H248_MUX_H221;
	case TOK_H223:
		return H248_MUX_H223;
	case TOK_H226:
		return H248_MUX_H226;
	case TOK_V76:
		return H248_MUX_V76;
	case TOK_NX64K:
		return H248_MUX_NX64K;
	default:
		return -1;
	}
}

bool h248_text_mux(struct hx *x, struct h248_mux **out)
{
	static const char clause[] = "RFC 3525 B.2 muxDescriptor";
	struct h248_mux *m = hx_node(x, sizeof(*m));
	struct span word;
	int type;

	if (!m || !hx_eq(x, clause))
		return false;
	*out = m;
	word = hx_run(x, C_NAME);
	type = mux_of(hx_tok(x, word));
	m->type = (uint8_t)(type < 0 ? H248_MUX_EXT : type);
	if (type < 0 && (!hx_ext(word) || !hx_ext_rest(x, word, &m->ext, clause)))
		return hx_fail(x, word.p, clause, "unknown multiplex");
	return hx_need(x, '{', clause, "'{' expected") && hx_term_list(x, '}', &m->terms);
}

static int modem_of(enum h248_tok t)
{
	switch (t) {
	case TOK_V18:
		return H248_V18;
	case TOK_V22:
		return H248_V22;
	case TOK_V22B:
		return H248_V22BIS;
	case TOK_V32:
		return H248_V32;
	case TOK_V32B:
		return H248_V32BIS;
	case TOK_V34:
		return H248_V34;
	case TOK_V90:
		return H248_V90;
	case TOK_V91:
		return H248_V91;
	case TOK_SYNCHISDN:
		return H248_SYNCHISDN;
	default:
		return -1;
	}
}

static bool modem_type(struct hx *x, struct h248_num ***tail)
{
	static const char clause[] = "RFC 3525 B.2 modemType";
	struct h248_num *n = hx_node(x, sizeof(*n));
	struct span word = hx_run(x, C_NAME);
	int type = modem_of(hx_tok(x, word));

	if (!n)
		return false;
	n->v = (uint32_t)(type < 0 ? H248_MODEM_EXT : type);
	**tail = n;
	*tail = &n->next;
	if (type < 0 && (!hx_ext(word) || !hx_ext_rest(x, word, &n->ext, clause)))
		return hx_fail(x, word.p, clause, "unknown modem type");
	return true;
}

static bool modem_types(struct hx *x, struct h248_modem *m)
{
	static const char clause[] = "RFC 3525 B.2 modemDescriptor";
	struct h248_num **tail = &m->types;

	if (hx_take(x, '='))
		return modem_type(x, &tail);
	if (!hx_need(x, '[', clause, "'=' or '[' expected"))
		return false;
	do {
		if (!modem_type(x, &tail))
			return false;
	} while (hx_take(x, ','));
	return hx_need(x, ']', clause, "']' expected");
}

bool h248_text_modem(struct hx *x, struct h248_modem **out)
{
	static const char clause[] = "RFC 3525 B.2 modemDescriptor";
	struct h248_modem *m = hx_node(x, sizeof(*m));
	struct h248_parm **tail;

	if (!m || !modem_types(x, m))
		return false;
	*out = m;
	if (!hx_take(x, '{'))
		return true;
	tail = &m->props;
	do {
		struct h248_pkgd name;

		if (!hx_pkgd(x, &name, clause) || !hx_parm(x, name, &tail, clause))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}
