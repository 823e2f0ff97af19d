/* net/sctp_assoc.h - inside of net/: one association, and the peers that are known.
 *
 * layer: net (L3)   thread: control   I/O: sockets
 */
#pragma once

#include "net/sctp_stack.h"

/* sctp_assoc.c. NULL: no memory, no slot. WAITING, in lis->assocs. */
struct stk_assoc *assoc_new(struct stk_lis *lis, const struct addr *remote, bool dialled);
void assoc_free(struct stk_assoc *a);
int assoc_open(struct stk_assoc *a); /* up: tells the user; 0 or -H_ENOMEM */
/* Its socket is of no more use: with the reason, told if it was known. */
void assoc_lost(struct stk_assoc *a, const char *why);
void assoc_kill(struct stk_assoc *a); /* to stk.dead, untold */
/* In order if it is open; untold. The listener knows nothing of it from now. */
void assoc_hang_up(struct stk_assoc *a);
void assoc_restarted(struct stk_assoc *a);
void assoc_set_state(struct stk_assoc *a, enum net_sctp_state state);
void assoc_set_timer(struct stk_assoc *a, uint64_t ms); /* 0: stops it */
void assoc_notice(struct stk_assoc *a, enum net_notice what, const struct addr *path);
struct net_peer assoc_peer(const struct stk_assoc *a);
struct stk_assoc *assoc_by_id(uint64_t id); /* NULL: none */

/* sctp_io.c */
void assoc_turn(struct stk_assoc *a); /* its bit was set */
void assoc_send(struct stk_assoc *a, uint32_t key, struct span bytes);
void assoc_flush(struct stk_assoc *a); /* as much as the stack takes */
void assoc_forget_io(struct stk_assoc *a); /* what was to come in and go out */

/* sctp_note.c: what the stack tells of it. */
void assoc_note(struct stk_assoc *a, const void *notification, size_t n);

/* sctp_dial.c */
struct stk_assoc *assoc_dialled(struct stk_lis *lis, const struct addr *remote);
void assoc_want(struct stk_assoc *a);
void assoc_pause(struct stk_assoc *a); /* WAITING from now, after a failure */
void assoc_dial_timer(struct stk_assoc *a); /* in WAITING or CONNECTING */

/* sctp_know.c */
struct stk_known *known_by(struct stk_lis *lis, const struct addr *remote);
/* The name of who calls from there: its first address if it is known, else its own. */
void known_name(struct stk_lis *lis, struct addr *remote);
const struct net_sctp_spec *known_spec(struct stk_lis *lis, const struct addr *remote);
void known_clear(struct stk_lis *lis);
int lis_copy(struct stk_lis *s, const struct net_spec *spec, char why[NET_WHY_MAX]);

/* sctp_port.c. In stk.ports, without a socket yet; NULL with why: no memory, no slot. */
struct stk_port *port_new(uint16_t number, char why[NET_WHY_MAX]);
void port_free(struct stk_port *p);
typedef int(port_bind_h)(struct socket *so, const struct addr *at, uint16_t port);
/* Binds it to the port, or for 0 to a free one it tells; 0, or -1 with errno. */
int port_bind(struct socket *so, const struct addr *at, uint16_t *port,
	      port_bind_h *bind);
int port_listen(struct stk_port *p); /* 0, or -1 with errno */

/* sctp.c */
bool lis_allows(struct stk_lis *s, const struct addr *remote); /* asks the user */

/* sctp_check.c: 0, or -H_E... with a sentence that says what to do. */
int check_raw(char why[NET_WHY_MAX]);
int check_encaps(uint16_t port, char why[NET_WHY_MAX]);
int check_local(const struct addr *a, char why[NET_WHY_MAX]);
/* Where the system sends from when it sends to `to`; 0 or an errno. */
int route_source(const struct addr *to, struct addr *from);
/* Would a packet to `to` leave from one of these? */
int check_route(const struct addr *to, const struct addr *local, unsigned n,
		char why[NET_WHY_MAX]);
/* For the time the stack starts: no raw sockets. True: call raw_back() after it. */
bool raw_off(void);
void raw_back(void);

/* sctp_filter.c: what the kernel lets through to the sockets of the stack. */
void filter_find(uint16_t encaps); /* native: its own, in this process */
void filter_add(int fd, unsigned family, bool udp);
void filter_del(int fd);
uint16_t filter_port(const struct stk_assoc *a); /* it is heard from; 0: any */
void filter_stop(void); /* none are left */
void filter_stale(void); /* who may come has changed */
void filter_apply(void); /* now; else in the next turn */
/* To be called each 100 ms: packets the stack never saw since, filtered or too many. */
uint32_t filter_look(void);

/* sctp_shield.c: what a packet is, before the stack sees it. */
enum shield { SHIELD_BAD, SHIELD_INIT, SHIELD_COOKIE, SHIELD_OTHER };
enum shield shield_look(const uint8_t *p, size_t n);
