/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of claims that verifiers share: CLAIM(NAME, "name", "what it says").  A verifier may claim
 * more under names that begin with its own ("tdx.mrtd"); what binds, places or judges reads these.
 */
CLAIM(HARDWARE,        "hardware",          N_("what kind of hardware root stands behind it: AMD SEV-SNP, TPM 2.0, HSM"))
CLAIM(VENDOR,          "vendor",            N_("who made that hardware or vouches for it"))
CLAIM(MODEL,           "model",             N_("product or model"))
CLAIM(SERIAL,          "serial",            N_("serial number or chip identity"))
CLAIM(FIRMWARE,        "firmware",          N_("version of the firmware, or the levels of the trusted computing base"))
CLAIM(MEASUREMENT,     "measurement",       N_("digest of what was started: image, enclave or domain"))
CLAIM(DEBUG,           "debug",             N_("debugging is possible: the owner of the machine can look inside"))
CLAIM(CONFIDENTIAL,    "confidential",      N_("memory is encrypted and closed to the host"))
CLAIM(REPORT_DATA,     "report.data",       N_("octets the asker had signed"))
CLAIM(KEY_SPKI,        "key.spki",          N_("SHA-256 of the SubjectPublicKeyInfo of the attested key"))
CLAIM(KEY_GENERATED,   "key.generated",     N_("the key was made inside that hardware, not brought in"))
CLAIM(KEY_EXPORTABLE,  "key.exportable",    N_("the key can leave that hardware, wrapped or plain"))
CLAIM(KEY_LABEL,       "key.label",         N_("name or handle of the key there"))
CLAIM(REGION,          "region",            N_("region of the provider"))
CLAIM(ZONE,            "zone",              N_("zone inside that region"))
CLAIM(PROVIDER,        "provider",          N_("provider that signed where it is"))
CLAIM(PLACE_GRADE,     "place.grade",       N_("A: signed, bound to a key, fresh; B: joined by an identifier; C: bearer"))
CLAIM(INSTANCE,        "instance",          N_("identifier of the machine or instance"))
CLAIM(ACCOUNT,         "account",           N_("account, project or subscription it belongs to"))
CLAIM(IMAGE,           "image",             N_("image it was started from"))
CLAIM(MADE,            "made",              N_("when the statement says it was made"))
CLAIM(EXPIRES,         "expires",           N_("until when the statement or the certificate behind it is valid"))
CLAIM(CLOCK,           "clock",             N_("clock of the device, milliseconds; never goes back within one reset count"))
CLAIM(RESETS,          "resets",            N_("reset count of the device; never goes back"))
CLAIM(RESTARTS,        "restarts",          N_("restart count of the device since that reset"))
CLAIM(COLLATERAL_UNTIL, "collateral.until", N_("when the first of the lists and certificates it was judged with runs out"))
#undef CLAIM
