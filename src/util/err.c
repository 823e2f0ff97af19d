/* util/err.c - see err.h.
 *
 * layer: util (L0)   thread: any   I/O: none
 */
#include "util/err.h"

#include <errno.h>
#include <stddef.h>

static const char *const names[] = {
	[H_OK] = "ok",
	[H_ENOMEM] = "out of memory",
	[H_EINVAL] = "invalid argument",
	[H_ESYNTAX] = "syntax error",
	[H_ELIMIT] = "limit reached",
	[H_ENOENT] = "not found",
	[H_EEXIST] = "already exists",
	[H_EBUSY] = "in use",
	[H_EAGAIN] = "try again",
	[H_ESYS] = "system error",
	[H_EPERM] = "not permitted",
	[H_ENOTSUP] = "not supported",
};

const char *err_str(int err)
{
	size_t i = (size_t)(err < 0 ? -err : err);

	if (i >= sizeof(names) / sizeof(names[0]))
		return "unknown error";
	return names[i];
}

int err_sys(void)
{
	switch (errno) {
	case EPERM:
	case EACCES:
		return -H_EPERM;
	case ENOMEM:
	case ENOBUFS:
		return -H_ENOMEM;
	case EBUSY:
		return -H_EBUSY;
	case EAFNOSUPPORT:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case EINVAL:
		return -H_ENOTSUP;
	default:
		return -H_ESYS;
	}
}
