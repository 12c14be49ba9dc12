/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of endorsement keys, of strangers, and what is made to them.  Two octets say how long
 * the public area in front of the certificate is.  Texts that are read can stand in a policy and on
 * a line; what fits has a credential of the length that its key has; no stranger is accepted under
 * a root that is another's.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/tpm_credential.h"
#include "attest/tpm_ek.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
text_check(const char text[TPM_EK_TEXT])
{
	must(memchr(text, '\0', TPM_EK_TEXT) != NULL);
	for (const char *at = text; *at != '\0'; at++)
		must(*at >= ' ' && *at <= '~' && *at != '"' && *at != '\\');
}

static void
credential_check(const struct tpm_ek *ek)
{
	static const uint8_t secret[TPM_CREDENTIAL_SECRET];
	struct buffer blob = { .max = 4096 };
	enum err err = tpm_credential_make(ek->key, bytes_of_text("a name"), secret, &blob, NULL);

	/* A modulus of a stranger may be none that can be encrypted to. */
	must((err == ERR_UNSUPPORTED) == !tpm_credential_fits(ek->key));
	must(err != ERR_OK || blob.len == 148 || blob.len == 336 || blob.len == 196 ||
	    blob.len == 480);
	buffer_free(&blob);
}

/* The certificate itself is given as the root: it issued nothing, itself least of all. */
static void
judge_check(struct bytes certificate, struct bytes ak)
{
	static struct appraisal appraisal;
	struct dossier dossier = { .at_s = 1796000000 };
	struct policy *policy = NULL;

	if (tpm_ek_roots(certificate, &policy, NULL) == ERR_OK) {
		dossier.policy = policy;
		dossier_put(&dossier, "ek-certificate", certificate);
		dossier_put(&dossier, "roots", certificate);
		dossier_put(&dossier, "ak", ak);
		attest_judge(&tpm_enrolment, &dossier, &appraisal);
		must(appraisal.verdict != ATTEST_ACCEPT);
	}
	policy_free(policy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	struct bytes ak = read_bytes(&in, (size_t)read_be(&in, 2)), certificate;
	struct tpm_ek ek;

	if (in.failed)
		return 0;
	certificate = bytes_slice(bytes_of(data, len), in.at, len - in.at);
	if (tpm_ek_read(certificate, &ek, NULL) == ERR_OK) {
		text_check(ek.maker);
		text_check(ek.model);
		text_check(ek.version);
		credential_check(&ek);
	}
	tpm_ek_free(&ek);
	judge_check(certificate, ak);
	return 0;
}
