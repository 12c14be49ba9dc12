/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules by which a TPM may be enrolled, in the order they are asked:
 * RULE(NAME, "name", answer if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(FORM, "ek-form", ATTEST_REJECT, "TCG EK Credential Profile, 3.2",
    N_("the certificate of the endorsement key cannot be read"),
    N_("give one certificate, DER or PEM, as the TPM keeps it (tpm2_getekcertificate) or its maker published it"))
RULE(PURPOSE, "ek-purpose", ATTEST_REJECT, "TCG EK Credential Profile, 3.2",
    N_("the certificate is not one of an endorsement key"),
    N_("take the certificate of the endorsement key from the TPM: tpm2_getekcertificate"))
RULE(CHAIN, "ek-chain", ATTEST_REJECT, "RFC 5280, 6.1",
    N_("the certificate of the endorsement key does not end at a root that was given"),
    N_("take the roots from the maker of the TPM directly and give them as --trust, what stands between as --certificates; if it is another's, this is no TPM to enrol"))
RULE(DATES, "ek-dates", ATTEST_REJECT, "RFC 5280, 4.1.2.5",
    N_("the certificate of the endorsement key, or one above it, was not valid at that second"),
    N_("ask the maker of the TPM for a certificate in force; look at the clock of this machine"))
RULE(LIST, "ek-crl", ATTEST_REJECT, "RFC 5280, 6.3",
    N_("the revocation list is not one of who issued the certificate of the endorsement key, or not in force at that second"),
    N_("fetch the list of that issuer anew, or give none"))
RULE(REVOKED, "ek-revoked", ATTEST_REJECT, "RFC 5280, 6.3",
    N_("the certificate of the endorsement key is revoked"),
    N_("do not enrol this TPM; ask its maker why"))
RULE(KEY, "ek-key", ATTEST_INDETERMINATE, "TCG EK Credential Profile, B.3 and B.4",
    N_("no default template of an endorsement key has a key of this kind"),
    N_("give the certificate of another endorsement key of this TPM: RSA of 2048 or 3072 bits, P-256 or P-384"))
RULE(AK_FORM, "ak-form", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPMT_PUBLIC",
    N_("the public area of the key to enrol cannot be read, or its key is too short"),
    N_("give what tpm2_createak -u or tpm2_readpublic -o wrote as --ak, not a PEM file"))
RULE(AK_ATTRIBUTES, "ak-attributes", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 2, TPMA_OBJECT, restricted",
    N_("the key to enrol may sign any octets, or may leave the TPM: what it signs would prove nothing"),
    N_("have an attestation key made (tpm2_createak) and enrol that"))
RULE(AK_NAME, "ak-name", ATTEST_REJECT, "NIST SP 800-131A, 9",
    N_("the Name of the key to enrol rests on SHA-1 or a hash that is not known"),
    N_("make the attestation key anew: tpm2_createak -g sha256"))
