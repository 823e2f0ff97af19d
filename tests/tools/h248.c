/* tests/tools/h248.c - see h248.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "h248.h"

#include <string.h>

struct scan {
	const char *p, *end;
	struct hm *m;
	unsigned depth;
	bool bad;
};

enum { DEPTH_MOST = 40 };

/* White space and comments. */
static void skip(struct scan *s)
{
	for (; s->p < s->end; s->p++) {
		if (*s->p == ';')
			while (s->p < s->end && *s->p != '\n')
				s->p++;
		else if (!strchr(" \t\r\n", *s->p) || !*s->p)
			return;
	}
}

static bool take(struct scan *s, char c)
{
	skip(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

/* Up to what ends a word, a quoted string or what stands in brackets. */
static struct span word(struct scan *s)
{
	const char *from;
	char close = 0;

	skip(s);
	from = s->p;
	if (s->p < s->end && *s->p == '"')
		close = '"';
	else if (s->p < s->end && *s->p == '[')
		close = ']';
	if (close) {
		from = ++s->p;
		while (s->p < s->end && *s->p != close)
			s->p++;
		s->bad |= s->p == s->end;
		if (!s->bad)
			s->p++;
		return (struct span){ from, (size_t)(s->p - from) - !s->bad };
	}
	while (s->p < s->end && !strchr(" \t\r\n{},=<>#\"", *s->p))
		s->p++;
	return (struct span){ from, (size_t)(s->p - from) };
}

static struct span octets(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p != '}')
		s->p += *s->p == '\\' && s->p + 1 < s->end ? 2 : 1;
	s->bad |= s->p == s->end;
	return (struct span){ from, (size_t)((s->bad ? s->end : s->p++) - from) };
}

static void items(struct scan *s, bool inside);

static void item(struct scan *s)
{
	struct hm *m = s->m;
	unsigned i = m->n++;
	struct hm_node *v = &m->v[i];

	*v = (struct hm_node){ .name = word(s) };
	skip(s);
	if (s->p < s->end && strchr("=<>#", *s->p)) {
		s->p++;
		v->value = take(s, '{') ? octets(s) : word(s);
	}
	if (take(s, '{')) {
		if (!v->value.p && (hm_is(v, "Local", "L") || hm_is(v, "Remote", "R")))
			v->body = octets(s);
		else
			items(s, true);
	}
	v->end = m->n;
}

static void items(struct scan *s, bool inside)
{
	s->bad |= ++s->depth > DEPTH_MOST;
	while (!s->bad) {
		if (inside && take(s, '}'))
			break;
		skip(s);
		if (s->p == s->end) {
			s->bad |= inside;
			break;
		}
		if (take(s, ','))
			continue;
		s->bad |= s->m->n == HM_NODES_MOST || strchr("{}=<>#", *s->p) != NULL;
		if (!s->bad)
			item(s);
	}
	s->depth--;
}

bool hm_read(struct hm *m, const char *p, size_t n)
{
	struct scan s = { .p = p, .end = p + n, .m = m };
	struct span head, v;

	m->n = 0;
	head = word(&s);
	v = head;
	str_cut(&v, '/');
	if (!str_istarts(head, "MEGACO/") && !str_istarts(head, "!/"))
		return false;
	if (!str_u32(v, 99, &m->version))
		return false;
	skip(&s);
	m->mid.p = s.p;
	while (s.p < s.end && !strchr(" \t\r\n", *s.p))
		s.p++;
	m->mid.n = (size_t)(s.p - m->mid.p);
	m->v[m->n++] = (struct hm_node){ .name = head };
	items(&s, false);
	m->v[0].end = m->n;
	return !s.bad && m->mid.n;
}

bool hm_is(const struct hm_node *v, const char *word_, const char *token)
{
	return str_ieqz(v->name, word_) || str_ieqz(v->name, token);
}

unsigned hm_find(const struct hm *m, unsigned of, const char *word_, const char *token)
{
	for (unsigned i = of + 1; i < m->v[of].end; i++)
		if (hm_is(&m->v[i], word_, token))
			return i;
	return 0;
}

void hm_sdp(struct span body, struct addr *out)
{
	struct span line, w;
	struct addr a;
	uint32_t port;

	*out = (struct addr){ 0 };
	while (body.p) {
		line = str_cut(&body, '\n');
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (str_istarts(line, "c=IN IP")) {
			w = (struct span){ line.p + 9, line.n - 9 };
			w = str_cut(&w, '/');
			if (!addr_parse_ip(&a, w)) {
				a.port = out->port;
				*out = a;
			}
		} else if (str_istarts(line, "m=audio ") && !out->port) {
			w = (struct span){ line.p + 8, line.n - 8 };
			if (str_u32(str_cut(&w, ' '), 65535, &port))
				out->port = (uint16_t)port;
		}
	}
}

/* ---- as JSON --------------------------------------------------------------------- */

void hm_json_str(FILE *f, struct span s)
{
	fputc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(f, "\\u%04x", c);
		else
			fputc(c, f);
	}
	fputc('"', f);
}

static bool is_command(const struct hm_node *v)
{
	static const char *const names[][2] = {
		{ "Add", "A" },        { "Modify", "MF" },
		{ "Subtract", "S" },   { "Move", "MV" },
		{ "AuditValue", "AV" }, { "AuditCapability", "AC" },
		{ "ServiceChange", "SC" }, { "Notify", "N" },
	};
	struct span n = v->name;

	if (str_istarts(v->name, "W-"))
		n = (struct span){ n.p + 2, n.n - 2 };
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_ieqz(n, names[i][0]) || str_ieqz(n, names[i][1]))
			return v->value.p != NULL;
	return false;
}

static void put_errors(FILE *f, const struct hm *m, unsigned of, bool *ok)
{
	bool first = true;

	fputs(",\"errors\":[", f);
	for (unsigned i = of + 1; i < m->v[of].end; i++) {
		if (!hm_is(&m->v[i], "Error", "ER"))
			continue;
		fputs(first ? "" : ",", f);
		hm_json_str(f, m->v[i].value);
		first = *ok = false;
	}
	fputc(']', f);
}

static void put_media(FILE *f, const struct hm *m, unsigned of, struct span term,
		      bool *any)
{
	char ip[ADDR_STRLEN];
	struct addr a;

	for (unsigned i = of + 1; i < m->v[of].end; i++) {
		if (!hm_is(&m->v[i], "Local", "L") || !m->v[i].body.p)
			continue;
		hm_sdp(m->v[i].body, &a);
		fprintf(f, "%s{\"term\":", *any ? "," : "");
		hm_json_str(f, term);
		fprintf(f, ",\"ip\":\"%s\",\"port\":%u}", addr_print_ip(ip, &a), a.port);
		*any = true;
	}
}

static void put_stats(FILE *f, const struct hm *m, unsigned of, bool *any)
{
	unsigned sa = hm_find(m, of, "Statistics", "SA");

	for (unsigned i = sa + 1; sa && i < m->v[sa].end; i = m->v[i].end) {
		fputs(*any ? "," : "", f);
		hm_json_str(f, m->v[i].name);
		fputc(':', f);
		hm_json_str(f, m->v[i].value);
		*any = true;
	}
}

/* One list of the reply: `what` is put for each command's answer. */
static void put_list(FILE *f, const struct hm *m, unsigned reply, const char *name)
{
	bool any = false;

	fprintf(f, ",\"%s\":[", name);
	for (unsigned i = reply + 1; i < m->v[reply].end; i++) {
		const struct hm_node *v = &m->v[i];

		if (!is_command(v))
			continue;
		if (*name == 't') {
			fputs(any ? "," : "", f);
			hm_json_str(f, v->value);
			any = true;
		} else if (*name == 'm') {
			put_media(f, m, i, v->value, &any);
		} else {
			bool one = false;

			fprintf(f, "%s{\"term\":", any ? "," : "");
			hm_json_str(f, v->value);
			fputs(",\"values\":{", f);
			put_stats(f, m, i, &one);
			fputs("}}", f);
			any = true;
		}
	}
	fputc(']', f);
}

bool hm_json_reply(FILE *f, const struct hm *m, unsigned reply)
{
	unsigned ctx = hm_find(m, reply, "Context", "C");
	bool ok = true;

	fputs("\"transaction\":", f);
	hm_json_str(f, m->v[reply].value);
	fputs(",\"context\":", f);
	hm_json_str(f, ctx ? m->v[ctx].value : (struct span){ "", 0 });
	put_list(f, m, reply, "terms");
	put_list(f, m, reply, "media");
	put_list(f, m, reply, "stats");
	put_errors(f, m, reply, &ok);
	fprintf(f, ",\"ok\":%s", ok ? "true" : "false");
	return ok;
}
