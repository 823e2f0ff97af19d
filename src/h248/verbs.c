/* h248/verbs.c - commands: where each may stand and what it may hold.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.2
 */
#include "h248/exec.h"

enum {
	D = 1 << H248_D_MEDIA | 1 << H248_D_EVENTS | 1 << H248_D_BUFFER |
	    1 << H248_D_SIGNALS | 1 << H248_D_DIGITMAP | 1 << H248_D_AUDIT |
	    1 << H248_D_STATS,
	A = 1 << H248_D_AUDIT,
	S = 1 << H248_D_SVC
};

static const struct verb verbs[] = {
	{ H248_ADD, VERB_CHOOSE | VERB_NEW, D, target_new, run_add },
	{ H248_MOVE, VERB_NEW, D, target_moved, run_move },
	{ H248_MODIFY, VERB_ROOT | VERB_NULL | VERB_ALL, D, target_in, run_modify },
	{ H248_SUBTRACT, VERB_ALL, A, target_in, run_subtract },
	{ H248_AUDIT_CAP, VERB_ROOT | VERB_NULL | VERB_ALL | VERB_AUDIT, A, target_audit,
	  run_caps },
	{ H248_AUDIT_VALUE, VERB_ROOT | VERB_NULL | VERB_ALL | VERB_AUDIT, A,
	  target_audit, run_audit },
	{ H248_SVC_CHANGE, VERB_ROOT | VERB_NULL | VERB_ALL, S, target_service,
	  run_service },
};

/* Notify is the MG's own: from an MGC it is no command here (443). */
const struct verb *verb_get(unsigned kind)
{
	for (unsigned i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verbs[i].kind == kind)
			return &verbs[i];
	return NULL;
}
