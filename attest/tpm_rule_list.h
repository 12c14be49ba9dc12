/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules by which the signer of any statement of a TPM is judged, in the order they
 * are asked: RULE(NAME, "name", answer if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(FORM, "form", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPMS_ATTEST",
    N_("the statement is not one whole TPMS_ATTEST"),
    N_("keep the statement as the TPM gave it: all of its octets and nothing else"))
RULE(SIGNATURE_FORM, "signature-form", ATTEST_REJECT,
    "TCG TPM 2.0 Library, Part 2, TPMT_SIGNATURE",
    N_("the signature is not one whole TPMT_SIGNATURE by RSASSA, RSAPSS or ECDSA"),
    N_("keep the signature as the TPM gave it (with tpm2_quote and tpm2_certify: without -f plain)"))
RULE(AK_FORM, "ak-form", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPMT_PUBLIC",
    N_("the public area of the attestation key cannot be read, or none was given"),
    N_("give what tpm2_createak -u or tpm2_readpublic -o wrote as ak=FILE; a PEM file does not "
    "say whether the key is restricted"))
RULE(MAGIC, "magic", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPM_GENERATED",
    N_("the statement was not made inside a TPM: it does not begin with TPM_GENERATED_VALUE"),
    N_("somebody wrote it by hand; find out who had access to the machine it came from"))
RULE(KIND, "kind", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPM_ST",
    N_("the TPM stated something of another kind than is judged here"),
    N_("give the answer of TPM2_Quote to tpm-quote and that of TPM2_Certify to tpm-certify"))
RULE(AK_CERTIFICATE, "ak-certificate", ATTEST_REJECT,
    "TCG Credential Profile for TPM 2.0, AK certificate",
    N_("the certificate of the attestation key cannot be read"),
    N_("give it as DER or PEM, the certificates above it as certificates=FILE"))
RULE(CHAIN, "chain", ATTEST_REJECT, "RFC 5280, 6.1",
    N_("the certificate of the attestation key does not end at a pinned root"),
    N_("pin the root of who certifies attestation keys as roots in this section, taken from "
    "them directly"))
RULE(DATES, "dates", ATTEST_REJECT, "RFC 5280, 4.1.2.5",
    N_("a certificate above the attestation key was not valid at that second"),
    N_("have the attestation key certified anew, or judge as of the second it was received"))
RULE(LIST, "crl", ATTEST_REJECT, "RFC 5280, 6.3",
    N_("the revocation list is not one of the issuer, or not in force at that second"),
    N_("fetch the list of the issuer of the attestation key's certificate, or say crl = "
    "\"if_given\" if there is none"))
RULE(REVOKED, "revoked", ATTEST_REJECT, "RFC 5280, 6.3",
    N_("the certificate of the attestation key is revoked"),
    N_("trust nothing this TPM signs; ask its issuer why"))
RULE(AK_KEY, "ak-key", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 1, Attestation",
    N_("the public area is not of the key that was certified"),
    N_("give the public area and the certificate of one and the same attestation key"))
RULE(AK_ATTRIBUTES, "ak-attributes", ATTEST_REJECT,
    "TCG TPM 2.0 Library, Part 2, TPMA_OBJECT, restricted",
    N_("the key that signed may sign any octets, or may leave the TPM: what it signs proves nothing"),
    N_("have an attestation key made (tpm2_createak): restricted, sign, fixedTPM, "
    "sensitiveDataOrigin, not decrypt"))
RULE(ALGORITHM, "algorithm", ATTEST_REJECT, "NIST SP 800-131A, 3 and 9",
    N_("the signature rests on SHA-1, a short key, or a scheme that is not the attestation key's"),
    N_("make the attestation key anew with SHA-256 or longer: tpm2_createak -g sha256 -s ecdsa"))
RULE(SIGNATURE, "signature", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPMT_SIGNATURE",
    N_("the signature is not one of the attestation key over this statement"),
    N_("ask for it again; if it comes out the same, the statement was altered or another TPM made it"))
RULE(NONCE, "nonce", ATTEST_REJECT, "RFC 9334, 10.2",
    N_("it does not answer our nonce: it may be old, or made for somebody else"),
    N_("ask again with a fresh nonce as the qualifying data (tpm2_quote -q), and keep it beside "
    "the answer"))
