/* daemon/resolve.c - see resolve.h.
 *
 * layer: daemon (L5)   thread: control   I/O: DNS by libevent
 */
#include "daemon/resolve.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>
#include <string.h>

#include "daemon/daemon.h"
#include "util/err.h"
#include "util/list.h"
#include "util/mem.h"
#include "util/tmr.h"

enum { HOST_MAX = 255, ADDRS_MAX = 16, HOSTS_MAX = 256, FRESH_S = 30 };

struct host {
	struct list link;
	struct resolve *of;
	char name[HOST_MAX + 1];
	struct addr v[ADDRS_MAX];
	int n;
	uint64_t at;                           /* of the answer; 0: none yet */
	struct evdns_getaddrinfo_request *req; /* NULL: not asked now */
};

struct resolve {
	struct event_base *base; /* borrowed */
	struct evdns_base *dns;  /* owned; made on first use */
	resolve_h *known;
	void *arg;
	struct list hosts;
	unsigned n;
	bool closing;
};

struct resolve *resolve_new(struct event_base *base, resolve_h *known, void *arg)
{
	struct resolve *r = mem_zalloc(sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct resolve){ .base = base, .known = known, .arg = arg };
	list_init(&r->hosts);
	return r;
}

static void host_free(struct host *h)
{
	if (h->req)
		evdns_getaddrinfo_cancel(h->req);
	list_del(&h->link);
	h->of->n--;
	mem_free(h);
}

void resolve_free(struct resolve *r)
{
	if (!r)
		return;
	r->closing = true;
	LIST_EACH_SAFE(it, &r->hosts)
	{
		struct host *h = LIST_OF(it, struct host, link);

		if (h->req)
			evdns_getaddrinfo_cancel(h->req);
		h->req = NULL;
	}
	/* Cancelled requests call back from here. */
	if (r->dns)
		evdns_base_free(r->dns, 1);
	event_base_loop(r->base, EVLOOP_NONBLOCK);
	LIST_EACH_SAFE(it, &r->hosts)
	host_free(LIST_OF(it, struct host, link));
	mem_free(r);
}

static void on_answer(int result, struct evutil_addrinfo *list, void *arg)
{
	struct host *h = arg;

	if (result == EVUTIL_EAI_CANCEL || h->of->closing)
		return;
	h->req = NULL;
	h->n = 0;
	h->at = now_ns();
	for (struct evutil_addrinfo *it = list; it && h->n < ADDRS_MAX;
	     it = it->ai_next) {
		struct sockaddr_storage ss = { 0 };

		if (it->ai_addrlen > sizeof(ss))
			continue;
		memcpy(&ss, it->ai_addr, it->ai_addrlen);
		addr_from_sockaddr(&h->v[h->n], &ss);
		h->v[h->n++].port = 0;
	}
	if (list)
		evutil_freeaddrinfo(list);
	if (result)
		log_notice(LOGC_NET, "no address of %s: %s", h->name,
			   evutil_gai_strerror(result));
	h->of->known(h->of->arg, str_of(h->name));
}

static void ask(struct resolve *r, struct host *h)
{
	struct evutil_addrinfo hints = { .ai_socktype = SOCK_DGRAM,
					 .ai_protocol = IPPROTO_UDP };

	if (!r->dns)
		r->dns =
			evdns_base_new(r->base, EVDNS_BASE_INITIALIZE_NAMESERVERS |
							EVDNS_BASE_DISABLE_WHEN_INACTIVE);
	if (!r->dns)
		return;
	h->req = evdns_getaddrinfo(r->dns, h->name, NULL, &hints, on_answer, h);
}

static struct host *host_get(struct resolve *r, struct span name)
{
	struct host *h;

	LIST_EACH(it, &r->hosts)
	{
		h = LIST_OF(it, struct host, link);
		if (str_ieqz(name, h->name))
			return h;
	}
	if (r->n >= HOSTS_MAX) { /* names agents told: the oldest unasked goes */
		LIST_EACH_SAFE(it, &r->hosts)
		{
			if (!LIST_OF(it, struct host, link)->req) {
				host_free(LIST_OF(it, struct host, link));
				break;
			}
		}
	}
	if (r->n >= HOSTS_MAX)
		return NULL;
	h = mem_zalloc(sizeof(*h));
	if (!h)
		return NULL;
	h->of = r;
	memcpy(h->name, name.p, name.n);
	list_add(&r->hosts, &h->link);
	r->n++;
	return h;
}

int resolve_get(struct resolve *r, struct span name, struct addr *out, int most)
{
	struct host *h;

	if (r->closing) /* a timer may fire in resolve_free()'s turn of the loop */
		return 0;
	h = name.n && name.n <= HOST_MAX ? host_get(r, name) : NULL;
	if (!h)
		return 0;
	if (!h->req && (!h->at || now_ns() - h->at > TMR_S(FRESH_S))) {
		h->at = 0;
		ask(r, h);
	}
	if (!h->at)
		return h->req ? -H_EAGAIN : 0;
	if (most > h->n)
		most = h->n;
	memcpy(out, h->v, (size_t)most * sizeof(*out));
	return most;
}
