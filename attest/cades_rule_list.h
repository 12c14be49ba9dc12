/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules a seal is judged by, in the order they are asked:
 * RULE(NAME, "name", answer if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(SIZE, "size", INDETERMINATE, "sekimori",
    N_("the seal is larger than this version reads"),
    N_("ask who sealed it for a seal with fewer certificates"))
RULE(FORM, "form", REJECT, "RFC 5652, 3 and 5.1",
    N_("the seal is not one CMS SignedData"),
    N_("fetch the seal again: a DER file, whole and without anything behind it"))
RULE(DETACHED, "detached", INDETERMINATE, "RFC 5652, 5.2",
    N_("the seal carries a content of its own instead of standing beside the document"),
    N_("ask for a detached seal"))
RULE(SIGNERS, "signers", INDETERMINATE, "RFC 5652, 5.3",
    N_("the seal is not by exactly one signer"),
    N_("ask for one seal by the carrier"))
RULE(CERTIFICATE, "certificate", INDETERMINATE, "ETSI EN 319 122-1, 6.3 a",
    N_("the seal does not bring the certificate of who sealed"),
    N_("ask for the certificate and have it put into the seal"))
RULE(DIGEST, "digest", INDETERMINATE, "ETSI TS 119 312, 5",
    N_("the seal rests on a digest that proves nothing any more, or that this version does not know"),
    N_("ask for a seal with SHA-256, SHA-384 or SHA-512"))
RULE(ATTRIBUTES, "attributes", REJECT, "RFC 5652, 5.3 and 11",
    N_("the signed attributes are missing, or one of them stands twice or has several values"),
    N_("ask for a CAdES baseline seal"))
RULE(CONTENT_TYPE, "content-type", REJECT, "RFC 5652, 11.1",
    N_("the signed content type is not that of the content"),
    N_("ask who sealed it for a CAdES baseline seal, made anew"))
RULE(DOCUMENT, "document", REJECT, "RFC 5652, 11.2",
    N_("the seal was made over another document: this one was changed, or the seal belongs to another"),
    N_("give the document that has the digest found in the seal; if this is the one the carrier handed over, it was changed after it was sealed: ask for it and its seal anew"))
RULE(REFERENCE_MISSING, "reference-missing", REJECT, "ETSI EN 319 122-1, 5.2.2",
    N_("the seal does not sign which certificate it is by (ESS signing-certificate-v2), so that the certificate could have been exchanged"),
    N_("ask for a CAdES baseline seal"))
RULE(REFERENCE, "reference", REJECT, "RFC 5035, 4",
    N_("the seal names another certificate than the one it brings: the certificate was exchanged"),
    N_("ask for the seal as it was made"))
RULE(ALGORITHM, "algorithm", INDETERMINATE, "ETSI TS 119 312, 6",
    N_("the seal is by an algorithm that this version does not verify"),
    N_("ask for RSA, ECDSA on P-256, P-384 or P-521, or Ed25519"))
RULE(SIGNATURE, "signature", REJECT, "RFC 5652, 5.6",
    N_("the signature does not verify with the key of the certificate: it was made by another key, or changed"),
    N_("trust nothing of it; ask for the seal as it was made"))
RULE(STAMP_FORM, "stamp-form", REJECT, "ETSI EN 319 122-1, 5.3",
    N_("the signature time stamp does not hold"),
    N_("ask for the seal as it was made, or have it time-stamped anew"))
RULE(STAMP_OTHER, "stamp-other", REJECT, "ETSI EN 319 122-1, 5.3",
    N_("the signature time stamp was made over another signature"),
    N_("ask for the seal as it was made, or have it time-stamped anew"))
RULE(STAMP_TRUST, "stamp-trust", INDETERMINATE, "RFC 3161, 2.3",
    N_("nobody who is trusted stands behind the time-stamp authority"),
    N_("give the root of the authority, if you trust it (--trust FILE of verify, stamp-roots=FILE of attest)"))
RULE(PURPOSE, "purpose", REJECT, "RFC 5280, 4.2.1.3 and 4.2.1.12",
    N_("the certificate is not for seals or signatures"),
    N_("ask for a seal by the carrier's e-seal certificate"))
RULE(ROOTS, "roots", INDETERMINATE, "ETSI EN 319 102-1, 5.2.6",
    N_("no root is given, so that anybody could have made the seal"),
    N_("give the root of the carrier's e-seal authority, got by another way than the seal (--trust FILE of verify, roots=FILE of attest)"))
RULE(CHAIN, "chain", REJECT, "RFC 5280, 6.1",
    N_("no trusted root stands behind the certificate of who sealed"),
    N_("ask the carrier whose certificate it is; give its root, if you trust it (--trust FILE of verify, roots=FILE of attest)"))
RULE(EXPIRED, "expired", REJECT, "RFC 5280, 4.1.2.5",
    N_("a certificate had expired when the seal is known to have existed"),
    N_("ask for proof that the seal existed earlier, or for a new one"))
RULE(EARLY, "early", REJECT, "RFC 5280, 4.1.2.5",
    N_("a certificate was not valid yet when the seal is said to have existed"),
    N_("ask the carrier when it was made; until that is explained, or the seal made anew, it counts for nothing"))
RULE(REVOKED, "revoked", REJECT, "RFC 5280, 6.3",
    N_("a certificate was revoked"),
    N_("ask the carrier for a seal by its present certificate"))
RULE(REVOCATION, "revocation", INDETERMINATE, "RFC 5280, 6.3",
    N_("a revocation list was given, but none that says whether this certificate was revoked then"),
    N_("give a list of its issuer that is as new as the seal, or newer, beside the roots; or none"))
#undef RULE
