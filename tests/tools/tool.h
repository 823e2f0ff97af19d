/* tests/tools/tool.h - what the test programs share: options, time, WAV, G.711, RTP.
 *
 * layer: tests   thread: main   I/O: files, sockets
 *
 * These programs stand in for telephones, call agents and ears in tests, benchmarks and
 * the quick start. They share no code with the gateway but util/, so that a fault of the
 * gateway's codecs is not repeated in its judges. Each prints one JSON object.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"

enum { RTP_HEAD = 12, FRAME_MOST = 1500, RATE = 8000 };

void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
uint64_t now_ns(void); /* CLOCK_MONOTONIC: the same in all namespaces */
void sleep_until(uint64_t ns);

/* "--name value": the value of each option, or its default. Unknown ones end the program
 * with the usage text. `rest` are the words that are no options. */
struct opt {
	const char *name, *value, *help; /* value: the default, NULL without one */
	bool flag;                       /* takes no value: "1" when given */
	bool given;
};
int opts_parse(int argc, char **argv, struct opt *o,
	       const char *usage); /* index of rest */
const char *opt_str(const struct opt *o, const char *name);
long opt_long(const struct opt *o, const char *name);
bool opt_on(const struct opt *o, const char *name);
void opt_addr(const struct opt *o, const char *name, struct addr *a);

/* A UDP socket bound to this address, non-blocking, with large buffers. */
int udp_open(const struct addr *a, bool reuse);
void udp_send(int fd, const struct addr *to, const char *p, size_t n);
/* One datagram and who sent it; 0: none, or an empty one. */
size_t udp_recv(int fd, struct addr *from, char *p, size_t room);
unsigned if_index(const char *name); /* 0 for NULL or "" */

/* Mono 16-bit samples at RATE; other rates and channels are converted on reading. */
struct wav {
	int16_t *v; /* owned */
	size_t n;
};
void wav_read(struct wav *w, const char *path);
void wav_write(const struct wav *w, const char *path);

/* G.711 */
uint8_t ulaw_of(int16_t s);
uint8_t alaw_of(int16_t s);
int16_t ulaw_to(uint8_t u);
int16_t alaw_to(uint8_t a);

/* A synthetic frame says where it comes from, so the ear can tell loss, mixing and age:
 * magic, stream, number, time sent. */
enum { MARK_SIZE = 24 };
struct mark {
	uint32_t stream;
	uint64_t number, sent_ns;
};
void mark_put(uint8_t *p, const struct mark *m);
bool mark_get(const uint8_t *p, size_t n, struct mark *m);

void put16(uint8_t *p, unsigned v);
void put32(uint8_t *p, uint32_t v);
unsigned get16(const uint8_t *p);
uint32_t get32(const uint8_t *p);

/* The q-quantile (0..1) of n values; sorts them. */
double quantile(double *v, size_t n, double q);
/* A string as JSON, with quotes, to standard output. */
void json_str(const char *s, size_t n);
