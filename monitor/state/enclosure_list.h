/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of data that are closed to the provider, at rest and in use.
 *
 * ENCLOSURE_VERDICT(NAME, "name", letter, text): the worse the later.
 * KEY_HOLDER(NAME, "name", text): the nearer to the carrier the later.
 * USE_LEVEL(NAME, "name", text)
 * REST_WHY, USE_WHY(NAME, VERDICT, text, advice): why a verdict is so; the most severe first.
 * ENCLOSURE_LACK(NAME, text, advice): why a sighting does not count; NONE: it does.
 */
#ifndef ENCLOSURE_VERDICT
#define ENCLOSURE_VERDICT(NAME, name, letter, text)
#endif
#ifndef KEY_HOLDER
#define KEY_HOLDER(NAME, name, text)
#endif
#ifndef USE_LEVEL
#define USE_LEVEL(NAME, name, text)
#endif
#ifndef REST_WHY
#define REST_WHY(NAME, VERDICT, text, advice)
#endif
#ifndef USE_WHY
#define USE_WHY(NAME, VERDICT, text, advice)
#endif
#ifndef ENCLOSURE_LACK
#define ENCLOSURE_LACK(NAME, text, advice)
#endif
ENCLOSURE_VERDICT(HOLDS,        "holds",        '.', N_("holds"))
ENCLOSURE_VERDICT(UNKNOWN,      "unknown",      '?', N_("unknown"))
ENCLOSURE_VERDICT(OPEN,         "open",         'X', N_("not closed"))
ENCLOSURE_VERDICT(CONTRADICTED, "contradicted", '#', N_("contradicted"))

KEY_HOLDER(UNSAID,   "",         N_("nobody says whose key"))
KEY_HOLDER(PROVIDER, "provider", N_("the provider's own key"))
KEY_HOLDER(CUSTOMER, "customer", N_("the carrier's key, kept by the provider"))
KEY_HOLDER(CARRIER,  "carrier",  N_("a key held outside the provider"))

USE_LEVEL(UNSAID,        "",                N_("nothing"))
USE_LEVEL(NONE,          "none",            N_("none"))
USE_LEVEL(MEASURED_BOOT, "measured-boot",   N_("measured boot"))
USE_LEVEL(CONFIDENTIAL,  "confidential-vm", N_("confidential VM"))
USE_LEVEL(ENCLAVE,       "enclave",         N_("enclave"))

/* at rest, contradicted */
REST_WHY(DENIED, CONTRADICTED, N_("it is declared encrypted, and the provider's inventory says that "
    "it is not"), N_("treat it as an incident: find out since when data were written in clear, encrypt "
    "it, and correct the declaration if that was wrong"))
REST_WHY(HOLDER_WEAKER, CONTRADICTED, N_("by the provider's inventory its key is nearer to the provider "
    "than declared"), N_("find out who changed the key, and put the declared one in place, or "
    "correct the declaration"))
REST_WHY(KEY_OTHER, CONTRADICTED, N_("by the provider's inventory it is encrypted with another key than "
    "the declared one"), N_("find out whose key that is and who put it there, or correct the "
    "declaration"))
/* open */
REST_WHY(OPEN_SEEN, OPEN, N_("the provider's inventory says that it is not encrypted"),
    N_("encrypt it: mostly that takes a new volume or a copy"))
REST_WHY(OPEN_DECLARED, OPEN, N_("it is declared not encrypted, and nobody says otherwise"),
    N_("encrypt it, or state why its data need none"))
/* unknown */
REST_WHY(LACKING, UNKNOWN, N_("who could say whether it is encrypted does not count"),
    N_("see what was seen, and why it does not count"))
REST_WHY(ONLY_DECLARED, UNKNOWN, N_("that it is encrypted is only declared: nobody else was asked"),
    N_("add a target of probe inventory to the store, with its resource"))
REST_WHY(NOBODY, UNKNOWN, N_("nobody says whether it is encrypted"),
    N_("declare it (at_rest), and add a target of probe inventory to the store"))
REST_WHY(UNSAID, UNKNOWN, N_("the provider does not say whether it is encrypted"),
    N_("see the target: what it could not read, and why"))
REST_WHY(HOLDER_UNSAID, UNKNOWN, N_("it is encrypted, and the provider does not say whose key that is"),
    N_("let the credential read the key, or have the provider state who holds it"))
REST_WHY(KEY_UNSAID, UNKNOWN, N_("it is encrypted, and the provider does not say whether with the "
    "declared key"), N_("let the credential read the key"))
/* holds */
REST_WHY(MORE, HOLDS, N_("more than declared: the provider's inventory says that it is encrypted"),
    N_("correct the declaration"))
REST_WHY(SEEN, HOLDS, N_("the provider's inventory says the same as the declaration"), "")
REST_WHY(SEEN_ALONE, HOLDS, N_("the provider's inventory says so; nothing is declared"),
    N_("declare what must hold (at_rest), so that a change is a contradiction"))

/* in use, contradicted */
USE_WHY(WIRE_OTHER, CONTRADICTED, N_("the function speaks with another key than the one in that closed "
    "machine"), N_("find out where the other key lives and who put it there"))
USE_WHY(DEBUGGED, CONTRADICTED, N_("its hardware says that debugging is possible: its memory is not "
    "closed, though declared so"), N_("start it again without debugging, and find out who started it so"))
USE_WHY(PROVIDER_DENIES, CONTRADICTED, N_("the provider's inventory says less than what is declared"),
    N_("find out whether it was started with other settings, or correct the declaration"))
USE_WHY(PROVEN_LESS, CONTRADICTED, N_("less is proven than what is declared: its evidence shows how it was "
    "started, not that its memory is closed to the host"), N_("have the processor's evidence judged (kinds "
    "sev-snp, intel-tdx or azure-hcl; of an enclave intel-sgx or nitro-enclave), or correct the "
    "declaration"))
/* open */
USE_WHY(DEBUG_OPEN, OPEN, N_("its hardware says that debugging is possible: its memory can be read"),
    N_("start it again without debugging"))
USE_WHY(OPEN_SEEN, OPEN, N_("the provider's inventory says that its memory is not closed to the host"),
    N_("run it as a confidential VM or in an enclave, or state why its data need neither"))
USE_WHY(OPEN_DECLARED, OPEN, N_("it is declared open to the host, and no evidence says otherwise"),
    N_("run it as a confidential VM or in an enclave, or state why its data need neither"))
/* unknown */
USE_WHY(LACKING, UNKNOWN, N_("the evidence that could prove it does not count"),
    N_("see what was seen, and why it does not count"))
USE_WHY(OTHER_KIND, UNKNOWN, N_("something else is proven than what is declared, and the one says nothing of "
    "the other"), N_("have the evidence of the declared kind judged, or correct the declaration"))
USE_WHY(ONLY_SEEN, UNKNOWN, N_("only the provider's inventory says so, and that is its own word"),
    N_("have the hardware's evidence judged: probe witness on the instance"))
USE_WHY(ONLY_DECLARED, UNKNOWN, N_("it is only declared: no evidence was asked for"),
    N_("have the hardware's evidence judged: probe witness on the instance"))
USE_WHY(BOOT_ALONE, UNKNOWN, N_("how it was started is proven; whether its memory is closed to the host "
    "nobody says"), N_("declare what must hold (in_use)"))
USE_WHY(NOBODY, UNKNOWN, N_("nobody says whether its memory is closed to the host"),
    N_("declare it (in_use), and have the hardware's evidence judged: probe witness on the "
    "instance"))
/* holds */
USE_WHY(MORE, HOLDS, N_("more than declared is proven"), N_("correct the declaration"))
USE_WHY(PROVEN, HOLDS, N_("accepted, fresh evidence of its hardware proves what is declared"), "")
USE_WHY(PROVEN_ALONE, HOLDS, N_("accepted, fresh evidence of its hardware proves it; nothing is "
    "declared"), N_("declare what must hold (in_use), so that a change is a contradiction"))

ENCLOSURE_LACK(NONE,      "", "")
ENCLOSURE_LACK(NEVER,     N_("not asked yet"), N_("wait for its first round"))
ENCLOSURE_LACK(STALE,     N_("what was known is too old"),
    N_("see why the rounds of that target do not come"))
ENCLOSURE_LACK(UNWATCHED, N_("the monitor was not watching"), N_("wait for its next round"))
ENCLOSURE_LACK(SILENT,    N_("its answer says nothing of it"), N_("see the target: what it could not "
    "read, and why"))
ENCLOSURE_LACK(DISPUTED,  N_("the provider contradicts itself"), N_("ask again, then ask the "
    "provider"))
ENCLOSURE_LACK(REFUSED,   N_("its evidence was refused"), N_("see the target: which rule decided "
    "against it"))
ENCLOSURE_LACK(UNDECIDED, N_("its evidence could not be decided"), N_("see the target: which rule "
    "could not be applied"))
ENCLOSURE_LACK(NOT_FRESH, N_("it answers no challenge of this round: it was so on the day it was "
    "made"), N_("ask on the instance itself: probe witness"))
ENCLOSURE_LACK(LISTED,    N_("that its attestation key is one of such hardware is the policy's own "
    "word"), N_("give the certificate of that key and pin its root, or register the key: "
    "\"sekimori attest register\""))
ENCLOSURE_LACK(UNBOUND,   N_("nothing binds it to this machine: another's could be shown"),
    N_("let the witness name the key that the function speaks with"))
ENCLOSURE_LACK(WENT_BACK, N_("clock or counters of the device went back: it was rolled back, or "
    "another device answers"), N_("take the instance out of service and find out who restored or "
    "replaced the device"))
ENCLOSURE_LACK(OTHER_MACHINE, N_("it is about another machine than those declared here"),
    N_("find out whose document it is: it was delivered to the wrong place, or replayed"))
ENCLOSURE_LACK(DEBUG_UNSAID, N_("it does not say whether debugging is off"),
    N_("use a kind of evidence that says it"))
#undef ENCLOSURE_VERDICT
#undef KEY_HOLDER
#undef USE_LEVEL
#undef REST_WHY
#undef USE_WHY
#undef ENCLOSURE_LACK
