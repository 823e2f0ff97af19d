/* tests/unit/check_map.c - the hash table and the list.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "util/err.h"
#include "util/list.h"
#include "util/map.h"
#include "util/mem.h"

enum { MANY = 5000 };

struct thing {
	struct map_node node;
	struct list link;
	uint64_t key;
};

static struct thing things[MANY];

static struct thing *find(const struct map *m, uint64_t key)
{
	uint64_t h = map_u64(m, key);

	for (struct map_node *n = map_first(m, h); n; n = map_next(n))
		if (MAP_OF(n, struct thing, node)->key == key)
			return MAP_OF(n, struct thing, node);
	return NULL;
}

static int add(struct map *m, struct thing *t, uint64_t key)
{
	t->key = key;
	return map_add(m, &t->node, map_u64(m, key));
}

START_TEST(empty_map)
{
	struct map m;

	map_init(&m);
	ck_assert_ptr_null(map_first(&m, 1));
	map_del(&m, &things[0].node); /* not in it: nothing happens */
	ck_assert_uint_eq(m.count, 0);
	map_fini(&m);
}
END_TEST

START_TEST(finds_all_while_growing)
{
	struct map m;

	map_init(&m);
	for (uint64_t i = 0; i < MANY; i++) {
		if (add(&m, &things[i], i)) {
			map_fini(&m);
			ck_abort_msg("add");
		}
		/* the first, the last and one between, at every size */
		ck_assert(find(&m, 0) == &things[0]);
		ck_assert(find(&m, i) == &things[i]);
		ck_assert(find(&m, i / 2) == &things[i / 2]);
		ck_assert_ptr_null(find(&m, i + 1));
	}
	ck_assert_uint_eq(m.count, MANY);
	for (uint64_t i = 0; i < MANY; i += 2)
		map_del(&m, &things[i].node);
	ck_assert_uint_eq(m.count, MANY / 2);
	for (uint64_t i = 0; i < MANY; i++)
		ck_assert(find(&m, i) == (i % 2 ? &things[i] : NULL));
	map_fini(&m);
}
END_TEST

/* All of one hash are found, however the table grew between their insertions. */
START_TEST(equal_hashes)
{
	struct map m;
	uint64_t h = 42;
	size_t same = 0, found = 0;

	map_init(&m);
	for (size_t i = 0; i < 400; i++) {
		bool twin = i % 7 == 0;

		things[i].key = i;
		if (map_add(&m, &things[i].node, twin ? h : map_u64(&m, i))) {
			map_fini(&m);
			ck_abort_msg("add");
		}
		same += twin;
		found = 0;
		for (struct map_node *n = map_first(&m, h); n; n = map_next(n))
			found++;
		ck_assert_uint_eq(found, same);
	}
	map_fini(&m);
}
END_TEST

static void count_and_del(struct map_node *n, void *arg)
{
	struct map *m = arg;

	if (MAP_OF(n, struct thing, node)->key % 3 == 0)
		map_del(m, n);
	MAP_OF(n, struct thing, node)->key += 1000000;
}

START_TEST(walk_and_delete)
{
	struct map m;
	size_t left = 0;

	map_init(&m);
	for (uint64_t i = 0; i < 300; i++) {
		if (add(&m, &things[i], i)) {
			map_fini(&m);
			ck_abort_msg("add");
		}
	}
	map_each(&m, count_and_del, &m);
	for (uint64_t i = 0; i < 300; i++) {
		ck_assert_uint_eq(things[i].key, i + 1000000); /* each once */
		left += i % 3 != 0;
	}
	ck_assert_uint_eq(m.count, left);
	map_fini(&m);
	map_init(&m);
	map_each(&m, count_and_del, &m); /* nothing to walk */
	map_fini(&m);
}
END_TEST

START_TEST(works_on_without_memory)
{
	struct map m;
	size_t added = 0;

	test_no_oom();
	map_init(&m);
	mem_fail_at(0);
	ck_assert_int_eq(add(&m, &things[0], 0), -H_ENOMEM);
	ck_assert_uint_eq(m.count, 0);
	for (uint64_t i = 0; i < 200; i++) {
		mem_fail_at(i >= 10 ? 0 : -1); /* from 16 on it can't grow */
		added += add(&m, &things[i], i) == 0;
	}
	mem_fail_at(-1);
	ck_assert_uint_eq(added, 200);
	for (uint64_t i = 0; i < 200; i++)
		ck_assert(find(&m, i) == &things[i]);
	map_fini(&m);
}
END_TEST

START_TEST(seeds_differ)
{
	struct map a, b;

	map_init(&a);
	map_init(&b);
	ck_assert(a.seed != b.seed);
	ck_assert(map_u64(&a, 1) != map_u64(&b, 1));
	ck_assert(map_u64(&a, 1) != map_u64(&a, 2));
	map_fini(&a);
	map_fini(&b);
}
END_TEST

START_TEST(lists)
{
	struct list head;
	uint64_t sum = 0, at = 0;

	list_init(&head);
	ck_assert(list_empty(&head));
	ck_assert_ptr_null(list_first(&head));
	for (uint64_t i = 0; i < 10; i++) {
		things[i].key = i;
		list_add(&head, &things[i].link);
	}
	LIST_EACH(it, &head)
		ck_assert_uint_eq(LIST_OF(it, struct thing, link)->key, at++);
	ck_assert_uint_eq(at, 10);
	LIST_EACH_SAFE(it, &head)
		if (LIST_OF(it, struct thing, link)->key % 2)
			list_del(it);
	LIST_EACH(it, &head)
		sum += LIST_OF(it, struct thing, link)->key;
	ck_assert_uint_eq(sum, 0 + 2 + 4 + 6 + 8);
	list_del(&things[1].link); /* twice does no harm */
	list_push(&head, &things[1].link);
	ck_assert_ptr_eq(list_first(&head), &things[1].link);
	while (!list_empty(&head))
		list_del(list_first(&head));
	ck_assert(list_empty(&head));
}
END_TEST

static Suite *map_suite(void)
{
	Suite *s = suite_create("map");
	TCase *tc = tcase_create("map");

	tcase_add_test(tc, empty_map);
	tcase_add_test(tc, finds_all_while_growing);
	tcase_add_test(tc, equal_hashes);
	tcase_add_test(tc, walk_and_delete);
	tcase_add_test(tc, works_on_without_memory);
	tcase_add_test(tc, seeds_differ);
	tcase_add_test(tc, lists);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(map_suite)
