/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of where things are.
 *
 * WHERE_VERDICT(NAME, "name", letter, text): the worse the later.
 * WHERE_WITNESS(NAME, "name", text)
 * WHERE_GRADE(NAME, "name", text): the weaker the earlier; attestation.md, "Location".
 * WHERE_BASIS(NAME, "name", text): on whom a witness depends; two of one basis are one witness.
 * WHERE_WHY(NAME, VERDICT, text, advice): why a verdict is so.  text may name the witness that
 * decided {who}, its place {here}, the other witness {other} and its place {there}.
 * WHERE_LACK(NAME, text, advice): why a witness does not count; NONE: it does.
 */
#ifndef WHERE_VERDICT
#define WHERE_VERDICT(NAME, name, letter, text)
#endif
#ifndef WHERE_WITNESS
#define WHERE_WITNESS(NAME, name, text)
#endif
#ifndef WHERE_GRADE
#define WHERE_GRADE(NAME, name, text)
#endif
#ifndef WHERE_BASIS
#define WHERE_BASIS(NAME, name, text)
#endif
#ifndef WHERE_WHY
#define WHERE_WHY(NAME, VERDICT, text, advice)
#endif
#ifndef WHERE_LACK
#define WHERE_LACK(NAME, text, advice)
#endif
WHERE_VERDICT(INSIDE,       "inside",       '.', N_("inside"))
WHERE_VERDICT(UNKNOWN,      "unknown",      '?', N_("unknown"))
WHERE_VERDICT(OUTSIDE,      "outside",      'X', N_("outside"))
WHERE_VERDICT(CONTRADICTED, "contradicted", '#', N_("contradicted"))

WHERE_WITNESS(DECLARED,  "declared",  N_("declared"))
WHERE_WITNESS(INVENTORY, "inventory", N_("inventory of the provider"))
WHERE_WITNESS(SIGNED,    "signed",    N_("signed evidence"))
WHERE_WITNESS(ADDRESS,   "address",   N_("address"))
WHERE_WITNESS(PHYSICS,   "physics",   N_("physics"))

WHERE_GRADE(NONE,    "-",  N_("a statement"))
WHERE_GRADE(D,       "D",  N_("corroborates or contradicts, never places"))
WHERE_GRADE(C,       "C",  N_("a statement of the provider, or of whoever bears it"))
WHERE_GRADE(B,       "B",  N_("signed, joined by an identifier"))
WHERE_GRADE(A_PRIME, "A'", N_("hardware proven, its place sealed by an officer"))
WHERE_GRADE(A,       "A",  N_("signed by the provider, bound to a key, fresh"))

WHERE_BASIS(CARRIER,   "carrier",            N_("the carrier's word"))
WHERE_BASIS(PROVIDER,  "provider",           N_("the provider's word"))
WHERE_BASIS(SIGNATURE, "provider-signature", N_("the provider's signature"))
WHERE_BASIS(OFFICER,   "officer",            N_("an officer's seal on proven hardware"))
WHERE_BASIS(REGISTRY,  "registry",           N_("registries"))
WHERE_BASIS(PHYSICS,   "physics",            N_("physics"))

/* contradicted: the most severe first */
WHERE_WHY(SIGNED_CONTRADICTS, CONTRADICTED, N_("signed evidence places it in {here}, and the "
    "declaration says {there}"), N_("treat it as an incident: find out which is true, and who moved it "
    "or declared it wrongly"))
WHERE_WHY(PHYSICS_EXCLUDES, CONTRADICTED, N_("who answers cannot be in {here}, where it is said to "
    "be: no light comes so far in so short a time"), N_("find out who answers at that address, and "
    "whether the traffic is turned away abroad"))
WHERE_WHY(SIGNED_DISPUTED, CONTRADICTED, N_("signed evidence places it in {here}, and {other} says "
    "{there}"), N_("find out which of the two is true; the signed one cannot have been made by others"))
WHERE_WHY(INVENTORY_CONTRADICTS, CONTRADICTED, N_("the provider's inventory places it in {here}, and "
    "{other} says {there}"), N_("find out whether it was moved, and correct the site in the configuration "
    "if it was meant to be"))
WHERE_WHY(ADDRESS_CONTRADICTS, CONTRADICTED, N_("its address is in {here}, and {other} says {there}"),
    N_("find out whether traffic passes a front end elsewhere, or the address was moved"))
/* outside */
WHERE_WHY(OUTSIDE_PLACED, OUTSIDE, N_("{who} places it in {here}, which is not approved for its data"),
    N_("move it back, or have an exception approved"))
WHERE_WHY(OUTSIDE_DECLARED, OUTSIDE, N_("it is declared in {here}, which is not approved for its data"),
    N_("move it, or have an exception approved"))
WHERE_WHY(OUTSIDE_EXPIRED, OUTSIDE, N_("it is in {here}, and the exception that approved that has "
    "ended"), N_("move it back, or have the exception renewed"))
WHERE_WHY(EDGE_OUTSIDE, OUTSIDE, N_("by the provider's settings its data go to {here}, which is not "
    "approved for them"), N_("take that replication, copy, share or export away, or have an "
    "exception approved"))
/* unknown */
WHERE_WHY(NO_CLASS, UNKNOWN, N_("no data class is declared for it, so nothing says where it may "
    "be"), N_("name its data classes in the configuration (data)"))
WHERE_WHY(UNPLACED, UNKNOWN, N_("{who} says {here}, and in which country that is, is not known"),
    N_("add a site there to the configuration, with its jurisdiction"))
WHERE_WHY(EDGE_UNKNOWN, UNKNOWN, N_("its data can leave to a place the provider does not say"),
    N_("look up where that replication, copy, share or export goes"))
WHERE_WHY(NOT_DECLARED, UNKNOWN, N_("its site has neither region nor jurisdiction"),
    N_("give the site its region and jurisdiction"))
WHERE_WHY(ONLY_DECLARED, UNKNOWN, N_("it is only declared: nobody else was asked where it is"),
    N_("add a target of probe inventory, witness or drop"))
WHERE_WHY(ONLY_ADDRESS, UNKNOWN, N_("only the address agrees with the declaration, and that says "
    "where its front end is announced, not where it is"), N_("add a target of probe inventory, "
    "witness or drop"))
WHERE_WHY(LACKING, UNKNOWN, N_("it is only declared, and who could place it does not count"),
    N_("see the witnesses, and why each does not count"))
/* inside */
WHERE_WHY(INSIDE_PLACED, INSIDE, N_("{who} places it in {here}, which is approved for its data"), "")
WHERE_WHY(INSIDE_EXCEPTION, INSIDE, N_("{who} places it in {here}, which is approved by an exception "
    "for a time"), N_("move it, or have the exception renewed, before that ends"))

WHERE_LACK(NONE,         "", "")
WHERE_LACK(NEVER,        N_("not asked yet"), N_("wait for its first round"))
WHERE_LACK(STALE,        N_("what was known is too old"),
    N_("see why the rounds of that target do not come"))
WHERE_LACK(UNWATCHED,    N_("the monitor was not watching"), N_("wait for its next round"))
WHERE_LACK(SILENT,       N_("its answer names no place"), N_("see the target: what it could not "
    "read, and why"))
WHERE_LACK(REFUSED,      N_("its evidence was refused"), N_("see the target: which rule decided "
    "against it"))
WHERE_LACK(UNDECIDED,    N_("its evidence could not be decided"), N_("see the target: which rule "
    "could not be applied"))
WHERE_LACK(OTHER_MACHINE, N_("it is about another machine than those declared here"),
    N_("find out whose document it is: it was delivered to the wrong place, or replayed"))
WHERE_LACK(DISPUTED,     N_("the provider contradicts itself"), N_("ask again, then ask the "
    "provider"))
WHERE_LACK(NO_VANTAGE,   N_("its vantage has no coordinates"), N_("give the vantage latitude and "
    "longitude"))
WHERE_LACK(NO_BOUND,     N_("there is no bound of the distance"), N_("see the target: why no "
    "time counts"))
WHERE_LACK(EXCLUDES_NOTHING, N_("it excludes no country that matters here"), "")
WHERE_LACK(HOLDER,       N_("it names the country of the address's holder, which is not where it is "
    "used"), "")
WHERE_LACK(GUESS,        N_("a database guesses it"), "")
#undef WHERE_VERDICT
#undef WHERE_WITNESS
#undef WHERE_GRADE
#undef WHERE_BASIS
#undef WHERE_WHY
#undef WHERE_LACK
