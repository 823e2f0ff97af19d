/* tests/unit/check_h248_pkg.c - package names and ids, and the values of their items.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 12, A.2, B.2, Annex E
 */
#include "tests/unit/test.h"

#include <string.h>

#include "util/err.h"
#include "wire/h248_pkg.h"

static struct h248_pkgd text(const char *s)
{
	const char *slash = strchr(s, '/');

	return (struct h248_pkgd){ .p = s, .n = (uint16_t)strlen(s),
				   .slash = (uint16_t)(slash ? slash - s : 0) };
}

static struct h248_pkgd bin(uint32_t id)
{
	return (struct h248_pkgd){ .id = id };
}

static const struct {
	enum h248_item_kind kind;
	const char *name;
	uint32_t id;
} items[] = {
	{ H248_PROPERTY, "nt/jit", 0x000b0007 },
	{ H248_PROPERTY, "root/maxNumberOfContexts", 0x00020001 },
	{ H248_EVENT, "nt/netfail", 0x000b0005 },
	{ H248_EVENT, "g/cause", 0x00010001 },
	{ H248_EVENT, "dd/ce", 0x00060004 },
	{ H248_SIGNAL, "cg/rt", 0x00070031 },
	{ H248_SIGNAL, "dg/d0", 0x00050010 },
	{ H248_EVENT, "dd/d0", 0x00060010 },
	{ H248_STAT, "rtp/delay", 0x000c0008 },
	{ H248_STAT, "nt/os", 0x000b0002 },
	{ H248_EVENT, "al/*", 0x0009ffff },
	{ H248_SIGNAL, "*/*", 0xffffffff },
};

START_TEST(names_and_ids_answer_to_each_other)
{
	struct h248_pkgd t = text(items[_i].name), b = bin(items[_i].id);
	char mem[64];
	struct buf out;
	uint32_t id;

	ck_assert_int_eq(h248_pkgd_id(items[_i].kind, &t, &id), 0);
	ck_assert_uint_eq(id, items[_i].id);
	buf_fixed(&out, mem, sizeof(mem));
	ck_assert_int_eq(h248_pkgd_put(&out, items[_i].kind, &b), 0);
	ck_assert(str_eq(buf_view(&out), str_of(items[_i].name)));
	ck_assert_ptr_eq(h248_item_find(items[_i].kind, &t),
			 h248_item_find(items[_i].kind, &b));
	ck_assert_int_eq(h248_pkgd_wild(&t), strchr(items[_i].name, '*') != NULL);
	ck_assert_int_eq(h248_pkgd_wild(&b), h248_pkgd_wild(&t));
	ck_assert(h248_pkgd_is(&t, items[_i].name, 0));
	ck_assert(h248_pkgd_is(&b, "", items[_i].id));
}
END_TEST

START_TEST(unproven_names_have_no_counterpart)
{
	static const char *const names[] = { "gm/saf", "tman/pol", "seg/mgmaxpdusize",
					     "ipnapt/latch", "zz/a", "nt/none" };
	char mem[64];
	struct buf out;
	uint32_t id;

	buf_fixed(&out, mem, sizeof(mem));
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct h248_pkgd t = text(names[i]);

		ck_assert_int_eq(h248_pkgd_id(H248_PROPERTY, &t, &id), -H_ENOENT);
		ck_assert_int_eq(h248_pkgd_put(&out, H248_PROPERTY, &t),
				 0); /* as it is */
	}
	for (uint32_t i = 0x1000; i < 0x1010; i++) {
		struct h248_pkgd b = bin(0x000b0000 | i), c = bin(i << 16 | 1);

		ck_assert_int_eq(h248_pkgd_put(&out, H248_STAT, &b), -H_ENOENT);
		ck_assert_int_eq(h248_pkgd_put(&out, H248_STAT, &c), -H_ENOENT);
	}
}
END_TEST

START_TEST(packages_have_both)
{
	struct h248_pkgd t = text("GM"), b = bin(0x008c), none = text("nosuch");
	struct span s;
	uint32_t id;

	ck_assert_int_eq(h248_package_id(&t, &id), 0);
	ck_assert_uint_eq(id, 0x008c);
	ck_assert_int_eq(h248_package_text(&b, &s), 0);
	ck_assert(str_eq(s, STR_LIT("gm")));
	ck_assert_int_eq(h248_package_id(&none, &id), -H_ENOENT);
	b = bin(0x7fff);
	ck_assert_int_eq(h248_package_text(&b, &s), -H_ENOENT);
}
END_TEST

static const struct h248_item *find(enum h248_item_kind kind, const char *name,
				    const char *parm)
{
	struct h248_pkgd n = text(name), p = text(parm ? parm : "");
	const struct h248_item *it = h248_item_find(kind, &n);

	ck_assert_ptr_nonnull(it);
	if (parm)
		it = h248_parm_find(it, &p);
	ck_assert_msg(it != NULL, "%s %s", name, parm);
	return it;
}

static const struct {
	enum h248_item_kind kind;
	const char *name, *parm, *text;
	unsigned n;
	const char *octets;
} values[] = {
	{ H248_PROPERTY, "nt/jit", NULL, "0", 3, "\x02\x01\x00" },
	{ H248_PROPERTY, "nt/jit", NULL, "127", 3, "\x02\x01\x7f" },
	{ H248_PROPERTY, "nt/jit", NULL, "128", 4, "\x02\x02\x00\x80" },
	{ H248_PROPERTY, "tdmc/gain", NULL, "-128", 3, "\x02\x01\x80" },
	{ H248_PROPERTY, "tdmc/gain", NULL, "-129", 4, "\x02\x02\xff\x7f" },
	{ H248_PROPERTY, "tdmc/ec", NULL, "off", 3, "\x01\x01\x00" },
	{ H248_STAT, "rtp/pl", NULL, "0.5", 0, NULL },
	{ H248_STAT, "nt/os", NULL, "18446744073709551615", 11,
	  "\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff" },
	{ H248_EVENT, "g/sc", "Meth", "EV", 3, "\x0a\x01\x02" },
	{ H248_EVENT, "g/sc", "SigID", "\"cg/rt\"", 6, "\x04\x04\x00\x07\x00\x31" },
	{ H248_EVENT, "dd/std", "tl", "d9", 3, "\x0a\x01\x19" },
	{ H248_EVENT, "dd/std", "tl", "*", 3, "\x0a\x01\x00" },
	{ H248_SIGNAL, "dg/pt", "tl", "ds", 3, "\x0a\x01\x20" },
	{ H248_SIGNAL, "cg/pt", "ind", "40", 3, "\x02\x01\x28" },
	{ H248_EVENT, "dd/ce", "ds", "\"12\"", 4, "\x16\x02" "12" },
	{ H248_EVENT, "nt/netfail", "cs", "\"\xc3\xa4\"", 4, "\x0c\x02\xc3\xa4" },
	{ H248_EVENT, "g/cause", "Failurecause", "00FF", 4, "\x04\x02\x00\xff" },
};

static struct h248_value value_of(const char *s)
{
	size_t n = strlen(s);

	if (*s == '"')
		return (struct h248_value){ .s = { s + 1, n - 2 },
					    .form = H248_VALUE_QUOTED };
	return (struct h248_value){ .s = { s, n }, .form = H248_VALUE_WORD };
}

START_TEST(values_go_both_ways)
{
	const struct h248_item *it =
		find(values[_i].kind, values[_i].name, values[_i].parm);
	struct h248_value v = value_of(values[_i].text), w = { .form = H248_VALUE_BER };
	char mem[64], back[64], plain[2][64];
	struct buf b, c, p, q;

	buf_fixed(&b, mem, sizeof(mem));
	buf_fixed(&c, back, sizeof(back));
	buf_fixed(&p, plain[0], 64);
	buf_fixed(&q, plain[1], 64);
	ck_assert_int_eq(h248_value_enc(&b, it, &v), 0);
	if (it->type == H248_T_FIXED) { /* half of 2^32 has its top bit set */
		ck_assert_uint_eq(b.n, 7);
		ck_assert(!memcmp(mem, "\x02\x05\x00\x80\x00\x00\x00", 7));
	} else {
		ck_assert_msg(b.n == values[_i].n && !memcmp(mem, values[_i].octets, b.n),
			      "%s %s", values[_i].name, values[_i].text);
	}
	w.s = buf_view(&b);
	ck_assert(h248_value_wrapped(&w));
	ck_assert_int_eq(h248_value_put(&c, it, &w), 0);
	if (it->type != H248_T_DOUBLE) /* negative there: the type is signed */
		ck_assert_msg(str_eq(buf_view(&c), str_of(values[_i].text)), "%.*s",
			      (int)c.n, back);
	h248_value_plain(&p, it, &v);
	h248_value_plain(&q, it, &w);
	ck_assert_msg(str_ieq(buf_view(&p), buf_view(&q)), "%.*s", (int)q.n, plain[1]);
}
END_TEST

START_TEST(bare_values_are_read_as_text)
{
	const struct h248_item *jit = find(H248_PROPERTY, "nt/jit", NULL);
	const struct h248_item *ec = find(H248_PROPERTY, "tdmc/ec", NULL);
	struct h248_value v = { .s = STR_LIT("40"), .form = H248_VALUE_BER };
	char mem[16];
	struct buf b;
	int64_t n;
	bool on;

	ck_assert(!h248_value_wrapped(&v));
	ck_assert(h248_value_int(jit, &v, &n) && n == 40);
	buf_fixed(&b, mem, sizeof(mem));
	ck_assert_int_eq(h248_value_enc(&b, jit, &v), 0); /* written wrapped */
	ck_assert(!memcmp(mem, "\x02\x01\x28", 3));
	v.s = STR_LIT("True");
	ck_assert(h248_value_bool(ec, &v, &on) && on);
	ck_assert(!h248_value_int(jit, &v, &n));
	v.s = STR_LIT("\x02\x03\x28"); /* a length that is wrong: no BER */
	ck_assert(!h248_value_wrapped(&v));
	v.s = (struct span){ "\x02\x0a\0\0\0\0\0\0\0\0\0\1", 12 };
	ck_assert(!h248_value_int(jit, &v, &n)); /* more than 64 bits */
}
END_TEST

START_TEST(text_that_is_not_of_the_type_is_refused)
{
	static const struct {
		const char *name, *parm, *text;
	} bad[] = {
		{ "dd/ce", "Meth", "XX" },
		{ "al/fl", "mindur", "1x" },
		{ "al/fl", "mindur", "99999999999999999999" },
		{ "al/on", "init", "maybe" },
		{ "dd/std", "tl", "nine" },
		{ "g/sc", "SigID", "\"cg\"" },
		{ "g/sc", "SigID", "\"zz/rt\"" },
		{ "g/cause", "Failurecause", "0g" },
	};
	char mem[64];
	struct buf b;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct h248_item *it = find(H248_EVENT, bad[i].name, bad[i].parm);
		struct h248_value v = value_of(bad[i].text);

		buf_fixed(&b, mem, sizeof(mem));
		ck_assert_msg(h248_value_enc(&b, it, &v) < 0, "%s", bad[i].text);
	}
}
END_TEST

START_TEST(without_an_item_the_look_decides)
{
	static const struct {
		const char *text, *octets;
		unsigned n;
	} look[] = {
		{ "on", "\x01\x01\xff", 3 }, { "-5", "\x02\x01\xfb", 3 },
		{ "0x10", "\x02\x01\x10", 3 }, { "quick", "\x16\x05quick", 7 },
		{ "\"5\"", "\x16\x01" "5", 3 },
	};
	char mem[64];
	struct buf b;

	for (unsigned i = 0; i < sizeof(look) / sizeof(look[0]); i++) {
		struct h248_value v = value_of(look[i].text);

		buf_fixed(&b, mem, sizeof(mem));
		ck_assert_int_eq(h248_value_enc(&b, NULL, &v), 0);
		ck_assert_msg(b.n == look[i].n && !memcmp(mem, look[i].octets, b.n), "%s",
			      look[i].text);
	}
}
END_TEST

static Suite *h248_pkg_suite(void)
{
	Suite *s = suite_create("h248_pkg");
	TCase *tc = tcase_create("packages");

	tcase_add_loop_test(tc, names_and_ids_answer_to_each_other, 0,
			    sizeof(items) / sizeof(items[0]));
	tcase_add_test(tc, unproven_names_have_no_counterpart);
	tcase_add_test(tc, packages_have_both);
	tcase_add_loop_test(tc, values_go_both_ways, 0,
			    sizeof(values) / sizeof(values[0]));
	tcase_add_test(tc, bare_values_are_read_as_text);
	tcase_add_test(tc, text_that_is_not_of_the_type_is_refused);
	tcase_add_test(tc, without_an_item_the_look_decides);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(h248_pkg_suite)
