/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals from strangers: each answer names its rule, what is accepted has a signer and a document,
 * without a root nothing is accepted, and the texts that are handed out end within their arrays.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/cades.h"

/* tests/data/cades/pkcs11-softhsm.crt */
static const char root[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBCDCBr6ADAgECAgEBMAoGCCqGSM49BAMCMA4xDDAKBgNVBAMMA3AxMTAeFw0y\n"
    "NjExMjAxNzExMDRaFw0yNjExMjExNzExMDRaMA4xDDAKBgNVBAMMA3AxMTBZMBMG\n"
    "ByqGSM49AgEGCCqGSM49AwEHA0IABGnefPC8aI2cdmcKnwe59R4EmndxX6Vlck3j\n"
    "YT3fVY9yCqwezDhn2iH3O3/flr63oeSbrHbIBE7Lz9bUpwii8dkwCgYIKoZIzj0E\n"
    "AwIDSAAwRQIgODfI3zZksISWMstjD/ouKUvNkuB4m0QUVlantFYXJ2wCIQDZ4oEl\n"
    "VN9gOkKhh/7Ms79Ail4XUvCl7SK94JnzRmqjbQ==\n"
    "-----END CERTIFICATE-----\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(const struct cades_result *out)
{
	bool broken = out->rule != CADES_RULE_NONE;

	if (broken == (out->answer == CADES_ACCEPT) || out->rule >= CADES_RULE_COUNT ||
	    broken != (cades_rule_text(out->rule)[0] != '\0') ||
	    (!broken && (out->signer[0] == '\0' || out->level < CADES_BES)) ||
	    memchr(out->signer, 0, sizeof(out->signer)) == NULL ||
	    memchr(out->issuer, 0, sizeof(out->issuer)) == NULL ||
	    memchr(out->serial, 0, sizeof(out->serial)) == NULL ||
	    memchr(out->algorithm, 0, sizeof(out->algorithm)) == NULL ||
	    memchr(out->expected, 0, sizeof(out->expected)) == NULL ||
	    memchr(out->found, 0, sizeof(out->found)) == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cades_input in = { .seal = bytes_of(data, len),
		.document = bytes_of_text("checkpoint"), .at_s = 1795203600 };
	struct cades_result out;

	cades_verify(&in, &out);
	check(&out);
	if (out.answer == CADES_ACCEPT)
		abort();
	in.roots_pem = in.stamp_roots_pem = bytes_of_text(root);
	cades_verify(&in, &out);
	check(&out);
	return 0;
}
