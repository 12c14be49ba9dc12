/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of files that may be given beside, or instead of, what a witness sends: ROLE(option, "role
 * in a dossier", help).  The same roles as "sekimori attest --kinds" lists.
 */
ROLE("certificates", "certificates", N_("certificates of the hardware's vendor, PEM or DER"))
ROLE("certificate",  "certificate",  N_("certificate of the key that signed the evidence"))
ROLE("chain",        "chain",        N_("who issued that certificate, PEM"))
ROLE("lists",        "crl",          N_("revocation list of the vendor"))
ROLE("pck_list",     "pck-crl",      N_("Intel: revocation list of PCK certificates"))
ROLE("root_list",    "root-crl",     N_("Intel: revocation list of the root"))
ROLE("tcb_info",     "tcb-info",     N_("Intel: TCB info, JSON as signed"))
ROLE("qe_identity",  "qe-identity",  N_("Intel: identity of the quoting enclave, JSON as signed"))
ROLE("tcb_chain",    "tcb-chain",    N_("Intel: who signed these two, PEM"))
ROLE("jwks",         "jwks",         N_("Google: key set of that week, JSON"))
ROLE("statement",    "statement",    N_("the statement of a hardware security module"))
ROLE("document",     "document",     N_("the document that is evidence"))
ROLE("token",        "token",        N_("the identity token that is evidence"))
ROLE("report",       "report",       N_("the report that is evidence"))
ROLE("quote",        "quote",        N_("the quote that is evidence"))
ROLE("signature",    "signature",    N_("its signature, where it stands apart"))
ROLE("ak",           "ak",           N_("public area of the attestation key of a TPM"))
ROLE("object",       "object",       N_("public area of the key a TPM certified"))
ROLE("request",      "csr",          N_("certificate signing request"))
ROLE("register",     "register",     N_("site register: which hardware stands where"))
ROLE("register_seal", "register-seal", N_("its seal by an officer; if not given, beside it: FILE.p7s"))
ROLE("register_trust", "register-roots", N_("PEM: the officer who seals it, or their authority; revocation lists"))
ROLE("register_stamp_trust", "register-stamp-roots", N_("PEM: time-stamp authorities of that seal"))
#undef ROLE
