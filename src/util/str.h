/* util/str.h - spans: borrowed pieces of text or bytes, never NUL-terminated by promise.
 *
 * layer: util (L0)   thread: any   I/O: none
 *
 * A span borrows; whoever keeps one keeps the bytes alive. {NULL, 0} is "absent",
 * {p, 0} is "empty". Case-blind functions fold ASCII only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

#define STR_LIT(s) ((struct span){ "" s "", sizeof(s) - 1 })

static inline struct span str_of(const char *s)
{
	return (struct span){ s, s ? strlen(s) : 0 };
}

static inline bool str_eq(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

static inline char str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool str_isdigit(char c)
{
	return c >= '0' && c <= '9';
}

bool str_ieq(struct span a, struct span b);
bool str_ieqz(struct span a, const char *b);
bool str_istarts(struct span s, const char *prefix);
struct span str_trim(struct span s);               /* SP and HTAB at both ends */

/* Cut `*rest` at the first `sep`: returns what stands before it, leaves what stands
 * behind. Without `sep` all is returned and *rest becomes {NULL, 0}. */
struct span str_cut(struct span *rest, char sep);
struct span str_icut(struct span *rest, const char *seps); /* any of seps */

/* Digits only, the whole span, at most `most`: true and *out, or false. */
bool str_u32(struct span s, uint32_t most, uint32_t *out);
bool str_u64(struct span s, uint64_t most, uint64_t *out);
bool str_hex32(struct span s, uint32_t *out);      /* 1-8 hex digits, either case */

uint64_t str_hash(struct span s, uint64_t seed);   /* keyed: safe for peers' input */
uint64_t str_ihash(struct span s, uint64_t seed);  /* blind to case */

/* Copy into out[size] with bytes below 0x20, 0x7f and backslash escaped as \xNN; always
 * NUL-terminated, cut when too long. Returns out. For logs. */
char *str_escape(char *out, size_t size, struct span s);

/* Levenshtein distance for "did you mean"; at most 64 bytes of each are looked at. */
unsigned str_distance(struct span a, struct span b);
