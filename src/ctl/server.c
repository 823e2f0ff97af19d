/* ctl/server.c - see ctl.h: the socket, its clients, lines in and out.
 *
 * layer: ctl (L4)   thread: control   I/O: one UNIX socket and its clients
 */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/req.h"
#include "h248/engine.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	CLIENT_LINE_MAX = 262144,   /* of a request: a zone with 5000 listeners fits */
	CLIENT_FULL = 65536,        /* so much unread: make no more rows */
	TEXT_MAX = 1 << 20,         /* of a message of BER, as text */
	CLIENT_TRACE_MAX = 1 << 20, /* so much unread: drop messages of a trace */
	CLIENT_STUCK_S = 30,
	BACKLOG = 16,
};

struct ctl {
	struct event_base *base; /* borrowed */
	struct ctl_env env;
	int fd, lock;
	struct event *acceptable; /* owned */
	struct list clients, reqs;
	unsigned nclients, most, nwatch;
	char path[108];
};

struct ctl_client {
	struct list in_ctl;
	struct ctl *ctl;
	struct bufferevent *bev; /* owned */
	struct event *again; /* owned: makes the next rows when the loop comes round */
	struct ctl_req *req; /* owned: in work */
	struct ucred who;
	bool watch, closing;
	struct addr peer; /* watch: of this peer only; family 0: all */
	uint64_t lost;    /* watch: messages dropped */
};

static void client_free(struct ctl_client *c)
{
	if (c->req) {
		c->req->client = NULL;
		if (c->req->waits && !c->req->answered)
			list_add(&c->ctl->reqs,
				 &c->req->in_ctl); /* lives on without us */
		else
			req_free(c->req);
	}
	if (c->watch)
		c->ctl->nwatch--;
	list_del(&c->in_ctl);
	c->ctl->nclients--;
	if (c->again)
		event_free(c->again);
	bufferevent_free(c->bev);
	mem_free(c);
}

void client_put(struct ctl_client *c, struct span line)
{
	evbuffer_add(bufferevent_get_output(c->bev), line.p, line.n);
}

bool client_full(const struct ctl_client *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->bev)) >= CLIENT_FULL;
}

static void log_write_cmd(struct ctl_client *c)
{
	const struct ctl_cmd *cmd = c->req->cmd;
	const char *what = NULL;
	char text[64];

	if (!cmd || !cmd->write)
		return;
	if (cmd->args->place)
		what = req_text(c->req, cmd->args->name);
	str_escape(text, sizeof(text), str_of(what));
	log_info(LOGC_CTL, "%s%s%s, by user %d, process %d", cmd->name, what ? " " : "",
		 text, (int)c->who.uid, (int)c->who.pid);
}

/* Takes the next line; true when there was one. */
static bool take_line(struct ctl_client *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t n = 0;
	char *line = evbuffer_readln(in, &n, EVBUFFER_EOL_LF);

	if (!line) {
		if (evbuffer_get_length(in) < CLIENT_LINE_MAX)
			return false;
		log_notice(LOGC_CTL, "a client's line has no end: closed");
		c->closing = true;
		evbuffer_drain(in, evbuffer_get_length(in));
		n = 0;
	}
	c->req = req_new(c->ctl, &c->ctl->env, c, (struct span){ line ? line : "", n });
	free(line);
	if (!c->req) {
		c->closing = true; /* no memory to say so */
		return false;
	}
	log_write_cmd(c);
	req_start(c->req);
	return true;
}

static void end_req(struct ctl_client *c)
{
	req_free(c->req);
	c->req = NULL;
}

/* Go on with the request in work, or with the next one; one piece each time. */
static void client_pump(struct ctl_client *c)
{
	static const struct timeval at_once = { 0, 0 };

	if (!c->req && !c->closing && !take_line(c))
		goto out;
	if (c->req && c->req->step && !c->req->answered) {
		if (client_full(c))
			return; /* on_written comes back */
		if (!c->req->step(c->req) && !c->req->answered)
			req_ok(c->req);
	}
	if (c->req && c->req->answered)
		end_req(c);
	if (!c->req || c->req->step)
		event_add(c->again, &at_once);
out:
	if (c->closing && !c->req && !evbuffer_get_length(bufferevent_get_output(c->bev)))
		client_free(c);
}

void client_next(struct ctl_client *c)
{
	static const struct timeval at_once = { 0, 0 };

	event_add(c->again,
		  &at_once); /* a callback of somebody else's: the loop frees it */
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	client_pump(arg);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	(void)bev;
	client_pump(arg);
}

static void on_written(struct bufferevent *bev, void *arg)
{
	(void)bev;
	client_pump(arg);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & BEV_EVENT_TIMEOUT)
		log_notice(LOGC_CTL, "a client reads nothing: closed");
	client_free(arg);
}

static struct ctl_client *client_new(struct ctl *ctl, int fd)
{
	static const struct timeval stuck = { CLIENT_STUCK_S, 0 };
	struct ctl_client *c = mem_zalloc(sizeof(*c));
	socklen_t len = sizeof(c->who);

	if (!c)
		return NULL;
	c->ctl = ctl;
	c->bev = bufferevent_socket_new(ctl->base, fd, BEV_OPT_CLOSE_ON_FREE);
	c->again = evtimer_new(ctl->base, on_again, c);
	if (!c->bev || !c->again) {
		if (c->bev)
			bufferevent_free(c->bev);
		else
			close(fd);
		mem_free(c);
		return NULL;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c->who, &len))
		c->who = (struct ucred){ .uid = (uid_t)-1 };
	list_add(&ctl->clients, &c->in_ctl);
	ctl->nclients++;
	bufferevent_setcb(c->bev, on_read, on_written, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, CLIENT_LINE_MAX);
	bufferevent_setwatermark(c->bev, EV_WRITE, CLIENT_FULL / 2, 0);
	bufferevent_set_timeouts(c->bev, NULL, &stuck);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	return c;
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	static const char full[] =
		"{\"ok\":false,\"code\":\"refused\",\"error\":\"too many clients\"}\n";
	struct ctl *ctl = arg;
	int cfd = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (cfd < 0)
		return;
	if (ctl->nclients >= ctl->most) {
		if (send(cfd, full, sizeof(full) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			log_dbg(LOGC_CTL, "too many clients");
		close(cfd);
		return;
	}
	client_new(ctl, cfd);
}

/* ---- trace --------------------------------------------------------------------- */

void client_watch(struct ctl_client *c, const struct addr *peer)
{
	if (!c->watch)
		c->ctl->nwatch++;
	c->watch = true;
	c->peer = *peer;
}

static bool is_h248(const struct assoc *as)
{
	return as->owner && owner_get_spec(as->owner)->proto == PROTO_H248;
}

static void put_message(struct ctl_client *c, bool out, const struct assoc *as,
			struct span bytes)
{
	struct ctl_req *r = c->req;
	struct jout *j = req_row(r);
	struct buf text;

	if (c->lost)
		jout_u64(j, "lost", c->lost);
	c->lost = 0;
	jout_str(j, "dir", out ? "out" : "in");
	jout_addr(j, "local", &as->local);
	jout_addr(j, "peer", &as->remote);
	buf_init(&text, TEXT_MAX);
	if (is_h248(as) && h248_engine_text(as->owner, bytes, &text))
		jout_span(j, "message", buf_view(&text));
	else
		jout_span(j, "message", bytes);
	buf_fini(&text);
	req_row_end(r);
}

void ctl_trace(struct ctl *ctl, bool out, const struct assoc *as, struct span bytes)
{
	if (!ctl || !ctl->nwatch)
		return;
	LIST_EACH(it, &ctl->clients)
	{
		struct ctl_client *c = LIST_OF(it, struct ctl_client, in_ctl);

		if (!c->watch || !c->req)
			continue;
		if (c->peer.family && !addr_same_host(&c->peer, &as->remote))
			continue;
		if (evbuffer_get_length(bufferevent_get_output(c->bev)) >
		    CLIENT_TRACE_MAX)
			c->lost++;
		else
			put_message(c, out, as, bytes);
	}
}

/* ---- open and close ------------------------------------------------------------ */

static int fail(int err, char *why, const char *path, const char *what)
{
	snprintf(why, CTL_WHY_MAX, "control socket %s: %s", path, what);
	return err;
}

/* The lock tells a living daemon from a socket file left behind. */
static int take_lock(struct ctl *c, char *why)
{
	char path[120];

	snprintf(path, sizeof(path), "%s.lock", c->path);
	c->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (c->lock < 0)
		return fail(-H_ESYS, why, path, strerror(errno));
	if (flock(c->lock, LOCK_EX | LOCK_NB))
		return fail(-H_EBUSY, why, c->path, "another hollerd has it");
	return 0;
}

static int give_away(struct ctl *c, const struct ctl_spec *spec, char *why)
{
	struct group *g = spec->group[0] ? getgrnam(spec->group) : NULL;

	if (spec->group[0] && !g)
		return fail(-H_ENOENT, why, c->path, "its group does not exist");
	if (g && chown(c->path, (uid_t)-1, g->gr_gid))
		return fail(-H_EPERM, why, c->path, "can't give it to its group");
	if (chmod(c->path, spec->mode))
		return fail(-H_ESYS, why, c->path, strerror(errno));
	return 0;
}

static int bind_it(struct ctl *c, const struct ctl_spec *spec, char *why)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct stat st;
	mode_t mask;
	int err;

	memcpy(un.sun_path, c->path, sizeof(c->path));
	if (!lstat(c->path, &st)) {
		if (!S_ISSOCK(st.st_mode))
			return fail(-H_EEXIST, why, c->path, "is there and is no socket");
		unlink(c->path); /* we hold the lock: its daemon is dead */
	}
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return fail(-H_ESYS, why, c->path, strerror(errno));
	mask = umask(0177);
	err = bind(c->fd, (struct sockaddr *)&un, sizeof(un));
	umask(mask);
	if (err || listen(c->fd, BACKLOG))
		return fail(-H_ESYS, why, c->path, strerror(errno));
	return give_away(c, spec, why);
}

int ctl_open(struct ctl **out, struct event_base *base, const struct ctl_spec *spec,
	     const struct ctl_env *env, char why[CTL_WHY_MAX])
{
	struct ctl *c = mem_zalloc(sizeof(*c));
	int err;

	if (!c)
		return fail(-H_ENOMEM, why, spec->path, "out of memory");
	*c = (struct ctl){
		.base = base, .env = *env, .fd = -1, .lock = -1, .most = spec->clients
	};
	list_init(&c->clients);
	list_init(&c->reqs);
	if (snprintf(c->path, sizeof(c->path), "%s", spec->path) >= (int)sizeof(c->path))
		err = fail(-H_EINVAL, why, spec->path, "name too long");
	else
		err = take_lock(c, why);
	if (!err)
		err = bind_it(c, spec, why);
	if (!err) {
		c->acceptable =
			event_new(base, c->fd, EV_READ | EV_PERSIST, on_accept, c);
		if (!c->acceptable || event_add(c->acceptable, NULL))
			err = fail(-H_ENOMEM, why, spec->path, "out of memory");
	}
	if (err) {
		ctl_free(c);
		return err;
	}
	*out = c;
	return 0;
}

void ctl_set_clients(struct ctl *c, unsigned clients)
{
	c->most = clients;
}

struct ctl_env *ctl_get_env(struct ctl *c)
{
	return &c->env;
}

/* What is already written goes out, as far as the sockets take it. */
static void flush_client(struct ctl_client *c)
{
	struct evbuffer *out = bufferevent_get_output(c->bev);

	bufferevent_disable(c->bev, EV_READ | EV_WRITE);
	evbuffer_unfreeze(out, 1);
	while (evbuffer_get_length(out) &&
	       evbuffer_write(out, bufferevent_getfd(c->bev)) > 0)
		;
	client_free(c);
}

void ctl_free(struct ctl *c)
{
	if (!c)
		return;
	LIST_EACH_SAFE(it, &c->clients)
	flush_client(LIST_OF(it, struct ctl_client, in_ctl));
	LIST_EACH_SAFE(it, &c->reqs)
	req_free(LIST_OF(it, struct ctl_req, in_ctl));
	if (c->acceptable)
		event_free(c->acceptable);
	if (c->fd >= 0) {
		close(c->fd);
		unlink(c->path);
	}
	if (c->lock >= 0)
		close(c->lock);
	mem_free(c);
}
