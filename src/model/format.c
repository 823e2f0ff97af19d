/* model/format.c - what is known of formats by name.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3551 4.5 and 6; RFC 4867 8.1 (AMR), RFC 6184 8.2.2 (H264), RFC 5577 (G7221)
 */
#include "model/format.h"

#include <string.h>

#include "wire/sdp.h"

/* Formats a telephony gateway meets: for the frame and rate, and other names of theirs.
 */
static const struct known {
	const char *name, *alias[3];
	uint32_t clock;
	uint8_t frame_ms;
	uint32_t rate;
	const char *key[3]; /* fmtp parameters that make it another format */
} known[] = {
	{ "PCMU", { "G.711u", "G711u", "G.711mu" }, 8000, 0, 64000, { 0 } },
	{ "PCMA", { "G.711a", "G711a" }, 8000, 0, 64000, { 0 } },
	{ "G722", { "G.722" }, 8000, 0, 64000, { 0 } },
	{ "G729", { "G.729", "G729A", "G.729A" }, 8000, 10, 8000, { 0 } },
	{ "G723", { "G.723", "G.723.1", "G7231" }, 8000, 30, 6400, { 0 } },
	{ "G728", { "G.728" }, 8000, 0, 16000, { 0 } },
	{ "G726-16", { "G.726-16" }, 8000, 0, 16000, { 0 } },
	{ "G726-24", { "G.726-24" }, 8000, 0, 24000, { 0 } },
	{ "G726-32", { "G.726-32", "G.726", "G726" }, 8000, 0, 32000, { 0 } },
	{ "G726-40", { "G.726-40" }, 8000, 0, 40000, { 0 } },
	{ "AAL2-G726-32", { 0 }, 8000, 0, 32000, { 0 } },
	{ "GSM", { "GSM-FR" }, 8000, 20, 13200, { 0 } },
	{ "GSM-EFR", { 0 }, 8000, 20, 12200, { 0 } },
	{ "GSM-HR-08", { "GSM-HR" }, 8000, 20, 5600, { 0 } },
	{ "AMR", { 0 }, 8000, 20, 12200, { "octet-align", "interleaving", "crc" } },
	{ "AMR-WB", { 0 }, 16000, 20, 23850, { "octet-align", "interleaving", "crc" } },
	{ "iLBC", { 0 }, 8000, 0, 15200, { "mode" } },
	{ "G7221", { "G.722.1" }, 16000, 20, 32000, { "bitrate" } },
	{ "opus", { 0 }, 48000, 0, 40000, { 0 } },
	{ "L16", { 0 }, 44100, 0, 0, { 0 } },
	{ "DVI4", { 0 }, 8000, 0, 32000, { 0 } },
	{ "LPC", { 0 }, 8000, 0, 5600, { 0 } },
	{ "H264", { 0 }, 90000, 0, 0, { "packetization-mode" } },
	{ "telephone-event", { "RFC2833" }, 8000, 0, 0, { 0 } },
	{ "CN", { 0 }, 8000, 0, 0, { 0 } },
	{ "RED", { 0 }, 8000, 0, 0, { 0 } },
	{ "CLEARMODE", { 0 }, 8000, 0, 64000, { 0 } },
	{ "X-CCD", { 0 }, 8000, 0, 64000, { 0 } },
};

static const struct known *known_get(struct span name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (str_ieqz(name, known[i].name))
			return &known[i];
		for (int j = 0; j < 3 && known[i].alias[j]; j++)
			if (str_ieqz(name, known[i].alias[j]))
				return &known[i];
	}
	return NULL;
}

/* The value of one fmtp parameter; {NULL, 0} when absent. */
static struct span fmtp_get(const char *fmtp, const char *key)
{
	struct span rest = str_of(fmtp);

	while (rest.p) {
		struct span v = str_trim(str_cut(&rest, ';'));
		struct span k = str_trim(str_cut(&v, '='));

		if (str_ieqz(k, key))
			return v.p ? str_trim(v) : STR_LIT("1");
	}
	return (struct span){ NULL, 0 };
}

/* "0" is what each of these parameters is when absent, but for iLBC's mode: 30. */
static struct span fmtp_value(const struct format *f, const char *key)
{
	struct span v = fmtp_get(f->fmtp, key);

	if (v.p)
		return v;
	return strcmp(key, "mode") ? STR_LIT("0") : STR_LIT("30");
}

static bool same_fmtp(const struct format *a, const struct format *b)
{
	const struct known *k;

	if (!strcmp(a->fmtp, b->fmtp))
		return true;
	k = known_get(str_of(a->name));
	for (int i = 0; k && i < 3 && k->key[i]; i++)
		if (!str_ieq(fmtp_value(a, k->key[i]), fmtp_value(b, k->key[i])))
			return false;
	return true;
}

bool format_same(const struct format *a, const struct format *b)
{
	return a->clock == b->clock && a->channels == b->channels &&
	       str_ieq(str_of(a->name), str_of(b->name)) && same_fmtp(a, b);
}

bool format_equal(const struct format *a, const struct format *b)
{
	return a->pt == b->pt && a->clock == b->clock && a->channels == b->channels &&
	       str_ieq(str_of(a->name), str_of(b->name)) && !strcmp(a->fmtp, b->fmtp);
}

static bool set_name(struct format *f, struct span name)
{
	if (!name.n || name.n >= sizeof(f->name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return false;
	memcpy(f->name, name.p, name.n);
	return true;
}

bool format_parse(struct format *f, struct span s)
{
	struct span rest = s, name = str_cut(&rest, '/'), clock = str_cut(&rest, '/');
	const struct known *k = known_get(name);
	struct format r = { .channels = 1, .pt = FORMAT_PT_DYN };
	const struct sdp_static *st;
	uint32_t v;

	if (!set_name(&r, k ? str_of(k->name) : name))
		return false;
	if (clock.p) {
		if (!str_u32(clock, 1000000, &r.clock) || !r.clock)
			return false;
	} else if (k) {
		r.clock = k->clock;
	}
	if (rest.p) {
		if (!str_u32(rest, 255, &v) || !v)
			return false;
		r.channels = (uint8_t)v;
	} else if (!clock.p && k && !strcmp(k->name, "opus")) {
		r.channels = 2; /* RFC 7587 7: always 2 in rtpmap */
	}
	st = sdp_static_named(str_of(r.name), r.clock, r.channels);
	if (st) {
		r.clock = st->clock;
		r.pt = st->pt;
	}
	if (!r.clock)
		return false;
	*f = r;
	return true;
}

bool format_is_main(const struct format *f)
{
	static const char *const side[] = {
		"telephone-event", "tone",    "CN",        "RED",
		"ulpfec",          "flexfec", "parityfec", "rtx",
	};

	for (size_t i = 0; i < sizeof(side) / sizeof(*side); i++)
		if (str_ieqz(str_of(f->name), side[i]))
			return false;
	return true;
}

uint32_t format_frame_ms(const struct format *f)
{
	const struct known *k = known_get(str_of(f->name));

	if (k && !strcmp(k->name, "iLBC"))
		return str_eq(fmtp_value(f, "mode"), STR_LIT("20")) ? 20 : 30;
	return k ? k->frame_ms : 0;
}

uint32_t format_rate(const struct format *f)
{
	const struct known *k = known_get(str_of(f->name));

	if (k && !strcmp(k->name, "L16"))
		return f->clock * 16 * f->channels;
	return k ? k->rate : 0;
}
