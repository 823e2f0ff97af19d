/* cli/convert.c - `hollerctl convert`: H.248 messages from one form to another.
 *
 * layer: cli (L5)   thread: main   I/O: reads files, writes stdout
 * RFC 3525 Annex A, Annex B
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/decode.h"
#include "cli/ids.h"
#include "util/mem.h"
#include "wire/h248.h"

enum { OUT_MOST = 8 << 20, TREE_MOST = 64 << 20 };

enum form { FORM_PRETTY, FORM_COMPACT, FORM_BER, FORM_NONE };

struct job {
	enum form from, to;
	struct ids ids;
};

static const char *const forms[] = {
	[FORM_PRETTY] = "h248",
	[FORM_COMPACT] = "h248-compact",
	[FORM_BER] = "h248-ber",
};

static enum form form_of(const char *name)
{
	int i = 0;

	while (i < FORM_NONE && strcmp(forms[i], name))
		i++;
	return (enum form)i;
}

void convert_usage(FILE *out)
{
	fputs("usage: hollerctl convert --from FORM --to FORM [--ids RULE]... FILE...\n"
	      "FORM is h248 (text, pretty), h248-compact (text) or h248-ber\n"
	      "RULE is how terminations are numbered: 'rtp/%d=4:1/3' (PATTERN=OCTETS:\n"
	      "PREFIX/BITS, as in hollerd.conf) or bits (00100000/00000001); without "
	      "one,\n"
	      "names of up to 8 characters are their own octets\n",
	      out);
}

static int print(struct buf *b, const struct h248_msg *m, const struct job *job,
		 struct h248_misfit *why)
{
	if (job->to == FORM_BER)
		return h248_ber_enc(b, m, &job->ids.names, why);
	return h248_text_print(b, m, job->to == FORM_PRETTY ? H248_PRETTY : H248_COMPACT,
			       &job->ids.names, why);
}

/* What went wrong is told once; nothing of the message is written then. */
static bool convert(const char *path, struct span bytes, const struct job *job)
{
	struct arena *a = arena_new(TREE_MOST);
	struct h248_misfit why = { "out of memory" };
	struct h248_fault f = { .code = 0 };
	struct h248_msg *m = NULL;
	struct buf b;
	int rc = -1;

	buf_init(&b, OUT_MOST);
	if (a)
		rc = job->from == FORM_BER ? h248_ber_dec(a, bytes, &m, &f)
				      : h248_text_parse(a, bytes, &m, &f);
	if (rc) {
		fprintf(stderr, "hollerctl: %s: byte %zu: %s (%s), error %u\n", path,
			f.err.offset, f.err.what ? f.err.what : why.what,
			f.err.clause ? f.err.clause : "memory", f.code);
	} else {
		rc = print(&b, m, job, &why);
		if (rc)
			fprintf(stderr, "hollerctl: %s: %s\n", path,
				*why.what ? why.what : "message too long");
		else
			fwrite(b.p, 1, b.n, stdout);
	}
	buf_fini(&b);
	arena_free(a);
	return !rc;
}

static bool convert_file(const char *path, const struct job *job)
{
	size_t n = 0;
	char *bytes = decode_file_read(path, &n);
	bool ok;

	if (!bytes) {
		fprintf(stderr, "hollerctl: %s: cannot read: %s\n", path,
			strerror(errno));
		return false;
	}
	ok = convert(path, (struct span){ bytes, n }, job);
	mem_free(bytes);
	return ok;
}

/* "--from X" or "--from=X" at argv[*i]: X, and *i is behind it. */
static const char *option(const char *name, int argc, char **argv, int *i)
{
	size_t n = strlen(name);

	if (*i < argc && !strncmp(argv[*i], name, n) && argv[*i][n] == '=')
		return argv[(*i)++] + n + 1;
	if (*i + 1 < argc && !strcmp(argv[*i], name)) {
		*i += 2;
		return argv[*i - 1];
	}
	return NULL;
}

/* Options, up to the first file: its index, or 0 when they are wrong. */
static int options(struct job *job, int argc, char **argv)
{
	int i = 1;

	*job = (struct job){ .from = FORM_NONE, .to = FORM_NONE };
	ids_init(&job->ids);
	for (;;) {
		const char *from = option("--from", argc, argv, &i);
		const char *to = from ? NULL : option("--to", argc, argv, &i);
		const char *rule = from || to ? NULL : option("--ids", argc, argv, &i);

		if (from)
			job->from = form_of(from);
		else if (to)
			job->to = form_of(to);
		else if (!rule)
			break;
		else if (!ids_add(&job->ids, str_of(rule)))
			return 0;
	}
	if (i < argc && !strcmp(argv[i], "--"))
		i++;
	return job->from == FORM_NONE || job->to == FORM_NONE || i >= argc ? 0 : i;
}

int convert_main(int argc, char **argv)
{
	struct job job;
	bool all = true;
	int i = options(&job, argc, argv);

	if (!i) {
		convert_usage(stderr);
		return DECODE_USAGE;
	}
	for (; i < argc; i++)
		all &= convert_file(argv[i], &job);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "hollerctl: cannot write: %s\n", strerror(errno));
		return DECODE_USAGE;
	}
	return all ? DECODE_VALID : DECODE_INVALID;
}
