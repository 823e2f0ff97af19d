/* ctl/do_tls.c - certificates: ours, and those of the peers that are connected.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <time.h>

#include "ctl/req.h"
#include "net/tls.h"

static void put_time(struct jout *j, const char *key, int64_t at)
{
	time_t t = (time_t)at;
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	jout_str(j, key, text);
}

static void put_cert(struct jout *j, const struct net_tls_cert *c)
{
	int64_t now = (int64_t)time(NULL);

	jout_str(j, "subject", c->subject);
	jout_str(j, "issuer", c->issuer);
	put_time(j, "until", c->until);
	jout_i64(j, "days", (c->until - now) / 86400);
}

static void put_peer(void *arg, const struct net_peer *peer, bool dialled,
		     const struct net_tls_info *info)
{
	struct ctl_req *r = arg;
	struct jout *j = req_row(r);

	jout_addr(j, "peer", &peer->remote);
	jout_addr(j, "local", &peer->local);
	jout_str(j, "dialled", dialled ? "us" : "peer");
	jout_str(j, "version", info->version);
	jout_str(j, "cipher", info->cipher);
	put_cert(j, &info->peer);
	req_row_end(r);
}

void ctl_do_tls(struct ctl_req *r)
{
	const struct net_tls *t = net_get_tls(r->env->net);
	struct jout *j;

	if (t) {
		j = req_row(r);
		jout_str(j, "peer", "(ours)");
		put_cert(j, net_tls_own(t));
		req_row_end(r);
		net_tls_each(r->env->net, put_peer, r);
	}
}
