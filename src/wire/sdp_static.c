/* wire/sdp_static.c - payload types below 96.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3551 6, tables 4 and 5
 */
#include "wire/sdp.h"

static const struct sdp_static table[] = {
	{ 0, "PCMU", 8000, 1, 'a' },   { 3, "GSM", 8000, 1, 'a' },
	{ 4, "G723", 8000, 1, 'a' },   { 5, "DVI4", 8000, 1, 'a' },
	{ 6, "DVI4", 16000, 1, 'a' },  { 7, "LPC", 8000, 1, 'a' },
	{ 8, "PCMA", 8000, 1, 'a' },   { 9, "G722", 8000, 1, 'a' },
	{ 10, "L16", 44100, 2, 'a' },  { 11, "L16", 44100, 1, 'a' },
	{ 12, "QCELP", 8000, 1, 'a' }, { 13, "CN", 8000, 1, 'a' },
	{ 14, "MPA", 90000, 1, 'a' },  { 15, "G728", 8000, 1, 'a' },
	{ 16, "DVI4", 11025, 1, 'a' }, { 17, "DVI4", 22050, 1, 'a' },
	{ 18, "G729", 8000, 1, 'a' },  { 25, "CelB", 90000, 1, 'v' },
	{ 26, "JPEG", 90000, 1, 'v' }, { 28, "nv", 90000, 1, 'v' },
	{ 31, "H261", 90000, 1, 'v' }, { 32, "MPV", 90000, 1, 'v' },
	{ 33, "MP2T", 90000, 1, 'b' }, { 34, "H263", 90000, 1, 'v' },
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };

const struct sdp_static *sdp_static_pt(unsigned pt)
{
	for (size_t i = 0; i < ROWS && table[i].pt <= pt; i++)
		if (table[i].pt == pt)
			return &table[i];
	return NULL;
}

const struct sdp_static *sdp_static_named(struct span encoding, uint32_t clock,
					  unsigned channels)
{
	for (size_t i = 0; i < ROWS; i++)
		if (table[i].clock == clock && table[i].channels == channels &&
		    str_ieqz(encoding, table[i].encoding))
			return &table[i];
	return NULL;
}
