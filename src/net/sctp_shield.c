/* net/sctp_shield.c - see sctp_assoc.h: packets looked at before the stack sees them.
 *
 * layer: net (L3)   thread: control   I/O: none
 * RFC 9260 3 (format, lengths), 8.4 (out of the blue); RFC 5061, 4895, 3758, 6525
 *
 * The stack has no need of packets whose chunks don't fit, nor of chunks of features that
 * are off (none was negotiated, so no honest peer sends one). Types nobody knows are left
 * to the stack: what to do with them is in their upper bits.
 */
#include "net/sctp_assoc.h"

enum { HEADER = 12, CHUNK = 4, PARAM = 4, INIT_LEAST = 20, COOKIE_LEAST = 8 };
enum { CHUNKS_MOST = 256, PARAMS_MOST = 64 };
enum type {
	DATA = 0,
	INIT = 1,
	INIT_ACK = 2,
	ABORT = 6,
	COOKIE_ECHO = 10,
	ECNE = 12,
	CWR = 13,
	SHUTDOWN_COMPLETE = 14,
	AUTH = 15,
	NR_SACK = 16,
	I_DATA = 64,
	ASCONF_ACK = 128,
	PKTDROP = 129,
	RE_CONFIG = 130,
	FORWARD_TSN = 192,
	ASCONF = 193,
	I_FORWARD_TSN = 194
};

static size_t u16(const uint8_t *p)
{
	return (size_t)(p[0] << 8 | p[1]);
}

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static size_t pad(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static bool is_off(uint8_t type)
{
	switch (type) {
	case ECNE:
	case CWR:
	case AUTH:
	case NR_SACK:
	case I_DATA:
	case ASCONF_ACK:
	case PKTDROP:
	case RE_CONFIG:
	case FORWARD_TSN:
	case ASCONF:
	case I_FORWARD_TSN:
		return true;
	default:
		return false;
	}
}

/* 3.2.1: parameters of INIT and INIT ACK fill it to the end. */
static bool params_fit(const uint8_t *p, size_t n)
{
	unsigned count = 0;

	while (n >= PARAM) {
		size_t len = u16(p + 2);

		if (len < PARAM || len > n || ++count > PARAMS_MOST)
			return false;
		len = pad(len) < n ? pad(len) : n;
		p += len;
		n -= len;
	}
	return n == 0;
}

/* 3.3.2, 3.3.3: neither tag nor window nor streams may be nothing. */
static bool init_fits(const uint8_t *c, size_t len)
{
	return len >= INIT_LEAST && u32(c + 4) && u16(c + 12) && u16(c + 14) &&
	       params_fit(c + INIT_LEAST, len - INIT_LEAST);
}

static bool chunk_fits(const uint8_t *c, size_t len)
{
	switch (c[0]) {
	case DATA:
		return len > 16; /* 3.3.1: at least one octet of user data */
	case INIT:
	case INIT_ACK:
		return init_fits(c, len);
	case COOKIE_ECHO:
		return len >= COOKIE_LEAST;
	default:
		return !is_off(c[0]);
	}
}

/* 6.10, 8.5.1: alone in a packet. */
static bool is_alone(uint8_t type)
{
	return type == INIT || type == INIT_ACK || type == SHUTDOWN_COMPLETE;
}

static bool chunks_fit(const uint8_t *p, size_t n)
{
	unsigned count = 0;

	while (n) {
		size_t len = n >= CHUNK ? u16(p + 2) : 0, step = pad(len);

		if (len < CHUNK || len > n || !chunk_fits(p, len))
			return false;
		step = step < n ? step : n;
		if (++count > CHUNKS_MOST || (is_alone(p[0]) && (count > 1 || step < n)))
			return false;
		if (p[0] == ABORT) /* 3.3.7: what follows is not looked at */
			return true;
		p += step;
		n -= step;
	}
	return count > 0;
}

enum shield shield_look(const uint8_t *p, size_t n)
{
	const uint8_t *c = p + HEADER;

	if (n < HEADER + CHUNK || !u16(p) || !u16(p + 2) || !chunks_fit(c, n - HEADER))
		return SHIELD_BAD;
	if ((c[0] == INIT) != (u32(p + 4) == 0)) /* 8.5.1: tag 0 is INIT's alone */
		return SHIELD_BAD;
	return c[0] == INIT	     ? SHIELD_INIT
	       : c[0] == COOKIE_ECHO ? SHIELD_COOKIE
				     : SHIELD_OTHER;
}
