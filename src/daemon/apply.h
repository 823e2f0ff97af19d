/* daemon/apply.h - from the configuration to what the parts are told.
 *
 * layer: daemon (L5)   thread: control   I/O: interface names and addresses
 */
#pragma once

#include "daemon/conf.h"
#include "media/media.h"
#include "mgcp/conf.h"
#include "model/model.h"

enum { APPLY_WHY_MAX = 300, APPLY_POOLS_MAX = 512 };

/* Media addresses: those of media.addresses (or all of the host), then the net sections'.
 * 0, or -H_E... with a sentence. pool[APPLY_POOLS_MAX]. */
int apply_media(const struct conf *c, struct med_conf *out, struct med_pool *pool,
		char why[APPLY_WHY_MAX]);

int apply_owner(const struct conf_agent *a, struct owner_spec *out,
		char why[APPLY_WHY_MAX]);
void apply_mgcp(const struct conf *c, const struct conf_agent *a,
		struct mgcp_owner_conf *out);
void apply_pool(const struct conf_endpoint *e, struct pool_spec *out);

/* Owners and pools into the model, new or changed. On the first load a refusal is a
 * failure; on a reload (said not NULL) it is said and the rest goes on. */
int apply_model(const struct conf *c, struct model *m, struct buf *said,
		char why[APPLY_WHY_MAX]);
/* One for each agent section; NULL: no memory. To be freed. */
struct mgcp_owner_conf *apply_owners(const struct conf *c, struct mgcp_conf *out);

const char *apply_host_name(void);
