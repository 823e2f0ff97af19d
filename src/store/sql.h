/* store/sql.h - the migrations carried inside; made from sql/ by sql/embed.
 *
 * layer: store (L3)   thread: any   I/O: none
 */
#pragma once

extern const char *const store_sql_sqlite[]; /* NULL at the end */
