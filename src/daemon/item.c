/* daemon/item.c - members of a section: one value, or a list of them.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/value.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/mem.h"

static void *member(const struct schema_item *it, void *section)
{
	return (char *)section + it->at;
}

int item_append(const struct schema_item *it, void *section, struct span text, char *why,
		size_t size)
{
	struct conf_list *l = member(it, section);
	size_t one = value_size(it);
	void *v;
	int err;

	if (!it->list) {
		value_fini(it, l);
		return value_parse(it, text, l, why, size);
	}
	if (l->n >= SCHEMA_LIST_MAX) {
		snprintf(why, size, "more than %d values", SCHEMA_LIST_MAX);
		return -H_ELIMIT;
	}
	v = mem_realloc(l->v, (l->n + 1) * one);
	if (!v) {
		snprintf(why, size, "out of memory");
		return -H_ENOMEM;
	}
	l->v = v;
	memset((char *)v + l->n * one, 0, one);
	err = value_parse(it, text, (char *)v + l->n * one, why, size);
	if (!err)
		l->n++;
	return err;
}

int item_set(const struct schema_item *it, void *section, struct span text, char *why,
	     size_t size)
{
	int err = 0;

	item_fini(it, section);
	if (!it->list) {
		if (!text.n && it->type != SCHEMA_STR)
			return 0; /* no value: all zeroes */
		return item_append(it, section, text, why, size);
	}
	while (text.n && !err) {
		struct span one = str_trim(str_cut(&text, ','));

		if (one.n)
			err = item_append(it, section, one, why, size);
	}
	return err;
}

void item_fini(const struct schema_item *it, void *section)
{
	struct conf_list *l = member(it, section);

	if (!it->list) {
		value_fini(it, l);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		value_fini(it, (char *)l->v + i * value_size(it));
	mem_free(l->v);
	*l = (struct conf_list){ 0 };
}

bool item_eq(const struct schema_item *it, const void *a, const void *b)
{
	const struct conf_list *x = (const void *)((const char *)a + it->at);
	const struct conf_list *y = (const void *)((const char *)b + it->at);
	size_t one = value_size(it);

	if (!it->list)
		return value_eq(it, x, y);
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!value_eq(it, (char *)x->v + i * one, (char *)y->v + i * one))
			return false;
	return true;
}

void conf_print_item(struct buf *out, const struct schema_item *it, const void *section)
{
	const struct conf_list *l = (const void *)((const char *)section + it->at);

	if (!it->list) {
		value_print(out, it, l);
		return;
	}
	buf_char(out, '{');
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_str(out, ", ");
		value_print(out, it, (const char *)l->v + i * value_size(it));
	}
	buf_char(out, '}');
}
