/* util/err.h - failure codes: functions return 0 or one of these, negated.
 *
 * layer: util (L0)   thread: any   I/O: none
 */
#pragma once

enum h_err {
	H_OK = 0,
	H_ENOMEM = 1,  /* allocation failed */
	H_EINVAL,      /* argument out of its domain */
	H_ESYNTAX,     /* bytes do not follow the grammar */
	H_ELIMIT,      /* a configured or built-in limit was met */
	H_ENOENT,      /* no such object */
	H_EEXIST,      /* already there */
	H_EBUSY,       /* in use */
	H_EAGAIN,      /* try again later (ring full, not resolved yet) */
	H_ESYS,        /* a system call failed; errno tells which way */
	H_EPERM,       /* not allowed */
	H_ENOTSUP,     /* not built in or not available here */
};

/* -H_E... for a system call that failed, by errno: out of memory, in use, not allowed,
 * not available here (EINVAL too: an option the system does not know), or H_ESYS. */
int err_sys(void);

/* A short English name for `-H_E...` (sign ignored); never NULL. */
const char *err_str(int err);
