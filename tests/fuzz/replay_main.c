/* tests/fuzz/replay_main.c - the main of a fuzz target without libFuzzer.
 *
 * layer: tests   thread: main   I/O: reads files
 *
 * usage: fuzz_NAME [-option...] FILE|FOLDER...
 *
 * Each file goes to the target as it is, cut at every byte, and mangled FUZZ_RUNS times
 * (default 300) by a generator that starts the same each time, so a failure is met again.
 * Options are libFuzzer's and mean nothing here. Inputs end where their memory ends.
 */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

enum { FILE_MOST = 1 << 20, CUTS_MOST = 4096 };

static unsigned long inputs;
static uint64_t state;

static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t n)
{
	return n ? (size_t)(next_random() % n) : 0;
}

/* From a block of that very size, so that the sanitizer sees a read behind its end. */
static void run(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		exit(2);
	memcpy(copy, p, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	inputs++;
}

/* One change in place; returns the new size, at most `room`. */
static size_t mangle(uint8_t *p, size_t n, size_t room)
{
	static const char special[] = "\r\n.:,;()[]\"=/@$*-# \0\xff" "09aZ{}";
	size_t at = below(n), from = below(n), len = 1 + below(16);

	switch (next_random() % 6) {
	case 0:
		if (n)
			p[at] ^= (uint8_t)(1u << below(8));
		return n;
	case 1:
		if (n)
			p[at] = (uint8_t)special[below(sizeof(special) - 1)];
		return n;
	case 2: /* take some out */
		if (len > n - at)
			len = n - at;
		memmove(p + at, p + at + len, n - at - len);
		return n - len;
	case 3: /* say some twice */
		if (len > n - from)
			len = n - from;
		if (len > room - n)
			return n;
		memmove(p + at + len, p + at, n - at);
		memmove(p + at, p + (from >= at ? from + len : from),
			from >= at || from + len <= at ? len : 0);
		return n + len;
	case 4:
		if (n == room)
			return n;
		memmove(p + at + 1, p + at, n - at);
		p[at] = (uint8_t)special[below(sizeof(special) - 1)];
		return n + 1;
	default:
		return n ? at : 0;
	}
}

static void replay_bytes(const uint8_t *p, size_t n, unsigned long runs)
{
	size_t room = n + 256;
	uint8_t *work = malloc(room);

	if (!work)
		exit(2);
	run(p, n);
	for (size_t cut = 0; cut < n && cut < CUTS_MOST; cut++)
		run(p, cut);
	state = 0x9e3779b97f4a7c15u ^ n;
	for (unsigned long i = 0; i < runs; i++) {
		size_t left = n;

		memcpy(work, p, n);
		for (size_t change = 1 + below(8); change; change--)
			left = mangle(work, left, room);
		run(work, left);
	}
	free(work);
}

static int replay_file(const char *path, unsigned long runs)
{
	static uint8_t bytes[FILE_MOST];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		perror(path);
		return -1;
	}
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	replay_bytes(bytes, n, runs);
	return 0;
}

static int replay(const char *path, unsigned long runs)
{
	char inner[PATH_MAX];
	struct dirent *e;
	struct stat st;
	int bad = 0;
	DIR *d;

	if (stat(path, &st)) {
		perror(path);
		return -1;
	}
	if (!S_ISDIR(st.st_mode))
		return replay_file(path, runs);
	d = opendir(path);
	if (!d) {
		perror(path);
		return -1;
	}
	while ((e = readdir(d))) {
		if (*e->d_name == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name);
		bad |= replay_file(inner, runs);
	}
	closedir(d);
	return bad;
}

int main(int argc, char **argv)
{
	const char *env = getenv("FUZZ_RUNS");
	unsigned long runs = env ? strtoul(env, NULL, 10) : 300;
	const char *name = strrchr(argv[0], '/');
	int bad = 0;

	for (int i = 1; i < argc; i++)
		if (*argv[i] != '-')
			bad |= replay(argv[i], runs);
	printf("%s: %lu inputs\n", name ? name + 1 : argv[0], inputs);
	return bad || !inputs;
}
