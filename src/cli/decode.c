/* cli/decode.c - see decode.h.
 *
 * layer: cli (L5)   thread: main   I/O: reads files, writes stdout
 */
#include "cli/decode.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/mem.h"

enum { FILE_MOST = 1 << 20, ARENA_MOST = 16 << 20 };

static const struct decode_format {
	const char *name;
	decode_h *decode;
} formats[] = {
	{ "mgcp", decode_mgcp },
	{ "sdp", decode_sdp },
	{ "h248", decode_h248 },
	{ "h248-ber", decode_h248_ber },
};

/* RFC 3629: the shortest form, no surrogates, up to U+10FFFF. */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	unsigned c = p[0];
	size_t len = 0;

	if (c < 0x80)
		len = 1;
	else if (c >= 0xc2 && c < 0xe0)
		len = 2;
	else if (c >= 0xe0 && c < 0xf0)
		len = 3;
	else if (c >= 0xf0 && c < 0xf5)
		len = 4;
	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ||
	    (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

static bool is_utf8(struct span s)
{
	size_t len;

	for (size_t i = 0; i < s.n; i += len) {
		len = utf8_len((const unsigned char *)s.p + i, s.n - i);
		if (!len)
			return false;
	}
	return true;
}

struct json_object *decode_str(struct span s)
{
	struct json_object *o;
	char *wide;
	size_t n = 0;

	if (is_utf8(s))
		return json_object_new_string_len(s.p ? s.p : "", (int)s.n);
	wide = mem_alloc(2 * s.n);
	if (!wide)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i];

		if (c >= 0x80)
			wide[n++] = (char)(0xc0 | c >> 6);
		wide[n++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
	}
	o = json_object_new_string_len(wide, (int)n);
	mem_free(wide);
	return o;
}

void decode_add(struct json_object *o, const char *key, struct span s)
{
	if (s.p)
		json_object_object_add(o, key, decode_str(s));
}

void decode_add_int(struct json_object *o, const char *key, int64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

void decode_add_bool(struct json_object *o, const char *key, bool v)
{
	json_object_object_add(o, key, json_object_new_boolean(v));
}

void decode_push(struct json_object *array, struct span s)
{
	json_object_array_add(array, decode_str(s));
}

void decode_usage(FILE *out)
{
	fputs("usage: hollerctl decode --as ", out);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		fprintf(out, "%s%s", i ? "|" : "", formats[i].name);
	fputs(" FILE...\n", out);
}

static const struct decode_format *format_of(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

char *decode_file_read(const char *path, size_t *size)
{
	bool in = !strcmp(path, "-");
	FILE *f = in ? stdin : fopen(path, "rb");
	char *bytes = f ? mem_alloc(FILE_MOST + 1) : NULL, *fit;
	size_t n;

	if (!bytes) {
		if (f && !in)
			fclose(f);
		return NULL;
	}
	n = fread(bytes, 1, FILE_MOST + 1, f);
	if (ferror(f) || n > FILE_MOST) {
		errno = ferror(f) ? errno : EFBIG;
		mem_free(bytes);
		bytes = NULL;
	}
	if (!in)
		fclose(f);
	if (!bytes)
		return NULL;
	fit = mem_realloc(bytes, n ? n : 1);
	*size = n;
	return fit ? fit : bytes;
}

static void add_error(struct json_object *line, const struct parse_err *err)
{
	char text[512];

	snprintf(text, sizeof(text), "%s (%s)", err->what, err->clause);
	json_object_object_add(line, "error", json_object_new_string(text));
	decode_add_int(line, "offset", (int64_t)err->offset);
}

static bool decode_bytes(const struct decode_format *f, struct span bytes,
			 struct json_object *line)
{
	struct arena *a = arena_new(ARENA_MOST);
	struct parse_err err = { 0, "memory", "out of memory" };
	struct json_object *msg = NULL;
	int rc = a ? f->decode(a, bytes, &msg, &err) : -H_ENOMEM;

	decode_add_bool(line, "ok", !rc);
	if (rc) {
		add_error(line, &err);
	} else {
		json_object_object_add(line, "error", NULL);
		json_object_object_add(line, "offset", NULL);
	}
	json_object_object_add(line, "message", msg);
	arena_free(a);
	return !rc;
}

static void add_unreadable(struct json_object *line)
{
	char text[200];

	snprintf(text, sizeof(text), "cannot read: %s", strerror(errno));
	decode_add_bool(line, "ok", false);
	json_object_object_add(line, "error", json_object_new_string(text));
	json_object_object_add(line, "offset", NULL);
	json_object_object_add(line, "message", NULL);
}

static bool decode_file(const struct decode_format *f, const char *path)
{
	struct json_object *line = json_object_new_object();
	bool ok = false;
	size_t n = 0;
	char *bytes;

	decode_add(line, "file", str_of(path));
	bytes = decode_file_read(path, &n);
	if (bytes)
		ok = decode_bytes(f, (struct span){ bytes, n }, line);
	else
		add_unreadable(line);
	puts(json_object_to_json_string_ext(
		line, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(line);
	mem_free(bytes);
	return ok;
}

int decode_main(int argc, char **argv)
{
	const struct decode_format *f = NULL;
	bool all = true;
	int i = 1;

	if (argc > 2 && !strcmp(argv[1], "--as")) {
		f = format_of(argv[2]);
		i = 3;
	} else if (argc > 1 && !strncmp(argv[1], "--as=", 5)) {
		f = format_of(argv[1] + 5);
		i = 2;
	}
	if (i < argc && !strcmp(argv[i], "--"))
		i++;
	if (!f || i >= argc) {
		decode_usage(stderr);
		return DECODE_USAGE;
	}
	for (; i < argc; i++)
		all &= decode_file(f, argv[i]);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "hollerctl: cannot write: %s\n", strerror(errno));
		return DECODE_USAGE;
	}
	return all ? DECODE_VALID : DECODE_INVALID;
}
