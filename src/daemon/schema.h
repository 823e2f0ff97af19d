/* daemon/schema.h - the one table of everything that can be configured.
 *
 * layer: daemon (L5)   thread: any   I/O: none
 *
 * A row says name, type, default, least, most, whether a reload takes it, help, and where
 * in struct conf (conf.h) the value goes. The parser, the environment, `hollerctl conf`,
 * conf/hollerd.conf and doc/hollerd.conf.5 all come from it: to add an item, add a row
 * and a member.
 *
 * Types and the members they fill: BOOL bool, INT int64_t, TIME int64_t (ms), ENUM int
 * (index into `names`), STR char *, MODE int64_t (octal), IP and ADDR struct addr, RANGE
 * struct conf_range, NET struct conf_net. With `list` the member is a struct conf_list of
 * these. `least` and `most` bound INT, TIME (ms), RANGE and the port of ADDR; of a STR
 * its length.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum schema_type {
	SCHEMA_BOOL,
	SCHEMA_INT,
	SCHEMA_TIME,
	SCHEMA_ENUM,
	SCHEMA_STR,
	SCHEMA_IP,
	SCHEMA_ADDR,
	SCHEMA_RANGE,
	SCHEMA_NET,
	SCHEMA_MODE,
	SCHEMA_TYPES
};

enum { SCHEMA_ITEMS_MAX = 96, SCHEMA_LIST_MAX = 256 };

struct schema_item {
	const char *name;
	enum schema_type type;
	bool list, reload;
	const char *def; /* as written in a file; NULL: no value */
	int64_t least, most;
	const char *const *names; /* ENUM: the words, NULL at the end */
	const char *help;         /* whole sentences */
	const char *sample;       /* what conf/hollerd.conf sets; NULL: the default, as a
				     comment */
	size_t at;                /* of the member */
};

struct schema_section {
	const char *name;
	bool titled;              /* may stand often, each with a name in quotes */
	const char *title;        /* titled: what the name is, for the manual */
	const char *sample_title; /* titled: in the sample; NULL: shown as a comment */
	size_t size;              /* of the section's struct */
	size_t at;                /* in struct conf: the struct, or a struct conf_list */
	const char *help;
	const struct schema_item *items; /* ends with a row without name */
};

extern const struct schema_section schema[]; /* ends with a row without name */

const struct schema_section *schema_find(const char *section);
const struct schema_item *schema_item_find(const struct schema_section *s,
					   const char *name);
const char *schema_type_name(const struct schema_item *it); /* for people */
