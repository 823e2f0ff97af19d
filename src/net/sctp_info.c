/* net/sctp_info.c - what is known of associations and paths, for those who ask.
 *
 * layer: net (L3)   thread: control   I/O: none
 * RFC 6458 8.2
 */
#include <string.h>

#include "net/sctp_assoc.h"

static uint8_t path_state(int32_t s)
{
	return s == SCTP_ACTIVE	       ? NET_SCTP_PATH_ACTIVE
	       : s == SCTP_UNCONFIRMED ? NET_SCTP_PATH_UNCONFIRMED
				       : NET_SCTP_PATH_INACTIVE;
}

size_t stk_sockaddr_len(const struct sockaddr *sa)
{
	return sa->sa_family == AF_INET	   ? sizeof(struct sockaddr_in)
	       : sa->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					   : sizeof(struct sockaddr_conn);
}

static void read_path(const struct stk_assoc *a, const struct sockaddr *sa, size_t n,
		      const struct sctp_paddrinfo *primary, struct net_sctp_path *out)
{
	struct sctp_paddrinfo pi = { 0 };
	socklen_t len = sizeof(pi);

	memcpy(&pi.spinfo_address, sa, n);
	if (usrsctp_getsockopt(a->s.so, IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, &pi, &len))
		return;
	out->state = path_state(pi.spinfo_state);
	out->primary = !memcmp(&primary->spinfo_address, sa, n);
	out->srtt = pi.spinfo_srtt;
	out->rto = pi.spinfo_rto;
	out->cwnd = pi.spinfo_cwnd;
	out->mtu = pi.spinfo_mtu;
}

static void read_paths(const struct stk_assoc *a, const struct sctp_paddrinfo *primary,
		       struct net_sctp_info *out)
{
	struct sockaddr *all = NULL;
	int n = usrsctp_getpaddrs(a->s.so, 0, &all);
	const char *p = (const char *)all;

	if (n <= 0)
		return;
	for (int i = 0; i < n && out->npaths < NET_SCTP_ADDRS; i++) {
		const struct sockaddr *sa = (const struct sockaddr *)(const void *)p;
		struct net_sctp_path *path = &out->path[out->npaths];

		if (stk_get()->backend->address(a, sa, &path->remote)) {
			read_path(a, sa, stk_sockaddr_len(sa), primary, path);
			out->npaths++;
		}
		p += stk_sockaddr_len(sa);
	}
	usrsctp_freepaddrs(all);
}

static void read_locals(const struct stk_assoc *a, struct net_sctp_info *out)
{
	struct sockaddr *all = NULL;
	const char *p;
	int n = 0;

	if (stk_get()->spec.backend == NET_SCTP_NATIVE)
		n = usrsctp_getladdrs(a->s.so, 0, &all);
	if (n <= 0) {
		out->local[0] = a->local;
		out->nlocal = 1;
		return;
	}
	p = (const char *)all;
	for (int i = 0; i < n && out->nlocal < NET_SCTP_ADDRS; i++) {
		struct sockaddr_storage ss = { 0 };
		size_t len = stk_sockaddr_len((const struct sockaddr *)(const void *)p);

		memcpy(&ss, p, len);
		addr_from_sockaddr(&out->local[out->nlocal++], &ss);
		p += len;
	}
	usrsctp_freeladdrs(all);
}

static void read_status(const struct stk_assoc *a, struct net_sctp_info *out)
{
	struct sctp_status st = { 0 };
	socklen_t n = sizeof(st);

	if (usrsctp_getsockopt(a->s.so, IPPROTO_SCTP, SCTP_STATUS, &st, &n))
		return;
	out->rwnd = st.sstat_rwnd;
	out->unacked = (uint32_t)st.sstat_unackdata + st.sstat_penddata;
	out->streams_out = st.sstat_outstrms;
	out->streams_in = st.sstat_instrms;
	read_paths(a, &st.sstat_primary, out);
}

static void fill(const struct stk_assoc *a, struct net_sctp_info *out)
{
	*out = a->info;
	out->peer = assoc_peer(a);
	out->failed = a->failures;
	if (a->s.so && a->info.state == NET_SCTP_OPEN)
		read_status(a, out);
	if (a->s.so) {
		read_locals(a, out);
	} else {
		out->local[0] = a->local;
		out->nlocal = 1;
	}
}

bool net_sctp_next(struct net *n, unsigned *it, struct net_sctp_info *out)
{
	const struct stk *st = stk_get();

	if (!net_sctp_running(n))
		return false;
	while (*it < STK_SLOTS) {
		struct stk_sock *s = st->slot[(*it)++];

		if (s && !s->listens) {
			fill((const struct stk_assoc *)s, out);
			return true;
		}
	}
	return false;
}

bool net_sctp_next_open(struct net *n, unsigned *it, struct net_peer *out)
{
	const struct stk *st = stk_get();

	while (net_sctp_running(n) && *it < STK_SLOTS) {
		const struct stk_sock *s = st->slot[(*it)++];
		const struct stk_assoc *a = (const struct stk_assoc *)s;

		if (s && !s->listens && a->info.state == NET_SCTP_OPEN) {
			*out = assoc_peer(a);
			return true;
		}
	}
	return false;
}

bool net_sctp_get(struct net *n, uint64_t conn, struct net_sctp_info *out)
{
	const struct stk_assoc *a = net_sctp_running(n) ? assoc_by_id(conn) : NULL;

	if (a)
		fill(a, out);
	return a;
}

const char *net_sctp_state_name(enum net_sctp_state s)
{
	static const char *const names[] = { [NET_SCTP_WAITING] = "waiting",
					     [NET_SCTP_CONNECTING] = "connecting",
					     [NET_SCTP_OPEN] = "open",
					     [NET_SCTP_CLOSING] = "closing" };

	return names[s];
}

const char *net_sctp_path_state_name(enum net_sctp_path_state s)
{
	static const char *const names[] = { [NET_SCTP_PATH_UNCONFIRMED] = "unconfirmed",
					     [NET_SCTP_PATH_ACTIVE] = "active",
					     [NET_SCTP_PATH_INACTIVE] = "inactive" };

	return names[s];
}

const char *net_sctp_backend_name(enum net_sctp_backend b)
{
	return b == NET_SCTP_CONN ? "conn" : "native";
}
