/* tests/fuzz/fuzz_mgcp.c - datagrams of MGCP: cut, parsed, printed, parsed again.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 3, Appendix A
 */
#include "fuzz.h"

#include "util/err.h"
#include "wire/mgcp.h"
#include "wire/sdp.h"

enum { ARENA_MOST = 4 << 20, PRINT_MOST = 1 << 20 };

static void same_when_printed(struct span text)
{
	struct arena *a = arena_new(ARENA_MOST);
	struct mgcp_msg *m;
	struct buf b;

	buf_init(&b, PRINT_MOST);
	if (mgcp_parse(a, text, &m, NULL))
		fuzz_bug("what was printed is refused");
	mgcp_print(&b, m);
	if (!buf_ok(&b) || !str_eq(buf_view(&b), text))
		fuzz_bug("what was printed is printed otherwise");
	buf_fini(&b);
	arena_free(a);
}

static void descriptions(struct arena *a, const struct mgcp_msg *m)
{
	struct sdp *s;

	for (unsigned i = 0; i < m->nsdp; i++)
		sdp_parse(a, m->sdp[i], &s, NULL);
}

static void copies(struct arena *a, const struct mgcp_msg *m)
{
	const struct mgcp_param *r = mgcp_get(m, MGCP_PARAM_R);
	const struct mgcp_param *l = mgcp_get(m, MGCP_PARAM_L);

	if (r && r->events && !mgcp_events_dup(a, r->events) && !arena_failed(a))
		fuzz_bug("no copy of events");
	if (l && l->lcos && !mgcp_lcos_dup(a, l->lcos) && !arena_failed(a))
		fuzz_bug("no copy of options");
}

static void refused(int rc, const struct mgcp_msg *m, const struct parse_err *err,
		    size_t most)
{
	if (!err->what || !err->clause || err->offset > most)
		fuzz_bug("an error that says nothing");
	if (m && (m->fault == MGCP_FAULT_NONE || !m->tid || m->tid > MGCP_TID_MAX))
		fuzz_bug("a refused message that can't be answered");
	if (rc == -H_ENOMEM)
		fuzz_bug("a message that needs too much memory");
}

static void one(struct span text)
{
	struct arena *a = arena_new(ARENA_MOST);
	struct parse_err err = { 0 };
	struct mgcp_msg *m;
	struct buf b;
	int rc = mgcp_parse(a, text, &m, &err);

	if (rc) {
		refused(rc, m, &err, text.n);
	} else {
		buf_init(&b, PRINT_MOST);
		mgcp_print(&b, m);
		if (!buf_ok(&b))
			fuzz_bug("printing fails");
		if (b.n <= MGCP_BYTES_MAX)
			same_when_printed(buf_view(&b));
		buf_fini(&b);
		descriptions(a, m);
		copies(a, m);
	}
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, part;

	while (mgcp_split(&rest, &part))
		one(part);
	one((struct span){ (const char *)data, size });
	return 0;
}
