/* net/tlsnone.c - see tls.h: built without OpenSSL. Credentials can't be made, so no
 * listener opens and no session begins.
 *
 * layer: net (L3)   thread: control   I/O: none
 */
#include <errno.h>
#include <stdio.h>

#include "net/tlsconn.h"
#include "util/err.h"

bool net_tls_built(void)
{
	return false;
}

int net_tls_new(struct net_tls **out, const struct net_tls_spec *spec,
		char why[NET_WHY_MAX])
{
	(void)out;
	(void)spec;
	snprintf(why, NET_WHY_MAX, "built without OpenSSL: there is no TLS");
	return -H_ENOTSUP;
}

void net_tls_free(struct net_tls *t)
{
	(void)t;
}

const struct net_tls_cert *net_tls_own(const struct net_tls *t)
{
	static const struct net_tls_cert none;

	(void)t;
	return &none;
}

uint32_t net_tls_patience(const struct net_tls *t)
{
	(void)t;
	return 0;
}

struct tls *tls_new(const struct tconn *c, int fd)
{
	(void)c;
	(void)fd;
	return NULL;
}

void tls_free(struct tls *t)
{
	(void)t;
}

int tls_shake(struct tls *t)
{
	(void)t;
	return -1;
}

ssize_t tls_recv(struct tls *t, void *p, size_t n)
{
	(void)t;
	(void)p;
	(void)n;
	errno = EPROTO;
	return -1;
}

ssize_t tls_send(struct tls *t, const void *p, size_t n)
{
	(void)t;
	(void)p;
	(void)n;
	errno = EPROTO;
	return -1;
}

bool tls_is_revoked(const struct tls *t, const struct net_tls *by)
{
	(void)t;
	(void)by;
	return false;
}

bool tls_wants_write(const struct tls *t)
{
	(void)t;
	return false;
}

bool tls_refused(const struct tls *t)
{
	(void)t;
	return false;
}

const char *tls_why(const struct tls *t)
{
	(void)t;
	return "there is no TLS";
}

void tls_info(const struct tls *t, struct net_tls_info *out)
{
	(void)t;
	*out = (struct net_tls_info){ 0 };
}
