/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules by which proven hardware is held against a sealed site register, in the order
 * they are asked: RULE(NAME, "name", answer if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(SEAL,   "seal",    ATTEST_REJECT, "ETSI EN 319 122-1, 6.3",
    N_("the seal of the site register does not hold: nobody who may say it says where this device stands"),
    N_("\"sekimori attest register --check FILE\" says which part of the seal is broken; have the officer seal the register as it is meant to be"))
RULE(SEALER, "sealer",  ATTEST_REJECT, "docs/attestation.md, Site register",
    N_("the site register was sealed by somebody else than the officer who may"),
    N_("find out who sealed it and why that authority certified them; name the officer in register_officer, or put the officer's own certificate into register_trust"))
RULE(FORM,   "form",    ATTEST_INDETERMINATE, "docs/attestation.md, Site register",
    N_("the site register cannot be read"),
    N_("correct the line that \"sekimori attest register --check FILE\" names, and have it sealed anew"))
RULE(OFFICER, "officer", ATTEST_REJECT, "docs/attestation.md, Site register",
    N_("the officer whom the site register names is not the one whose certificate sealed it"),
    N_("have the officer write the common name of the own certificate as \"officer\" and seal the register anew; else find out who used that name"))
RULE(TERM,   "term",    ATTEST_INDETERMINATE, "docs/attestation.md, Site register",
    N_("the site register was not in force at that second"),
    N_("have the officer look at the sites again and seal a new edition; then put it in place and reload"))
RULE(DEVICE, "device",  ATTEST_INDETERMINATE, "docs/attestation.md, Site register",
    N_("the evidence proves no serial number, chip, attestation key or device key by which it could stand on a register"),
    N_("use a kind of evidence that names its device, or take the register away from this target"))
RULE(ENTRY,  "entry",   ATTEST_REJECT, "docs/attestation.md, Site register",
    N_("the device is proven and is not on the site register"),
    N_("find out where it stands and who put it there; an officer who has seen it adds it to the register and seals that"))
RULE(SINCE,  "since",   ATTEST_REJECT, "docs/attestation.md, Site register",
    N_("the device is on the site register, but not for that time"),
    N_("find out whether it was taken away or moved; an officer who has seen it extends its entry and seals the register"))
RULE(ONCE,   "once",    ATTEST_INDETERMINATE, "docs/attestation.md, Site register",
    N_("the device stands twice on the site register at that time"),
    N_("take one of the two entries away, or end it, and have the register sealed anew"))
RULE(SITE,   "site",    ATTEST_REJECT, "docs/attestation.md, Site register",
    N_("the site register says that the device stands at another site than the one declared"),
    N_("find out which is true: who moved the device, or who declared it wrongly; treat it as an incident until that is known"))
#undef RULE
