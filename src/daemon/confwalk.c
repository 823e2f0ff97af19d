/* daemon/confwalk.c - a configuration that was read: walked, compared, freed.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/conf.h"

#include <stdio.h>
#include <string.h>

#include "daemon/value.h"
#include "util/mem.h"

static void section_fini(const struct schema_section *s, struct conf_head *head)
{
	for (const struct schema_item *it = s->items; it->name; it++)
		item_fini(it, head);
	mem_free(head->title);
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	for (const struct schema_section *s = schema; s->name; s++) {
		struct conf_list *l = (void *)((char *)c + s->at);

		if (!s->titled) {
			section_fini(s, (void *)l);
			continue;
		}
		for (size_t i = 0; i < l->n; i++)
			section_fini(s, (void *)((char *)l->v + i * s->size));
		mem_free(l->v);
	}
	mem_free(c->file);
	mem_free(c);
}

void conf_each(const struct conf *c, conf_each_h *f, void *arg)
{
	for (const struct schema_section *s = schema; s->name; s++) {
		const struct conf_list *l = (const void *)((const char *)c + s->at);
		size_t n = s->titled ? l->n : 1;

		for (size_t i = 0; i < n; i++) {
			const struct conf_head *head =
				s->titled
					? (const void *)((const char *)l->v + i * s->size)
					: (const void *)l;

			for (const struct schema_item *it = s->items; it->name; it++)
				f(arg, s, head, it);
		}
	}
}

static struct conf_head *titled_find(struct conf *c, const struct schema_section *s,
				     const char *title)
{
	struct conf_list *l = (void *)((char *)c + s->at);

	for (size_t i = 0; i < l->n; i++) {
		struct conf_head *h = (void *)((char *)l->v + i * s->size);

		if (!strcmp(h->title, title))
			return h;
	}
	return NULL;
}

struct keep {
	struct conf *old;
	struct buf *out;
	unsigned n;
};

static void swap_item(const struct schema_item *it, void *a, void *b)
{
	size_t size = it->list ? sizeof(struct conf_list) : value_size(it);
	char *x = (char *)a + it->at, *y = (char *)b + it->at;

	for (size_t i = 0; i < size; i++) {
		char c = x[i];

		x[i] = y[i];
		y[i] = c;
	}
}

static void keep_item(struct keep *k, const struct schema_section *s,
		      struct conf_head *was, struct conf_head *now,
		      const struct schema_item *it)
{
	char name[300];

	if (it->reload || item_eq(it, was, now))
		return;
	buf_printf(k->out, "%s\n", conf_item_name(name, s, now, it));
	swap_item(it, was, now);
	k->n++;
}

unsigned conf_keep(struct conf *old, struct conf *now, struct buf *out)
{
	struct keep k = { .old = old, .out = out };

	for (const struct schema_section *s = schema; s->name; s++) {
		struct conf_list *l = (void *)((char *)now + s->at);
		size_t n = s->titled ? l->n : 1;

		for (size_t i = 0; i < n; i++) {
			struct conf_head *head =
				s->titled ? (void *)((char *)l->v + i * s->size)
					  : (void *)l;
			struct conf_head *was = s->titled
							? titled_find(old, s, head->title)
							: (void *)((char *)old + s->at);

			for (const struct schema_item *it = s->items; was && it->name;
			     it++)
				keep_item(&k, s, was, head, it);
		}
	}
	return k.n;
}

const char *conf_where(char out[200], const struct conf *c,
		       const struct schema_section *s, const struct conf_head *head,
		       const char *item)
{
	const struct schema_item *it = item ? schema_item_find(s, item) : NULL;
	int line = it ? head->lines[it - s->items] : 0;

	if (it && head->env[it - s->items])
		snprintf(out, 200, "environment");
	else if (!line && !head->line)
		snprintf(out, 200, "defaults");
	else
		snprintf(out, 200, "%.180s:%d", c->file ? c->file : "",
			 line ? line : head->line);
	return out;
}
