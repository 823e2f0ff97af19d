/* daemon/value.h - one configured value: text to value, value to text, compare, free.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#pragma once

#include "daemon/conf.h"

/* Parse one value (of a list: one element) into `out`, an element of the item's type.
 * 0, -H_ENOMEM, or -H_EINVAL with what is wrong in why[size]. */
int value_parse(const struct schema_item *it, struct span text, void *out, char *why,
		size_t size);
size_t value_size(const struct schema_item *it);        /* of one element */
void value_fini(const struct schema_item *it, void *v); /* one element */
bool value_eq(const struct schema_item *it, const void *a, const void *b);
void value_print(struct buf *out, const struct schema_item *it, const void *v);

/* Units of time, the longest first. */
struct value_unit {
	const char *name;
	int64_t ms;
};
enum { VALUE_UNITS = 5 };
extern const struct value_unit value_units[VALUE_UNITS];
void value_print_ms(struct buf *out, int64_t ms);

/* The same for what stands in the section: an element, or a conf_list of them. */
int item_append(const struct schema_item *it, void *section, struct span text, char *why,
		size_t size);
/* A default or environment text: split at commas when a list. */
int item_set(const struct schema_item *it, void *section, struct span text, char *why,
	     size_t size);
void item_fini(const struct schema_item *it, void *section);
bool item_eq(const struct schema_item *it, const void *a, const void *b);

/* The nearest of some words, or NULL when none is near. */
const char *value_nearest(struct span word,
			  const char *(*nth)(const void *arg, unsigned i),
			  const void *arg);
