/* tests/unit/check_h248_corpus.c - every message of the H.248 corpus, in every form.
 *
 * layer: tests   thread: main   I/O: files below $HOLLER_CORPUS
 * RFC 3525 Annex A, Annex B; H.248.1 v2, v3
 *
 * The corpus was made with Erlang's megaco: valid/ must parse, invalid/ must be refused,
 * pretty/ and compact/ are re-encodings, ber/ and berx/ binary forms (values bare and
 * wrapped). Where it and the standard disagree the standard wins; `odd` below says of
 * each such file why. Long names stand in ber/ as made-up ids: 0xfeNN for items, 8 octets
 * for terminations; each must stand for one name throughout its file.
 */
#include "tests/unit/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "wire/h248.h"
#include "wire/h248_walk.h"

enum { FILE_MAX = 1 << 20, FIELDS = 9, SUBST_MAX = 512 };
enum odd { ODD_REFUSED = 1, ODD_FORMS = 2, ODD_BER = 4 };

static const struct {
	const char *name;
	unsigned how;
	const char *why;
} odd[] = {
	{ "v2_compact_otp4359_msg1", ODD_REFUSED,
	  "a transaction without its id: B.2 transactionRequest has one" },
	{ "v3_compact_otp4359_msg1", ODD_REFUSED,
	  "a transaction without its id: B.2 transactionRequest has one" },
	{ "v2_compact_otp7138_msg02", ODD_FORMS | ODD_BER,
	  "\"CT\" lost its quotes, and in binary its case: B.2 has Strings quoted" },
	{ "v3_pretty_otp8114_msg01", ODD_FORMS | ODD_BER,
	  "\"BOTH\" lost its quotes, and in binary its case: B.2 has Strings quoted" },
	{ "v2_msg62b", ODD_FORMS | ODD_BER,
	  "the Modem descriptor was dropped: B.2 and A.2 have it" },
	{ "v3_msg76a02_c", ODD_BER,
	  "a property asked for beside one selected by was dropped" },
	{ "v2_compact_otp7457_msg02", ODD_BER,
	  "tdm12/1/1/* became a wildcard of the whole name" },
	{ "v2_compact_otp7576_msg01_2", ODD_BER,
	  "rtp/2/$ became a wildcard of the whole name; a topology's stream was "
	  "dropped" },
	{ "v2_flex_compact_dm_timers7", ODD_BER,
	  "the Z timer was dropped: A.2 of v2 has durationTimer" },
};

enum { ODDS = sizeof(odd) / sizeof(odd[0]) };

struct entry {
	char *field[FIELDS];
	char base[128];
};

static struct entry *entries;
static unsigned entry_count;
static char *manifest;
static const char *root;
static struct arena *arena;

static char *slurp(const char *dir, const char *name, size_t *n)
{
	char path[1024], *p = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "%s/h248/%s%s", root, dir, name);
	f = fopen(path, "rb");
	if (f) {
		p = malloc(FILE_MAX);
		*n = fread(p, 1, FILE_MAX - 1, f);
		p[*n] = '\0';
		fclose(f);
	}
	return p;
}

static void base_of(const char *file, char *out, size_t size)
{
	const char *slash = strrchr(file, '/'), *dot = strrchr(file, '.');

	slash = slash ? slash + 1 : file;
	snprintf(out, size, "%.*s", (int)(dot - slash), slash);
}

static void load_manifest(void)
{
	size_t n;
	char *line, *next;

	manifest = slurp("", "MANIFEST.tsv", &n);
	ck_assert_msg(manifest != NULL, "no MANIFEST.tsv below %s", root);
	entries = calloc(2048, sizeof(*entries));
	for (line = strchr(manifest, '\n') + 1; *line; line = next) {
		struct entry *e = &entries[entry_count++];
		char *f = line;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		else
			next = line + strlen(line);
		for (int i = 0; i < FIELDS && f; i++)
			e->field[i] = strsep(&f, "\t");
		base_of(e->field[0], e->base, sizeof(e->base));
	}
	ck_assert_uint_gt(entry_count, 400);
}

static unsigned odd_of(const char *base)
{
	for (int i = 0; i < ODDS; i++) {
		if (!strcmp(odd[i].name, base))
			return odd[i].how;
	}
	return 0;
}

static bool verdict(const struct entry *e, const char *v)
{
	return !strcmp(e->field[1], v);
}

/* --- names: digit maps are "dialplan" and a number --- */

static int dm_to_bin(void *arg, struct span text, uint8_t out[2])
{
	char tmp[H248_NAME_MAX + 1];
	int v;

	(void)arg;
	if (text.n > H248_NAME_MAX || !str_istarts(text, "dialplan"))
		return -H_ENOENT;
	snprintf(tmp, sizeof(tmp), "%.*s", (int)text.n - 8, text.p + 8);
	v = atoi(tmp);
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return 0;
}

static int dm_to_text(void *arg, const uint8_t id[2], char out[H248_NAME_MAX + 1])
{
	(void)arg;
	snprintf(out, H248_NAME_MAX, "dialplan%d", id[0] << 8 | id[1]);
	return 0;
}

/* Terminations are either characters or "11111111/00000000", the bits of their octets. */
static int term_to_bin(void *arg, struct span text, struct h248_term *out)
{
	(void)arg;
	if (text.n < 8 || strspn(text.p, "01/") < text.n || (text.n + 1) % 9)
		return h248_names_plain.to_bin(NULL, text, out);
	for (size_t at = 0; at < text.n; at += 9) {
		unsigned v = 0;

		for (size_t i = at; i < at + 8; i++)
			v = v << 1 | (text.p[i] == '1');
		out->id[out->nid++] = (uint8_t)v;
	}
	return 0;
}

static int term_to_text(void *arg, const struct h248_term *bin,
			char out[H248_NAME_MAX + 1])
{
	char *p = out;

	(void)arg;
	if (!h248_names_plain.to_text(NULL, bin, out))
		return 0;
	if (bin->nwild || bin->nid > 7)
		return -H_ENOENT;
	for (int i = 0; i < bin->nid; i++) {
		if (i)
			*p++ = '/';
		for (int bit = 7; bit >= 0; bit--)
			*p++ = bin->id[i] >> bit & 1 ? '1' : '0';
	}
	*p = '\0';
	return 0;
}

static struct h248_names names;

/* --- comparing --- */

static void dump(struct buf *b, const struct h248_msg *m)
{
	buf_init(b, 1 << 26);
	h248_dump(b, m, &names);
	buf_char(b, '\0');
	ck_assert(buf_ok(b));
}

static struct {
	char text[160], bin[160];
} subst[SUBST_MAX];
static int subst_count;

/* A made-up id must stand for one name in a file, and a name for one id. */
static bool substituted(const char *text, const char *bin)
{
	for (int i = 0; i < subst_count; i++) {
		if (!strcmp(subst[i].text, text) || !strcmp(subst[i].bin, bin))
			return !strcmp(subst[i].text, text) && !strcmp(subst[i].bin, bin);
	}
	ck_assert_int_lt(subst_count, SUBST_MAX);
	snprintf(subst[subst_count].text, sizeof(subst[0].text), "%s", text);
	snprintf(subst[subst_count++].bin, sizeof(subst[0].bin), "%s", bin);
	return true;
}

static bool value_equal(const char *text, const char *bin, bool may_substitute)
{
	if (!strcmp(text, bin))
		return true;
	if (!strncmp(text, "dialplan", 8) && !strncmp(bin, "dialplan", 8))
		return atoi(text + 8) == atoi(bin + 8);
	if (!may_substitute)
		return false;
	if (strstr(bin, "0xfe") || (!strncmp(bin, "0x", 2) && strlen(bin) == 18) ||
	    !strncmp(bin, "dialplan65", 10))
		return substituted(text, bin);
	return false;
}

/* Line by line; NULL, or the first line of `a` that differs. */
static const char *differ(char *a, char *b, bool may_substitute)
{
	while (*a || *b) {
		char *x = strsep(&a, "\n"), *y = strsep(&b, "\n");
		char *xv = strstr(x, ": "), *yv = strstr(y, ": ");

		if (!a != !b)
			return x;
		if (!strcmp(x, y)) {
			if (!a)
				return NULL;
			continue;
		}
		if (!xv || !yv || xv - x != yv - y || strncmp(x, y, (size_t)(xv - x)) ||
		    !value_equal(xv + 2, yv + 2, may_substitute))
			return x;
	}
	return NULL;
}

static int parse_file(const char *dir, const char *name, char **bytes, size_t *n,
		      struct h248_msg **m, struct h248_fault *f)
{
	*bytes = slurp(dir, name, n);
	ck_assert_msg(*bytes != NULL, "%s%s is missing", dir, name);
	if (strstr(name, ".ber"))
		return h248_ber_dec(arena, (struct span){ *bytes, *n }, m, f);
	return h248_text_parse(arena, (struct span){ *bytes, *n }, m, f);
}

START_TEST(valid_messages_decode_and_invalid_ones_are_refused)
{
	unsigned ok = 0, refused = 0;

	for (unsigned i = 0; i < entry_count; i++) {
		const struct entry *e = &entries[i];
		bool good = verdict(e, "ok") && !(odd_of(e->base) & ODD_REFUSED);
		struct h248_msg *m;
		struct h248_fault f;
		char *bytes;
		size_t n;
		int rc = parse_file("", e->field[0], &bytes, &n, &m, &f);

		ck_assert_msg(!good || !rc, "%s: %s at %zu", e->field[0], f.err.what,
			      f.err.offset);
		ck_assert_msg(good || rc || verdict(e, "disputed"), "%s passed",
			      e->field[0]);
		if (rc) {
			ck_assert_int_eq(rc, -H_ESYNTAX);
			ck_assert(f.code >= 400 && f.code < 500 && f.err.what &&
				  f.err.clause && f.err.offset <= n);
		}
		ok += !rc;
		refused += rc != 0;
		arena_reset(arena);
		free(bytes);
	}
	ck_assert_uint_gt(ok, 380);
	ck_assert_uint_gt(refused, 25);
}
END_TEST

/* One file against another, after the substitutions that `how` allows. */
static void compare(const struct entry *e, const char *dir, const char *other,
		    bool may_substitute, unsigned odd_bit)
{
	struct h248_msg *m, *o;
	struct h248_fault f;
	struct buf x, y;
	char *p, *q;
	size_t n;
	const char *where;

	subst_count = 0;
	ck_assert_int_eq(parse_file("", e->field[0], &p, &n, &m, &f), 0);
	ck_assert_msg(!parse_file(dir, other, &q, &n, &o, &f), "%s%s: %s at %zu", dir,
		      other, f.err.what, f.err.offset);
	dump(&x, m);
	dump(&y, o);
	where = differ(x.p, y.p, may_substitute);
	if (odd_of(e->base) & odd_bit)
		ck_assert_msg(where != NULL, "%s is not odd any more", e->base);
	else
		ck_assert_msg(where == NULL, "%s and %s%s:%s", e->base, dir, other,
			      where);
	buf_fini(&x);
	buf_fini(&y);
	arena_reset(arena);
	free(p);
	free(q);
}

static bool usable(const struct entry *e)
{
	return verdict(e, "ok") && !(odd_of(e->base) & ODD_REFUSED);
}

START_TEST(pretty_and_compact_are_the_same_tree)
{
	char name[160];

	for (unsigned i = 0; i < entry_count; i++) {
		if (!usable(&entries[i]))
			continue;
		snprintf(name, sizeof(name), "%s.txt", entries[i].base);
		compare(&entries[i], "pretty/", name, false, ODD_FORMS);
		compare(&entries[i], "compact/", name, false, ODD_FORMS);
	}
}
END_TEST

START_TEST(binary_is_the_same_tree)
{
	unsigned done = 0;

	for (unsigned i = 0; i < entry_count; i++) {
		const struct entry *e = &entries[i];

		if (!usable(e) || !strcmp(e->field[5], "-"))
			continue;
		compare(e, "", e->field[5], strstr(e->field[6], "substituted") != NULL,
			ODD_BER);
		done++;
	}
	ck_assert_uint_gt(done, 350);
}
END_TEST

/* Wrapped values: written as they came, octet by octet; bare ones mean the same. */
START_TEST(wrapped_binary_is_written_as_it_came)
{
	char path[1024];
	unsigned done = 0;
	struct dirent *de;
	DIR *d;

	snprintf(path, sizeof(path), "%s/h248/berx", root);
	d = opendir(path);
	ck_assert_ptr_nonnull(d);
	while ((de = readdir(d))) {
		struct h248_msg *m, *o;
		struct h248_fault f;
		struct buf b;
		char *p, *q;
		size_t n, k;

		if (*de->d_name == '.')
			continue;
		ck_assert_int_eq(parse_file("berx/", de->d_name, &p, &n, &m, &f), 0);
		ck_assert_int_eq(parse_file("ber/", de->d_name, &q, &k, &o, &f), 0);
		ck_assert_msg(h248_same(m, o, &names), "%s", de->d_name);
		buf_init(&b, FILE_MAX);
		ck_assert_int_eq(h248_ber_enc(&b, m, &names, NULL), 0);
		ck_assert_msg(b.n == n && !memcmp(b.p, p, n), "%s", de->d_name);
		buf_fini(&b);
		arena_reset(arena);
		free(p);
		free(q);
		done++;
	}
	closedir(d);
	ck_assert_uint_gt(done, 250);
}
END_TEST

/* Print a tree in one style (2: binary), read it back, compare. 1 when it was printed. */
static int back_and_forth(const char *name, const struct h248_msg *m, int style)
{
	struct h248_misfit why;
	struct h248_fault f;
	struct h248_msg *o;
	struct buf b, x, y;
	const char *where;
	int rc;

	buf_init(&b, FILE_MAX);
	rc = style == 2 ? h248_ber_enc(&b, m, &names, &why)
			: h248_text_print(&b, m, (enum h248_style)style, &names, &why);
	if (rc) {
		ck_assert_msg(rc == -H_ENOENT || rc == -H_EINVAL, "%s: %d", name, rc);
		ck_assert_msg(*why.what, "%s: does not say what", name);
	} else {
		rc = style == 2 ? h248_ber_dec(arena, buf_view(&b), &o, &f)
				: h248_text_parse(arena, buf_view(&b), &o, &f);
		ck_assert_msg(!rc, "%s: style %d: %s at %zu", name, style, f.err.what,
			      f.err.offset);
		dump(&x, m);
		dump(&y, o);
		where = differ(x.p, y.p, false);
		ck_assert_msg(!where, "%s: style %d:%s", name, style, where);
		buf_fini(&x);
		buf_fini(&y);
		rc = 1;
	}
	buf_fini(&b);
	return rc == 1;
}

START_TEST(every_tree_survives_every_form)
{
	unsigned printed[3] = { 0, 0, 0 }, all = 0;

	for (unsigned i = 0; i < entry_count; i++) {
		const struct entry *e = &entries[i];
		struct h248_msg *m;
		struct h248_fault f;
		char *p;
		size_t n;

		if (!usable(e))
			continue;
		ck_assert_int_eq(parse_file("", e->field[0], &p, &n, &m, &f), 0);
		for (int style = 0; style < 3; style++)
			printed[style] += (unsigned)back_and_forth(e->base, m, style);
		arena_reset(arena);
		free(p);
		if (strcmp(e->field[5], "-")) {
			ck_assert_int_eq(parse_file("", e->field[5], &p, &n, &m, &f), 0);
			back_and_forth(e->field[5], m, H248_COMPACT);
			ck_assert_int_eq(back_and_forth(e->field[5], m, 2), 1);
			arena_reset(arena);
			free(p);
		}
		all++;
	}
	ck_assert_uint_eq(printed[H248_COMPACT], all); /* text prints as text, always */
	ck_assert_uint_eq(printed[H248_PRETTY], all);
	printf("corpus: %u messages, %u of them have names for every binary id\n", all,
	       printed[2]);
}
END_TEST

static void setup(void)
{
	test_no_oom();
	names = h248_names_plain;
	names.to_bin = term_to_bin;
	names.to_text = term_to_text;
	names.dm_to_bin = dm_to_bin;
	names.dm_to_text = dm_to_text;
	arena = arena_new(1 << 27);
	load_manifest();
}

static void teardown(void)
{
	arena_free(arena);
	free(entries);
	free(manifest);
	entry_count = 0;
}

static Suite *h248_corpus_suite(void)
{
	Suite *s = suite_create("h248_corpus");
	TCase *tc = tcase_create("corpus");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, valid_messages_decode_and_invalid_ones_are_refused);
	tcase_add_test(tc, pretty_and_compact_are_the_same_tree);
	tcase_add_test(tc, binary_is_the_same_tree);
	tcase_add_test(tc, wrapped_binary_is_written_as_it_came);
	tcase_add_test(tc, every_tree_survives_every_form);
	suite_add_tcase(s, tc);
	return s;
}

int main(int argc, char **argv)
{
	root = getenv("HOLLER_CORPUS");
	if (!root || !*root) {
		puts("check_h248_corpus: skipped, HOLLER_CORPUS does not name a folder");
		return 77;
	}
	return test_main(argc, argv, h248_corpus_suite);
}
