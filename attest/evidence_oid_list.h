/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the types of PKIX Evidence: OID(NAME, "policy's key", "as the draft has it", "what").
 * The draft's numbers are placeholders under 1.3.6.1.5.5.999: a policy names those that count once
 * IANA or a vendor gave others.
 */
OID(TRANSACTION, "oid_evidence_transaction",       "1.3.6.1.5.5.999.0.0",   "element: transaction")
OID(PLATFORM,    "oid_evidence_platform",          "1.3.6.1.5.5.999.0.1",   "element: platform")
OID(KEY,         "oid_evidence_key",               "1.3.6.1.5.5.999.0.2",   "element: key")
OID(NONCE,       "oid_evidence_nonce",             "1.3.6.1.5.5.999.1.0.0", "transaction: nonce")
OID(TIME,        "oid_evidence_timestamp",         "1.3.6.1.5.5.999.1.0.1", "transaction: time")
OID(AK_SPKI,     "oid_evidence_ak_spki",           "1.3.6.1.5.5.999.1.0.2", "transaction: a signer's key")
OID(VENDOR,      "oid_evidence_vendor",            "1.3.6.1.5.5.999.1.1.0", "platform: vendor")
OID(MODEL,       "oid_evidence_hwmodel",           "1.3.6.1.5.5.999.1.1.2", "platform: model")
OID(VERSION,     "oid_evidence_hwversion",         "1.3.6.1.5.5.999.1.1.3", "platform: version")
OID(SERIAL,      "oid_evidence_hwserial",          "1.3.6.1.5.5.999.1.1.4", "platform: serial number")
OID(DEBUG,       "oid_evidence_dbgstat",           "1.3.6.1.5.5.999.1.1.7", "platform: debug status")
OID(LABEL,       "oid_evidence_key_identifier",    "1.3.6.1.5.5.999.1.2.0", "key: identifier")
OID(SPKI,        "oid_evidence_key_spki",          "1.3.6.1.5.5.999.1.2.1", "key: public key")
OID(EXTRACTABLE, "oid_evidence_extractable",       "1.3.6.1.5.5.999.1.2.2", "key: extractable")
OID(SENSITIVE,   "oid_evidence_sensitive",         "1.3.6.1.5.5.999.1.2.3", "key: sensitive")
OID(NEVER,       "oid_evidence_never_extractable", "1.3.6.1.5.5.999.1.2.4", "key: never extractable")
OID(LOCAL,       "oid_evidence_local",             "1.3.6.1.5.5.999.1.2.5", "key: made there")
#undef OID
