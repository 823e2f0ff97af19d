/* h248/props.h - properties of LocalControl that packages define. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.7, 7.1.1; H.248.43, H.248.52, H.248.53
 */
#pragma once

#include "h248/exec.h"
#include "h248/hterm.h"
#include "h248/pkg.h"
#include "model/term.h"

void props_init(struct hprops *p); /* nothing is set */
/* One property as a command gives it; `was`: what was in force before. *chosen is set
 * when the value was left to us, so that the answer must tell it. 0 or a code. */
unsigned props_set(struct hprops *p, const struct hpkg_ref *r, const struct h248_parm *v,
		   const struct hprops *was, bool *chosen);
/* All that are set. */
struct h248_parm *props_tell(struct exec *x, const struct hprops *p, unsigned on);
/* What the model is to do. */
void props_ask(const struct hprops *p, struct term_ask *ask);
