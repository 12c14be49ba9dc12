/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of how one item of a key's custody stands and why: CUSTODY_WHY(NAME, STAND, SAYS, "text",
 * "limit").  STAND is how well it is known (PROVEN, OBSERVED, DECLARED, UNKNOWN) or what is wrong
 * (SHORT of what was promised, CONTRADICTED).  limit: what it does not show (SAYS is LIMIT), or
 * what to do (ADVICE).
 */
CUSTODY_WHY(HOLDER_SAID, DECLARED, LIMIT, N_("the carrier says so"), N_("who else can use it is not seen"))
CUSTODY_WHY(HOLDER_AGREES, OBSERVED, LIMIT, N_("the provider's own interface says the same"), N_("the provider's word; its operators are not seen"))
CUSTODY_WHY(HOLDER_KEPT, OBSERVED, LIMIT, N_("the provider's own interface says: the customer's key, kept there"),
    N_("the provider's module works with it, and so can the provider if it breaks its word"))
CUSTODY_WHY(HOLDER_DIFFERS, CONTRADICTED, ADVICE, N_("the provider's own interface says that another holds it"), N_("find out which is true; until then count the key as the provider's"))
CUSTODY_WHY(HOST_APART, DECLARED, LIMIT, N_("who holds it is not who hosts what it protects"), N_("by declared names; ties between the two are not seen"))
CUSTODY_WHY(HOST_TOGETHER, SHORT, ADVICE, N_("who holds it also hosts what it protects"), N_("who hosts the data can open them; hold the key elsewhere"))
CUSTODY_WHY(HOST_UNKNOWN, UNKNOWN, ADVICE, N_("nothing that it protects is there any more"), N_("correct protects, or declare host"))
CUSTODY_WHY(PART_UNSAID, UNKNOWN, ADVICE, N_("not declared"), N_("declare it as evidence of hardware says it"))
CUSTODY_WHY(PART_SAID, DECLARED, ADVICE, N_("declared, and no target that sees the key tells it"), N_("name a target of probe drop or witness in seen_by, or see why the one named tells nothing now"))
CUSTODY_WHY(PART_TOLD, OBSERVED, LIMIT, N_("the module itself says the same"), N_("the module's own word; a token in software can say anything"))
CUSTODY_WHY(PART_PROVEN, PROVEN, LIMIT, N_("accepted evidence of hardware says the same"), N_("of the day the evidence was made; see the limit of its kind"))
CUSTODY_WHY(PART_TOLD_OTHER, CONTRADICTED, ADVICE, N_("the module itself says another"), N_("correct the declaration, or find out whose module answers"))
CUSTODY_WHY(PART_PROVEN_OTHER, CONTRADICTED, ADVICE, N_("accepted evidence of hardware says another"), N_("the key is not where it was declared to be; correct the declaration, or find the key"))
CUSTODY_WHY(VALIDATION_NONE, UNKNOWN, ADVICE, N_("no validation is declared"), N_("declare the scheme and the number of the certificate"))
CUSTODY_WHY(VALIDATION_BARE, DECLARED, ADVICE, N_("declared, and no document is named"), N_("name a document in document"))
CUSTODY_WHY(VALIDATION_HELD, DECLARED, LIMIT, N_("declared, by a document that is valid"), N_("the list of who validated it was not asked; whether this firmware is covered, the document says"))
CUSTODY_WHY(VALIDATION_ENDED, SHORT, ADVICE, N_("its document is out of date"), N_("get a new one and change documents"))
CUSTODY_WHY(ROTATION_FREE, UNKNOWN, ADVICE, N_("no time between rotations is promised"), N_("declare rotation"))
CUSTODY_WHY(ROTATION_NEVER, UNKNOWN, ADVICE, N_("no rotation is on record that a second person agreed to"), N_("record it with \"sekimori key rotation\""))
CUSTODY_WHY(ROTATION_KEPT, DECLARED, LIMIT, N_("in time, as two persons recorded"), N_("that the key was exchanged then is their word and that of the minutes"))
CUSTODY_WHY(ROTATION_SELF, OBSERVED, LIMIT, N_("the provider says that it rotates the key by itself"), N_("the provider's word"))
CUSTODY_WHY(ROTATION_LATE, SHORT, ADVICE, N_("overdue"), N_("rotate it and record it with \"sekimori key rotation\""))
CUSTODY_WHY(MADE_FREE, DECLARED, LIMIT, N_("no ceremony was promised"), N_("how it was made is not known"))
CUSTODY_WHY(MADE_RECORDED, DECLARED, LIMIT, N_("a ceremony is on record, as two persons recorded"), N_("that it happened so is their word and that of the minutes"))
CUSTODY_WHY(MADE_WAITS, SHORT, ADVICE, N_("a ceremony was told, and no second person has agreed"), N_("somebody else must agree: \"sekimori key agree N\""))
CUSTODY_WHY(MADE_LACKS, SHORT, ADVICE, N_("a ceremony was promised, and none is on record"), N_("record it with \"sekimori key ceremony\""))
#undef CUSTODY_WHY
