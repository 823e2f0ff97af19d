/* util/list.h - intrusive doubly linked list.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 *
 * A head is a node that points at itself when empty. A node not in a list is also
 * self-pointing after list_init() or list_del(), so list_del() twice is harmless.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

#define LIST_OF(node, type, member) \
	((type *)(void *)((char *)(node) - offsetof(type, member)))
#define LIST_EACH(it, head) \
	for (struct list *it = (head)->next; it != (head); it = it->next)
/* The same when the body may delete the node it stands on. */
#define LIST_EACH_SAFE(it, head)                                                     \
	for (struct list *it = (head)->next, *it##_next = it->next; it != (head);    \
	     it = it##_next, it##_next = it->next)

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

static inline void list_add(struct list *head, struct list *node) /* at the end */
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

static inline void list_push(struct list *head, struct list *node) /* at the front */
{
	list_add(head->next, node);
}

static inline void list_del(struct list *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
	list_init(node);
}

static inline struct list *list_first(struct list *head) /* NULL when empty */
{
	return list_empty(head) ? NULL : head->next;
}
