/* ctl/do_assoc.c - SCTP associations and their paths, a row for each path.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 * RFC 9260
 */
#include <stdio.h>

#include "ctl/req.h"
#include "net/sctp.h"

static void put_streams(struct jout *j, const struct net_sctp_info *a)
{
	char text[16];

	snprintf(text, sizeof(text), "%u/%u", a->streams_out, a->streams_in);
	jout_str(j, "streams", a->state == NET_SCTP_OPEN ? text : "");
}

static void put_assoc(struct jout *j, const struct ctl_env *env,
		      const struct net_sctp_info *a)
{
	const char *tag = net_listener_user(a->peer.at);

	jout_u64(j, "assoc", a->peer.conn);
	jout_str(j, "protocol", tag ? tag : "mgcp");
	jout_str(j, "state", net_sctp_state_name(a->state));
	jout_addr(j, "peer", &a->peer.remote);
	jout_str(j, "role", a->dialled ? "client" : "server");
	put_streams(j, a);
	jout_seconds(j, "seconds", (env->now() - a->since) / 1000000);
	jout_open(j, "local", '[');
	for (unsigned i = 0; i < a->nlocal; i++)
		jout_addr(j, NULL, &a->local[i]);
	jout_close(j, ']');
}

static void put_path(struct jout *j, const struct net_sctp_path *p)
{
	char ip[ADDR_STRLEN] = "";

	if (p)
		addr_print_ip(ip, &p->remote);
	jout_str(j, "path", ip);
	if (!p)
		return;
	jout_str(j, "path_state", net_sctp_path_state_name(p->state));
	jout_bool(j, "primary", p->primary);
	jout_u64(j, "srtt_ms", p->srtt);
	jout_u64(j, "rto_ms", p->rto);
	jout_u64(j, "cwnd", p->cwnd);
	jout_u64(j, "mtu", p->mtu);
}

static void put_counters(struct jout *j, const struct net_sctp_info *a)
{
	jout_u64(j, "rx", a->rx);
	jout_u64(j, "tx", a->tx);
	jout_u64(j, "rx_octets", a->rx_octets);
	jout_u64(j, "tx_octets", a->tx_octets);
	jout_u64(j, "rwnd", a->rwnd);
	jout_u64(j, "unacked", a->unacked);
	jout_u64(j, "queued", a->queued);
	jout_u64(j, "rx_long", a->rx_long);
	jout_u64(j, "rx_cut", a->rx_cut);
	jout_u64(j, "rx_ppid", a->rx_ppid);
	jout_u64(j, "tx_lost", a->tx_lost);
	jout_u64(j, "path_down", a->path_down);
	jout_u64(j, "path_up", a->path_up);
	jout_str(j, "last", a->last);
}

static void put_row(struct ctl_req *r, const struct net_sctp_info *a,
		    const struct net_sctp_path *p)
{
	struct jout *j = req_row(r);

	put_assoc(j, r->env, a);
	put_path(j, p);
	put_counters(j, a);
	req_row_end(r);
}

void ctl_do_assoc(struct ctl_req *r)
{
	struct net_sctp_info a;

	for (unsigned it = 0; net_sctp_next(r->env->net, &it, &a);) {
		if (!a.npaths)
			put_row(r, &a, NULL);
		for (unsigned i = 0; i < a.npaths; i++)
			put_row(r, &a, &a.path[i]);
	}
}
