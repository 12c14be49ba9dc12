/* SPDX-License-Identifier: Apache-2.0 */
/* Cases "iid", "azimds" and "gcpjwt": what metadata services of clouds sign. */
#ifndef TESTS_UNIT_ATTEST_CASE_BEARER_H
#define TESTS_UNIT_ATTEST_CASE_BEARER_H

#include <openssl/pem.h>

#include "attest/chain.h"
#include "tests/unit/attest_case.h"

/* Without a second of its own: the day after the sample was made. */
enum { CASE_IID_AT_S = 1771290000 };

static inline void
case_iid(struct attest_case *c)
{
	c->verifier = verifier_find("ec2-identity");
	c->dossier.at_s = CASE_IID_AT_S;
	case_role(c, "document", "p7");
	case_role(c, "certificate", "cert");
	case_policy(c, "ec2-identity = {\n");
	case_nonce(c, "nonce");
	case_list(c, "regions", "regions");
	case_list(c, "accounts", "account");
	case_list(c, "images", "image");
	case_policy(c, "};\n");
}

/* The root of the case is the one its policy pins. */
static inline void
case_azimds_root(struct attest_case *c, struct bytes pem)
{
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *root = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	char hex[HASH_TEXT];

	if (root == NULL)
		abort();
	hash_text(certificate_hash(root), hex);
	case_policy(c, "roots = \"sha256:%s\";\n", hex);
	X509_free(root);
	BIO_free(bio);
}

static inline void
case_azimds(struct attest_case *c)
{
	const json_t *hosts = json_object_get(c->args, "hosts");

	c->verifier = verifier_find("azure-attested-data");
	case_role(c, "document", "p7");
	case_role(c, "certificates", "inter");
	case_role(c, "certificates", "root");
	if (c->missing)
		return;
	case_policy(c, "azure-attested-data = {\ncrl = \"if_given\";\nsubscriptions = \"*\";\n");
	case_azimds_root(c, c->dossier.item[2].octets);
	/* Its nonce is a text, not hex. */
	if (case_has(c, "nonce"))
		c->dossier.nonce = bytes_of_text(case_text(c, "nonce"));
	else
		case_policy(c, "nonce = \"none\";\n");
	case_policy(c, "regions = [");
	for (size_t i = 0; i < json_array_size(hosts); i++) {
		const char *host = json_string_value(json_array_get(hosts, i));

		case_policy(c, "%s\"%.*s\"", i > 0 ? ", " : "", (int)strcspn(host, "."), host);
	}
	case_policy(c, "%s];\n};\n", json_array_size(hosts) == 0 ? "\"*\"" : "");
}

static inline void
case_gcpjwt(struct attest_case *c)
{
	c->verifier = verifier_find("gcp-identity-token");
	case_role(c, "token", "jwt");
	case_role(c, "jwks", "jwks");
	case_policy(c, "gcp-identity-token = {\nroots = \"*\";\n");
	case_nonce(c, "nonce");
	case_list(c, "regions", "regions");
	case_list(c, "projects", "project");
	case_list(c, "audience", "aud");
	case_policy(c, "};\n");
}

#endif
