/* net/sctp_opt.c - how the stack and its sockets are set.
 *
 * layer: net (L3)   thread: control   I/O: none
 * RFC 9260, 6458 8, 6951
 *
 * Off is what nothing here needs and a peer could use against us: changing addresses
 * (RFC 5061), authentication of chunks (RFC 4895), resetting streams (RFC 6525), partial
 * reliability (RFC 3758), ECN, packet drop reports.
 */
#include <errno.h>
#include <string.h>

#include "net/sctp_stack.h"

enum {
	BLACKHOLE = 2,   /* no ABORT for packets out of the blue: two stacks on a host */
	SACK_MS = 20,    /* the default 200 is past our least RTO */
	COOKIE_LIFE_MS = 10000,
	GUARD_S = 5,     /* of a shutdown nobody answers */
	CHUNKS_MAX = 4096,
	ROOM_LEAST = 256 << 10
};

void stk_sysctls(void)
{
	usrsctp_sysctl_set_sctp_auto_asconf(0);
	usrsctp_sysctl_set_sctp_asconf_enable(0);
	usrsctp_sysctl_set_sctp_auth_enable(0);
	usrsctp_sysctl_set_sctp_reconfig_enable(0);
	usrsctp_sysctl_set_sctp_pr_enable(0);
	usrsctp_sysctl_set_sctp_ecn_enable(0);
	usrsctp_sysctl_set_sctp_nrsack_enable(0);
	usrsctp_sysctl_set_sctp_pktdrop_enable(0);
	usrsctp_sysctl_set_sctp_nat_friendly(0);
	usrsctp_sysctl_set_sctp_mobility_base(0);
	usrsctp_sysctl_set_sctp_mobility_fasthandoff(0);
	usrsctp_sysctl_set_sctp_blackhole(BLACKHOLE);
	usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
	usrsctp_sysctl_set_sctp_delayed_sack_time_default(SACK_MS);
	usrsctp_sysctl_set_sctp_valid_cookie_life_default(COOKIE_LIFE_MS);
	usrsctp_sysctl_set_sctp_shutdown_guard_time_default(GUARD_S);
	usrsctp_sysctl_set_sctp_max_chunks_on_queue(CHUNKS_MAX);
	/* One lost RTO is enough to try the other path meanwhile: RFC 7829. */
	usrsctp_sysctl_set_sctp_path_pf_threshold(0);
}

static int set(struct socket *so, int option, const void *v, size_t n)
{
	return usrsctp_setsockopt(so, IPPROTO_SCTP, option, v, (socklen_t)n);
}

static int set_events(struct socket *so)
{
	static const uint16_t types[] = { SCTP_ASSOC_CHANGE,	    SCTP_PEER_ADDR_CHANGE,
					  SCTP_REMOTE_ERROR,	    SCTP_SHUTDOWN_EVENT,
					  SCTP_SEND_FAILED_EVENT,
					  SCTP_PARTIAL_DELIVERY_EVENT };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct sctp_event e = { .se_assoc_id = SCTP_FUTURE_ASSOC,
					.se_type = types[i],
					.se_on = 1 };

		if (set(so, SCTP_EVENT, &e, sizeof(e)))
			return -1;
	}
	return 0;
}

static int set_times(struct socket *so, const struct net_sctp_spec *s)
{
	struct sctp_rtoinfo rto = { .srto_initial = s->rto_initial,
				    .srto_min = s->rto_min,
				    .srto_max = s->rto_max };
	struct sctp_assocparams assoc = { .sasoc_asocmaxrxt = s->assoc_retrans };
	struct sctp_paddrparams path = { .spp_pathmaxrxt = s->path_retrans };

	if (s->heartbeat == NET_SCTP_HEARTBEAT_OFF) {
		path.spp_flags = SPP_HB_DISABLE;
	} else {
		path.spp_flags = SPP_HB_ENABLE;
		path.spp_hbinterval = (uint32_t)s->heartbeat;
	}
	if (set(so, SCTP_RTOINFO, &rto, sizeof(rto)) ||
	    set(so, SCTP_ASSOCINFO, &assoc, sizeof(assoc)) ||
	    set(so, SCTP_PEER_ADDR_PARAMS, &path, sizeof(path)))
		return -1;
	return 0;
}

int stk_options(struct socket *so, const struct net_sctp_spec *s, int domain)
{
	struct sctp_initmsg init = { .sinit_num_ostreams = s->streams_out,
				     .sinit_max_instreams = s->streams_in,
				     .sinit_max_attempts = s->init_retrans,
				     .sinit_max_init_timeo = (uint16_t)s->rto_max };
	int one = 1, zero = 0;

	if (set(so, SCTP_NODELAY, &one, sizeof(one)) ||
	    set(so, SCTP_RECVRCVINFO, &one, sizeof(one)) ||
	    set(so, SCTP_FRAGMENT_INTERLEAVE, &zero, sizeof(zero)) ||
	    set(so, SCTP_INITMSG, &init, sizeof(init)))
		return -1;
	if (domain == AF_INET6 &&
	    set(so, SCTP_I_WANT_MAPPED_V4_ADDR, &zero, sizeof(zero)))
		return -1;
	return set_events(so) || set_times(so, s) ? -1 : 0;
}

/* Room for two of the longest messages; a longer one comes in parts. */
int stk_buffers(struct socket *so, const struct stk_lis *s)
{
	int room = (int)s->spec.message_max * 2;
	uint32_t point;

	if (room < ROOM_LEAST)
		room = ROOM_LEAST;
	point = (uint32_t)room / 2;
	if (usrsctp_setsockopt(so, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) ||
	    usrsctp_setsockopt(so, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)))
		return -1;
	return set(so, SCTP_PARTIAL_DELIVERY_POINT, &point, sizeof(point));
}

int stk_encaps(struct socket *so, uint16_t port)
{
	struct sctp_udpencaps e = { .sue_port = htons(port) };

	e.sue_address.ss_family = AF_INET; /* of no address: for all */
	return set(so, SCTP_REMOTE_UDP_ENCAPS_PORT, &e, sizeof(e));
}

void stk_abort(struct socket *so)
{
	struct linger now = { .l_onoff = 1 };

	usrsctp_setsockopt(so, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	usrsctp_close(so);
}
