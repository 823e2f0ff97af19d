/* tests/replay/media.c - see media.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media.h"

#include <stdlib.h>

struct slot {
	struct strm_stats stats;
	struct plan_leg *leg;
};

struct med_room {
	struct plan_room *plan;
};

void fake_media_init(struct fake_media *f)
{
	*f = (struct fake_media){ .next_port = 16384 };
	f->tail = &f->done;
}

static struct addr address(uint8_t family, uint16_t port)
{
	struct addr a = { .family = family, .port = port };

	addr_parse_ip(&a, family == 6 ? STR_LIT("2001:db8::10") : STR_LIT("192.0.2.10"));
	a.port = port;
	return a;
}

static enum cause take(void *arg, const struct slot_req *req, struct slot_info *out)
{
	struct fake_media *f = arg;
	struct slot *s;

	if (f->refuse) {
		f->refuse--;
		return CAUSE_NO_RESOURCES;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return CAUSE_NO_MEMORY;
	*out = (struct slot_info){ .slot = s, .stats = &s->stats };
	out->local = address(req->family == 6 ? 6 : 4, f->next_port);
	out->told = out->local;
	f->next_port = (uint16_t)(f->next_port + 2);
	f->taken++;
	return CAUSE_OK;
}

static void give(void *arg, struct slot *s)
{
	struct fake_media *f = arg;

	f->taken--;
	free(s);
}

static enum cause join(void *arg, struct slot *s, const struct group_spec *g)
{
	(void)arg, (void)s, (void)g;
	return CAUSE_OK;
}

static void leave(void *arg, struct slot *s, const struct group_spec *g)
{
	(void)arg, (void)s, (void)g;
}

static enum cause room_take(void *arg, uint64_t cookie, struct med_room **room,
			    uint16_t *worker)
{
	(void)arg, (void)cookie;
	*worker = 0;
	*room = calloc(1, sizeof(**room));
	return *room ? CAUSE_OK : CAUSE_NO_MEMORY;
}

static void room_give(void *arg, struct med_room *room)
{
	(void)arg;
	free(room);
}

static void swap(struct plan_op *op)
{
	struct plan_leg *leg;
	struct plan_room *room;

	if (op->kind == PLAN_LEG_SET || op->kind == PLAN_LEG_DEL) {
		leg = op->slot->leg;
		op->slot->leg = op->kind == PLAN_LEG_SET ? op->leg : NULL;
		op->leg = leg;
	} else {
		room = op->room->plan;
		op->room->plan = op->kind == PLAN_ROOM_SET ? op->rplan : NULL;
		op->rplan = room;
	}
}

static void commit(void *arg, struct plan_msg *list)
{
	struct fake_media *f = arg;

	while (list) {
		struct plan_msg *next = list->next;

		for (uint32_t i = 0; i < list->nop; i++)
			swap(&list->op[i]);
		list->next = NULL;
		*f->tail = list;
		f->tail = &list->next;
		list = next;
	}
}

static bool overloaded(void *arg)
{
	return ((struct fake_media *)arg)->overloaded;
}

static uint16_t place(void *arg)
{
	(void)arg;
	return 0;
}

static const struct media_ops ops = {
	.slot_take = take,
	.slot_give = give,
	.join = join,
	.leave = leave,
	.room_take = room_take,
	.room_give = room_give,
	.commit = commit,
	.overloaded = overloaded,
	.place = place,
};

const struct media_ops *fake_media_ops(void)
{
	return &ops;
}

void fake_media_flush(struct fake_media *f)
{
	while (f->done) {
		struct plan_msg *list = f->done;

		f->done = NULL;
		f->tail = &f->done;
		model_retired(f->model, list);
	}
}

struct strm_stats *fake_media_stats(struct slot *s)
{
	return &s->stats;
}
