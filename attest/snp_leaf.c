/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions of VCEK and VLEK certificates; see snp_leaf.h. */
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/snp_leaf.h"

#define AMD "1.3.6.1.4.1.3704.1"

enum { DER_INTEGER = 0x02, DER_IA5 = 0x16, TURIN_CHIP = 8 };

static const char *const level_oid[SNP_PARTS] = {
	[SNP_FMC] = AMD ".3.9", [SNP_BL] = AMD ".3.1", [SNP_TEE] = AMD ".3.2",
	[SNP_SNP] = AMD ".3.3", [SNP_UCODE] = AMD ".3.8"
};

/* An INTEGER of 0 to 255 and nothing behind it. */
static bool
level_read(struct bytes der, uint8_t *out)
{
	bool high = der.len == 4 && der.at[1] == 2 && der.at[2] == 0 && der.at[3] >= 0x80;
	bool low = der.len == 3 && der.at[1] == 1 && der.at[2] < 0x80;

	if ((!high && !low) || der.at[0] != DER_INTEGER)
		return false;
	*out = der.at[der.len - 1];
	return true;
}

static bool
text_read(struct bytes der, char *out, size_t size)
{
	size_t len = der.len < 2 ? 0 : der.len - 2;

	out[0] = '\0';
	if (len == 0 || len >= size || len > 127 || der.at[0] != DER_IA5 || der.at[1] != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (der.at[2 + i] <= ' ' || der.at[2 + i] > '~')
			return false;
	memcpy(out, der.at + 2, len);
	out[len] = '\0';
	return true;
}

static bool
levels_read(struct snp_leaf *leaf, char why[STEP_TEXT])
{
	for (size_t i = leaf->family == SNP_TURIN ? SNP_FMC : SNP_BL; i < SNP_PARTS; i++)
		if (!level_read(certificate_extension(leaf->certificate, level_oid[i]),
		    &leaf->tcb.part[i])) {
			snprintf(why, STEP_TEXT, "extension %s is no level", level_oid[i]);
			return false;
		}
	return true;
}

bool
snp_leaf_read(X509 *certificate, struct snp_leaf *out, char why[STEP_TEXT])
{
	struct bytes csp = certificate_extension(certificate, AMD ".5");
	char csp_id[SNP_CSP_TEXT];

	*out = (struct snp_leaf){ .certificate = certificate, .family = SNP_FAMILIES,
	    .signer = SNP_SIGNER_NONE, .hwid = certificate_extension(certificate, AMD ".4") };
	why[0] = '\0';
	if (!text_read(certificate_extension(certificate, AMD ".2"), out->product,
	    sizeof(out->product))) {
		snprintf(why, STEP_TEXT, "extension " AMD ".2 is no product name");
		return false;
	}
	out->family = snp_family(out->product);
	if (out->family == SNP_FAMILIES)
		return true;
	if (out->hwid.len > 0 && csp.len == 0)
		out->signer = SNP_VCEK;
	else if (out->hwid.len == 0 && csp.len > 0)
		out->signer = SNP_VLEK;
	if (out->signer == SNP_SIGNER_NONE) {
		snprintf(why, STEP_TEXT, "neither hwID nor CSP_ID, or both");
		return false;
	}
	if (out->signer == SNP_VCEK && out->hwid.len != SNP_CHIP &&
	    (out->family != SNP_TURIN || out->hwid.len != TURIN_CHIP)) {
		snprintf(why, STEP_TEXT, "a hwID of %zu octets", out->hwid.len);
		return false;
	}
	if (out->signer == SNP_VLEK && !text_read(csp, csp_id, sizeof(csp_id))) {
		snprintf(why, STEP_TEXT, "extension " AMD ".5 is no CSP_ID");
		return false;
	}
	/* AMD writes the name of an X.501 attribute before it. */
	if (out->signer == SNP_VLEK)
		memcpy(out->csp_id, csp_id + (strncmp(csp_id, "CN=", 3) == 0 ? 3 : 0),
		    strlen(csp_id) + 1 - (strncmp(csp_id, "CN=", 3) == 0 ? 3 : 0));
	return levels_read(out, why);
}

bool
snp_leaf_is(X509 *certificate)
{
	char name[16];

	certificate_subject(certificate, NID_commonName, name, sizeof(name));
	return strcmp(name, "SEV-VCEK") == 0 || strcmp(name, "SEV-VLEK") == 0;
}

struct bytes
snp_region(const char *csp_id)
{
	static const char domain[] = ".amazonaws.com";
	size_t len = strlen(csp_id), tail = sizeof(domain) - 1;

	if (len <= 3 + tail || strncmp(csp_id, "cc-", 3) != 0 ||
	    strcmp(csp_id + len - tail, domain) != 0)
		return bytes_of(NULL, 0);
	return bytes_of(csp_id + 3, len - 3 - tail);
}
