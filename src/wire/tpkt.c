/* wire/tpkt.c - see tpkt.h.
 *
 * layer: wire (L1)   thread: the owner's   I/O: none
 */
#include "wire/tpkt.h"

#include <assert.h>

#include "util/err.h"

void tpkt_init(struct tpkt *t, uint32_t most)
{
	if (most > TPKT_MAX - TPKT_HEADER)
		most = TPKT_MAX - TPKT_HEADER;
	*t = (struct tpkt){ .most = most };
	buf_init(&t->part, (size_t)most + TPKT_HEADER);
}

void tpkt_fini(struct tpkt *t)
{
	buf_fini(&t->part);
	t->fail = -H_EINVAL;
}

bool tpkt_is_partial(const struct tpkt *t)
{
	return t->part.n > 0;
}

/* Length with header, or a failure. The version is judged as soon as it is there, so that
 * a stream of something else ends with its first octet. */
static int length_of(const struct tpkt *t, const char *p, size_t n)
{
	const uint8_t *h = (const uint8_t *)p;
	int len;

	if (n && h[0] != TPKT_VERSION)
		return -H_ESYNTAX;
	if (n < TPKT_HEADER)
		return 0;
	len = h[2] << 8 | h[3];
	if (len < TPKT_HEADER)
		return -H_ESYNTAX;
	if ((uint32_t)(len - TPKT_HEADER) > t->most)
		return -H_ELIMIT;
	return len;
}

static struct span cut(struct span *in, size_t n)
{
	struct span s = { in->p, n };

	in->p += n;
	in->n -= n;
	return s;
}

/* Moves bytes from `in` until `part` holds `upto`; false: no memory. */
static bool gather(struct tpkt *t, struct span *in, size_t upto)
{
	size_t n = upto - t->part.n;

	buf_span(&t->part, cut(in, n < in->n ? n : in->n));
	return buf_ok(&t->part);
}

static int lost(struct tpkt *t, int err)
{
	t->fail = err;
	return err;
}

/* Goes on with a message begun before: 1 whole, 0 not yet. */
static int input_part(struct tpkt *t, struct span *in, struct span *message)
{
	int len;

	if (t->part.n < TPKT_HEADER && !gather(t, in, TPKT_HEADER))
		return lost(t, -H_ENOMEM);
	len = length_of(t, t->part.p, t->part.n);
	if (len < 0)
		return lost(t, len);
	if (!len)
		return 0;
	if (!gather(t, in, (size_t)len))
		return lost(t, -H_ENOMEM);
	if (t->part.n < (size_t)len)
		return 0;
	*message = (struct span){ t->part.p + TPKT_HEADER, (size_t)len - TPKT_HEADER };
	buf_reset(&t->part); /* the bytes stay until the next call */
	return 1;
}

/* A message at the start of `in`: 1 whole, 0 kept as begun. */
static int input_whole(struct tpkt *t, struct span *in, struct span *message)
{
	int len = length_of(t, in->p, in->n);

	if (len < 0)
		return lost(t, len);
	if (len && (size_t)len <= in->n) {
		*message = cut(in, (size_t)len);
		cut(message, TPKT_HEADER);
		return 1;
	}
	return gather(t, in, in->n) ? 0 : lost(t, -H_ENOMEM);
}

int tpkt_input(struct tpkt *t, struct span *in, struct span *message)
{
	struct span m;
	int got;

	while (!t->fail && in->n) {
		got = t->part.n ? input_part(t, in, &m) : input_whole(t, in, &m);
		if (got > 0 && m.n) {
			*message = m;
			return 1;
		}
		if (got < 0)
			break;
	}
	return t->fail;
}

void tpkt_header(uint8_t out[TPKT_HEADER], size_t n)
{
	assert(n <= TPKT_MAX - TPKT_HEADER);
	n += TPKT_HEADER;
	out[0] = TPKT_VERSION;
	out[1] = 0;
	out[2] = (uint8_t)(n >> 8);
	out[3] = (uint8_t)n;
}
