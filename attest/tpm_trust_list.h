/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of the rules by which the carrier trusts the key of a TPM; see tpm_rule_list.h. */
RULE(POLICY, "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",
    N_("no policy says which TPM the carrier accepts"),
    N_("give a policy with a section for this kind of evidence"))
RULE(AK, "ak", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 1, Attestation",
    N_("nothing shows that the attestation key is one of a TPM the carrier knows"),
    N_("enrol the machine (\"sekimori attest enrol\") and put the entry that this prints into ak of "
    "the policy; or give the key's certificate"))
RULE(FIRMWARE, "firmware", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPMS_ATTEST",
    N_("the firmware of the TPM is older than the policy admits"),
    N_("update it, or lower min_firmware (16 hex digits) of the policy with a reason"))
