/* tests/fuzz/fuzz_ctl.c - the control socket: any bytes, on the real server and model.
 *
 * layer: tests   thread: main   I/O: a UNIX socket in a folder of its own
 *
 * The input is what a client writes before it is done. What must hold: every line gets
 * one answer, each line of an answer is JSON, and afterwards the next client is served.
 */
#include "fuzz.h"

#include <event2/event.h>
#include <json.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../replay/media.h"
#include "ctl/ctl.h"
#include "ctl/zone.h"
#include "media/media.h"
#include "model/model.h"
#include "net/net.h"
#include "util/log.h"

enum { ROUNDS = 400, OUT_MOST = 8 << 20 };

static struct world {
	struct event_base *base;
	struct fake_media media;
	struct med *med;
	struct ctl_env env;
	struct ctl *ctl;
	uint64_t strangers;
	char dir[64], path[80];
	char *out;
	size_t n;
} w;

static uint64_t now(void)
{
	return 1000000000;
}

static void no_conf(void *arg, ctl_conf_h *row, void *row_arg)
{
	(void)arg;
	row(row_arg, "media.io", STR_LIT("auto"), "default");
}

static int no_reload(void *arg, struct buf *said)
{
	(void)arg;
	buf_str(said, "line one\nline two\n");
	return 0;
}

static void no_stop(void *arg, bool at_once)
{
	(void)arg;
	(void)at_once;
}

static void no_trace(void *arg, bool on, const struct addr *peer)
{
	(void)arg;
	(void)on;
	(void)peer;
}

static void quiet(enum log_cat cat, enum log_level level, const char *line)
{
	(void)cat;
	(void)level;
	for (; *line; line++)
		if ((unsigned char)*line < 0x20)
			fuzz_bug("a control byte in the log");
}

static void remove_dir(void)
{
	ctl_free(w.ctl);
	unlink(w.path);
	strcat(w.path, ".lock");
	unlink(w.path);
	rmdir(w.dir);
}

static void model_open(void)
{
	struct owner_spec spec = { .name = "ca", .proto = PROTO_MGCP };
	struct pool_spec pool = { .pattern = "rtpbridge/%x", .first = 1, .count = 100 };
	struct owner *o;

	fake_media_init(&w.media);
	w.env.model = model_new(fake_media_ops(), &w.media);
	w.media.model = w.env.model;
	o = owner_add(w.env.model, &spec);
	pool_add(w.env.model, o, &pool, NULL);
	w.env.zones = zones_new(w.env.model, NULL);
}

static void world_open(void)
{
	struct net_user user = { .arg = &w };
	struct ctl_spec spec = { .group = "", .mode = 0600, .clients = 4 };
	struct med_pool pool = { .lo = 20000, .hi = 20100 };
	struct med_conf conf;
	char why[CTL_WHY_MAX];

	log_set_sink(quiet);
	snprintf(w.dir, sizeof(w.dir), "/tmp/fuzz_ctl.XXXXXX");
	w.base = event_base_new();
	w.out = malloc(OUT_MOST);
	if (!mkdtemp(w.dir) || !w.base || !w.out)
		fuzz_bug("no folder");
	snprintf(w.path, sizeof(w.path), "%s/s", w.dir);
	model_open();
	med_conf_init(&conf);
	conf.io = "socket";
	conf.workers = 1;
	conf.pool = &pool;
	conf.npool = 1;
	addr_parse_ip(&pool.addr, STR_LIT("127.0.0.1"));
	if (med_new(&w.med, &conf, why, sizeof(why)))
		fuzz_bug(why);
	w.env.med = w.med;
	w.env.net = net_new(w.base, &user);
	w.env.strangers = &w.strangers;
	w.env.now = now;
	w.env.conf = no_conf;
	w.env.reload = no_reload;
	w.env.stop = no_stop;
	w.env.trace = no_trace;
	spec.path = w.path;
	if (ctl_open(&w.ctl, w.base, &spec, &w.env, why))
		fuzz_bug(why);
	atexit(remove_dir);
}

static int dial(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", w.path);
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)))
		fuzz_bug("nobody answers");
	return fd;
}

/* Writes all and reads on until nothing comes any more. */
static void talk(int fd, const char *bytes, size_t size)
{
	unsigned idle = 0;

	w.n = 0;
	for (unsigned i = 0; i < ROUNDS && idle < 3; i++) {
		ssize_t put = size ? send(fd, bytes, size, MSG_NOSIGNAL) : 0, got;

		if (put > 0) {
			bytes += put;
			size -= (size_t)put;
		}
		event_base_loop(w.base, EVLOOP_NONBLOCK);
		fake_media_flush(&w.media);
		got = recv(fd, w.out + w.n, OUT_MOST - w.n, 0);
		if (got > 0)
			w.n += (size_t)got;
		idle = got > 0 || put > 0 ? 0 : idle + 1;
	}
}

static void check_lines(void)
{
	char *line = w.out, *end;

	while ((end = memchr(line, '\n', w.n - (size_t)(line - w.out)))) {
		struct json_tokener *tok = json_tokener_new();
		struct json_object *o;

		json_tokener_set_flags(tok,
				       JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
		o = json_tokener_parse_ex(tok, line, (int)(end - line));
		if (!o || !json_object_is_type(o, json_type_object))
			fuzz_bug("an answer that is no JSON object");
		json_object_put(o);
		json_tokener_free(tok);
		line = end + 1;
	}
}

/* So that every input finds the same. */
static void drop_zones(void)
{
	const struct store_zone *row;
	const char *problem;

	while ((row = zones_nth(w.env.zones, 0, &problem))) {
		char name[64];

		snprintf(name, sizeof(name), "%s", row->name);
		zones_del(w.env.zones, name, true, NULL, NULL);
	}
	fake_media_flush(&w.media);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char last[] = "{\"cmd\":\"zones\"}\n";
	int fd;

	if (!w.base)
		world_open();
	fd = dial();
	talk(fd, (const char *)data, size);
	check_lines();
	close(fd);
	event_base_loop(w.base, EVLOOP_NONBLOCK);
	fd = dial();
	talk(fd, last, sizeof(last) - 1);
	if (!w.n || !memmem(w.out, w.n, "\"ok\":true", 9))
		fuzz_bug("the next client is not served");
	close(fd);
	event_base_loop(w.base, EVLOOP_NONBLOCK);
	drop_zones();
	return 0;
}
