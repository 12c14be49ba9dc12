/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the claims of a location token: EAR_LABEL(context, "name", label, context inside).
 * The name is the key in JSON, the label the key in CBOR.  Contexts: the token, the verifier, its
 * submodules, an appraisal, the geographic result; OTHER has text keys alone.
 *
 * draft-ietf-rats-ear-04 (26 May 2026): 1000 to 1006; RFC 9711 and 8392: 6, 265, 266;
 * draft-richardson-rats-geographic-results-03 (3 September 2026): the geographic result.  That
 * draft leaves the claim's own name and label open (TBD02, TBD01): the name is the one it suggests,
 * the label is of the range RFC 8392, 9.1.1 leaves to private use.
 */
EAR_LABEL(TOKEN,     "iat",                6,      OTHER)
EAR_LABEL(TOKEN,     "eat_profile",        265,    OTHER)
EAR_LABEL(TOKEN,     "submods",            266,    SUBMODS)
EAR_LABEL(TOKEN,     "ear_verifier_id",    1004,   VERIFIER)
EAR_LABEL(VERIFIER,  "developer",          0,      OTHER)
EAR_LABEL(VERIFIER,  "build",              1,      OTHER)
EAR_LABEL(APPRAISAL, "eat_profile",        265,    OTHER)
EAR_LABEL(APPRAISAL, "ear_status",         1000,   STATUS)
EAR_LABEL(APPRAISAL, "ear_verifier_claims", 1006,  OTHER)
EAR_LABEL(APPRAISAL, "ear.geographic-result-claims", -70003, GEOGRAPHIC)
EAR_LABEL(GEOGRAPHIC, "grc.jurisdiction-country", 0, OTHER)
#undef EAR_LABEL
