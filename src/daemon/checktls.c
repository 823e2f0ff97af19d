/* daemon/checktls.c - what TLS needs: files that are named, addresses of its own.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/check.h"
#include "net/tls.h"

static bool overlap(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && a->family == b->family &&
	       (addr_is_any(a) || addr_is_any(b) || addr_same_host(a, b));
}

static void check_files(struct check *k)
{
	const struct conf_tls *t = &k->conf->tls;
	const struct {
		const char *item, *value;
	} need[] = { { "ca", t->ca },
		     { "certificate", t->certificate },
		     { "key", t->key } };

	for (size_t i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (!need[i].value[0])
			check_say(k, "tls", &t->head, need[i].item,
				  "names no file, and h248.tls needs it");
}

static void check_listeners(struct check *k)
{
	const struct conf_h248 *h = &k->conf->h248;
	const struct addr *tls = h->tls.v, *tcp = h->tcp.v;

	if (!h->tls.n)
		return;
	if (!net_tls_built())
		check_say(k, "h248", &h->head, "tls",
			  "this hollerd was built without OpenSSL: there is no TLS");
	for (size_t i = 0; i < h->tls.n; i++)
		for (size_t j = 0; j < h->tcp.n; j++) {
			char at[ADDR_STRLEN];

			if (overlap(&tls[i], &tcp[j]))
				check_say(k, "h248", &h->head, "tls",
					  "%s is one of h248.tcp already",
					  addr_print(at, &tls[i]));
		}
	check_files(k);
}

/* What is to be reached or heard by TLS needs an address of ours for it. */
static void check_agent(struct check *k, const struct conf_agent *a)
{
	char *const *v = a->mgcs.v;

	if (a->protocol != CONF_H248 || k->conf->h248.tls.n)
		return;
	for (size_t i = 0; i < a->mgcs.n; i++)
		if (str_istarts(str_of(v[i]), "tls:"))
			check_say(k, "agent", &a->head, "mgcs",
				  "\"%.80s\" needs an address of ours: h248 { tls = "
				  "{\"*:2946\"} }",
				  v[i]);
	if (a->tls_only == CONF_YES)
		check_say(k, "agent", &a->head, "tls_only",
			  "needs an address of ours: h248 { tls = {\"*:2946\"} }");
}

void check_tls(struct check *k)
{
	const struct conf_agent *a = k->conf->agent.v;

	check_listeners(k);
	for (size_t i = 0; i < k->conf->agent.n; i++)
		check_agent(k, &a[i]);
}
