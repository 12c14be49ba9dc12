/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of the chain from hardware root to wire.
 *
 * KEY_WHY(NAME, STAND, text, advice): how a link stands, why, and what to do where it does not
 * hold by itself.  STAND: HOLDS, DECLARED (the module's own word, or nobody's), UNKNOWN, BROKEN.
 * KEY_FACT(LINK, FACT, label): what is shown of a link, in that order.
 */
#ifndef KEY_WHY
#define KEY_WHY(NAME, STAND, text, advice)
#endif
#ifndef KEY_FACT
#define KEY_FACT(LINK, FACT, label)
#endif
KEY_WHY(BEHIND,            UNKNOWN,  N_("it depends on a link that does not hold"),
    "")
/* hardware */
KEY_WHY(HARDWARE_NAMED,    HOLDS,    N_("accepted evidence names this device"), "")
KEY_WHY(HARDWARE_SITED,    HOLDS,    N_("accepted evidence names this device, and a register that an "
    "officer sealed names its site"), "")
KEY_WHY(HARDWARE_UNNAMED,  HOLDS,    N_("accepted evidence names the kind of device, not which "
    "one: it carries no serial number"), "")
KEY_WHY(HARDWARE_LISTED,   DECLARED, N_("that the attestation key is one of such hardware is the "
    "policy's own word: no certificate leads it to a maker, and no officer registered it"),
    N_("give the certificate of the attestation key and pin its root in the policy, or register "
    "the key: \"sekimori attest register\""))
KEY_WHY(HARDWARE_DECLARED, DECLARED, N_("the module's own word: no statement of its maker was "
    "judged"), N_("have the module's attestation of this key judged: probe \"drop\", or \"witness\" "
    "on the instance"))
KEY_WHY(HARDWARE_SILENT,   UNKNOWN,  N_("accepted evidence names no hardware"),
    N_("use a kind of evidence that names its hardware root; \"sekimori attest --kinds\" lists "
    "them"))
/* evidence */
KEY_WHY(EVIDENCE_FRESH,    HOLDS,    N_("accepted, and it answers our challenge"), "")
KEY_WHY(EVIDENCE_STATEMENT, HOLDS,   N_("accepted; it answers no challenge of ours: what it proves "
    "is of the day it was made"), "")
KEY_WHY(EVIDENCE_POSSESSION, DECLARED, N_("the key signed our fresh nonce: possession is proven, "
    "hardware is not"), N_("have the module's attestation of this key judged: probe \"drop\", or "
    "\"witness\" on the instance"))
KEY_WHY(EVIDENCE_UNSIGNED, BROKEN,   N_("what the module signed does not verify with its public "
    "key"), N_("the public and private objects of the token do not belong together: compare their "
    "identifiers and write the public key anew"))
KEY_WHY(EVIDENCE_REJECTED, BROKEN,   N_("the evidence was rejected"),
    N_("run \"sekimori attest --explain\" on the evidence of that record: it names each rule"))
KEY_WHY(EVIDENCE_UNDECIDED, UNKNOWN, N_("the evidence can be neither accepted nor rejected"),
    N_("give what is missing: collateral in the target's options, or a line of the policy"))
KEY_WHY(EVIDENCE_WENT_BACK, BROKEN,  N_("clock or counters of the device went back: it was rolled "
    "back, or another device answers"), N_("take the instance out of service and find out who "
    "restored or replaced the device"))
KEY_WHY(EVIDENCE_PUT_BACK, BROKEN,   N_("an older delivery is judged again: a newer one was taken "
    "away, or an old one was put back"), N_("find out who changed the folder, and deliver anew "
    "under a name behind the newest"))
KEY_WHY(EVIDENCE_RAN_OUT,  UNKNOWN,  N_("the evidence, or what it was judged with, ran out since"),
    N_("renew the statement, certificates or lists, and let the next round judge it"))
KEY_WHY(EVIDENCE_NEVER,    UNKNOWN,  N_("no evidence was seen yet"),
    N_("wait for the first round; if none comes, see the target's probe"))
KEY_WHY(EVIDENCE_STALE,    UNKNOWN,  N_("the evidence is stale: nothing newer came in time"),
    N_("see why the rounds of this target do not come: the instance, its witness, or the path"))
KEY_WHY(EVIDENCE_UNWATCHED, UNKNOWN, N_("the monitor was not watching, or missed its round"),
    N_("wait for the next round; if it does not come, see the monitor's own workers"))
KEY_WHY(EVIDENCE_FAILED,   UNKNOWN,  N_("the last round brought no evidence"),
    N_("see what the round says, and the instance's witness, token or file"))
/* key */
KEY_WHY(KEY_INSIDE,        HOLDS,    N_("made inside that hardware, and it cannot leave it"), "")
KEY_WHY(KEY_VOUCHED,       HOLDS,    N_("the evidence vouches for this key; it does not say both "
    "that it was made there and that it cannot leave"), "")
KEY_WHY(KEY_NAMED,         DECLARED, N_("the program that asked the hardware names this key; where "
    "it is kept the hardware does not say"), N_("have the key itself attested (TPM certification, "
    "statement of an HSM), or run the function where memory is closed to the host"))
KEY_WHY(KEY_EXPORTABLE,    BROKEN,   N_("the key can leave that hardware"),
    N_("replace the key by one that is made there and not exportable"))
KEY_WHY(KEY_IMPORTED,      BROKEN,   N_("the key was brought into that hardware: a copy may be "
    "elsewhere"), N_("replace the key by one that is made there and not exportable"))
KEY_WHY(KEY_UNNAMED,       UNKNOWN,  N_("the evidence speaks of no key"),
    N_("let the witness name the key it speaks with, or use evidence that certifies the key"))
KEY_WHY(KEY_TOKEN,         DECLARED, N_("by the module's own word made inside and never "
    "extractable"), N_("have the module's attestation of this key judged: probe \"drop\", or "
    "\"witness\" on the instance"))
KEY_WHY(KEY_TOKEN_SILENT,  DECLARED, N_("the module does not say that it was made inside and "
    "never extractable"), N_("have the module's attestation of this key judged: probe \"drop\", or "
    "\"witness\" on the instance"))
KEY_WHY(KEY_TOKEN_LEAVES,  BROKEN,   N_("by the module's own word the key can leave it, or once "
    "could"), N_("replace the key by one that is made there and not extractable"))
KEY_WHY(KEY_TOKEN_IMPORTED, BROKEN,  N_("by the module's own word the key was brought in"),
    N_("replace the key by one that is made there and not extractable"))
/* binding */
KEY_WHY(BINDING_B1,        HOLDS,    N_("B1: the evidence names this key in what the hardware "
    "signed"), "")
KEY_WHY(BINDING_B1_B3,     HOLDS,    N_("B1 and B3: the evidence names this key, and it came over a "
    "connection whose secret the hardware signed"), "")
KEY_WHY(BINDING_B2,        HOLDS,    N_("B2: the attested key itself is the one it speaks with"),
    "")
KEY_WHY(BINDING_B2_B3,     HOLDS,    N_("B2 and B3: the attested key itself is the one it speaks "
    "with, and the evidence came over a connection whose secret the hardware signed"), "")
KEY_WHY(BINDING_B3,        UNKNOWN,  N_("B3 alone: the evidence came over that connection and names "
    "no key"), N_("let the witness name the key it speaks with"))
KEY_WHY(BINDING_STATEMENT, HOLDS,    N_("the statement is about this key and nothing else binds it: "
    "that it is in use is what the wire shows"), "")
KEY_WHY(BINDING_POSSESSION, HOLDS,   N_("the key signed our fresh nonce"), "")
KEY_WHY(BINDING_NONE,      UNKNOWN,  N_("nothing binds the evidence to a key"),
    N_("let the witness name the key it speaks with, or use evidence that certifies the key"))
/* wire */
KEY_WHY(WIRE_EQUAL,        HOLDS,    N_("it speaks with this key"), "")
KEY_WHY(WIRE_OTHER,        BROKEN,   N_("it speaks with another key"),
    N_("find out where the other key lives and who put it there; then let the service use the "
    "attested key"))
KEY_WHY(WIRE_UNSEEN,       UNKNOWN,  N_("nothing fresh is known of this wire"),
    N_("see why the rounds of that target do not come"))
KEY_WHY(WIRE_KEYLESS,      UNKNOWN,  N_("its probe shows no key of a TLS, SSH or IKE connection"),
    N_("name a target of probe \"tls\", \"ssh\" or \"ike-auth\" in the option \"wire\""))
KEY_WHY(WIRE_NO_TARGET,    UNKNOWN,  N_("no target has this name"),
    N_("correct the option \"wire\" in the configuration"))
KEY_WHY(WIRE_NOT_NAMED,    UNKNOWN,  N_("no target is named on whose wire the key should be seen"),
    N_("name the targets in the option \"wire\""))
KEY_WHY(WIRE_UNCOMPARED,   UNKNOWN,  N_("there is no attested key to hold it against"),
    "")

KEY_FACT(HARDWARE, ATTEST_HARDWARE,    N_("kind"))
KEY_FACT(HARDWARE, ATTEST_VENDOR,      N_("vouched for by"))
KEY_FACT(HARDWARE, ATTEST_MODEL,       N_("model"))
KEY_FACT(HARDWARE, ATTEST_SERIAL,      N_("serial"))
KEY_FACT(HARDWARE, ATTEST_FIRMWARE,    N_("firmware"))
KEY_FACT(HARDWARE, ATTEST_MEASUREMENT, N_("started"))
KEY_FACT(HARDWARE, ATTEST_DEBUG,       N_("debugging is possible"))
KEY_FACT(HARDWARE, ATTEST_CONFIDENTIAL, N_("memory closed to the host"))
KEY_FACT(HARDWARE, ATTEST_SITE,        N_("site, by a sealed register"))
KEY_FACT(HARDWARE, ATTEST_REGISTER_ID, N_("register"))
KEY_FACT(HARDWARE, ATTEST_REGISTER_OFFICER, N_("sealed by"))
KEY_FACT(HARDWARE, ATTEST_REGISTER,    N_("register, SHA-256"))
KEY_FACT(EVIDENCE, ATTEST_KIND,        N_("kind"))
KEY_FACT(EVIDENCE, ATTEST_VERDICT,     N_("verdict"))
KEY_FACT(EVIDENCE, ATTEST_RULE,        N_("rule that decided"))
KEY_FACT(EVIDENCE, ATTEST_POLICY_ID,   N_("policy"))
KEY_FACT(EVIDENCE, ATTEST_POLICY,      N_("policy, SHA-256"))
KEY_FACT(EVIDENCE, ATTEST_TICKET,      N_("accepted under ticket"))
KEY_FACT(EVIDENCE, ATTEST_FRESH,       N_("answers our challenge"))
KEY_FACT(EVIDENCE, ATTEST_MADE,        N_("made"))
KEY_FACT(EVIDENCE, ATTEST_EXPIRES,     N_("valid until"))
KEY_FACT(EVIDENCE, ATTEST_COLLATERAL_UNTIL, N_("collateral until"))
KEY_FACT(EVIDENCE, ATTEST_WENT_BACK,   N_("counters went back"))
KEY_FACT(EVIDENCE, KEY_CLAIM,          N_("rests on"))
KEY_FACT(KEY,      KEY_SPKI,           N_("SPKI, SHA-256"))
KEY_FACT(KEY,      KEY_KIND,           N_("kind"))
KEY_FACT(KEY,      ATTEST_KEY_GENERATED, N_("made inside"))
KEY_FACT(KEY,      ATTEST_KEY_EXPORTABLE, N_("can leave"))
KEY_FACT(KEY,      ATTEST_KEY_LABEL,   N_("name there"))
KEY_FACT(KEY,      KEY_LOCAL,          N_("made inside, its own word"))
KEY_FACT(KEY,      KEY_NEVER_EXTRACTABLE, N_("never extractable, its own word"))
KEY_FACT(BINDING,  ATTEST_BINDING,     N_("binding"))
KEY_FACT(BINDING,  KEY_SIGNED,         N_("signed our nonce"))
#undef KEY_WHY
#undef KEY_FACT
