/* daemon/conf.c - see conf.h: the file by libconfuse, then the environment.
 *
 * layer: daemon (L5)   thread: control   I/O: reads a file and the environment
 *
 * To libconfuse every option is a text; types and bounds are value.c's. Its tree has no
 * line numbers, so the parse callback puts the line in front of each text ("12 value").
 */
#include "daemon/conf.h"

#include <confuse.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "daemon/check.h"
#include "daemon/scan.h"
#include "daemon/value.h"
#include "util/err.h"
#include "util/mem.h"

enum { SECTIONS_MAX = 16, WHY_MAX = 400, FILE_MAX = 4 << 20, CHUNK = 65536 };

struct load {
	struct conf *conf;
	struct buf *why;
	const char *file;
	unsigned errors;
	cfg_t *cfg;
	struct buf text; /* of the file */
	struct scan scan;
	cfg_opt_t opts[SECTIONS_MAX][SCHEMA_ITEMS_MAX + 1];
	cfg_opt_t root[SECTIONS_MAX + 1];
};

/* libconfuse's callbacks have no argument of ours. */
static struct load *loading;

static void complain(struct load *ld, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(struct load *ld, int line, const char *fmt, ...)
{
	char text[WHY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (line)
		buf_printf(ld->why, "%s:%d: %s\n", ld->file, line, text);
	else
		buf_printf(ld->why, "%s\n", text);
	ld->errors++;
}

/* ---- libconfuse ---------------------------------------------------------------- */

static int with_line(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	static char text[8192];
	int n = snprintf(text, sizeof(text), "%d %s", cfg->line, value);

	(void)opt;
	if (n < 0 || n >= (int)sizeof(text)) {
		cfg_error(cfg, "value too long");
		return -1;
	}
	*(const char **)result = text;
	return 0;
}

static const char *nth_name(const void *arg, unsigned i)
{
	const cfg_t *cfg = arg;

	return cfg->opts[i].name;
}

static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[WHY_MAX], word[80];
	const char *open, *close, *near;

	vsnprintf(text, sizeof(text), fmt, ap);
	open = strstr(text, "no such option '");
	close = open ? strrchr(text, '\'') : NULL;
	if (!open || close <= open + 16) {
		complain(loading, cfg->line, "%s", text);
		return;
	}
	snprintf(word, sizeof(word), "%.*s", (int)(close - open - 16), open + 16);
	near = value_nearest(str_of(word), nth_name, cfg);
	if (near)
		complain(loading, cfg->line, "no such %s \"%s\"; did you mean \"%s\"?",
			 cfg == loading->cfg ? "section" : "key", word, near);
	else
		complain(loading, cfg->line, "no such %s \"%s\"",
			 cfg == loading->cfg ? "section" : "key", word);
}

static cfg_t *confuse_new(struct load *ld)
{
	unsigned i = 0;

	for (const struct schema_section *s = schema; s->name; s++, i++) {
		cfg_flag_t flags = s->titled
					   ? CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES
					   : CFGF_NONE;
		unsigned j = 0;

		for (const struct schema_item *it = s->items; it->name; it++, j++) {
			ld->opts[i][j] = it->list ? (cfg_opt_t)CFG_STR_LIST_CB(
							    it->name, NULL,
							    CFGF_NODEFAULT, with_line)
						  : (cfg_opt_t)CFG_STR_CB(it->name, NULL,
									  CFGF_NODEFAULT,
									  with_line);
		}
		ld->opts[i][j] = (cfg_opt_t)CFG_END();
		ld->root[i] = (cfg_opt_t)CFG_SEC(s->name, ld->opts[i], flags);
	}
	ld->root[i] = (cfg_opt_t)CFG_END();
	return cfg_init(ld->root, CFGF_NONE);
}

static int read_file(struct load *ld)
{
	FILE *f = fopen(ld->file, "re");
	size_t n = 1;

	if (!f) {
		complain(ld, 0, "%s: %s", ld->file, strerror(errno));
		return -H_ESYS;
	}
	while (n && buf_ok(&ld->text)) {
		char *room = buf_room(&ld->text, CHUNK);

		n = room ? fread(room, 1, CHUNK, f) : 0;
		ld->text.n -= room ? CHUNK - n : 0;
	}
	if (ferror(f))
		complain(ld, 0, "%s: %s", ld->file, strerror(errno));
	else if (!buf_ok(&ld->text))
		complain(ld, 0, "%s: too long", ld->file);
	fclose(f);
	buf_char(&ld->text, 0);
	if (!ld->errors && strlen(ld->text.p) + 1 != ld->text.n)
		complain(ld, 0, "%s: holds a NUL", ld->file);
	return ld->errors ? -H_ESYS : 0;
}

static int parse_file(struct load *ld)
{
	int res;

	if (read_file(ld))
		return -H_ESYS;
	scan_file(&ld->scan, (struct span){ ld->text.p, ld->text.n - 1 });
	ld->cfg = confuse_new(ld);
	if (!ld->cfg) {
		complain(ld, 0, "out of memory");
		return -H_ENOMEM;
	}
	cfg_set_error_function(ld->cfg, on_error);
	res = cfg_parse_buf(ld->cfg, ld->text.p);
	if (res != CFG_SUCCESS && !ld->errors)
		complain(ld, ld->cfg->line, "syntax error");
	else if (res == CFG_SUCCESS && ld->scan.open)
		complain(ld, ld->scan.open, "this section is never closed");
	return ld->errors ? -H_ESYNTAX : 0;
}

/* ---- from libconfuse's tree to ours -------------------------------------------- */

/* "key" or "section.key" or "agent \"x\".key", for complaints. */
const char *conf_item_name(char out[300], const struct schema_section *s,
			   const struct conf_head *head, const struct schema_item *it)
{
	if (head->title)
		snprintf(out, 300, "%s \"%s\".%s", s->name, head->title, it->name);
	else
		snprintf(out, 300, "%s.%s", s->name, it->name);
	return out;
}

static void set_defaults(struct load *ld, const struct schema_section *s,
			 struct conf_head *head)
{
	char why[WHY_MAX], name[300];

	for (const struct schema_item *it = s->items; it->name; it++)
		if (it->def && item_set(it, head, str_of(it->def), why, sizeof(why)))
			complain(ld, 0, "%s: default: %s",
				 conf_item_name(name, s, head, it), why);
}

static void take_item(struct load *ld, const struct schema_section *s,
		      struct conf_head *head, const struct schema_item *it,
		      cfg_opt_t *opt)
{
	char why[WHY_MAX], name[300], *text;

	if (it->list && !cfg_opt_size(opt) && (opt->flags & CFGF_MODIFIED))
		item_fini(it, head); /* {}: none, whatever the default is */
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *v = cfg_opt_getnstr(opt, i);
		long line;

		if (!v)
			continue;
		line = strtol(v, &text, 10);
		if (!i) {
			head->lines[it - s->items] = (int)line;
			item_fini(it, head);
		}
		if (item_append(it, head, str_of(text + 1), why, sizeof(why)))
			complain(ld, (int)line, "%s: %s",
				 conf_item_name(name, s, head, it), why);
	}
}

static void take_section(struct load *ld, const struct schema_section *s,
			 struct conf_head *head, cfg_t *sec, unsigned i)
{
	head->line = scan_line(&ld->scan, s->name, i);
	for (const struct schema_item *it = s->items; it->name; it++) {
		cfg_opt_t *opt = cfg_getopt(sec, it->name);

		if (opt)
			take_item(ld, s, head, it, opt);
	}
}

static void take_titled(struct load *ld, const struct schema_section *s, cfg_opt_t *opt)
{
	struct conf_list *l = (void *)((char *)ld->conf + s->at);
	unsigned n = cfg_opt_size(opt);

	if (!n)
		return;
	l->v = mem_array(n, s->size);
	for (unsigned i = 0; l->v && i < n; i++) {
		struct conf_head *head = (void *)((char *)l->v + i * s->size);
		cfg_t *sec = cfg_opt_getnsec(opt, i);

		l->n = i + 1;
		head->title = mem_strdup(cfg_title(sec));
		if (!head->title) {
			complain(ld, 0, "out of memory");
			return;
		}
		set_defaults(ld, s, head);
		take_section(ld, s, head, sec, i);
	}
	if (!l->v)
		complain(ld, 0, "out of memory");
}

static void take_all(struct load *ld)
{
	for (const struct schema_section *s = schema; s->name; s++) {
		cfg_opt_t *opt = cfg_getopt(ld->cfg, s->name);

		if (s->titled)
			take_titled(ld, s, opt);
		else
			take_section(ld, s, (void *)((char *)ld->conf + s->at),
				     cfg_opt_getnsec(opt, 0), 0);
	}
}

/* ---- environment --------------------------------------------------------------- */

static void take_env(struct load *ld, const struct schema_section *s,
		     struct conf_head *head)
{
	char name[80], why[WHY_MAX];
	const char *v;

	for (const struct schema_item *it = s->items; it->name; it++) {
		snprintf(name, sizeof(name), "HOLLER_%s_%s", s->name, it->name);
		for (char *p = name; *p; p++)
			*p = (char)toupper((unsigned char)*p);
		v = getenv(name);
		if (!v)
			continue;
		head->lines[it - s->items] = 0;
		head->env[it - s->items] = true;
		if (item_set(it, head, str_of(v), why, sizeof(why)))
			complain(ld, 0, "environment %s: %s", name, why);
	}
}

static const char *nth_item(const void *arg, unsigned i)
{
	const struct schema_section *s = arg;

	return s->items[i].name;
}

static void no_such_env(struct load *ld, const struct schema_section *s,
			struct span name, struct span key)
{
	const char *near = value_nearest(key, nth_item, s);
	char all[80] = "";

	if (near)
		snprintf(all, sizeof(all), "HOLLER_%s_%s", s->name, near);
	for (char *p = all; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	complain(ld, 0, "environment %.*s: no such key%s%s%s", (int)name.n, name.p,
		 near ? "; did you mean " : "", all, near ? "?" : "");
}

/* A name that begins as ours do, but is no key, would be without effect. */
static void check_env(struct load *ld, const struct schema_section *s)
{
	char begin[40], word[80];
	size_t n = (size_t)snprintf(begin, sizeof(begin), "HOLLER_%s_", s->name);

	for (char **e = environ; *e; e++) {
		size_t len = strcspn(*e, "=");

		if (len <= n || len >= n + sizeof(word) || strncasecmp(*e, begin, n))
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)(len - n), *e + n);
		for (char *p = word; *p; p++)
			*p = (char)tolower((unsigned char)*p);
		if (!schema_item_find(s, word))
			no_such_env(ld, s, (struct span){ *e, len }, str_of(word));
	}
}

struct conf *conf_load(const char *file, struct buf *why)
{
	struct load *ld = mem_zalloc(sizeof(*ld));
	struct conf *c = mem_zalloc(sizeof(*c));
	bool bad;

	if (!ld || !c || (file && !(c->file = mem_strdup(file)))) {
		mem_free(ld);
		mem_free(c);
		buf_str(why, "out of memory\n");
		return NULL;
	}
	ld->conf = c;
	ld->why = why;
	ld->file = file;
	buf_init(&ld->text, FILE_MAX);
	loading = ld;
	for (const struct schema_section *s = schema; s->name; s++)
		if (!s->titled)
			set_defaults(ld, s, (void *)((char *)c + s->at));
	if (file && !parse_file(ld))
		take_all(ld);
	for (const struct schema_section *s = schema; s->name; s++)
		if (!s->titled) {
			take_env(ld, s, (void *)((char *)c + s->at));
			check_env(ld, s);
		}
	if (!ld->errors)
		ld->errors = check_conf(c, why);
	if (ld->cfg)
		cfg_free(ld->cfg);
	bad = ld->errors;
	loading = NULL;
	buf_fini(&ld->text);
	mem_free(ld);
	if (bad) {
		conf_free(c);
		return NULL;
	}
	return c;
}
