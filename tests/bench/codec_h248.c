/* tests/bench/codec_h248.c - time to decode and encode each message of a list.
 *
 * layer: test program   thread: one   I/O: files, standard output
 *
 *	codec_h248 text|ber ROUNDS FILE...
 *
 * Prints one JSON object: messages, and ns per message and direction, the mean over all
 * messages of the least of five times ROUNDS in a row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/h248.h"

enum { FILE_MOST = 1 << 16, TREE_MOST = 16 << 20 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int decode(struct arena *a, bool ber, struct span s, struct h248_msg **m)
{
	arena_reset(a);
	return ber ? h248_ber_dec(a, s, m, NULL) : h248_text_parse(a, s, m, NULL);
}

static int encode(struct buf *b, bool ber, bool pretty, const struct h248_msg *m)
{
	buf_reset(b);
	return ber ? h248_ber_enc(b, m, &h248_names_plain, NULL)
		   : h248_text_print(b, m, pretty ? H248_PRETTY : H248_COMPACT,
				     &h248_names_plain, NULL);
}

struct job {
	struct arena *a;
	struct buf *b;
	struct span s;
	struct h248_msg *m;
	bool ber, pretty;
};

/* The least of five runs, ns for one. */
static double least(struct job *j, bool enc, long rounds)
{
	double best = 0;

	for (int run = 0; run < 5; run++) {
		double t = now();

		for (long k = 0; k < rounds; k++) {
			if (enc)
				encode(j->b, j->ber, j->pretty, j->m);
			else
				decode(j->a, j->ber, j->s, &j->m);
		}
		t = now() - t;
		if (!run || t < best)
			best = t;
	}
	return best / (double)rounds;
}

int main(int argc, char **argv)
{
	static char bytes[FILE_MOST];
	long rounds = argc > 2 ? atol(argv[2]) : 0;
	double dec = 0, enc = 0;
	unsigned n = 0;
	struct buf b;
	struct job j = { .a = arena_new(TREE_MOST), .b = &b,
			 .ber = argc > 1 && !strcmp(argv[1], "ber") };

	buf_init(&b, 1 << 20);
	for (int i = 3; i < argc && rounds > 0; i++) {
		FILE *f = fopen(argv[i], "rb");

		j.s = (struct span){ bytes, f ? fread(bytes, 1, sizeof(bytes), f) : 0 };
		j.pretty = strstr(argv[i], "pretty") != NULL;
		if (f)
			fclose(f);
		if (decode(j.a, j.ber, j.s, &j.m) || encode(&b, j.ber, j.pretty, j.m)) {
			fprintf(stderr, "%s: left out\n", argv[i]);
			continue;
		}
		dec += least(&j, false, rounds);
		enc += least(&j, true, rounds);
		n++;
	}
	if (n)
		printf("{\"messages\": %u, \"decode_ns\": %.1f, \"encode_ns\": %.1f}\n",
		       n, dec / n, enc / n);
	buf_fini(&b);
	arena_free(j.a);
	return n ? 0 : 1;
}
