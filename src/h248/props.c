/* h248/props.c - properties of LocalControl: read, told, turned into what media can do.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.7, 7.1.1; H.248.43 (gm), H.248.52 (ds), H.248.53 (tman)
 *
 * Policing is on with tman/pol=ON alone. Then a rate not given is RATE_DEFAULT, which a
 * G.711 stream of 20 ms packets just fills; the burst of a rate, when not given, is what
 * BURST_MS bring. A peak rate may be passed by what PEAK_MS bring, as packets are not
 * sent evenly: tman/dvt, which would say so, is not here since its unit is not proven.
 */
#include "h248/props.h"

#include <string.h>

enum { RATE_DEFAULT = 10000, BURST_MS = 200, PEAK_MS = 50, PACKET_MOST = 1500 };

static bool is_num(unsigned cap)
{
	return cap >= CAP_JITTER && cap < CAP_JITTER + HPROPS;
}

static int64_t get(const struct hprops *p, unsigned cap)
{
	return p->num[cap - CAP_JITTER];
}

void props_init(struct hprops *p)
{
	*p = (struct hprops){ .port_most = 0 };
	for (unsigned i = 0; i < HPROPS; i++)
		p->num[i] = -1;
}

/* ---- reading ----------------------------------------------------------------------- */

/* "192.0.2.0/24", "[2001:db8::1]", "192.0.2.7" */
static unsigned set_mask(struct hprops *p, const struct h248_parm *v)
{
	struct span s, ip;
	struct addr a = { 0 };
	uint32_t bits;

	if (v->rel != H248_REL_EQ || !v->vals || v->vals->next)
		return H248_NOT_VALUE;
	s = h248_value_octets(v->vals);
	ip = str_cut(&s, '/');
	if (ip.n > 2 && *ip.p == '[' && ip.p[ip.n - 1] == ']')
		ip = (struct span){ ip.p + 1, ip.n - 2 };
	if (addr_parse_ip(&a, ip))
		return H248_NOT_VALUE;
	bits = a.family == 4 ? 32 : 128;
	if (s.p && !str_u32(s, bits, &bits))
		return H248_NOT_VALUE;
	p->mask = a;
	p->mask_bits = (uint8_t)bits;
	return 0;
}

/* "4000", "[4000:4010]", "<4075", ">1023" */
static unsigned set_ports(struct hprops *p, const struct hpkg_ref *r,
			  const struct h248_parm *v)
{
	int64_t a = 0, b = 0;

	if (!v->vals || !h248_value_int(NULL, v->vals, &a))
		return H248_NOT_VALUE;
	b = a;
	switch (v->rel) {
	case H248_REL_EQ:
		if (v->vals->next)
			return H248_NOT_VALUE;
		break;
	case H248_REL_RANGE:
		if (!v->vals->next || !h248_value_int(NULL, v->vals->next, &b))
			return H248_NOT_VALUE;
		break;
	case H248_REL_LT:
		a = 1;
		b--;
		break;
	case H248_REL_GT:
		a++;
		b = 65535;
		break;
	default:
		return H248_NOT_VALUE;
	}
	if (a < r->item->least || b > r->item->most || a > b)
		return H248_BAD_VALUE;
	p->port_least = (uint16_t)a;
	p->port_most = (uint16_t)b;
	return 0;
}

unsigned props_set(struct hprops *p, const struct hpkg_ref *r, const struct h248_parm *v,
		   const struct hprops *was, bool *chosen)
{
	unsigned cap = r->item->cap, code;
	bool left = false;
	int64_t n = 0;

	if (cap == CAP_MASK)
		return set_mask(p, v);
	if (cap == CAP_PORTS)
		return set_ports(p, r, v);
	if (!is_num(cap))
		return H248_PROPERTY_ILLEGAL;
	code = hpkg_pick(r, v, get(was, cap), &n, &left);
	if (code)
		return code;
	p->num[cap - CAP_JITTER] = n;
	*chosen |= left;
	return 0;
}

/* ---- telling ----------------------------------------------------------------------- */

static bool is_set(const struct hprops *p, const struct hpkg_item *it)
{
	if (it->cap == CAP_MASK)
		return p->mask.family != 0;
	if (it->cap == CAP_PORTS)
		return p->port_most != 0;
	if (!is_num(it->cap))
		return false;
	/* what is off is as if it were not set */
	return it->form && !strcmp(it->form, "bool") ? get(p, it->cap) > 0
						     : get(p, it->cap) >= 0;
}

static struct h248_value *mask_value(struct arena *a, const struct hprops *p)
{
	char ip[ADDR_STRLEN];
	struct h248_value *v;

	addr_print_ip(ip, &p->mask);
	v = hpkg_word(a, arena_printf(a, p->mask.family == 4 ? "%s/%u" : "[%s]/%u", ip,
				      p->mask_bits));
	if (v)
		v->form = H248_VALUE_QUOTED;
	return v;
}

static void put_value(struct arena *a, const struct hpkg_item *it, const struct hprops *p,
		      struct h248_parm *q)
{
	if (it->cap == CAP_MASK) {
		q->vals = mask_value(a, p);
	} else if (it->cap == CAP_PORTS) {
		q->vals = hpkg_int(a, p->port_least);
		if (q->vals && p->port_most != p->port_least) {
			q->rel = H248_REL_RANGE;
			q->vals->next = hpkg_int(a, p->port_most);
		}
	} else {
		q->vals = hpkg_value(a, it, get(p, it->cap));
	}
}

struct h248_parm *props_tell(struct exec *x, const struct hprops *p, unsigned on)
{
	struct h248_parm *list = NULL, **end = &list;

	for (const struct hpkg *const *k = hpkgs; *k; k++)
		for (const struct hpkg_item *it = (*k)->items; it->name; it++) {
			struct h248_parm *q;

			if (it->kind != H248_PROPERTY || !hpkg_realised(*k, on) ||
			    !is_set(p, it))
				continue;
			q = arena_zalloc(x->arena, sizeof(*q));
			if (!q ||
			    !hpkg_name(x->arena, *k, it, x->msg->via.binary, &q->name))
				continue;
			put_value(x->arena, it, p, q);
			*end = q;
			end = &q->next;
		}
	return list;
}

/* ---- doing ----------------------------------------------------------------------- */

static uint32_t burst_of(uint32_t rate, unsigned ms)
{
	uint64_t n = (uint64_t)rate * ms / 1000;

	return n < 2 * PACKET_MOST ? 2 * PACKET_MOST : (uint32_t)n;
}

static void police(const struct hprops *p, struct plan_gate *g)
{
	int64_t rate = get(p, CAP_RATE), burst = get(p, CAP_BURST),
		peak = get(p, CAP_PEAK);

	if (get(p, CAP_POLICE) <= 0)
		return;
	if (rate < 0 && (peak < 0 || burst >= 0))
		rate = RATE_DEFAULT;
	if (rate >= 0) {
		g->rate = (uint32_t)rate;
		g->burst = burst >= 0 ? (uint32_t)burst : burst_of(g->rate, BURST_MS);
	}
	if (peak >= 0) {
		g->peak = (uint32_t)peak;
		g->jump = burst_of(g->peak, PEAK_MS);
	}
}

void props_ask(const struct hprops *p, struct term_ask *ask)
{
	bool host = get(p, CAP_FILTER_ADDR) > 0, port = get(p, CAP_FILTER_PORT) > 0;
	struct plan_gate *g = &ask->gate;

	ask->has |= ASK_ACCEPT | ASK_DSCP | ASK_GATE;
	ask->dscp = get(p, CAP_DSCP) >= 0 ? (uint8_t)get(p, CAP_DSCP) : 0;
	ask->accept = 0;
	memset(g, 0, sizeof(*g));
	if (host)
		ask->accept = 1 + ACCEPT_HOST;
	if (port && !p->port_most)
		ask->accept = 1 + ACCEPT_STRICT;
	if (host && p->mask.family) { /* instead of the address in Remote */
		g->net = p->mask;
		g->bits = p->mask_bits;
		ask->accept = 1 + ACCEPT_ANY;
	}
	if (port && p->port_most) {
		g->port_least = p->port_least;
		g->port_most = p->port_most;
		if (!host)
			ask->accept = 1 + ACCEPT_HOST;
	}
	police(p, g);
}
