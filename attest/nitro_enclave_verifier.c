/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of documents of AWS Nitro Enclaves: nitro.c with the registers of an enclave. */
#include "attest/nitro_part.h"
#include "monitor/base/i18n.h"

#define SHAPE "AWS Nitro Enclaves, Verifying the root of trust, 3.1"
#define FORM  "AWS Nitro Enclaves, Verifying the root of trust, 3.2.2"
#define VALID "AWS Nitro Enclaves, Verifying the root of trust, 3.2.3"
#define PCRS  "AWS Nitro Enclaves User Guide, Cryptographic attestation"

static const struct nitro_pin pins[] = {
	{ 0, 0, true }, { 1, 1, true }, { 2, 2, true }, { 3, 3, true }, { 4, 4, true },
	{ 8, 8, true }
};

enum { PINS = sizeof(pins) / sizeof(pins[0]) };

static const struct rule rules[] = {
	NITRO_RULES(SHAPE, VALID, FORM),
	[NITRO_KIND_RULE] = { "kind", ATTEST_REJECT, FORM,
	    N_("it is not the document of an enclave"),
	    N_("a document with nitrotpm_pcrs is judged as nitro-tpm") },
	[NITRO_STARTED] = { "debug", ATTEST_REJECT, PCRS,
	    N_("the enclave runs in debug mode: its registers 0, 1 and 2 are zero or missing"),
	    N_("start it without --debug-mode: in debug mode its console shows what is inside") },
	[NITRO_FIRST] = { "pcr0", ATTEST_REJECT, PCRS,
	    N_("PCR 0, the enclave's image, is not on the policy's list"),
	    N_("compare it with what nitro-cli build-enclave printed for the released image; add "
	    "it to \"pcr0\" only if it is that one") },
	[NITRO_FIRST + 1] = { "pcr1", ATTEST_REJECT, PCRS,
	    N_("PCR 1, kernel and boot files, is not on the policy's list"),
	    N_("compare it with what nitro-cli build-enclave printed for the released image") },
	[NITRO_FIRST + 2] = { "pcr2", ATTEST_REJECT, PCRS,
	    N_("PCR 2, the application, is not on the policy's list"),
	    N_("compare it with what nitro-cli build-enclave printed for the released image") },
	[NITRO_FIRST + 3] = { "pcr3", ATTEST_REJECT, PCRS,
	    N_("PCR 3, the IAM role of the parent instance, is not on the policy's list"),
	    N_("it is SHA-384 over 48 zero octets and the role's ARN; \"*\" accepts any role") },
	[NITRO_FIRST + 4] = { "pcr4", ATTEST_REJECT, PCRS,
	    N_("PCR 4, the parent instance, is not on the policy's list"),
	    N_("it is SHA-384 over 48 zero octets and the instance's identifier; \"*\" accepts "
	    "any instance") },
	[NITRO_FIRST + 5] = { "pcr8", ATTEST_REJECT, PCRS,
	    N_("PCR 8, the certificate that signed the image, is not on the policy's list"),
	    N_("sign the image with the release key, or list 48 zero octets if unsigned images "
	    "are accepted") },
	[NITRO_FIRST + PINS] = { "region", ATTEST_REJECT, VALID,
	    N_("AWS signed for a region that the policy does not accept"),
	    N_("ask the operator why the instance runs there; add the region to \"regions\" only "
	    "if the contract allows it") },
};

static const struct ruleset set = {
	.name = "nitro-enclave", .title = N_("AWS Nitro Enclaves attestation document"),
	.limit = N_("It proves that AWS signed for this image in this region then; not that the "
	    "image is free of faults, nor where that region's buildings stand.  Without a key in "
	    "public_key or a nonce of ours it can be shown on by whoever was shown it."),
	.rule = rules, .count = sizeof(rules) / sizeof(rules[0])
};

static bool
looks(struct bytes octets)
{
	return nitro_looks(octets, NITRO_ENCLAVE);
}

static const struct attest_role roles[] = {
	{ "document", true, N_("the COSE_Sign1 of the hypervisor, binary or base64"), looks },
	{ NULL, false, NULL, NULL }
};

static const struct policy_key keys[] = {
	{ "regions", POLICY_TEXT, "regions as AWS names them" },
	{ "max_age", POLICY_INTEGER, "seconds from the document's time to now" },
	{ "max_ahead", POLICY_INTEGER, "seconds it may be ahead of our clock; 0 if silent" },
	{ "pcr0", POLICY_HEX, "the enclave's image" },
	{ "pcr1", POLICY_HEX, "kernel and boot files" },
	{ "pcr2", POLICY_HEX, "the application" },
	{ "pcr3", POLICY_HEX, "the IAM role of the parent instance" },
	{ "pcr4", POLICY_HEX, "the parent instance" },
	{ "pcr8", POLICY_HEX, "the certificate that signed the image" },
	{ NULL, POLICY_TEXT, NULL }
};

static const struct nitro_sort sort = {
	.kind = NITRO_ENCLAVE, .field = "pcrs", .hardware = "AWS Nitro Enclave",
	.started = { 0, 1, 2 }, .measured = 0, .pin = pins, .pins = PINS
};

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	nitro_judge(dossier, a, &sort);
}

const struct verifier verifier_nitro_enclave = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
