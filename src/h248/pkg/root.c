/* h248/pkg/root.c - Base Root package: limits and times of the gateway.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * RFC 3525 E.2; H.248.1 v2 E.2 (pending limits)
 */
#include "h248/pkg.h"

enum { TIME_MOST = 600000, LIMIT_MOST = 1000000 };

static const struct hpkg_item items[] = {
	{ 1, "maxNumberOfContexts", H248_PROPERTY, ROOT_CONTEXTS, 0, true, 1, INT32_MAX,
	  .form = NULL },
	{ 2, "maxTerminationsPerContext", H248_PROPERTY, ROOT_TERMS, 0, true, 1, 65535,
	  .form = NULL },
	{ 3, "normalMGExecutionTime", H248_PROPERTY, ROOT_MG_TIME, 0, false, 1, TIME_MOST,
	  .form = NULL },
	{ 4, "normalMGCExecutionTime", H248_PROPERTY, ROOT_MGC_TIME, 0, false, 1,
	  TIME_MOST, .form = NULL },
	{ 5, "MGProvisionalResponseTimerValue", H248_PROPERTY, ROOT_MG_PENDING, 0, false,
	  1, TIME_MOST, .form = NULL },
	{ 6, "MGCProvisionalResponseTimerValue", H248_PROPERTY, ROOT_MGC_PENDING, 0,
	  false, 1, TIME_MOST, .form = NULL },
	{ 7, "MGCOriginatedPendingLimit", H248_PROPERTY, ROOT_MGC_LIMIT, 2, false, 0,
	  LIMIT_MOST, .form = NULL },
	{ 8, "MGOriginatedPendingLimit", H248_PROPERTY, ROOT_MG_LIMIT, 2, false, 0,
	  LIMIT_MOST, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_root = { 0x0002, "root", 2, HPKG_ON_ROOT, NULL, items };
