/* tests/unit/store_rig.c - see store_rig.h.
 *
 * layer: tests   thread: main and the store's   I/O: files under a folder of its own
 */
#include "store_rig.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "util/log.h"
#include "util/mem.h"

struct store_rig rig;

static void quiet(enum log_cat cat, enum log_level level, const char *line)
{
	(void)cat;
	(void)level;
	(void)line;
}

int rig_open(const char *name)
{
	struct store_conf conf = { .kind = "sqlite", .file = rig.file, .queue = 64 };

	snprintf(rig.file, sizeof(rig.file), "%s/%s", test_tmpdir(), name);
	log_set_sink(quiet);
	return store_open(&rig.st, &conf, rig.why);
}

int rig_open_new(const char *name)
{
	char path[600];
	static const char *const tails[] = { "", "-wal", "-shm", ".lock" };

	for (unsigned i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s%s", test_tmpdir(), name, tails[i]);
		unlink(path);
	}
	return rig_open(name);
}

void rig_sql(const char *text)
{
	sqlite3 *h;

	ck_assert_int_eq(sqlite3_open(rig.file, &h), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(h, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
}

void rig_on_done(void *arg, int err, const char *text)
{
	*(int *)arg = err;
	rig.done++;
	snprintf(rig.why, sizeof(rig.why), "%s", text);
}

void rig_on_calls(void *arg, int err, const char *text, const struct store_call *rows,
		     size_t n)
{
	rig_on_done(arg, err, text);
	rig.rows = n;
	if (n)
		rig.first = rows[0];
}

void rig_wait(unsigned n)
{
	struct pollfd pfd = { .fd = store_fd(rig.st), .events = POLLIN };

	while (rig.done < n) {
		ck_assert_int_eq(poll(&pfd, 1, 10000), 1);
		store_poll(rig.st);
	}
}

void rig_zone(struct store_zone *z, const char *name, unsigned listeners)
{
	*z = (struct store_zone){ .policy = "first",
				  .codec = "PCMU/8000",
				  .ptime = 20,
				  .idle_ms = 500,
				  .ngroup = 2 };
	snprintf(z->name, sizeof(z->name), "%s", name);
	snprintf(z->label, sizeof(z->label), "Ward \"3\", O'Neill; --");
	z->group[0] = (struct store_group){
		.emit = true, .hops = 4, .dscp = 46, .loop = true, .ifname = "eth0"
	};
	ck_assert_int_eq(addr_parse(&z->group[0].group, STR_LIT("239.1.2.3:5004")), 0);
	ck_assert_int_eq(addr_parse_ip(&z->group[0].source, STR_LIT("192.0.2.9")), 0);
	z->group[1] = (struct store_group){ .receive = true, .hops = 1, .nsource = 2 };
	ck_assert_int_eq(addr_parse(&z->group[1].group, STR_LIT("[ff15::7]:6000")), 0);
	ck_assert_int_eq(addr_parse_ip(&z->group[1].sources[0], STR_LIT("2001:db8::1")),
			 0);
	ck_assert_int_eq(addr_parse_ip(&z->group[1].sources[1], STR_LIT("2001:db8::2")),
			 0);
	z->listener = listeners ? mem_array(listeners, sizeof(struct addr)) : NULL;
	for (unsigned i = 0; z->listener && i < listeners; i++) {
		char text[64];

		snprintf(text, sizeof(text), "198.51.100.%u:%u", i % 250 + 1, 4000 + i);
		ck_assert_int_eq(addr_parse(&z->listener[i], str_of(text)), 0);
		z->nlistener++;
	}
}

void rig_on_zone(void *arg, const struct store_zone *z)
{
	(void)arg;
	if (rig.nkept < 4 && store_zone_copy(&rig.kept[rig.nkept], z))
		rig.nkept++;
}

void rig_drop_zones(void)
{
	while (rig.nkept)
		store_zone_fini(&rig.kept[--rig.nkept]);
}

struct store_call rig_call(unsigned i)
{
	struct store_call c = { .started_ms = 1000 * (int64_t)i,
				.duration_ms = 61000,
				.rx_packets = 3000,
				.lost = 7,
				.jitter_ms = 3,
				.reason = 900 };

	snprintf(c.owner, sizeof(c.owner), "ca%u", i % 2);
	snprintf(c.endpoint, sizeof(c.endpoint), "rtpbridge/%x", i);
	snprintf(c.call_id, sizeof(c.call_id), "C%u", i / 2);
	snprintf(c.cause, sizeof(c.cause), "agent");
	addr_parse(&c.local, STR_LIT("192.0.2.1:16384"));
	return c;
}
