/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of verifiers, in the order in which unnamed files are tried: VERIFIER(name). */
VERIFIER(cades)
VERIFIER(marvell_hsm)
VERIFIER(yubihsm)
VERIFIER(yubikey_piv)
VERIFIER(luna_pkc)
VERIFIER(pkix_evidence)
VERIFIER(snp)
VERIFIER(timestamp)
VERIFIER(nitro_enclave)
VERIFIER(nitro_tpm)
VERIFIER(intel_tdx)
VERIFIER(intel_sgx)
VERIFIER(csr_attestation)
VERIFIER(tpm_quote)
VERIFIER(tpm_certify)
VERIFIER(gcp_vtpm)
#undef VERIFIER
