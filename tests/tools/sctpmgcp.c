/* tests/tools/sctpmgcp.c - sctpmgc speaks MGCP, as a call agent.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 2.3, 3.5.5 (piggybacking)
 */
#include <stdio.h>
#include <string.h>

#include "mgcp.h"
#include "sctpmgc.h"

enum { CRCX_A, CRCX_B, MDCX, DLCX, STEPS };

static void put_sdp(struct buf *b, uint32_t tid, unsigned port)
{
	const char *ip = env.media.family == 6 ? "IP6" : "IP4";
	char at[ADDR_STRLEN];

	addr_print_ip(at, &env.media);
	buf_printf(b,
		   "\r\nv=0\r\no=- %u 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n"
		   "m=audio %u RTP/AVP 0\r\n",
		   tid, ip, at, ip, at, port);
}

static bool mgcp_write(struct buf *b, const struct call *c, unsigned step, uint32_t tid)
{
	static const char *const verbs[] = { "CRCX", "CRCX", "MDCX", "DLCX" };

	if (c->zone)
		buf_printf(b, "%s %u page/%s@gw MGCP 1.0\r\nC: 77\r\n", verbs[step], tid,
			   c->zone);
	else
		buf_printf(b, "%s %u %s MGCP 1.0\r\nC: 77\r\n", verbs[step], tid,
			   c->name[0]);
	if (step == CRCX_A || step == CRCX_B)
		buf_str(b, "L: p:20, a:PCMU\r\n");
	if (step == MDCX)
		buf_printf(b, "I: %s\r\n", c->name[1]);
	if (c->zone && step == DLCX)
		buf_printf(b, "I: %s\r\n", c->name[1]);
	if (step != DLCX)
		buf_printf(b, "M: %s\r\n", step == CRCX_A ? "recvonly" : "sendrecv");
	if (step == CRCX_B || step == MDCX || (c->zone && step == CRCX_A))
		put_sdp(b, tid, c->peer_port + (step == CRCX_B ? 2u : 0u));
	return buf_ok(b);
}

static bool mgcp_write_audit(struct buf *b, enum audit_step s, uint32_t ctx, uint32_t tid)
{
	(void)s;
	(void)ctx;
	buf_printf(b, "AUEP %u *@gw MGCP 1.0\r\n", tid);
	return buf_ok(b);
}

static void copy(char out[MGC_NAME], struct span s)
{
	if (s.n && s.n < MGC_NAME)
		snprintf(out, MGC_NAME, "%.*s", (int)s.n, s.p);
}

static void mgcp_take(struct call *c, unsigned step, const void *part)
{
	const struct msg *m = part;

	if (step <= CRCX_B)
		c->gw_port[step] = m->media.port;
	if (step != CRCX_A)
		return;
	if (!c->zone)
		copy(c->name[0], msg_param(m, "Z"));
	copy(c->name[1], msg_param(m, "I"));
}

static void mgcp_take_audit(struct found *f, enum audit_step s, const void *part)
{
	const struct msg *m = part;

	(void)s;
	for (unsigned i = 0; i < m->nparams; i++)
		f->terms += str_ieqz(m->params[i].name, "Z");
}

static void request(const struct msg *m, uint32_t conn, uint16_t stream)
{
	char verb[16], method[64], reply[64];
	struct span rm = msg_param(m, "RM");

	snprintf(verb, sizeof(verb), "%.*s", (int)m->verb.n, m->verb.p);
	snprintf(method, sizeof(method), ",\"method\":\"%.*s\"", (int)rm.n,
		 rm.p ? rm.p : "");
	if (!core_request(m->tid, conn, verb, method) && !strcmp(verb, "RSIP"))
		core_registered(conn);
	snprintf(reply, sizeof(reply), "200 %u OK\r\n", m->tid);
	core_reply(conn, stream, str_of(reply));
}

static void mgcp_read(struct span bytes, uint32_t conn, uint16_t stream)
{
	size_t step = 1;
	struct msg m;

	for (size_t at = 0; step && at < bytes.n; at += step) {
		if (!msg_read(&m, bytes.p + at, bytes.n - at)) {
			say("\"what\":\"unreadable\",\"at\":%zu", at);
			return;
		}
		if (!m.is_reply)
			request(&m, conn, stream);
		else if (m.code >= 200)
			core_answer(m.tid, m.code == 250 ? 200 : m.code, stream, &m);
		step = msg_piggyback(bytes.p + at, bytes.n - at);
	}
}

const struct mgc_ops mgc_mgcp = {
	.up = DLCX,
	.steps = STEPS,
	.ppid = 0,
	.port = 2727,
	.write = mgcp_write,
	.write_audit = mgcp_write_audit,
	.read = mgcp_read,
	.take = mgcp_take,
	.take_audit = mgcp_take_audit,
};
