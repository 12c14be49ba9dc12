/* SPDX-License-Identifier: Apache-2.0 */
/* See tls_options.h. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/tls_options.h"

const char *
tls_options_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	return (option(of, "client_certificate")[0] != '\0') ==
	    (option(of, "client_key")[0] != '\0') ? NULL :
	    N_("client_certificate and client_key are needed both or neither");
}

static int
no_pass_phrase(char *out, int len, int write, void *arg)
{
	(void)out, (void)len, (void)write, (void)arg;
	return -1;
}

/* The first alone: thousands of targets may name one file of many roots. */
static bool
has_certificate(struct bytes pem)
{
	BIO *in = pem.len > 0 ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	X509 *first = in != NULL ? PEM_read_bio_X509_AUX(in, NULL, no_pass_phrase, NULL) : NULL;
	bool there = first != NULL;

	X509_free(first);
	BIO_free(in);
	ERR_clear_error();
	return there;
}

enum err
tls_options_file(const char *option, const char *path, struct bytes octets, struct why *why)
{
	if ((strcmp(option, "trust") != 0 && strcmp(option, "client_certificate") != 0) ||
	    has_certificate(octets))
		return ERR_OK;
	return why_set(why, ERR_INVALID, "%.300s: there is no certificate in PEM in it", path);
}
