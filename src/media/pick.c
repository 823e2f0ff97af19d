/* media/pick.c - see pick.h.
 *
 * layer: media (L3)   thread: control   I/O: a route look-up by connect(2)
 */
#include "media/pick.h"

#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "media/med.h"

/* The address the system would send from to `to`; nothing is sent. */
static bool pick_route(struct med *m, const struct addr *to, struct addr *from)
{
	struct sockaddr_storage ss;
	socklen_t n = addr_to_sockaddr(to, &ss);
	int *fd = &m->probe[to->family == 6];

	if (*fd < 0)
		*fd = socket(to->family == 6 ? AF_INET6 : AF_INET,
			     SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0 || connect(*fd, (struct sockaddr *)&ss, n))
		return false;
	n = sizeof(ss);
	if (getsockname(*fd, (struct sockaddr *)&ss, &n))
		return false;
	addr_from_sockaddr(from, &ss);
	return true;
}

static bool pick_fits(const struct port_pool *p, const struct slot_req *req,
		      uint8_t family)
{
	if (family && p->conf.addr.family != family)
		return false;
	return !req->net[0] || !strncmp(p->conf.name, req->net, sizeof(req->net));
}

static bool pick_on_if(const struct port_pool *p, uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	return ifindex && p->conf.ifname[0] && if_indextoname(ifindex, name) &&
	       !strcmp(name, p->conf.ifname);
}

/* Among pools that are equal otherwise the one with more free ports. */
static void pick_better(struct port_pool **best, struct port_pool *p)
{
	if (!*best || p->npair - p->nused > (*best)->npair - (*best)->nused)
		*best = p;
}

struct port_pool *pick_pool(struct med *m, const struct slot_req *req)
{
	const struct group_spec *g = req->flags ? req->group : NULL;
	uint8_t family = g ? g->group.family : req->family;
	const struct addr *to = g ? &g->group : &req->toward;
	struct addr from = { .family = 0 };
	struct port_pool *first = NULL, *best = NULL;
	unsigned n = 0;

	if (!family)
		family = req->toward.family;
	for (unsigned i = 0; i < m->conf.npool; i++) {
		struct port_pool *p = &m->pool[i];

		if (!pick_fits(p, req, family))
			continue;
		n++;
		if (!first || addr_same_host(&first->conf.addr, &p->conf.addr))
			pick_better(&first, p);
		if (g && pick_on_if(p, g->ifindex))
			pick_better(&best, p);
	}
	if (n < 2 || best || !to->family || !pick_route(m, to, &from))
		return best ? best : first;
	for (unsigned i = 0; i < m->conf.npool; i++)
		if (pick_fits(&m->pool[i], req, family) &&
		    addr_same_host(&m->pool[i].conf.addr, &from))
			pick_better(&best, &m->pool[i]);
	return best ? best : first;
}
