/* tests/unit/conf_rig.c - see conf_rig.h.
 *
 * layer: tests   thread: main   I/O: a file
 */
#include "conf_rig.h"

#include <stdio.h>
#include <string.h>

char rig_path[400], rig_said[8192];

struct conf *rig_load(const char *text)
{
	struct conf *c;
	struct buf b;
	FILE *f;

	snprintf(rig_path, sizeof(rig_path), "%s/h.conf", test_tmpdir());
	f = fopen(rig_path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	buf_init(&b, sizeof(rig_said) - 1);
	c = conf_load(rig_path, &b);
	snprintf(rig_said, sizeof(rig_said), "%.*s", (int)b.n, b.n ? b.p : "");
	buf_fini(&b);
	return c;
}

struct conf *rig_taken(const char *text)
{
	struct conf *c;

	test_no_oom();
	c = rig_load(text);
	ck_assert_msg(c != NULL, "%s", rig_said);
	return c;
}

void rig_refused(const char *text, const char *words)
{
	struct conf *c;

	test_no_oom();
	c = rig_load(text);
	ck_assert_msg(!c, "taken: %s", text);
	ck_assert_msg(strstr(rig_said, words) != NULL, "\"%s\" not in: %s", words,
		      rig_said);
}
