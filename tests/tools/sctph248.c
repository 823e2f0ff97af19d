/* tests/tools/sctph248.c - sctpmgc speaks H.248, as an MGC; text, or BER made of it.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 7.2, Annex A, Annex B; Annex H of H.248 (over SCTP: PPID 7)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sctpmgc.h"
#include "tool.h"
#include "util/arena.h"
#include "util/err.h"
#include "wire/h248.h"

enum { ADD, MODIFY, SUBTRACT, STEPS, TREE_MOST = 4 << 20 };

/* ---- names of ephemerals in BER: 4 octets, topmost 3 bits 1, as the gateway's default
 */

enum { EPH_PREFIX = 0x20, EPH_OCTETS = 4, EPH_CHOOSE = 0x40 | 28 };

/* "5c.20000000": a wildcard's octet and the id, as hollerctl tells it. */
static int page_to_bin(struct h248_term *t)
{
	struct span rest = str_of(env.page_id), wild = str_cut(&rest, '.');
	uint32_t v;

	if (!str_hex32(wild, &v) || rest.n > 16 || rest.n % 2)
		return -H_ENOENT;
	t->nwild = 1;
	t->wild[0] = (uint8_t)v;
	for (t->nid = 0; rest.n; rest = (struct span){ rest.p + 2, rest.n - 2 }) {
		if (!str_hex32((struct span){ rest.p, 2 }, &v))
			return -H_ENOENT;
		t->id[t->nid++] = (uint8_t)v;
	}
	return 0;
}

static int eph_to_bin(void *arg, struct span text, struct h248_term *t)
{
	uint32_t n = 0;

	(void)arg;
	if (str_istarts(text, "page/") && env.page_id)
		return page_to_bin(t);
	if (!str_istarts(text, "rtp/"))
		return -H_ENOENT;
	text = (struct span){ text.p + 4, text.n - 4 };
	t->nid = EPH_OCTETS;
	t->nwild = 0;
	if (text.n == 1 && (*text.p == '$' || *text.p == '*')) {
		t->nwild = 1;
		t->wild[0] = (uint8_t)(EPH_CHOOSE | (*text.p == '*' ? 0x80 : 0));
	} else if (!str_u32(text, UINT32_MAX >> 3, &n)) {
		return -H_ENOENT;
	}
	put32(t->id, n | (uint32_t)EPH_PREFIX << 24);
	return 0;
}

static int eph_to_text(void *arg, const struct h248_term *t, char out[H248_NAME_MAX + 1])
{
	(void)arg;
	if (t->nid == 8 && !t->nwild) { /* a zone's port; which does not matter here */
		snprintf(out, H248_NAME_MAX + 1, "page/zone/%u", get32(t->id + 4));
		return 0;
	}
	if (t->nid != EPH_OCTETS || t->nwild || t->id[0] >> 5 != 1)
		return -H_ENOENT;
	snprintf(out, H248_NAME_MAX + 1, "rtp/%u", get32(t->id) & (UINT32_MAX >> 3));
	return 0;
}

static struct h248_names names = { .whole_octets = 8, .to_bin = eph_to_bin,
				   .to_text = eph_to_text };
static struct arena *arena; /* of the message read or written now */
static struct buf text;

static void ready(void)
{
	if (!arena) {
		arena = arena_new(TREE_MOST);
		buf_init(&text, PN_MESSAGE_MOST);
	}
	if (!arena)
		die("out of memory");
}

/* The text as it is, or as BER. */
static bool put_form(struct buf *b)
{
	struct h248_misfit misfit = { "" };
	struct h248_fault f = { .code = 0 };
	struct arena *a;
	struct h248_msg *m;
	bool ok;

	if (!env.ber) {
		buf_span(b, buf_view(&text));
		return buf_ok(b);
	}
	a = arena_new(TREE_MOST);
	ok = a && !h248_text_parse(a, buf_view(&text), &m, &f) &&
	     !h248_ber_enc(b, m, &names, &misfit);
	if (!ok)
		fprintf(stderr, "no BER: %s %s: %.*s\n", misfit.what,
			f.err.what ? f.err.what : "", (int)text.n, text.p);
	arena_free(a);
	return ok;
}

static void head(void)
{
	ready();
	buf_reset(&text);
	buf_printf(&text, "!/%u %s ", env.version > 1 ? env.version : 1, env.mid);
}

/* ---- requests of ours ------------------------------------------------------------ */

static void put_local(void)
{
	buf_printf(&text, "L{v=0\r\nc=IN IP%u $\r\nm=audio $ RTP/AVP 0\r\n}",
		   env.media.family == 6 ? 6u : 4u);
}

static void put_remote(unsigned leg, const struct call *c)
{
	char ip[ADDR_STRLEN];

	addr_print_ip(ip, &env.media);
	buf_printf(&text, "R{v=0\r\nc=IN IP%u %s\r\nm=audio %u RTP/AVP 0\r\n}",
		   env.media.family == 6 ? 6u : 4u, ip, c->peer_port + 2 * leg);
}

static bool h248_write(struct buf *b, const struct call *c, unsigned step, uint32_t tid)
{
	head();
	buf_printf(&text, "T=%u{", tid);
	if (c->zone && step == ADD) {
		buf_str(&text, "C=${A=rtp/${M{ST=1{O{MO=RC},");
		put_local();
		buf_char(&text, ',');
		put_remote(0, c);
		buf_printf(&text, "}}},A=page/%s/${M{ST=1{O{MO=SO}}}}}", c->zone);
	} else if (c->zone) {
		buf_printf(&text, "C=%u{W-S=*{AT{}}}", c->ctx);
	} else if (step == ADD) {
		buf_str(&text, "C=${A=rtp/${M{ST=1{O{MO=RC},");
		put_local();
		buf_str(&text, "}}},A=rtp/${M{ST=1{O{MO=SR},");
		put_local();
		buf_char(&text, ',');
		put_remote(1, c);
		buf_str(&text, "}}}}");
	} else if (step == MODIFY) {
		buf_printf(&text, "C=%u{MF=%s{M{ST=1{O{MO=SR},", c->ctx, c->name[0]);
		put_remote(0, c);
		buf_str(&text, "}}}}");
	} else {
		buf_printf(&text, "C=%u{S=%s{AT{}},S=%s{AT{}}}", c->ctx, c->name[0],
			   c->name[1]);
	}
	buf_char(&text, '}');
	return put_form(b);
}

static bool h248_write_audit(struct buf *b, enum audit_step s, uint32_t ctx, uint32_t tid)
{
	head();
	if (s == AUDIT_ALL)
		buf_printf(&text, "T=%u{C=*{AV=ROOT{AT{}}}}", tid);
	else if (s == AUDIT_ONE)
		buf_printf(&text, "T=%u{C=%u{AV=*{AT{M}}}}", tid, ctx);
	else
		buf_printf(&text, "T=%u{C=%u{W-S=*{AT{}}}}", tid, ctx);
	return put_form(b);
}

/* ---- answers --------------------------------------------------------------------- */

static unsigned code_of(const struct h248_trans *t)
{
	if (t->error)
		return t->error->code;
	for (const struct h248_action *a = t->actions; a; a = a->next) {
		if (a->error)
			return a->error->code;
		for (const struct h248_cmd *c = a->cmds; c; c = c->next)
			for (const struct h248_desc *d = c->descs; d; d = d->next)
				if (d->kind == H248_D_ERROR && d->u.error)
					return d->u.error->code;
	}
	return 200;
}

static void name_of(const struct h248_term *t, char out[MGC_NAME])
{
	char tmp[H248_NAME_MAX + 1];
	struct span s = { NULL, 0 };

	if (t && !h248_term_text(t, &names, tmp, &s))
		snprintf(out, MGC_NAME, "%.*s", (int)s.n, s.p);
}

/* The m=audio port of the Local descriptor. */
static uint16_t port_of(const struct h248_cmd *c)
{
	const struct h248_stream *s = NULL;
	struct span sdp, line;
	uint32_t port = 0;

	for (const struct h248_desc *d = c->descs; d; d = d->next)
		if (d->kind == H248_D_MEDIA && d->u.media)
			s = d->u.media->streams;
	if (!s || !s->local || !s->local->groups)
		return 0;
	sdp = h248_group_sdp(arena, s->local->groups);
	while (sdp.p && !port) {
		line = str_cut(&sdp, '\n');
		if (!str_istarts(line, "m=audio "))
			continue;
		line = (struct span){ line.p + 8, line.n - 8 };
		str_u32(str_cut(&line, ' '), 65535, &port);
	}
	return (uint16_t)port;
}

static void h248_take(struct call *c, unsigned step, const void *part)
{
	const struct h248_trans *t = part;
	const struct h248_action *a = t->actions;
	unsigned leg = 0;

	if (step != ADD || !a)
		return;
	c->ctx = a->ctx;
	for (const struct h248_cmd *k = a->cmds; k && leg < MGC_LEGS; k = k->next) {
		name_of(k->terms, c->name[leg]);
		c->gw_port[leg++] = port_of(k);
	}
}

static void found_add(struct found *f, uint32_t ctx)
{
	if (f->n == f->room) {
		f->room = f->room ? 2 * f->room : 64;
		f->ctx = realloc(f->ctx, f->room * sizeof(*f->ctx));
		if (!f->ctx)
			die("out of memory");
	}
	f->ctx[f->n++] = ctx;
}

static void h248_take_audit(struct found *f, enum audit_step s, const void *part)
{
	const struct h248_trans *t = part;

	if (s == AUDIT_RELEASE)
		return;
	for (const struct h248_action *a = t->actions; a; a = a->next) {
		if (s == AUDIT_ALL && a->ctx != H248_CTX_ALL && a->ctx)
			found_add(f, a->ctx);
		for (const struct h248_cmd *c = a->cmds; s == AUDIT_ONE && c; c = c->next)
			f->terms++;
	}
}

/* ---- requests of the gateway's --------------------------------------------------- */

static const struct h248_svc *svc_of(const struct h248_cmd *c)
{
	for (const struct h248_desc *d = c->descs; d; d = d->next)
		if (d->kind == H248_D_SVC)
			return d->u.svc;
	return NULL;
}

static void about(const struct h248_cmd *c, char out[256])
{
	static const char *const methods[] = { "Failover",     "Forced",  "Graceful",
					       "Restart",      "Disconnected",
					       "HandOff",      "other" };
	const struct h248_svc *s = svc_of(c);
	char term[MGC_NAME] = "";
	struct span why = { "", 0 };

	name_of(c->terms, term);
	if (s && s->reason && s->reason->s.p)
		why = s->reason->s;
	while (why.n && (unsigned char)*why.p < 0x20) /* BER within */
		why = (struct span){ why.p + 1, why.n - 1 };
	snprintf(out, 256, ",\"term\":\"%s\",\"method\":\"%s\",\"reason\":\"%.*s\"", term,
		 s ? methods[s->method % 7] : "", (int)why.n, why.p);
}

/* The answer to one command: its name and termination; to a registration a version. */
static void put_answer(const struct h248_cmd *c)
{
	static const char *const words[H248_CMD_KINDS] = { "A",	 "MV", "MF", "S",
							   "AC", "AV", "N",  "SC" };
	const struct h248_svc *s = svc_of(c);
	char term[MGC_NAME] = "ROOT";
	unsigned v = env.version;

	name_of(c->terms, term);
	buf_printf(&text, "%s=%s", words[c->kind], term);
	if (!s || !(s->has & H248_SVC_HAS_VERSION))
		return;
	if (s->version < v)
		v = s->version;
	buf_printf(&text, "{SV{V=%u}}", v);
}

static void put_ctx(uint32_t ctx)
{
	if (ctx == H248_CTX_NULL)
		buf_str(&text, "C=-{");
	else if (ctx == H248_CTX_ALL)
		buf_str(&text, "C=*{");
	else
		buf_printf(&text, "C=%u{", ctx);
}

static bool registers(const struct h248_action *a)
{
	const struct h248_svc *s = a && a->cmds ? svc_of(a->cmds) : NULL;
	char term[MGC_NAME] = "";

	if (!s || a->ctx != H248_CTX_NULL)
		return false;
	name_of(a->cmds->terms, term);
	return str_ieqz(str_of(term), "root") && s->method != H248_FORCED &&
	       s->method != H248_GRACEFUL;
}

static void request(const struct h248_trans *t, unsigned version, uint32_t conn,
		    uint16_t stream)
{
	const struct h248_action *a = t->actions;
	char more[256] = "";
	struct buf reply;
	bool again;

	if (a && a->cmds)
		about(a->cmds, more);
	again = core_request(t->id, conn,
			     a && a->cmds ? h248_cmd_name(a->cmds->kind) : "", more);
	ready();
	buf_reset(&text);
	buf_printf(&text, "!/%u %s P=%u{", version, env.mid, t->id);
	for (; a; a = a->next) {
		put_ctx(a->ctx);
		for (const struct h248_cmd *c = a->cmds; c; c = c->next) {
			put_answer(c);
			buf_str(&text, c->next ? "," : "");
		}
		buf_str(&text, a->next ? "}," : "}");
	}
	buf_char(&text, '}');
	buf_init(&reply, PN_MESSAGE_MOST);
	if (put_form(&reply))
		core_reply(conn, stream, buf_view(&reply));
	buf_fini(&reply);
	if (!again && registers(t->actions))
		core_registered(conn);
}

static void h248_read(struct span bytes, uint32_t conn, uint16_t stream)
{
	struct h248_fault f = { .code = 0 };
	struct h248_msg *m = NULL;
	int rc;

	ready();
	arena_reset(arena);
	rc = env.ber ? h248_ber_dec(arena, bytes, &m, &f)
		     : h248_text_parse(arena, bytes, &m, &f);
	if (rc || !m) {
		say("\"what\":\"unreadable\",\"at\":%zu", f.err.offset);
		return;
	}
	if (m->error)
		say("\"what\":\"error\",\"code\":%u", m->error->code);
	for (const struct h248_trans *t = m->trans; t; t = t->next) {
		if (t->kind == H248_REPLY)
			core_answer(t->id, code_of(t), stream, t);
		else if (t->kind == H248_REQUEST)
			request(t, m->version, conn, stream);
	}
}

const struct mgc_ops mgc_h248 = {
	.up = SUBTRACT,
	.steps = STEPS,
	.ppid = 7,
	.port = 2944,
	.write = h248_write,
	.write_audit = h248_write_audit,
	.read = h248_read,
	.take = h248_take,
	.take_audit = h248_take_audit,
};
