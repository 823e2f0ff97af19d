/* wire/mgcp_words.c - verbs, modes, parameter codes: words to enums and back.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.1.1, 3.2.2, 3.2.2.6, 3.2.2.20
 */
#include "wire/mgcp_lex.h"

static const char *const verbs[] = {
	[MGCP_EPCF] = "EPCF", [MGCP_CRCX] = "CRCX", [MGCP_MDCX] = "MDCX",
	[MGCP_DLCX] = "DLCX", [MGCP_RQNT] = "RQNT", [MGCP_NTFY] = "NTFY",
	[MGCP_AUEP] = "AUEP", [MGCP_AUCX] = "AUCX", [MGCP_RSIP] = "RSIP",
};

static const char *const modes[] = {
	[MGCP_SENDONLY] = "sendonly", [MGCP_RECVONLY] = "recvonly",
	[MGCP_SENDRECV] = "sendrecv", [MGCP_CONFRNCE] = "confrnce",
	[MGCP_INACTIVE] = "inactive", [MGCP_LOOPBACK] = "loopback",
	[MGCP_CONTTEST] = "conttest", [MGCP_NETWLOOP] = "netwloop",
	[MGCP_NETWTEST] = "netwtest",
};

static const char *const restarts[] = {
	[MGCP_RESTART_GRACEFUL] = "graceful",
	[MGCP_RESTART_FORCED] = "forced",
	[MGCP_RESTART_RESTART] = "restart",
	[MGCP_RESTART_DISCONNECTED] = "disconnected",
	[MGCP_RESTART_CANCEL_GRACEFUL] = "cancel-graceful",
};

static const char *const params[] = {
	[MGCP_PARAM_K] = "K",   [MGCP_PARAM_B] = "B",   [MGCP_PARAM_C] = "C",
	[MGCP_PARAM_I] = "I",   [MGCP_PARAM_N] = "N",   [MGCP_PARAM_X] = "X",
	[MGCP_PARAM_L] = "L",   [MGCP_PARAM_M] = "M",   [MGCP_PARAM_R] = "R",
	[MGCP_PARAM_S] = "S",   [MGCP_PARAM_D] = "D",   [MGCP_PARAM_O] = "O",
	[MGCP_PARAM_P] = "P",   [MGCP_PARAM_E] = "E",   [MGCP_PARAM_Z] = "Z",
	[MGCP_PARAM_Z2] = "Z2", [MGCP_PARAM_I2] = "I2", [MGCP_PARAM_F] = "F",
	[MGCP_PARAM_Q] = "Q",   [MGCP_PARAM_T] = "T",   [MGCP_PARAM_RM] = "RM",
	[MGCP_PARAM_RD] = "RD", [MGCP_PARAM_A] = "A",   [MGCP_PARAM_ES] = "ES",
	[MGCP_PARAM_PL] = "PL", [MGCP_PARAM_MD] = "MD", [MGCP_PARAM_RC] = "RC",
	[MGCP_PARAM_LC] = "LC",
};

static const char *const faults[] = {
	[MGCP_FAULT_NONE] = "none",
	[MGCP_FAULT_HEAD] = "first line",
	[MGCP_FAULT_ENDPOINT] = "endpoint name",
	[MGCP_FAULT_VERSION] = "protocol version",
	[MGCP_FAULT_LINE] = "parameter line",
	[MGCP_FAULT_PARAM] = "parameter value",
	[MGCP_FAULT_ACTION] = "requested action",
	[MGCP_FAULT_TWICE] = "parameter twice",
	[MGCP_FAULT_SDP] = "session description",
	[MGCP_FAULT_LIMIT] = "limit",
};

#define COUNT(t) ((unsigned)(sizeof(t) / sizeof((t)[0])))

static const char *name_of(const char *const *table, unsigned n, unsigned i)
{
	return i < n && table[i] ? table[i] : "";
}

static unsigned find(const char *const *table, unsigned n, struct span s)
{
	for (unsigned i = 1; i < n; i++)
		if (str_lower(table[i][0]) == str_lower(s.p[0]) && str_ieqz(s, table[i]))
			return i;
	return 0;
}

const char *mgcp_verb_name(enum mgcp_verb v)
{
	return name_of(verbs, COUNT(verbs), v);
}

const char *mgcp_mode_name(enum mgcp_mode m)
{
	return name_of(modes, COUNT(modes), m);
}

const char *mgcp_restart_name(enum mgcp_restart r)
{
	return name_of(restarts, COUNT(restarts), r);
}

const char *mgcp_param_name(enum mgcp_param_id id)
{
	return name_of(params, COUNT(params), id);
}

const char *mgcp_fault_name(enum mgcp_fault f)
{
	return name_of(faults, COUNT(faults), f);
}

enum mgcp_verb mgcp_verb_of(struct span s)
{
	unsigned i = s.n == 4 ? find(verbs, COUNT(verbs), s) : 0;

	return i ? (enum mgcp_verb)i : MGCP_VERB_EXT;
}

/* pkg "/" 1*most of ALPHA, DIGIT and, where it may, HYPHEN. */
static bool is_pkg_name(struct span s, size_t most, bool hyphen)
{
	struct span rest = s;
	struct span pkg = str_cut(&rest, '/');

	if (!rest.p || !rest.n || rest.n > most || !lex_pkg(pkg))
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (!lex_is(rest.p[i], LEX_WORD) || (!hyphen && rest.p[i] == '-'))
			return false;
	return true;
}

enum mgcp_mode mgcp_mode_of(struct span s)
{
	unsigned i = s.n == 8 ? find(modes, COUNT(modes), s) : 0;

	if (i)
		return (enum mgcp_mode)i;
	return is_pkg_name(s, MGCP_NAME_MAX, false) ? MGCP_MODE_EXT : MGCP_MODE_NONE;
}

enum mgcp_restart mgcp_restart_of(struct span s)
{
	unsigned i = s.n ? find(restarts, COUNT(restarts), s) : 0;

	if (i)
		return (enum mgcp_restart)i;
	return is_pkg_name(s, 32, true) ? MGCP_RESTART_EXT : MGCP_RESTART_NONE;
}

static enum mgcp_param_id extension_of(struct span s)
{
	bool vendor =
		s.n > 1 && (s.p[0] | 0x20) == 'x' && (s.p[1] == '-' || s.p[1] == '+');

	if (!s.n || s.n > 64 || (vendor && s.n == 2))
		return MGCP_PARAM_NONE;
	for (size_t i = vendor ? 2 : 0; i < s.n; i++) {
		if (lex_is(s.p[i], LEX_WORD))
			continue;
		return !vendor && is_pkg_name(s, 32, true) ? MGCP_PARAM_PACKAGE
							   : MGCP_PARAM_NONE;
	}
	if (!vendor)
		return s.n <= 32 ? MGCP_PARAM_OTHER : MGCP_PARAM_NONE;
	return s.p[1] == '+' ? MGCP_PARAM_VENDOR_MUST : MGCP_PARAM_VENDOR_MAY;
}

/* Codes of one letter, by the letter. */
static enum mgcp_param_id letter_of(char c)
{
	static const uint8_t table[26] = {
		['A' - 'A'] = MGCP_PARAM_A, ['B' - 'A'] = MGCP_PARAM_B,
		['C' - 'A'] = MGCP_PARAM_C, ['D' - 'A'] = MGCP_PARAM_D,
		['E' - 'A'] = MGCP_PARAM_E, ['F' - 'A'] = MGCP_PARAM_F,
		['I' - 'A'] = MGCP_PARAM_I, ['K' - 'A'] = MGCP_PARAM_K,
		['L' - 'A'] = MGCP_PARAM_L, ['M' - 'A'] = MGCP_PARAM_M,
		['N' - 'A'] = MGCP_PARAM_N, ['O' - 'A'] = MGCP_PARAM_O,
		['P' - 'A'] = MGCP_PARAM_P, ['Q' - 'A'] = MGCP_PARAM_Q,
		['R' - 'A'] = MGCP_PARAM_R, ['S' - 'A'] = MGCP_PARAM_S,
		['T' - 'A'] = MGCP_PARAM_T, ['X' - 'A'] = MGCP_PARAM_X,
		['Z' - 'A'] = MGCP_PARAM_Z,
	};

	c = (char)(c & ~0x20);
	return c >= 'A' && c <= 'Z' ? (enum mgcp_param_id)table[c - 'A']
				    : MGCP_PARAM_NONE;
}

enum mgcp_param_id mgcp_param_of(struct span s)
{
	unsigned i = s.n == 1 ? letter_of(s.p[0]) : 0;

	if (s.n == 2)
		i = find(params, COUNT(params), s);
	return i ? (enum mgcp_param_id)i : extension_of(s);
}
