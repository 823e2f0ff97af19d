/* net/sctp_note.c - what the stack tells of an association, and what follows from it.
 *
 * layer: net (L3)   thread: control   I/O: none
 * RFC 6458 6.1, 9260 3.3.10
 */
#include <stdio.h>
#include <string.h>

#include "net/sctp_assoc.h"

/* RFC 9260 3.3.10: the causes of an ABORT or ERROR chunk that say something. */
static const char *cause_text(unsigned cause)
{
	switch (cause) {
	case 1:
		return "the peer closed it: invalid stream";
	case 2:
		return "the peer closed it: missing parameter";
	case 4:
		return "the peer closed it: out of resources";
	case 5:
		return "the peer closed it: unresolvable address";
	case 9:
		return "the peer closed it: no user data";
	case 11:
		return "the peer closed it: restart with new addresses";
	case 12:
		return "the peer closed it: its user aborted";
	case 13:
		return "the peer closed it: protocol violation";
	default:
		return "closed by the peer with an ABORT";
	}
}

/* sac_info holds the ABORT chunk of the peer, if there was one. */
static const char *lost_text(const struct sctp_assoc_change *c, size_t n, bool setup)
{
	size_t info = n > sizeof(*c) ? n - sizeof(*c) : 0;
	const uint8_t *p = c->sac_info;

	if (info >= 8)
		return cause_text((unsigned)(p[4] << 8 | p[5]));
	if (info >= 4)
		return cause_text(0);
	return setup ? "no answer" : "nothing is heard of the peer any more";
}

static void on_change(struct stk_assoc *a, const struct sctp_assoc_change *c, size_t n)
{
	bool setup = a->info.state == NET_SCTP_CONNECTING;

	switch (c->sac_state) {
	case SCTP_COMM_UP:
		if (setup) {
			stk_get()->net->stats.connected++;
			if (assoc_open(a))
				assoc_lost(a, "out of memory");
		}
		break;
	case SCTP_RESTART:
		if (a->info.state == NET_SCTP_OPEN)
			assoc_restarted(a);
		break;
	case SCTP_COMM_LOST:
	case SCTP_CANT_STR_ASSOC:
		assoc_lost(a, lost_text(c, n, setup));
		break;
	case SCTP_SHUTDOWN_COMP:
		assoc_lost(a, "closed by the peer");
		break;
	default:
		break;
	}
}

static void on_path(struct stk_assoc *a, const struct sctp_paddr_change *c)
{
	struct net_stats *st = &stk_get()->net->stats;
	struct addr path;

	if (!stk_get()->backend->address(a, &c->spc_aaddr, &path))
		return;
	switch (c->spc_state) {
	case SCTP_ADDR_UNREACHABLE:
		a->info.path_down++;
		st->path_down++;
		assoc_notice(a, NET_PATH_DOWN, &path);
		break;
	case SCTP_ADDR_AVAILABLE:
		a->info.path_up++;
		st->path_up++;
		assoc_notice(a, NET_PATH_UP, &path);
		break;
	default: /* confirmed, the primary now; addresses never come or go: no ASCONF */
		break;
	}
}

static void on_failed(struct stk_assoc *a)
{
	a->info.tx_lost++;
	if (!a->grumbled)
		assoc_notice(a, NET_SEND_FAILED, NULL);
	a->grumbled = true;
}

static void on_cut(struct stk_assoc *a, const struct sctp_pdapi_event *e)
{
	if (e->pdapi_indication != SCTP_PARTIAL_DELIVERY_ABORTED)
		return;
	buf_reset(&a->in);
	a->skip = false;
	a->info.rx_cut++;
}

/* The least of each kind; the stack wrote it, but nobody reads past its end. */
static size_t least(unsigned type)
{
	switch (type) {
	case SCTP_ASSOC_CHANGE:
		return sizeof(struct sctp_assoc_change);
	case SCTP_PEER_ADDR_CHANGE:
		return sizeof(struct sctp_paddr_change);
	case SCTP_PARTIAL_DELIVERY_EVENT:
		return sizeof(struct sctp_pdapi_event);
	default:
		return sizeof(struct sctp_tlv);
	}
}

void assoc_note(struct stk_assoc *a, const void *notification, size_t n)
{
	const union sctp_notification *note = notification;

	if (n < sizeof(note->sn_header) || n < least(note->sn_header.sn_type))
		return;
	switch (note->sn_header.sn_type) {
	case SCTP_ASSOC_CHANGE:
		on_change(a, &note->sn_assoc_change, n);
		break;
	case SCTP_PEER_ADDR_CHANGE:
		on_path(a, &note->sn_paddr_change);
		break;
	case SCTP_REMOTE_ERROR:
		assoc_notice(a, NET_PEER_ERROR, NULL);
		break;
	case SCTP_SEND_FAILED_EVENT:
		on_failed(a);
		break;
	case SCTP_SHUTDOWN_EVENT:
		assoc_notice(a, NET_PEER_CLOSES, NULL);
		break;
	case SCTP_PARTIAL_DELIVERY_EVENT:
		on_cut(a, &note->sn_pdapi_event);
		break;
	default:
		break;
	}
}
