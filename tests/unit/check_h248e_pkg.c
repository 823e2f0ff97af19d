/* tests/unit/check_h248e_pkg.c - packages: each row is what it says, found and refused by
 * the right code, and stands in doc/H248.
 *
 * layer: tests   thread: main   I/O: reads doc/H248
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h248/pkg.h"
#include "h248/props.h"
#include "wire/h248_pkg.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new(1 << 20);
	ck_assert_ptr_nonnull(arena);
}

static void teardown(void)
{
	arena_free(arena);
	arena = NULL;
}

static struct h248_pkgd text_name(const char *s)
{
	const char *slash = strchr(s, '/');

	return (struct h248_pkgd){ .p = s, .n = (uint16_t)strlen(s),
				   .slash = (uint16_t)(slash ? slash - s : 0) };
}

static struct h248_value word(const char *s)
{
	return (struct h248_value){ .s = str_of(s), .form = H248_VALUE_WORD };
}

static unsigned any_on(const struct hpkg *p)
{
	return p->on & -p->on;
}

/* ---- every row --------------------------------------------------------------------- */

#define EACH_ITEM(p, it)                                                  \
	for (const struct hpkg *const *p = hpkgs; *p; p++)                \
		for (const struct hpkg_item *it = (*p)->items; it->name; it++)

START_TEST(packages_are_known_to_the_codec)
{
	for (const struct hpkg *const *p = hpkgs; *p; p++) {
		struct h248_pkgd name = { .p = (*p)->name,
					  .n = (uint16_t)strlen((*p)->name) };
		uint32_t id = 0;

		ck_assert_msg(!h248_package_id(&name, &id), "%s", (*p)->name);
		ck_assert_msg(id == (*p)->id, "%s is %u", (*p)->name, id);
		ck_assert((*p)->version && (*p)->on);
	}
}
END_TEST

/* An id that is there is the codec's for that name; where the codec has none, we have
 * none. */
START_TEST(items_are_the_codecs)
{
	EACH_ITEM (p, it) {
		struct h248_pkgd by_text, by_id;
		uint32_t id = 0;
		bool known;

		ck_assert(hpkg_name(arena, *p, it, false, &by_text));
		known = !h248_pkgd_id((enum h248_item_kind)it->kind, &by_text, &id);
		ck_assert_msg(known == (it->id != 0), "%s/%s", (*p)->name, it->name);
		ck_assert(hpkg_name(arena, *p, it, true, &by_id) == known);
		if (known)
			ck_assert_msg(id == by_id.id, "%s/%s", (*p)->name, it->name);
	}
}
END_TEST

START_TEST(items_are_found_in_both_forms)
{
	EACH_ITEM (p, it) {
		enum h248_item_kind kind = (enum h248_item_kind)it->kind;
		struct h248_pkgd name;
		struct hpkg_ref ref = { 0 };

		hpkg_name(arena, *p, it, false, &name);
		ck_assert_uint_eq(hpkg_find(kind, &name, any_on(*p), 3, &ref), 0);
		ck_assert(ref.pkg == *p && ref.item == it);
		ck_assert_uint_ne(hpkg_find(kind, &name, 0, 3, &ref), 0);
		if (it->version > 1)
			ck_assert_uint_ne(
				hpkg_find(kind, &name, any_on(*p), 1, &ref), 0);
		if (!hpkg_name(arena, *p, it, true, &name))
			continue;
		ref.item = NULL;
		ck_assert_uint_eq(hpkg_find(kind, &name, any_on(*p), 3, &ref), 0);
		ck_assert(ref.item == it);
	}
}
END_TEST

static char *doc_read(void)
{
	const char *top = getenv("srcdir");
	static char text[1 << 16];
	char path[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/doc/H248", top ? top : ".");
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

START_TEST(all_stands_in_the_document)
{
	const char *doc;
	char what[80];

	test_no_oom();
	doc = doc_read();
	for (const struct hpkg *const *p = hpkgs; *p; p++) {
		snprintf(what, sizeof(what), "%s-%u", (*p)->name, (*p)->version);
		ck_assert_msg(strstr(doc, what) != NULL, "%s", what);
	}
	EACH_ITEM (p, it) {
		snprintf(what, sizeof(what), it->id ? "%.0s%s" : "%s/%s", (*p)->name,
			 it->name);
		ck_assert_msg(strstr(doc, what) != NULL, "%s", what);
	}
	for (const struct h248_code_row *r = h248_codes; r->text; r++) {
		snprintf(what, sizeof(what), "%u", r->code);
		ck_assert_msg(strstr(doc, what) != NULL, "%s", what);
	}
}
END_TEST

/* ---- what is refused --------------------------------------------------------------- */

static unsigned find(enum h248_item_kind kind, const char *s, unsigned on)
{
	struct h248_pkgd name = text_name(s);
	struct hpkg_ref ref;

	return hpkg_find(kind, &name, on, 3, &ref);
}

START_TEST(unknown_ones_have_their_codes)
{
	ck_assert_uint_eq(find(H248_PROPERTY, "xx/yy", HPKG_ON_RTP), 440);
	ck_assert_uint_eq(find(H248_PROPERTY, "nt/yy", HPKG_ON_RTP), 450);
	ck_assert_uint_eq(find(H248_EVENT, "nt/qualert", HPKG_ON_RTP), 451);
	ck_assert_uint_eq(find(H248_SIGNAL, "ipnapt/yy", HPKG_ON_RTP), 452);
	ck_assert_uint_eq(find(H248_STAT, "rtp/yy", HPKG_ON_RTP), 453);
	ck_assert_uint_eq(find(H248_PROPERTY, "jit", HPKG_ON_RTP), 445);
	/* a package the termination does not realise is unknown to it */
	ck_assert_uint_eq(find(H248_EVENT, "rtp/pltrans", HPKG_ON_PORT), 440);
	ck_assert_uint_eq(find(H248_PROPERTY, "root/maxNumberOfContexts", HPKG_ON_RTP),
			  440);
	ck_assert_uint_eq(find(H248_PROPERTY, "NT/Jit", HPKG_ON_PORT), 0);
}
END_TEST

START_TEST(rtp_has_what_nt_has)
{
	struct h248_pkgd name = text_name("rtp/dur");
	struct hpkg_ref ref;

	ck_assert_uint_eq(hpkg_find(H248_STAT, &name, HPKG_ON_RTP, 1, &ref), 0);
	ck_assert_str_eq(ref.pkg->name, "nt");
	/* but jit is rtp's own as a statistic, nt's as a property */
	name = text_name("rtp/jit");
	ck_assert_uint_eq(hpkg_find(H248_STAT, &name, HPKG_ON_RTP, 1, &ref), 0);
	ck_assert_str_eq(ref.pkg->name, "rtp");
	ck_assert_uint_eq(hpkg_find(H248_PROPERTY, &name, HPKG_ON_RTP, 1, &ref), 0);
	ck_assert_str_eq(ref.pkg->name, "nt");
}
END_TEST

START_TEST(binary_ids_that_are_not_proven_are_unknown)
{
	struct h248_pkgd name = { .id = 0x008b0001 };
	struct hpkg_ref ref;

	ck_assert_uint_eq(hpkg_find(H248_PROPERTY, &name, HPKG_ON_RTP, 3, &ref), 450);
	name.id = 0x00990001;
	ck_assert_uint_eq(hpkg_find(H248_SIGNAL, &name, HPKG_ON_RTP, 3, &ref), 452);
	name.id = 0x00990000; /* an id of 0 means nothing */
	ck_assert_uint_eq(hpkg_find(H248_SIGNAL, &name, HPKG_ON_RTP, 3, &ref), 452);
	name.id = 0x77770001;
	ck_assert_uint_eq(hpkg_find(H248_SIGNAL, &name, HPKG_ON_RTP, 3, &ref), 440);
}
END_TEST

/* ---- values ------------------------------------------------------------------------ */

static struct hpkg_ref ref_of(const char *s)
{
	struct h248_pkgd name = text_name(s);
	struct hpkg_ref ref = { 0 };

	ck_assert_uint_eq(hpkg_find(H248_PROPERTY, &name, HPKG_ON_RTP, 3, &ref), 0);
	return ref;
}

static unsigned pick(const char *name, uint8_t rel, const char *a, const char *b,
		     int64_t *v, bool *chosen)
{
	struct hpkg_ref ref = ref_of(name);
	struct h248_value va = word(a ? a : ""), vb = word(b ? b : "");
	struct h248_parm p = { .rel = rel, .vals = a ? &va : NULL };

	va.next = b ? &vb : NULL;
	*chosen = false;
	return hpkg_pick(&ref, &p, 50, v, chosen);
}

START_TEST(values_are_picked)
{
	bool chosen;
	int64_t v;

	ck_assert_uint_eq(pick("nt/jit", H248_REL_EQ, "40", NULL, &v, &chosen), 0);
	ck_assert(v == 40 && !chosen);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_EQ, "99999", "30", &v, &chosen), 0);
	ck_assert(v == 30 && chosen);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_EQ, "$", NULL, &v, &chosen), 0);
	ck_assert(v == 50 && chosen);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_RANGE, "60", "80", &v, &chosen), 0);
	ck_assert(v == 60 && chosen);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_GT, "60", NULL, &v, &chosen), 0);
	ck_assert_int_eq(v, 61);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_LT, "60", NULL, &v, &chosen), 0);
	ck_assert_int_eq(v, 59);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_NE, "60", NULL, &v, &chosen), 0);
	ck_assert_int_eq(v, 50);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_NE, "50", NULL, &v, &chosen), 0);
	ck_assert_int_ne(v, 50);
}
END_TEST

START_TEST(values_are_refused)
{
	bool chosen;
	int64_t v;

	ck_assert_uint_eq(pick("nt/jit", H248_REL_EQ, "x", NULL, &v, &chosen), 454);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_EQ, "-1", NULL, &v, &chosen), 449);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_EQ, "70000", "80000", &v, &chosen),
			  510);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_RANGE, "80", "60", &v, &chosen), 449);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_RANGE, "80", NULL, &v, &chosen), 454);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_SUBLIST, "8", "9", &v, &chosen), 454);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_GT, "10000", NULL, &v, &chosen), 449);
	ck_assert_uint_eq(pick("nt/jit", H248_REL_GT, "9223372036854775807", NULL, &v,
			       &chosen),
			  449);
	ck_assert_uint_eq(pick("ds/dscp", H248_REL_EQ, "40", NULL, &v, &chosen), 449);
	ck_assert_uint_eq(pick("ds/dscp", H248_REL_EQ, "zz", NULL, &v, &chosen), 454);
	ck_assert_uint_eq(pick("gm/saf", H248_REL_EQ, "maybe", NULL, &v, &chosen), 454);
}
END_TEST

static bool fits(int64_t is, uint8_t rel, const char *a, const char *b)
{
	struct hpkg_ref ref = ref_of("nt/jit");
	struct h248_value va = word(a), vb = word(b ? b : "");
	struct h248_parm p = { .rel = rel, .vals = &va };

	va.next = b ? &vb : NULL;
	return hpkg_fits(&ref, is, &p);
}

START_TEST(selectors_fit_or_not)
{
	ck_assert(fits(40, H248_REL_EQ, "40", NULL) && fits(40, H248_REL_EQ, "9", "40"));
	ck_assert(!fits(41, H248_REL_EQ, "40", NULL));
	ck_assert(fits(41, H248_REL_NE, "40", NULL));
	ck_assert(!fits(40, H248_REL_NE, "40", "9"));
	ck_assert(fits(41, H248_REL_GT, "40", NULL));
	ck_assert(!fits(40, H248_REL_GT, "40", NULL));
	ck_assert(fits(39, H248_REL_LT, "40", NULL));
	ck_assert(!fits(40, H248_REL_LT, "40", NULL));
	ck_assert(fits(40, H248_REL_RANGE, "40", "50") &&
		  fits(50, H248_REL_RANGE, "40", "50") &&
		  !fits(51, H248_REL_RANGE, "40", "50"));
	ck_assert(!fits(40, H248_REL_RANGE, "40", NULL));
	ck_assert(!fits(40, H248_REL_EQ, "x", NULL));
	ck_assert(!fits(40, H248_REL_SUBLIST, "40", NULL));
}
END_TEST

/* ---- what they make of a leg ------------------------------------------------------- */

static unsigned set(struct hprops *p, const char *name, uint8_t rel, const char *a,
		    const char *b)
{
	struct hpkg_ref ref = ref_of(name);
	struct h248_value va = word(a), vb = word(b ? b : "");
	struct h248_parm parm = { .rel = rel, .vals = &va };
	struct hprops was;
	bool chosen = false;

	props_init(&was);
	va.next = b ? &vb : NULL;
	return props_set(p, &ref, &parm, &was, &chosen);
}

START_TEST(nothing_set_asks_for_nothing)
{
	struct term_ask ask = { 0 };
	struct hprops p;

	props_init(&p);
	props_ask(&p, &ask);
	ck_assert_uint_eq(ask.has, ASK_ACCEPT | ASK_DSCP | ASK_GATE);
	ck_assert_uint_eq(ask.accept, 0);
	ck_assert_uint_eq(ask.gate.rate | ask.gate.peak | ask.gate.port_most, 0);
	ck_assert_uint_eq(ask.gate.net.family, 0);
}
END_TEST

START_TEST(masks_and_ports)
{
	struct term_ask ask = { 0 };
	struct hprops p;

	props_init(&p);
	ck_assert_uint_eq(set(&p, "gm/sam", H248_REL_EQ, "[2001:db8::]/32", NULL), 0);
	ck_assert_uint_eq(p.mask.family, 6);
	ck_assert_uint_eq(p.mask_bits, 32);
	ck_assert_uint_eq(set(&p, "gm/sam", H248_REL_EQ, "192.0.2.7", NULL), 0);
	ck_assert_uint_eq(p.mask_bits, 32);
	ck_assert_uint_eq(set(&p, "gm/sam", H248_REL_EQ, "192.0.2.7/33", NULL), 454);
	ck_assert_uint_eq(set(&p, "gm/sam", H248_REL_EQ, "host", NULL), 454);
	ck_assert_uint_eq(set(&p, "gm/sam", H248_REL_NE, "192.0.2.7", NULL), 454);
	ck_assert_uint_eq(set(&p, "gm/spr", H248_REL_LT, "4075", NULL), 0);
	ck_assert(p.port_least == 1 && p.port_most == 4074);
	ck_assert_uint_eq(set(&p, "gm/spr", H248_REL_GT, "1023", NULL), 0);
	ck_assert(p.port_least == 1024 && p.port_most == 65535);
	ck_assert_uint_eq(set(&p, "gm/spr", H248_REL_RANGE, "9", "8"), 449);
	ck_assert_uint_eq(set(&p, "gm/spr", H248_REL_EQ, "0", NULL), 449);
	ck_assert_uint_eq(set(&p, "gm/spr", H248_REL_EQ, "65536", NULL), 449);
	ck_assert_uint_eq(set(&p, "gm/spr", H248_REL_EQ, "a", NULL), 454);
	/* what is so may be set, what is not may not */
	ck_assert_uint_eq(set(&p, "gm/rsb", H248_REL_EQ, "ON", NULL), 0);
	ck_assert_uint_eq(set(&p, "gm/rsb", H248_REL_EQ, "OFF", NULL), 449);
	ck_assert_uint_eq(set(&p, "gm/esas", H248_REL_EQ, "OFF", NULL), 0);
	ck_assert_uint_eq(set(&p, "gm/esas", H248_REL_EQ, "ON", NULL), 449);
	ck_assert_uint_eq(set(&p, "gm/esps", H248_REL_EQ, "OFF", NULL), 0);
	ck_assert_uint_eq(set(&p, "gm/esps", H248_REL_EQ, "ON", NULL), 449);
	/* they act only with the filters on */
	props_ask(&p, &ask);
	ck_assert_uint_eq(ask.gate.net.family, 0);
	ck_assert_uint_eq(ask.gate.port_most, 0);
	ck_assert_uint_eq(set(&p, "gm/saf", H248_REL_EQ, "ON", NULL), 0);
	props_ask(&p, &ask);
	ck_assert_uint_eq(ask.gate.net.family, 4);
	ck_assert_uint_eq(ask.accept, 1 + ACCEPT_ANY);
	ck_assert_uint_eq(ask.gate.port_most, 0);
}
END_TEST

START_TEST(policing_is_on_by_pol)
{
	struct term_ask ask = { 0 };
	struct hprops p;

	props_init(&p);
	ck_assert_uint_eq(set(&p, "tman/sdr", H248_REL_EQ, "100000", NULL), 0);
	props_ask(&p, &ask);
	ck_assert_uint_eq(ask.gate.rate, 0);
	ck_assert_uint_eq(set(&p, "tman/pol", H248_REL_EQ, "ON", NULL), 0);
	props_ask(&p, &ask);
	ck_assert_uint_eq(ask.gate.rate, 100000);
	ck_assert_uint_eq(ask.gate.burst, 20000);
	ck_assert_uint_eq(ask.gate.peak, 0);
	ck_assert_uint_eq(set(&p, "tman/pdr", H248_REL_EQ, "400000", NULL), 0);
	props_ask(&p, &ask);
	ck_assert_uint_eq(ask.gate.peak, 400000);
	ck_assert_uint_eq(ask.gate.jump, 20000);
	ck_assert_uint_eq(set(&p, "tman/sdr", H248_REL_EQ, "0", NULL), 449);
}
END_TEST

static Suite *pkg_suite(void)
{
	Suite *s = suite_create("h248 packages");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, packages_are_known_to_the_codec);
	tcase_add_test(tc, items_are_the_codecs);
	tcase_add_test(tc, items_are_found_in_both_forms);
	tcase_add_test(tc, all_stands_in_the_document);
	suite_add_tcase(s, tc);
	tc = tcase_create("values");
	tcase_add_test(tc, unknown_ones_have_their_codes);
	tcase_add_test(tc, rtp_has_what_nt_has);
	tcase_add_test(tc, binary_ids_that_are_not_proven_are_unknown);
	tcase_add_test(tc, values_are_picked);
	tcase_add_test(tc, values_are_refused);
	tcase_add_test(tc, selectors_fit_or_not);
	tcase_add_test(tc, nothing_set_asks_for_nothing);
	tcase_add_test(tc, masks_and_ports);
	tcase_add_test(tc, policing_is_on_by_pol);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(pkg_suite)
