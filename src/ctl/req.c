/* ctl/req.c - see req.h: a request is parsed, checked by the table, answered.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include "ctl/req.h"

#include <stdarg.h>
#include <stdio.h>

#include "util/log.h"
#include "util/mem.h"

enum { LINE_MAX_OUT = 4 << 20, JSON_DEPTH = 8 };

static ctl_do_h *const handlers[CTL_CMDS] = {
#define CTL_COMMAND(id, name, write, args, cols, help) ctl_do_##id,
#include "ctl/commands.def"
#undef CTL_COMMAND
};

/* ---- arguments ----------------------------------------------------------------- */

static struct json_object *arg_get(const struct ctl_req *r, const char *name)
{
	struct json_object *v = NULL;

	if (!r->args || !json_object_object_get_ex(r->args, name, &v))
		return NULL;
	return v;
}

const char *req_text(const struct ctl_req *r, const char *name)
{
	struct json_object *v = arg_get(r, name);

	return v ? json_object_get_string(v) : NULL;
}

bool req_number(const struct ctl_req *r, const char *name, uint64_t *out)
{
	const char *text = req_text(r, name);

	return text && str_u64(str_of(text), UINT64_MAX, out);
}

bool req_flag(const struct ctl_req *r, const char *name)
{
	struct json_object *v = arg_get(r, name);

	return v && json_object_get_boolean(v);
}

unsigned req_args(const struct ctl_req *r)
{
	return r->args ? (unsigned)json_object_object_length(r->args) : 0;
}

unsigned req_count(const struct ctl_req *r, const char *name)
{
	struct json_object *v = arg_get(r, name);

	if (!v)
		return 0;
	return json_object_is_type(v, json_type_array)
		       ? (unsigned)json_object_array_length(v)
		       : 1;
}

const char *req_nth(const struct ctl_req *r, const char *name, unsigned i)
{
	struct json_object *v = arg_get(r, name);

	if (v && json_object_is_type(v, json_type_array))
		v = json_object_array_get_idx(v, i);
	return v ? json_object_get_string(v) : NULL;
}

static bool is_plain(struct json_object *v)
{
	return json_object_is_type(v, json_type_string) ||
	       json_object_is_type(v, json_type_int);
}

static bool check_value(struct ctl_req *r, const struct ctl_arg *a, struct json_object *v)
{
	char why[200];
	const char *text;

	if (a->kind == CTL_FLAG) {
		if (json_object_is_type(v, json_type_boolean))
			return true;
		req_fail(r, CTL_USAGE, "%s is true or false", a->name);
		return false;
	}
	text = is_plain(v) ? json_object_get_string(v) : NULL;
	if (!text) {
		req_fail(r, CTL_USAGE, "%s is a text or a number", a->name);
		return false;
	}
	if (strlen(text) != (size_t)json_object_get_string_len(v) &&
	    json_object_is_type(v, json_type_string)) {
		req_fail(r, CTL_USAGE, "%s holds a NUL", a->name);
		return false;
	}
	if (!ctl_arg_check(a, str_of(text), why, sizeof(why))) {
		req_fail(r, CTL_USAGE, "%s", why);
		return false;
	}
	return true;
}

static bool check_arg(struct ctl_req *r, const char *key, struct json_object *v)
{
	const struct ctl_arg *a = ctl_arg_find(r->cmd, str_of(key));
	const char *near;

	if (!a) {
		near = ctl_arg_near(r->cmd, str_of(key));
		req_fail(r, CTL_USAGE, "%s takes no \"%.40s\"%s%s%s", r->cmd->name, key,
			 near ? "; did you mean " : "", near ? near : "",
			 near ? "?" : "");
		return false;
	}
	if (!a->many || !json_object_is_type(v, json_type_array))
		return check_value(r, a, v);
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (!check_value(r, a, json_object_array_get_idx(v, i)))
			return false;
	return true;
}

static bool check_args(struct ctl_req *r)
{
	if (r->args && !json_object_is_type(r->args, json_type_object)) {
		req_fail(r, CTL_USAGE, "args is an object");
		return false;
	}
	if (r->args) {
		json_object_object_foreach(r->args, key, v)
		{
			if (!check_arg(r, key, v))
				return false;
		}
	}
	for (const struct ctl_arg *a = r->cmd->args; a->name; a++) {
		if (a->need && !arg_get(r, a->name)) {
			req_fail(r, CTL_USAGE, "%s needs %s", r->cmd->name, a->meta);
			return false;
		}
	}
	return true;
}

/* ---- life ---------------------------------------------------------------------- */

void req_free(struct ctl_req *r)
{
	if (!r)
		return;
	if (r->fini)
		r->fini(r);
	list_del(&r->in_ctl);
	json_object_put(r->args);
	buf_fini(&r->line);
	mem_free(r);
}

/* The whole line must be one JSON object. */
static struct json_object *parse_line(struct span line)
{
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *o = NULL;
	struct span rest;

	if (!tok)
		return NULL;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, line.p, (int)line.n);
	rest = (struct span){ line.p + json_tokener_get_parse_end(tok),
			      line.n - json_tokener_get_parse_end(tok) };
	if (o && (json_tokener_get_error(tok) != json_tokener_success ||
		  str_trim(rest).n || !json_object_is_type(o, json_type_object))) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return o;
}

static bool find_cmd(struct ctl_req *r, struct json_object *o)
{
	struct json_object *v = NULL;
	const char *name, *near;
	char text[64];

	if (!json_object_object_get_ex(o, "cmd", &v) ||
	    !json_object_is_type(v, json_type_string)) {
		req_fail(r, CTL_USAGE, "a request has a \"cmd\"");
		return false;
	}
	name = json_object_get_string(v);
	r->cmd = ctl_cmd_find(str_of(name));
	if (r->cmd)
		return true;
	near = ctl_cmd_near(str_of(name));
	req_fail(r, CTL_USAGE, "there is no command \"%s\"%s%s%s",
		 str_escape(text, sizeof(text), str_of(name)),
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return false;
}

struct ctl_req *req_new(struct ctl *ctl, struct ctl_env *env, struct ctl_client *c,
			struct span line)
{
	struct ctl_req *r = mem_zalloc(sizeof(*r));
	struct json_object *o, *args = NULL;

	if (!r)
		return NULL;
	*r = (struct ctl_req){ .ctl = ctl, .env = env, .client = c };
	list_init(&r->in_ctl);
	buf_init(&r->line, LINE_MAX_OUT);
	r->j.b = &r->line;
	o = parse_line(line);
	if (!o) {
		req_fail(r, CTL_USAGE, "a request is one JSON object on one line");
	} else if (find_cmd(r, o)) {
		if (json_object_object_get_ex(o, "args", &args))
			r->args = json_object_get(args);
		check_args(r);
	}
	json_object_put(o);
	return r;
}

void req_start(struct ctl_req *r)
{
	if (r->answered)
		return;
	handlers[r->cmd - ctl_cmds](r);
	if (!r->answered && !r->step && !r->waits)
		req_ok(r);
	if (r->cmd->write && r->env->changed)
		r->env->changed(r->env->arg);
}

/* ---- answers ------------------------------------------------------------------- */

static void begin(struct ctl_req *r)
{
	buf_reset(&r->line);
	r->j.more = false;
	jout_open(&r->j, NULL, '{');
}

static void finish(struct ctl_req *r)
{
	jout_close(&r->j, '}');
	buf_char(&r->line, '\n');
	if (r->client && buf_ok(&r->line))
		client_put(r->client, buf_view(&r->line));
}

static void end_request(struct ctl_req *r)
{
	r->answered = true;
	if (!r->waits)
		return;
	if (r->client)
		client_next(r->client); /* frees r */
	else
		req_free(r);
}

struct jout *req_row(struct ctl_req *r)
{
	begin(r);
	jout_open(&r->j, "row", '{');
	return &r->j;
}

void req_row_end(struct ctl_req *r)
{
	jout_close(&r->j, '}');
	finish(r);
	r->rows++;
}

struct jout *req_result(struct ctl_req *r)
{
	begin(r);
	jout_bool(&r->j, "ok", true);
	jout_open(&r->j, "result", '{');
	return &r->j;
}

void req_result_end(struct ctl_req *r)
{
	jout_close(&r->j, '}');
	finish(r);
	end_request(r);
}

void req_ok(struct ctl_req *r)
{
	begin(r);
	jout_bool(&r->j, "ok", true);
	jout_u64(&r->j, "rows", r->rows);
	finish(r);
	end_request(r);
}

void req_fail(struct ctl_req *r, enum ctl_code code, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	begin(r);
	jout_bool(&r->j, "ok", false);
	jout_str(&r->j, "code", ctl_code_name(code));
	jout_str(&r->j, "error", text);
	finish(r);
	end_request(r);
}

void req_wait(struct ctl_req *r)
{
	r->waits = true;
}
