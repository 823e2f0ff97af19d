/* tests/unit/certs.c - see certs.h.
 *
 * layer: tests   thread: main   I/O: files in the test's folder
 */
#include "certs.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>

#include "test.h"

const char *cert_path(const char *file, const char *ending)
{
	static char path[8][400];
	static int n;
	char *p = path[n++ % 8];

	snprintf(p, sizeof(path[0]), "%s/%s.%s", test_tmpdir(), file, ending);
	return p;
}

static EVP_PKEY *load_key(const char *file)
{
	FILE *f = fopen(cert_path(file, "key"), "r");
	EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;

	ck_assert_ptr_nonnull(key);
	fclose(f);
	return key;
}

static X509 *load_cert(const char *file)
{
	FILE *f = fopen(cert_path(file, "pem"), "r");
	X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

	ck_assert_ptr_nonnull(cert);
	fclose(f);
	return cert;
}

static void save(const char *file, X509 *cert, EVP_PKEY *key)
{
	FILE *f = fopen(cert_path(file, "pem"), "w");

	ck_assert(f && PEM_write_X509(f, cert));
	fclose(f);
	f = fopen(cert_path(file, "key"), "w");
	ck_assert(f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	fclose(f);
	chmod(cert_path(file, "key"), 0600);
}

static void extend(X509 *cert, X509 *by, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *x;

	if (!value)
		return;
	X509V3_set_ctx(&ctx, by, cert, NULL, NULL, 0);
	x = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ck_assert_msg(x && X509_add_ext(cert, x, -1), "%s", value);
	X509_EXTENSION_free(x);
}

static void name_it(X509 *cert, const char *cn)
{
	X509_NAME *name = X509_get_subject_name(cert);

	ck_assert(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					     (const unsigned char *)cn, -1, -1, 0));
}

void cert_make(const struct cert_spec *s)
{
	static long serial = 1;
	EVP_PKEY *key = EVP_EC_gen("P-256"), *by_key = s->ca ? load_key(s->ca) : key;
	X509 *cert = X509_new(), *by = s->ca ? load_cert(s->ca) : cert;

	ck_assert(key && cert);
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), s->from * 86400 - 60);
	X509_gmtime_adj(X509_getm_notAfter(cert), (s->until ? s->until : 10) * 86400);
	X509_set_pubkey(cert, key);
	name_it(cert, s->subject ? s->subject : s->file);
	X509_set_issuer_name(cert, X509_get_subject_name(by));
	extend(cert, by, NID_basic_constraints, s->ca ? "CA:FALSE" : "critical,CA:TRUE");
	extend(cert, by, NID_subject_alt_name, s->names);
	extend(cert, by, NID_ext_key_usage, s->use);
	ck_assert(X509_sign(cert, by_key, EVP_sha256()));
	save(s->file, cert, key);
	if (s->ca) {
		X509_free(by);
		EVP_PKEY_free(by_key);
	}
	X509_free(cert);
	EVP_PKEY_free(key);
}

void cert_ca(const char *file)
{
	cert_make(&(struct cert_spec){ .file = file });
}

void cert_crl(const char *file, const char *ca, const char *revoked)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *one = X509_REVOKED_new();
	X509 *by = load_cert(ca), *gone = load_cert(revoked);
	EVP_PKEY *key = load_key(ca);
	ASN1_TIME *t = X509_gmtime_adj(NULL, -60);
	FILE *f;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(by));
	X509_CRL_set1_lastUpdate(crl, t);
	X509_REVOKED_set_serialNumber(one, X509_get_serialNumber(gone));
	X509_REVOKED_set_revocationDate(one, t);
	X509_CRL_add0_revoked(crl, one);
	X509_gmtime_adj(t, 86400);
	X509_CRL_set1_nextUpdate(crl, t);
	ck_assert(X509_CRL_sign(crl, key, EVP_sha256()));
	f = fopen(cert_path(file, "pem"), "w");
	ck_assert(f && PEM_write_X509_CRL(f, crl));
	fclose(f);
	ASN1_TIME_free(t);
	X509_CRL_free(crl);
	X509_free(by);
	X509_free(gone);
	EVP_PKEY_free(key);
}
