/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of attestation documents of AWS NitroTPM: nitro.c with a TPM's registers. */
#include "attest/nitro_part.h"
#include "monitor/base/i18n.h"

#define SHAPE "Amazon EC2 User Guide, Validate a NitroTPM Attestation Document"
#define PCRS  "TCG PC Client Platform Firmware Profile, PCR usage"

/* 16 and 17 to 23 are not of the start, and what runs may set some of them anew. */
static const struct nitro_pin pins[] = { { 4, 4, true }, { 7, 7, true }, { 0, 15, false } };

enum { PINS = sizeof(pins) / sizeof(pins[0]) };

static const struct rule rules[] = {
	NITRO_RULES(SHAPE, SHAPE, SHAPE),
	[NITRO_KIND_RULE] = { "kind", ATTEST_REJECT, SHAPE,
	    N_("it is not the document of a NitroTPM"),
	    N_("a document with pcrs is judged as nitro-enclave") },
	[NITRO_STARTED] = { "measured", ATTEST_REJECT, PCRS,
	    N_("the machine was started without measuring: its registers 0, 4 and 7 are zero or "
	    "missing"),
	    N_("start it from an image registered with UEFI boot and NitroTPM 2.0") },
	[NITRO_FIRST] = { "pcr4", ATTEST_REJECT, PCRS,
	    N_("PCR 4, boot manager and kernel image, is not on the policy's list"),
	    N_("compare it with what nitro-tpm-pcr-compute printed for the released image; add it "
	    "to \"pcr4\" only if it is that one") },
	[NITRO_FIRST + 1] = { "pcr7", ATTEST_REJECT, PCRS,
	    N_("PCR 7, Secure Boot and its keys, is not on the policy's list"),
	    N_("compare it with what nitro-tpm-pcr-compute printed for the released image; another "
	    "value means other keys, or Secure Boot switched off") },
	[NITRO_FIRST + 2] = { "pcr", ATTEST_REJECT, PCRS,
	    N_("another register that the policy names is not on its list"),
	    N_("compare it with the released image's; which register it is stands beside it") },
	[NITRO_FIRST + PINS] = { "region", ATTEST_REJECT, SHAPE,
	    N_("AWS signed for a region that the policy does not accept"),
	    N_("ask the operator why the instance runs there; add the region to \"regions\" only "
	    "if the contract allows it") },
};

static const struct ruleset set = {
	.name = "nitro-tpm", .title = N_("AWS NitroTPM attestation document"),
	.limit = N_("It proves that AWS signed for how this instance was started, and in which "
	    "region; not what runs on it since, nor that its memory is closed to anybody.  "
	    "Without a key in public_key or a nonce of ours it can be shown on by whoever was "
	    "shown it."),
	.rule = rules, .count = sizeof(rules) / sizeof(rules[0])
};

static bool
looks(struct bytes octets)
{
	return nitro_looks(octets, NITRO_TPM);
}

static const struct attest_role roles[] = {
	{ "document", true, N_("the COSE_Sign1 of the hypervisor, binary or base64"), looks },
	{ NULL, false, NULL, NULL }
};

static const struct policy_key keys[] = {
	{ "regions", POLICY_TEXT, "regions as AWS names them" },
	{ "max_age", POLICY_INTEGER, "seconds from the document's time to now" },
	{ "max_ahead", POLICY_INTEGER, "seconds it may be ahead of our clock; 0 if silent" },
	{ "pcr4", POLICY_HEX, "boot manager and kernel image" },
	{ "pcr7", POLICY_HEX, "Secure Boot and its keys" },
	{ "pcr0", POLICY_HEX, "firmware; like those below asked only if named" },
	{ "pcr1", POLICY_HEX, "configuration of the firmware" },
	{ "pcr2", POLICY_HEX, "drivers" },
	{ "pcr3", POLICY_HEX, "configuration of drivers" },
	{ "pcr5", POLICY_HEX, "partition table and configuration of the boot manager" },
	{ "pcr6", POLICY_HEX, "the manufacturer's" },
	{ "pcr8", POLICY_HEX, "the boot loader's: often the command line" },
	{ "pcr9", POLICY_HEX, "the boot loader's: often the initial RAM disk" },
	{ "pcr10", POLICY_HEX, "the kernel's integrity log" },
	{ "pcr11", POLICY_HEX, "a unified kernel image and its parts" },
	{ "pcr12", POLICY_HEX, "command line and credentials given to it" },
	{ "pcr13", POLICY_HEX, "its extensions" },
	{ "pcr14", POLICY_HEX, "machine owner keys" },
	{ "pcr15", POLICY_HEX, "machine identity and volumes" },
	{ NULL, POLICY_TEXT, NULL }
};

static const struct nitro_sort sort = {
	.kind = NITRO_TPM, .field = "nitrotpm_pcrs", .hardware = "AWS NitroTPM",
	.started = { 0, 4, 7 }, .measured = 4, .pin = pins, .pins = PINS
};

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	nitro_judge(dossier, a, &sort);
}

const struct verifier verifier_nitro_tpm = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
