/* daemon/priv.c - see priv.h.
 *
 * layer: daemon (L5)   thread: control, before other threads begin   I/O: the process
 */
#include "daemon/priv.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "util/err.h"
#include "util/log.h"

#ifdef HAVE_CAPNG
#include <cap-ng.h>
#endif

size_t priv_raise_nofile(size_t want)
{
	struct rlimit lim;
	rlim_t top;

	if (getrlimit(RLIMIT_NOFILE, &lim))
		return 0;
	top = want ? (rlim_t)want : lim.rlim_max;
	if (want && top > lim.rlim_max) { /* root may go above */
		struct rlimit more = { top, top };

		if (!setrlimit(RLIMIT_NOFILE, &more))
			return (size_t)top;
		top = lim.rlim_max;
	}
	if (top > lim.rlim_cur) {
		lim.rlim_cur = top;
		if (setrlimit(RLIMIT_NOFILE, &lim))
			getrlimit(RLIMIT_NOFILE, &lim);
	}
	return (size_t)lim.rlim_cur;
}

static int fail(int err, char *why, const char *what, const char *user)
{
	snprintf(why, 300, "%s%s%s: %s", what, user ? " " : "", user ? user : "",
		 errno ? strerror(errno) : "not possible");
	return err;
}

static struct passwd *find_user(const char *user, char *why, int *err)
{
	struct passwd *pw;

	errno = 0;
	pw = getpwnam(user);
	if (!pw) {
		snprintf(why, 300, "there is no user %s", user);
		*err = -H_ENOENT;
	}
	return pw;
}

void priv_make_folder(const char *file, const char *user)
{
	const char *slash = strrchr(file, '/');
	struct passwd *pw;
	char path[4096];

	if (!slash || slash == file || (size_t)(slash - file) >= sizeof(path))
		return;
	snprintf(path, sizeof(path), "%.*s", (int)(slash - file), file);
	if (mkdir(path, 0755))
		return;
	log_info(LOGC_DAEMON, "made the folder %s", path);
	pw = user[0] ? getpwnam(user) : NULL;
	if (pw && chown(path, pw->pw_uid, pw->pw_gid))
		log_warn(LOGC_DAEMON, "%s: %s", path, strerror(errno));
}

#ifdef HAVE_CAPNG

bool priv_built(void)
{
	return true;
}

bool priv_can_raw(void)
{
	return capng_get_caps_process() == 0 &&
	       capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) &&
	       capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN);
}

int priv_drop(const char *user, bool keep_raw, char why[300])
{
	bool other = user[0] != 0;
	struct passwd *pw = NULL;
	int err = 0, rc;

	if (other) {
		pw = find_user(user, why, &err);
		if (!pw)
			return err;
		other = pw->pw_uid != geteuid();
		if (other && geteuid()) {
			errno = EPERM;
			return fail(-H_EPERM, why, "only root can become user", user);
		}
	}
	keep_raw = keep_raw && priv_can_raw();
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_raw)
		capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_RAW,
			      CAP_NET_ADMIN, -1);
	errno = 0;
	if (other)
		rc = capng_change_id((int)pw->pw_uid, (int)pw->pw_gid,
				     CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
	else
		rc = capng_apply(CAPNG_SELECT_CAPS);
	if (rc)
		return fail(-H_EPERM, why, "giving up privileges", NULL);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return fail(-H_ESYS, why, "no new privileges", NULL);
	return 0;
}

#else

bool priv_built(void)
{
	return false;
}

bool priv_can_raw(void)
{
	return geteuid() == 0;
}

int priv_drop(const char *user, bool keep_raw, char why[300])
{
	struct passwd *pw;
	int err = 0;

	(void)keep_raw;
	if (user[0]) {
		pw = find_user(user, why, &err);
		if (!pw)
			return err;
		errno = 0;
		if (pw->pw_uid != geteuid() && (initgroups(user, pw->pw_gid) ||
						setgid(pw->pw_gid) || setuid(pw->pw_uid)))
			return fail(-H_EPERM, why, "becoming user", user);
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return 0;
}

#endif
