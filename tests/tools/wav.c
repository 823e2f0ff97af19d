/* tests/tools/wav.c - sound: WAV files, change of rate, G.711.
 *
 * layer: tests   thread: main   I/O: files
 * ITU-T G.711
 */
#include "tool.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chunk {
	const uint8_t *p;
	size_t n;
};

static uint32_t le(const uint8_t *p, int bytes)
{
	uint32_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static uint8_t *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = NULL;
	size_t cap = 0, got;

	if (!f)
		die("%s: %s", path, strerror(errno));
	*n = 0;
	do {
		cap = cap ? cap * 2 : 65536;
		p = realloc(p, cap);
		if (!p)
			die("out of memory");
		got = fread(p + *n, 1, cap - *n, f);
		*n += got;
	} while (got);
	fclose(f);
	return p;
}

/* A recorder that was stopped leaves sizes of 0 or -1: then the chunk is all that's left.
 */
static struct chunk find_chunk(const uint8_t *p, size_t n, const char *id)
{
	size_t at = 12;

	while (at + 8 <= n) {
		size_t size = le(p + at + 4, 4), left = n - at - 8;
		bool data = !memcmp(p + at, "data", 4);

		if (size > left || (data && !size))
			size = left;
		if (!memcmp(p + at, id, 4))
			return (struct chunk){ p + at + 8, size };
		at += 8 + size + (size & 1);
	}
	return (struct chunk){ NULL, 0 };
}

/* Windowed sinc; the band edge is that of the lower rate. */
static double sinc_at(const double *in, size_t n, double pos, double ratio)
{
	enum { LOBES = 16 };
	double band = ratio < 1 ? ratio : 1, span = LOBES / band, sum = 0;
	long from = (long)ceil(pos - span), to = (long)floor(pos + span);

	if (from < 0)
		from = 0;
	if (to >= (long)n)
		to = (long)n - 1;
	for (long i = from; i <= to; i++) {
		double x = (pos - (double)i), w = 0.5 + 0.5 * cos(M_PI * x / span);
		double y = M_PI * x * band;

		sum += in[i] * w * band * (fabs(y) < 1e-9 ? 1 : sin(y) / y);
	}
	return sum;
}

static void resample(struct wav *w, const double *in, size_t n, double rate)
{
	double ratio = RATE / rate;

	w->n = (size_t)((double)n * ratio);
	w->v = calloc(w->n + 1, sizeof(*w->v));
	if (!w->v)
		die("out of memory");
	for (size_t i = 0; i < w->n; i++) {
		double v = ratio < 1 || ratio > 1
				   ? sinc_at(in, n, (double)i / ratio, ratio)
				   : in[i];

		w->v[i] = (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : lrint(v));
	}
}

static double sample(const uint8_t *p, unsigned format, unsigned bits)
{
	if (format == 7)
		return ulaw_to(*p);
	if (format == 6)
		return alaw_to(*p);
	if (bits == 8)
		return (*p - 128) * 256.0;
	return (int16_t)le(p, 2);
}

void wav_read(struct wav *w, const char *path)
{
	size_t n, frames;
	uint8_t *p = slurp(path, &n);
	struct chunk fmt = find_chunk(p, n, "fmt "), data = find_chunk(p, n, "data");
	unsigned format, channels, bits, width;
	double *mono;

	if (n < 12 || memcmp(p, "RIFF", 4) || fmt.n < 16 || !data.p)
		die("%s: not a WAV file", path);
	format = le(fmt.p, 2);
	channels = le(fmt.p + 2, 2);
	bits = le(fmt.p + 14, 2);
	width = bits / 8;
	if (format == 0xfffe && fmt.n >= 26)
		format = le(fmt.p + 24, 2);
	if (!channels || !(bits == 8 || (bits == 16 && format == 1)))
		die("%s: format %u with %u bits is not read here", path, format, bits);
	frames = data.n / (channels * width);
	mono = calloc(frames + 1, sizeof(*mono));
	if (!mono)
		die("out of memory");
	for (size_t i = 0; i < frames; i++)
		for (unsigned c = 0; c < channels; c++)
			mono[i] += sample(data.p + (i * channels + c) * width, format,
					  bits) /
				   channels;
	resample(w, mono, frames, le(fmt.p + 4, 4));
	free(mono);
	free(p);
}

static void put_le(uint8_t *p, uint32_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void wav_write(const struct wav *w, const char *path)
{
	uint8_t head[44], s[2];
	uint32_t size = (uint32_t)(w->n * 2);
	FILE *f = fopen(path, "wb");

	if (!f)
		die("%s: %s", path, strerror(errno));
	memcpy(head, "RIFF----WAVEfmt ", 16);
	put_le(head + 4, 36 + size, 4);
	put_le(head + 16, 16, 4);
	put_le(head + 20, 1, 2);
	put_le(head + 22, 1, 2);
	put_le(head + 24, RATE, 4);
	put_le(head + 28, RATE * 2, 4);
	put_le(head + 32, 2, 2);
	put_le(head + 34, 16, 2);
	memcpy(head + 36, "data", 4);
	put_le(head + 40, size, 4);
	fwrite(head, 1, sizeof(head), f);
	for (size_t i = 0; i < w->n; i++) {
		put_le(s, (uint16_t)w->v[i], 2);
		fwrite(s, 1, 2, f);
	}
	if (fclose(f))
		die("%s: %s", path, strerror(errno));
}

/* Both laws: sign, three bits of segment, four of mantissa. */
uint8_t ulaw_of(int16_t s)
{
	int v = s < 0 ? -(s + 1) : s, seg = 0;

	v = (v > 32635 ? 32635 : v) + 132;
	while (seg < 7 && v >> (seg + 8))
		seg++;
	return (uint8_t) ~((s < 0 ? 0x80 : 0) | seg << 4 | ((v >> (seg + 3)) & 15));
}

int16_t ulaw_to(uint8_t u)
{
	int c = ~u & 0xff, seg = c >> 4 & 7, v = (((c & 15) << 3) + 132) << seg;

	return (int16_t)(c & 0x80 ? 132 - v : v - 132);
}

uint8_t alaw_of(int16_t s)
{
	int v = (s < 0 ? -(s + 1) : s) >> 3, seg = 0; /* 12 bits */

	while (seg < 7 && v >> (seg + 5))
		seg++;
	v = seg << 4 | (v >> (seg ? seg : 1) & 15);
	return (uint8_t)((s < 0 ? v : v | 0x80) ^ 0x55);
}

int16_t alaw_to(uint8_t a)
{
	int c = a ^ 0x55, seg = c >> 4 & 7, v = (c & 15) << 4 | 8;

	if (seg)
		v = (v + 256) << (seg - 1);
	return (int16_t)(c & 0x80 ? v : -v);
}
