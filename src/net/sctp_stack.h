/* net/sctp_stack.h - inside of net/: the one stack, and what its back ends do for it.
 *
 * layer: net (L3)   thread: control, stk_upcall() any   I/O: sockets
 */
#pragma once

#include "net/sctp_in.h"

struct stk {
	struct net *net; /* borrowed: who started it */
	struct net_sctp_stack spec;
	const struct stk_backend *backend;
	struct stk_sock *slot[STK_SLOTS];
	unsigned nassocs; /* of them */
	struct list ports, closing, dead;
	struct list dirty; /* stk_assoc.in_dirty */
	struct map ids, remotes; /* stk_assoc.by_id, by_remote */
	struct event *wake, *tick; /* owned */
	uint64_t ticked, swept;    /* ns */
	bool told;                 /* the user, since `drained` */
	bool stopping;
	struct list links;         /* conn: stk_link */
	struct map upeers, pairs, tags; /* conn: stk_upeer.by_id, by_pair, by_tag */
	const struct stk_upeer *guest; /* conn: whose INIT is being looked at */
	void *packets;             /* owned; conn: a batch that comes in */
	_Alignas(8) char bytes[STK_READ];
};

struct stk_backend {
	int (*start)(char why[NET_WHY_MAX]);
	void (*stop)(void); /* usrsctp is finished, or won't finish */
	int (*listen)(struct stk_lis *s, char why[NET_WHY_MAX]);
	void (*unlisten)(struct stk_lis *s);
	/* A socket that connects in a->s; else why not. */
	const char *(*dial)(struct stk_assoc *a);
	/* Who it is that was accepted, and for whom; NULL: not to be taken in. */
	struct stk_lis *(*accepted)(struct stk_port *p,
				    const struct sockaddr_storage *from,
				    struct addr *remote);
	/* Or NULL, these two. */
	void (*adopt)(struct stk_assoc *a, const struct sockaddr_storage *from);
	void (*opened)(struct stk_assoc *a);
	void (*release)(struct stk_assoc *a); /* what dial, adopt and opened took */
	bool (*address)(const struct stk_assoc *a, const void *sockaddr,
			struct addr *out);
	void (*tick)(uint64_t ms); /* or NULL */
	void (*poll)(int ms); /* while the loop does not run */
	void (*flush)(void); /* the end of a turn */
	uint32_t (*look)(void); /* now and then: packets the kernel kept, since */
};

extern const struct stk_backend stk_conn, stk_native;

/* sctp_stack.c */
struct stk *stk_get(void); /* NULL: not started */
int stk_slot_take(struct stk_sock *s); /* 0 or -H_ELIMIT */
void stk_slot_drop(struct stk_sock *s);
void stk_upcall(struct socket *so, void *slot, int flags);
void stk_mark(const struct stk_sock *s); /* look at it in the next turn */
void stk_flush(void);  /* what is held and batched leaves */
void stk_wake(void);   /* stk_work() soon */
void stk_expect(void); /* stk_work() follows: upcalls needn't wake the loop */
void stk_work(void);
void stk_accept(struct stk_port *p); /* what waits there */
void stk_stop(struct net *n);
uint64_t stk_now(void);

/* sctp_opt.c: 0, or -1 with errno. */
int stk_options(struct socket *so, const struct net_sctp_spec *s, int domain);
int stk_buffers(struct socket *so, const struct stk_lis *s);
int stk_encaps(struct socket *so, uint16_t port);
void stk_sysctls(void);
/* sctp_info.c: of the stack's lists, which have one behind the other. */
size_t stk_sockaddr_len(const struct sockaddr *sa);
void stk_abort(struct socket *so); /* closes it without ado */
