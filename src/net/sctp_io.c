/* net/sctp_io.c - messages of an association, in and out.
 *
 * layer: net (L3)   thread: control   I/O: the stack's sockets
 * RFC 9260 6, 6458 3.1.4
 *
 * What the stack does not take at once waits here, at most queue_max octets; while more
 * than an eighth of that waits, nothing is read from the peer.
 *
 * The last message of a batch is held till the flush, and those before it are given to
 * the stack with its Nagle algorithm on, so that a batch shares packets and does not
 * wait.
 */
#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "net/sctp_assoc.h"
#include "util/mem.h"

enum { HIGH_PART = 8 };

static void free_queue(struct stk_assoc *a)
{
	LIST_EACH_SAFE(it, &a->queue)
	{
		list_del(it);
		mem_free(LIST_OF(it, struct stk_msg, in_queue));
		a->info.tx_lost++;
	}
	a->info.tx_lost += a->held.n > 0;
	list_del(&a->in_dirty);
	buf_reset(&a->held);
	a->queued = 0;
	a->info.queued = 0;
}

void assoc_forget_io(struct stk_assoc *a)
{
	free_queue(a);
	buf_fini(&a->in);
	if (a->lis)
		buf_init(&a->in, a->lis->spec.message_max);
	a->stopped = a->skip = a->drop = a->corked = false;
}

/* ---- in ------------------------------------------------------------------------ */

static void deliver(struct stk_assoc *a, struct span bytes, const struct sctp_rcvinfo *ri)
{
	struct stk *st = stk_get();
	struct net *n = st->net;
	struct net_peer from = assoc_peer(a);

	if (a->info.state != NET_SCTP_OPEN || a->dead)
		return;
	from.key = ri->rcv_sid;
	from.ppid = ntohl(ri->rcv_ppid);
	a->failures = 0;
	a->info.rx++;
	a->info.rx_octets += bytes.n;
	if (from.ppid != a->lis->sctp.ppid)
		a->info.rx_ppid++;
	n->stats.rx++;
	n->stats.rx_octets += bytes.n;
	st->told = true;
	n->user.input(n->user.arg, &from, bytes);
}

/* A part of a message, or the whole of it. */
static void take(struct stk_assoc *a, struct span part, bool last,
		 const struct sctp_rcvinfo *ri)
{
	struct net *n = stk_get()->net;
	bool whole = last && !a->in.n && !a->skip;

	if (a->info.state != NET_SCTP_OPEN)
		return;
	if (!a->skip && part.n > a->lis->spec.message_max - a->in.n)
		a->skip = true;
	if (!a->skip && !whole)
		buf_span(&a->in, part);
	if (!buf_ok(&a->in))
		a->skip = true;
	if (a->skip)
		buf_reset(&a->in);
	if (!last)
		return;
	if (a->skip) {
		a->skip = false;
		a->info.rx_long++;
		n->stats.rx_long++;
		return;
	}
	deliver(a, whole ? part : buf_view(&a->in), ri);
	if (!a->dead)
		buf_reset(&a->in);
}

/* False: nothing more to be had now, or it is gone. */
static bool read_one(struct stk_assoc *a)
{
	struct stk *st = stk_get();
	struct sctp_rcvinfo ri = { 0 };
	struct sockaddr_storage from;
	socklen_t nri = sizeof(ri), nfrom = sizeof(from);
	unsigned type = 0;
	int flags = 0;
	ssize_t got = usrsctp_recvv(a->s.so, st->bytes, sizeof(st->bytes),
				    (struct sockaddr *)&from, &nfrom, &ri, &nri, &type,
				    &flags);

	st->net->stats.rx_calls++;
	if (got < 0 && (errno == EWOULDBLOCK || errno == EINTR))
		return false;
	if (got <= 0) {
		assoc_lost(a, got ? strerror(errno) : "closed by the peer");
		return false;
	}
	if (flags & MSG_NOTIFICATION)
		assoc_note(a, st->bytes, (size_t)got);
	else
		take(a, (struct span){ st->bytes, (size_t)got }, flags & MSG_EOR, &ri);
	return !a->dead && a->s.so;
}

void assoc_turn(struct stk_assoc *a)
{
	unsigned i = 0;

	a->grumbled = false;
	if (!list_empty(&a->queue) && a->info.state == NET_SCTP_OPEN)
		assoc_flush(a);
	while (i < STK_TURN && !a->stopped && read_one(a))
		i++;
	if (i == STK_TURN)
		stk_mark(&a->s);
}

/* ---- out ----------------------------------------------------------------------- */

static bool push(struct stk_assoc *a, uint32_t key, const char *p, size_t n)
{
	struct net_stats *st = &stk_get()->net->stats;
	struct sctp_sndinfo si = { .snd_ppid = htonl(a->lis->sctp.ppid) };

	if (a->info.streams_out)
		si.snd_sid = (uint16_t)(key % a->info.streams_out);
	st->tx_calls++;
	if (usrsctp_sendv(a->s.so, p, n, NULL, 0, &si, sizeof(si), SCTP_SENDV_SNDINFO,
			  0) < 0)
		return false;
	st->tx++;
	st->tx_octets += n;
	a->info.tx++;
	a->info.tx_octets += n;
	return true;
}

static bool must_wait(int err)
{
	return err == EWOULDBLOCK || err == ENOBUFS || err == ENOMEM || err == EINTR;
}

static void stop_or_go(struct stk_assoc *a)
{
	bool stop = a->queued > a->lis->spec.queue_max / HIGH_PART;

	if (stop == a->stopped)
		return;
	a->stopped = stop;
	if (!stop)
		stk_mark(&a->s);
}

static void enqueue(struct stk_assoc *a, uint32_t key, struct span bytes)
{
	struct net_stats *st = &stk_get()->net->stats;
	struct stk_msg *m = NULL;

	if (bytes.n <= a->lis->spec.queue_max - a->queued)
		m = mem_alloc(sizeof(*m) + bytes.n);
	if (!m) {
		st->tx_full++;
		a->info.tx_lost++;
		a->drop = true;
		event_active(a->timer, EV_TIMEOUT, 0);
		return;
	}
	m->key = key;
	m->n = bytes.n;
	memcpy(m->bytes, bytes.p, bytes.n);
	list_add(&a->queue, &m->in_queue);
	a->queued += bytes.n;
	a->info.queued++;
	if (a->info.state == NET_SCTP_OPEN)
		stop_or_go(a);
}

static void cork(struct stk_assoc *a, bool on)
{
	int nodelay = !on;

	if (a->corked != on)
		usrsctp_setsockopt(a->s.so, IPPROTO_SCTP, SCTP_NODELAY, &nodelay,
				   sizeof(nodelay));
	a->corked = on;
}

/* The held one goes to the stack, or waits. */
static void push_held(struct stk_assoc *a)
{
	list_del(&a->in_dirty);
	if (!a->held.n)
		return;
	if (!push(a, a->held_key, a->held.p, a->held.n)) {
		if (must_wait(errno)) {
			enqueue(a, a->held_key, buf_view(&a->held));
		} else {
			stk_get()->net->stats.tx_errors++; /* its end is on its way */
			a->info.tx_lost++;
		}
	}
	buf_reset(&a->held);
}

static void hold(struct stk_assoc *a, uint32_t key, struct span bytes)
{
	buf_span(&a->held, bytes);
	if (!buf_ok(&a->held)) { /* no memory for that: it goes at once */
		buf_reset(&a->held);
		if (!push(a, key, bytes.p, bytes.n))
			enqueue(a, key, bytes);
		return;
	}
	a->held_key = key;
	list_add(&stk_get()->dirty, &a->in_dirty);
}

void assoc_send(struct stk_assoc *a, uint32_t key, struct span bytes)
{
	if (a->drop || a->dead)
		return;
	if (!bytes.n || bytes.n > a->lis->spec.message_max) {
		stk_get()->net->stats.tx_errors++;
		return;
	}
	if (a->held.n) {
		cork(a, true);
		push_held(a);
	}
	if (a->info.state == NET_SCTP_OPEN && list_empty(&a->queue))
		hold(a, key, bytes);
	else
		enqueue(a, key, bytes);
}

void assoc_flush(struct stk_assoc *a)
{
	struct list *it;

	cork(a, false);
	push_held(a);
	while ((it = list_first(&a->queue))) {
		struct stk_msg *m = LIST_OF(it, struct stk_msg, in_queue);

		if (!push(a, m->key, m->bytes, m->n)) {
			if (must_wait(errno))
				break;
			a->info.tx_lost++;
			stk_get()->net->stats.tx_errors++;
		}
		list_del(it);
		a->queued -= m->n;
		a->info.queued--;
		mem_free(m);
	}
	stop_or_go(a);
}
