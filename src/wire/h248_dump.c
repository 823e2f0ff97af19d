/* wire/h248_dump.c - the tree as lines, and two trees compared by them.
 *
 * layer: wire (L1)   thread: any   I/O: none
 */
#include "wire/h248_walk.h"

enum { DUMP_MAX = 1 << 27 };

struct dump {
	struct buf *b;
	unsigned depth;
};

static void line(struct dump *d, const char *name)
{
	for (unsigned i = 0; i < d->depth; i++)
		buf_char(d->b, ' ');
	buf_str(d->b, name ? name : "-");
}

static void dump_enter(void *arg, const char *name, bool array)
{
	struct dump *d = arg;

	(void)array;
	line(d, name);
	buf_char(d->b, '\n');
	d->depth++;
}

static void dump_leave(void *arg, bool array)
{
	(void)array;
	((struct dump *)arg)->depth--;
}

static void dump_leaf(void *arg, const char *name, enum h248_leaf type, struct span s)
{
	struct dump *d = arg;

	(void)type;
	line(d, name);
	buf_str(d->b, ": ");
	buf_span(d->b, s);
	buf_char(d->b, '\n');
}

void h248_dump(struct buf *b, const struct h248_msg *m, const struct h248_names *names)
{
	struct dump d = { .b = b };
	struct h248_visit v = { &d, dump_enter, dump_leave, dump_leaf };

	if (h248_walk(m, names, &v))
		b->fail = true;
}

bool h248_same(const struct h248_msg *a, const struct h248_msg *b,
	       const struct h248_names *names)
{
	struct buf x, y;
	bool same;

	buf_init(&x, DUMP_MAX);
	buf_init(&y, DUMP_MAX);
	h248_dump(&x, a, names);
	h248_dump(&y, b, names);
	same = buf_ok(&x) && buf_ok(&y) && str_eq(buf_view(&x), buf_view(&y));
	buf_fini(&x);
	buf_fini(&y);
	return same;
}
