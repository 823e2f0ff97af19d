/* daemon/groups.c - media's joins, done by group/.
 *
 * layer: daemon (L5)   thread: control   I/O: group/
 *
 * The two never meet: media hands over the sockets that must be members, group/ holds the
 * memberships of the ring mode itself.
 */
#include "daemon/groups.h"

#include <event2/event.h>
#include <string.h>

#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

struct groups {
	struct grp *grp;        /* owned */
	struct event *readable; /* owned */
};

static void fill(struct grp_spec *to, const struct group_spec *g)
{
	*to = (struct grp_spec){ .group = g->group,
				 .ifindex = g->ifindex,
				 .exclude = g->exclude,
				 .nsource = g->nsource };
	if (!g->nsource)
		to->exclude = true; /* any source */
	for (unsigned i = 0; i < g->nsource && i < GRP_SOURCES_MAX; i++)
		to->sources[i] = g->sources[i];
}

static enum cause cause_of(int err)
{
	switch (err) {
	case -H_ENOMEM:
		return CAUSE_NO_MEMORY;
	case -H_EINVAL:
	case -H_ENOENT:
		return CAUSE_REMOTE_UNSUPPORTED;
	case -H_ELIMIT:
		return CAUSE_NO_RESOURCES;
	default:
		return CAUSE_INTERNAL;
	}
}

static enum cause on_join(void *arg, struct slot *slot, const struct group_spec *g,
			  int fd, int fd_rtcp)
{
	struct groups *gs = arg;
	struct grp_spec spec;
	int err;

	(void)slot;
	fill(&spec, g);
	err = grp_join(gs->grp, &spec, fd);
	if (err >= 0 && fd_rtcp >= 0) {
		err = grp_join(gs->grp, &spec, fd_rtcp);
		if (err < 0)
			grp_leave(gs->grp, &spec, fd);
	}
	if (err >= 0)
		return CAUSE_OK;
	log_warn(LOGC_GROUP, "%s", grp_error(gs->grp));
	return cause_of(err);
}

static void on_leave(void *arg, struct slot *slot, const struct group_spec *g, int fd,
		     int fd_rtcp)
{
	struct groups *gs = arg;
	struct grp_spec spec;

	(void)slot;
	fill(&spec, g);
	grp_leave(gs->grp, &spec, fd);
	if (fd_rtcp >= 0)
		grp_leave(gs->grp, &spec, fd_rtcp);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct groups *gs = arg;

	(void)fd;
	(void)what;
	grp_input(gs->grp);
}

static void on_moved(void *arg, const struct grp_info *now, uint32_t before)
{
	char text[ADDR_STRLEN];

	(void)arg;
	addr_print_ip(text, &now->spec.group);
	if (now->ifindex)
		log_notice(LOGC_GROUP, "group %s is now received on %s", text,
			   now->ifname);
	else
		log_warn(LOGC_GROUP, "group %s has lost interface %u", text, before);
}

const struct med_group_ops groups_ops = { .join = on_join, .leave = on_leave };

struct groups *groups_open(struct event_base *base)
{
	struct groups *gs = mem_zalloc(sizeof(*gs));
	struct grp_conf conf = { .moved = on_moved, .arg = gs };

	if (!gs)
		return NULL;
	if (grp_open(&gs->grp, &conf)) {
		mem_free(gs);
		return NULL;
	}
	if (grp_fd(gs->grp) >= 0) {
		gs->readable = event_new(base, grp_fd(gs->grp), EV_READ | EV_PERSIST,
					 on_readable, gs);
		if (!gs->readable || event_add(gs->readable, NULL)) {
			groups_close(gs);
			return NULL;
		}
	}
	return gs;
}

void groups_close(struct groups *gs)
{
	if (!gs)
		return;
	if (gs->readable)
		event_free(gs->readable);
	grp_close(gs->grp);
	mem_free(gs);
}
