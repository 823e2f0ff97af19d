/* tests/tools/peernet_sctp.c - see peernet.h: SCTP by usrsctp, native.
 *
 * layer: tests   thread: main; callbacks in usrsctp's   I/O: usrsctp's sockets
 * RFC 9260, 6458 (the options), 6951
 *
 * One socket of many associations listens and dials. Its callback gets messages and
 * notifications in the stack's threads and only puts them into the queue.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <usrsctp.h>

#include "peernet.h"
#include "tool.h"

enum { ASSOCS_MOST = 16, SOCKBUF = 4 << 20, CLOSE_MS = 1000 };

/* Parts of a message that came in pieces, one association each. */
struct part {
	sctp_assoc_t id;
	bool up;
	char *p;
	size_t n;
};

static struct socket *so;
static struct part parts[ASSOCS_MOST];
static pthread_mutex_t parts_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t ppid;
static bool has_v6;

static struct part *part_of(sctp_assoc_t id)
{
	for (int i = 0; i < ASSOCS_MOST; i++)
		if (parts[i].id == id)
			return &parts[i];
	for (int i = 0; i < ASSOCS_MOST; i++)
		if (!parts[i].id) {
			parts[i].id = id;
			return &parts[i];
		}
	die("too many associations");
}

static void part_forget(sctp_assoc_t id)
{
	struct part *q = part_of(id);

	free(q->p);
	*q = (struct part){ 0 };
}

static void from_ss(struct addr *a, const void *sa)
{
	struct sockaddr_storage ss = { 0 };

	memcpy(&ss, sa, ((const struct sockaddr *)sa)->sa_family == AF_INET6
				? sizeof(struct sockaddr_in6)
				: sizeof(struct sockaddr_in));
	*a = (struct addr){ 0 };
	addr_from_sockaddr(a, &ss);
}

/* ---- notifications --------------------------------------------------------------- */

static void on_assoc(const struct sctp_assoc_change *c)
{
	struct pn_event ev = { .conn = c->sac_assoc_id,
			       .streams = c->sac_outbound_streams };

	pthread_mutex_lock(&parts_lock);
	switch (c->sac_state) {
	case SCTP_COMM_UP:
		ev.what = PN_UP;
		part_of(c->sac_assoc_id)->up = true;
		break;
	case SCTP_RESTART:
		ev.what = PN_RESTART;
		break;
	case SCTP_COMM_LOST:
	case SCTP_SHUTDOWN_COMP:
		ev.what = PN_DOWN;
		ev.text = c->sac_state == SCTP_COMM_LOST ? "lost" : "shutdown";
		part_forget(c->sac_assoc_id);
		break;
	default:
		ev.what = PN_FAILED;
		ev.text = "can't start";
		part_forget(c->sac_assoc_id);
	}
	pthread_mutex_unlock(&parts_lock);
	pn_post(&ev);
}

static const char *path_text(uint32_t state)
{
	switch (state) {
	case SCTP_ADDR_AVAILABLE:
		return "up";
	case SCTP_ADDR_UNREACHABLE:
		return "down";
	case SCTP_ADDR_MADE_PRIM:
		return "primary";
	case SCTP_ADDR_CONFIRMED:
		return "confirmed";
	default:
		return "changed";
	}
}

static void on_path(const struct sctp_paddr_change *c)
{
	struct pn_event ev = { .what = PN_PATH,
			       .conn = c->spc_assoc_id,
			       .text = path_text(c->spc_state) };

	from_ss(&ev.peer, &c->spc_aaddr);
	pn_post(&ev);
}

static void on_notice(const union sctp_notification *n)
{
	switch (n->sn_header.sn_type) {
	case SCTP_ASSOC_CHANGE:
		on_assoc(&n->sn_assoc_change);
		break;
	case SCTP_PEER_ADDR_CHANGE:
		on_path(&n->sn_paddr_change);
		break;
	default:
		break;
	}
}

/* ---- messages -------------------------------------------------------------------- */

static void on_data(struct pn_event *ev, char *p, size_t n, bool whole)
{
	struct part *q;

	pthread_mutex_lock(&parts_lock);
	q = part_of(ev->conn);
	if (q->n || !whole) {
		if (q->n + n > PN_MESSAGE_MOST)
			die("a message without end");
		q->p = realloc(q->p, q->n + n);
		if (!q->p)
			die("out of memory");
		memcpy(q->p + q->n, p, n);
		q->n += n;
		free(p);
		p = whole ? q->p : NULL;
		n = q->n;
		if (whole) {
			q->p = NULL;
			q->n = 0;
		}
	}
	pthread_mutex_unlock(&parts_lock);
	if (!whole)
		return;
	ev->bytes = p;
	ev->n = n;
	pn_post(ev);
}

static int on_receive(struct socket *s, union sctp_sockstore from, void *data, size_t n,
		      struct sctp_rcvinfo rcv, int flags, void *arg)
{
	struct pn_event ev = { .what = PN_MESSAGE,
			       .conn = rcv.rcv_assoc_id,
			       .stream = rcv.rcv_sid,
			       .ppid = ntohl(rcv.rcv_ppid) };

	(void)s;
	(void)arg;
	if (!data)
		return 1;
	if (flags & MSG_NOTIFICATION) {
		on_notice(data);
		free(data);
		return 1;
	}
	from_ss(&ev.peer, &from);
	on_data(&ev, data, n, flags & MSG_EOR);
	return 1;
}

/* ---- the socket ------------------------------------------------------------------ */

static void set(int level, int opt, const void *v, size_t n, const char *what)
{
	if (usrsctp_setsockopt(so, level, opt, v, (socklen_t)n))
		die("%s: %s", what, strerror(errno));
}

static void set_events(void)
{
	static const uint16_t types[] = { SCTP_ASSOC_CHANGE, SCTP_PEER_ADDR_CHANGE };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct sctp_event e = { SCTP_FUTURE_ASSOC, types[i], 1 };

		set(IPPROTO_SCTP, SCTP_EVENT, &e, sizeof(e), "SCTP_EVENT");
	}
}

static void set_timers(const struct pn_spec *spec)
{
	struct sctp_rtoinfo rto = { SCTP_FUTURE_ASSOC, spec->rto_first, spec->rto_max,
				    spec->rto_min };
	struct sctp_assocparams ap = { .sasoc_asocmaxrxt = spec->assoc_retrans };
	struct sctp_paddrparams pp = { .spp_hbinterval = spec->heartbeat,
				       .spp_flags = SPP_HB_ENABLE,
				       .spp_pathmaxrxt = spec->path_retrans };
	struct sctp_initmsg im = { .sinit_num_ostreams = spec->streams,
				   .sinit_max_instreams = spec->streams };

	pp.spp_address.ss_family = has_v6 ? AF_INET6 : AF_INET;
	set(IPPROTO_SCTP, SCTP_RTOINFO, &rto, sizeof(rto), "SCTP_RTOINFO");
	set(IPPROTO_SCTP, SCTP_ASSOCINFO, &ap, sizeof(ap), "SCTP_ASSOCINFO");
	set(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &pp, sizeof(pp),
	    "SCTP_PEER_ADDR_PARAMS");
	set(IPPROTO_SCTP, SCTP_INITMSG, &im, sizeof(im), "SCTP_INITMSG");
}

static void set_options(const struct pn_spec *spec)
{
	struct sctp_udpencaps en = { .sue_port = htons(spec->remote_encaps) };
	int on = 1, size = SOCKBUF;

	en.sue_address.ss_family = has_v6 ? AF_INET6 : AF_INET;
	set_events();
	set_timers(spec);
	set(IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof(on), "SCTP_NODELAY");
	set(SOL_SOCKET, SO_SNDBUF, &size, sizeof(size), "SO_SNDBUF");
	set(SOL_SOCKET, SO_RCVBUF, &size, sizeof(size), "SO_RCVBUF");
	if (!spec->raw)
		set(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, &en, sizeof(en),
		    "SCTP_REMOTE_UDP_ENCAPS_PORT");
}

/* usrsctp takes addresses packed one behind the other. */
static void *pack(const struct addr *a, unsigned n)
{
	char *p = calloc(n, sizeof(struct sockaddr_storage)), *at = p;

	if (!p)
		die("out of memory");
	for (unsigned i = 0; i < n; i++) {
		struct sockaddr_storage ss;
		socklen_t len = addr_to_sockaddr(&a[i], &ss);

		memcpy(at, &ss, len);
		at += len;
	}
	return p;
}

static void features_off(void)
{
	usrsctp_sysctl_set_sctp_blackhole(2);
	usrsctp_sysctl_set_sctp_ecn_enable(0);
	usrsctp_sysctl_set_sctp_asconf_enable(0);
	usrsctp_sysctl_set_sctp_auto_asconf(0);
	usrsctp_sysctl_set_sctp_auth_enable(0);
	usrsctp_sysctl_set_sctp_reconfig_enable(0);
	usrsctp_sysctl_set_sctp_pr_enable(0);
	usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
}

void sctpnet_open(const struct pn_spec *spec)
{
	void *local = pack(spec->local, spec->nlocal);

	ppid = spec->ppid;
	for (unsigned i = 0; i < spec->nlocal; i++)
		has_v6 |= spec->local[i].family == 6;
	usrsctp_init(spec->raw ? 0 : spec->encaps, NULL, NULL);
	features_off();
	so = usrsctp_socket(has_v6 ? AF_INET6 : AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP,
			    on_receive, NULL, 0, NULL);
	if (!so)
		die("usrsctp_socket: %s", strerror(errno));
	usrsctp_set_non_blocking(so, 1);
	set_options(spec);
	if (usrsctp_bindx(so, local, (int)spec->nlocal, SCTP_BINDX_ADD_ADDR))
		die("usrsctp_bindx: %s", strerror(errno));
	if (usrsctp_listen(so, 8))
		die("usrsctp_listen: %s", strerror(errno));
	free(local);
}

void sctpnet_connect(const struct addr *remote, unsigned n)
{
	void *to = pack(remote, n);
	sctp_assoc_t id = 0;

	if (usrsctp_connectx(so, to, (int)n, &id) && errno != EINPROGRESS)
		pn_post(&(struct pn_event){ .what = PN_FAILED,
					    .peer = remote[0],
					    .text = strerror(errno) });
	free(to);
}

int sctpnet_send(uint32_t conn, uint16_t stream, const void *bytes, size_t n)
{
	struct sctp_sndinfo info = { .snd_sid = stream,
				     .snd_ppid = htonl(ppid),
				     .snd_assoc_id = conn };

	return usrsctp_sendv(so, bytes, n, NULL, 0, &info, sizeof(info),
			     SCTP_SENDV_SNDINFO, 0) == (ssize_t)n
		       ? 0
		       : -1;
}

static unsigned say_goodbye(void)
{
	unsigned up = 0;

	pthread_mutex_lock(&parts_lock);
	for (int i = 0; i < ASSOCS_MOST; i++)
		up += parts[i].up;
	pthread_mutex_unlock(&parts_lock);
	return up;
}

void sctpnet_close(void)
{
	for (int i = 0; i < ASSOCS_MOST; i++) {
		struct sctp_sndinfo info = { .snd_assoc_id = parts[i].id,
					     .snd_flags = SCTP_EOF };

		if (parts[i].up)
			usrsctp_sendv(so, "", 0, NULL, 0, &info, sizeof(info),
				      SCTP_SENDV_SNDINFO, 0);
	}
	for (int ms = 0; ms < CLOSE_MS && say_goodbye(); ms += 10)
		usleep(10000);
	usrsctp_close(so);
	for (int i = 0; i < 50 && usrsctp_finish(); i++)
		usleep(10000);
}
