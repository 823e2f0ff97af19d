/* daemon/checkpool.c - endpoint sections: patterns, owners, codecs, names that meet.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>

#include "daemon/apply.h"
#include "daemon/check.h"

const char *check_pattern(const struct conf_endpoint *e)
{
	return e->pattern[0] ? e->pattern : e->head.title;
}

/* What split_pattern() of the model says in one word, told in full. */
static bool pattern_ok(const char *p)
{
	const char *at = strchr(p, '%');

	if (!p[0] || strlen(p) > ENDP_NAME_MAX - 12 || strpbrk(p, " \t@*$\\"))
		return false;
	return !at || ((at[1] == 'x' || at[1] == 'd') && !strchr(at + 1, '%'));
}

static void check_kind(struct check *k, const struct conf_endpoint *e)
{
	const struct conf_agent *of = check_owner_of(k->conf, e);

	if (of && of->protocol == CONF_H248 && !e->kind)
		check_say(k, "endpoint", &e->head, "kind",
			  "an MGC has no use for bridges: it joins RTP terminations, "
			  "which need no section; conf makes rooms");
	if (e->ids[0] && !e->kind)
		check_say(k, "endpoint", &e->head, "ids",
			  "only rooms (kind = conf) have ports with binary ids");
}

static void check_endpoint(struct check *k, const struct conf_endpoint *e)
{
	check_kind(k, e);
	if (!pattern_ok(check_pattern(e)))
		check_say(k, "endpoint", &e->head, NULL,
			 "a pattern has at most one %%x or %%d and no blank, @, * or $");
	if (!strchr(check_pattern(e), '%') && e->count > 1)
		check_say(k, "endpoint", &e->head, "count",
			 "more than one endpoint needs a %%x or %%d in the name");
	if (e->owner[0])
		check_ref(k, "endpoint", &e->head, "owner", e->owner, "agent",
			  check_nth_agent);
	else if (k->conf->agent.n != 1)
		check_say(k, "endpoint", &e->head, NULL,
			 "says no owner, and there is not exactly one agent section");
	if (e->first + e->count > (int64_t)UINT32_MAX)
		check_say(k, "endpoint", &e->head, "count",
			 "numbers would run past 32 bits");
}

static void check_codec_names(struct check *k, const struct conf_endpoint *e)
{
	struct format_list list;
	const char *bad;

	if (!e->codecs.n)
		check_say(k, "endpoint", &e->head, "codecs", "none: name one at least");
	if (check_codecs(e, &list, &bad))
		return;
	if (bad)
		check_say(k, "endpoint", &e->head, "codecs",
			 "\"%s\" is not known; with a clock, as \"%s/8000\", it is "
			 "passed on",
			 bad, bad);
	else
		check_say(k, "endpoint", &e->head, "codecs", "more than %d codecs",
			 FORMATS_MAX);
}

/* Whom the rooms are shared with. */
static void check_guests(struct check *k, const struct conf_endpoint *e)
{
	char *const *v = e->agents.v;
	size_t n = 0;

	if (e->shared && !e->kind)
		check_say(k, "endpoint", &e->head, "shared",
			  "only conferences (kind = conf) have rooms to share");
	if (e->agents.n && !e->shared)
		check_say(k, "endpoint", &e->head, "agents",
			  "says who may come in, but shared is not set");
	for (size_t i = 0; i < e->agents.n; i++) {
		check_ref(k, "endpoint", &e->head, "agents", v[i], "agent",
			  check_nth_agent);
		n += strlen(v[i]) + 1;
	}
	if (n > sizeof(((struct pool_spec *)0)->admit))
		check_say(k, "endpoint", &e->head, "agents",
			  "too many names; leave it out to let in all");
}

/* ---- names that meet, tried on a model of their own ----------------------------------
 */

static struct model *dry_model(const struct conf *c)
{
	static const struct media_ops none;
	struct model *m = model_new(&none, NULL);
	const struct conf_agent *a = c->agent.v;

	for (size_t i = 0; m && i < c->agent.n; i++) {
		struct owner_spec spec = { .proto = PROTO_NONE };

		snprintf(spec.name, sizeof(spec.name), "%s", a[i].head.title);
		owner_add(m, &spec); /* without memory its pools are not tried */
	}
	return m;
}

static enum cause dry_pool(struct model *m, const struct conf *c,
			   const struct conf_endpoint *e)
{
	const struct conf_agent *a = check_owner_of(c, e);
	struct owner *o = m && a ? owner_find(m, str_of(a->head.title)) : NULL;
	struct pool_spec spec;

	if (!o)
		return CAUSE_OK;
	apply_pool(e, &spec);
	return pool_add(m, o, &spec, NULL);
}

/* The section before the i-th that has names of it. */
static const char *rival(const struct conf *c, size_t i)
{
	const struct conf_endpoint *e = c->endpoint.v;
	const char *found = NULL;

	for (size_t k = 0; k < i && !found; k++) {
		struct model *m = dry_model(c);

		dry_pool(m, c, &e[k]);
		if (dry_pool(m, c, &e[i]) == CAUSE_NAME_TAKEN)
			found = e[k].head.title;
		model_free(m);
	}
	return found;
}

static void try_pools(struct check *k)
{
	const struct conf_endpoint *e = k->conf->endpoint.v;
	struct model *m = dry_model(k->conf);

	for (size_t i = 0; i < k->conf->endpoint.n; i++) {
		enum cause c = dry_pool(m, k->conf, &e[i]);
		const char *other = c == CAUSE_NAME_TAKEN ? rival(k->conf, i) : NULL;

		if (other)
			check_say(k, "endpoint", &e[i].head, NULL,
				  "some of its names are those of endpoint \"%s\" too",
				  other);
		else if (c == CAUSE_NAME_INVALID)
			check_say(k, "endpoint", &e[i].head, NULL,
				  "is no name: parts between slashes are not empty, and "
				  "all fits in %d bytes",
				  ENDP_NAME_MAX - 11);
		else if (c != CAUSE_OK)
			check_say(k, "endpoint", &e[i].head, NULL, "%s", cause_str(c));
	}
	model_free(m);
}

void check_pools(struct check *k)
{
	const struct conf_endpoint *e = k->conf->endpoint.v;

	for (size_t i = 0; i < k->conf->endpoint.n; i++) {
		check_endpoint(k, &e[i]);
		check_codec_names(k, &e[i]);
		check_guests(k, &e[i]);
	}
	if (!k->n)
		try_pools(k);
}

const struct conf_agent *check_owner_of(const struct conf *c,
					const struct conf_endpoint *e)
{
	const struct conf_agent *a = c->agent.v;

	for (size_t i = 0; i < c->agent.n; i++)
		if (!e->owner[0] || !strcmp(a[i].head.title, e->owner))
			return &a[i];
	return NULL;
}

bool check_codecs(const struct conf_endpoint *e, struct format_list *out,
		  const char **bad)
{
	char *const *v = e->codecs.v;

	*out = (struct format_list){ 0 };
	*bad = NULL;
	for (size_t i = 0; i < e->codecs.n; i++) {
		if (out->n == FORMATS_MAX)
			return false;
		if (!format_parse(&out->v[out->n], str_of(v[i]))) {
			*bad = v[i];
			return false;
		}
		out->n++;
	}
	return true;
}
