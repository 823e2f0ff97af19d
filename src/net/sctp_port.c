/* net/sctp_port.c - listening sockets of the stack, whatever the back end.
 *
 * layer: net (L3)   thread: control   I/O: the stack's sockets
 */
#include <stdio.h>

#include "net/sctp_assoc.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { BACKLOG = 64, PORT_TRIES = 64, PORT_FIRST = 49152 };

void port_free(struct stk_port *p)
{
	if (p->s.so)
		usrsctp_close(p->s.so);
	stk_slot_drop(&p->s);
	list_del(&p->in_stk);
	mem_free(p);
}

struct stk_port *port_new(uint16_t number, char why[NET_WHY_MAX])
{
	struct stk_port *p = mem_zalloc(sizeof(*p));

	if (p)
		p->s.listens = true;
	if (!p || stk_slot_take(&p->s)) {
		mem_free(p);
		snprintf(why, NET_WHY_MAX, "sctp: out of memory, or too many listeners");
		return NULL;
	}
	p->port = number;
	list_init(&p->users);
	list_add(&stk_get()->ports, &p->in_stk);
	return p;
}

int port_bind(struct socket *so, const struct addr *at, uint16_t *port, port_bind_h *bind)
{
	if (*port)
		return bind(so, at, *port);
	for (int i = 0; i < PORT_TRIES; i++) {
		uint16_t n = (uint16_t)(PORT_FIRST + rnd_below(65536 - PORT_FIRST));

		if (!bind(so, at, n)) {
			*port = n;
			return 0;
		}
	}
	return -1;
}

int port_listen(struct stk_port *p)
{
	return usrsctp_listen(p->s.so, BACKLOG);
}
