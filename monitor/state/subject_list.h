/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of judging.  SUBJECT(NAME, name, text): what a control can be about; those after INCIDENT
 * have no elements yet, so their controls only say what they lack.
 *
 * SUBJECT_FACT(KIND, type, NAME, "name", BASIS, change, "text"): what is known of a subject beside
 * the facts of probes (ledger/fact_list.h), which belong to targets and, for those of probe
 * "token", to keys.  change: FIXED by the configuration, MOVING with what is observed.
 * BASIS: DECLARED by the carrier, OBSERVED by us, PROVEN by what anyone can verify.
 */
#ifndef SUBJECT
#define SUBJECT(NAME, name, text)
#endif
#ifndef SUBJECT_FACT
#define SUBJECT_FACT(KIND, type, NAME, name, BASIS, change, text)
#endif
SUBJECT(CARRIER,     carrier,     "the carrier as a whole, with its monitor")
SUBJECT(PROVIDER,    provider,    "who runs sites")
SUBJECT(SITE,        site,        "where instances run")
SUBJECT(FUNCTION,    function,    "one of the four core functions")
SUBJECT(REPLICA_SET, replica_set, "instances that stand in for each other")
SUBJECT(INSTANCE,    instance,    "one running network function")
SUBJECT(TARGET,      target,      "one probed endpoint, each of its addresses")
SUBJECT(KEY,         key,         "one key in a token or other hardware, seen by probe \"token\", \"witness\" or \"drop\"")
SUBJECT(CUSTODY,     custody,     "a key whose custody is declared (section keys)")
SUBJECT(SERVICE,     service,     "a telecommunications service")
SUBJECT(STORE,       store,       "where data is kept")
SUBJECT(WORKLOAD,    workload,    "a virtual machine or container")
SUBJECT(INCIDENT,    incident,    "a correlated failure")

SUBJECT_FACT(CARRIER, time, LEDGER_ANCHOR,   "ledger.anchor",   PROVEN,   MOVING, "when the newest checkpoint was time-stamped (RFC 3161)")
SUBJECT_FACT(CARRIER, flag, LEDGER_FORKED,   "ledger.forked",   OBSERVED, MOVING, "the ledger goes on from a copy while another continuation was anchored")
SUBJECT_FACT(CARRIER, flag, WATCHER_HEARD,   "watcher.heard",   OBSERVED, MOVING, "the outside watcher accepts our heartbeat")
SUBJECT_FACT(CARRIER, int,  MONITOR_CHANNELS, "monitor.channels", DECLARED, FIXED, "channels that take notices")
SUBJECT_FACT(CARRIER, int,  MONITOR_WORKERS, "monitor.workers.blind", OBSERVED, MOVING, "workers that are not watching")
SUBJECT_FACT(CARRIER, text, MONITOR_KEY_PLACE, "monitor.key.place", OBSERVED, MOVING, "where the monitor's own signing key lives, as its signer found at its start: file or token")
SUBJECT_FACT(CARRIER, flag, MONITOR_KEY_HELD, "monitor.key.held", OBSERVED, MOVING, "its token says that it was made there and cannot leave; no for a file; missing if the token does not say")
SUBJECT_FACT(CARRIER, flag, MONITOR_KEY_SIGNED, "monitor.key.signed", OBSERVED, MOVING, "it signed a fresh nonce at the start of the signer")

SUBJECT_FACT(PROVIDER, text, PROVIDER_NAME,  "provider.name",   DECLARED, FIXED,  "as in its sites")
SUBJECT_FACT(PROVIDER, text, PROVIDER_COUNTRY, "provider.country", DECLARED, FIXED, "ISO 3166-1 alpha-2")

SUBJECT_FACT(SITE, text, SITE_NAME,          "site.name",       DECLARED, FIXED,  "name of the site")
SUBJECT_FACT(SITE, text, SITE_PROVIDER,      "site.provider",   DECLARED, FIXED,  "who runs it; missing where the carrier does itself")
SUBJECT_FACT(SITE, flag, SITE_THIRD_PARTY,   "site.third_party", DECLARED, FIXED, "somebody else runs it")
SUBJECT_FACT(SITE, text, LOC_DECLARED,       "loc.declared",    DECLARED, FIXED,  "provider/region of the site")
SUBJECT_FACT(SITE, text, SITE_JURISDICTION,  "site.jurisdiction", DECLARED, FIXED, "ISO 3166-1 alpha-2")
SUBJECT_FACT(SITE, int,  SITE_UP,            "site.instances.up", OBSERVED, MOVING, "instances on it of which all targets are up")

SUBJECT_FACT(FUNCTION, text, FUNCTION_NAME,  "function.name",   DECLARED, FIXED,  "switching, control, oam or subscriber")
SUBJECT_FACT(FUNCTION, int,  FUNCTION_SITES, "function.sites",  DECLARED, FIXED,  "sites with an instance of it")
SUBJECT_FACT(FUNCTION, int,  FUNCTION_SITES_UP, "function.sites.up", OBSERVED, MOVING, "sites with an instance of it that is up")
SUBJECT_FACT(FUNCTION, int,  FUNCTION_REGIONS_UP, "function.regions.up", OBSERVED, MOVING, "regions with an instance of it that is up")
SUBJECT_FACT(FUNCTION, int,  FUNCTION_INSTANCES, "function.instances", DECLARED, FIXED, "its instances")
SUBJECT_FACT(FUNCTION, int,  FUNCTION_UP,    "function.instances.up", OBSERVED, MOVING, "its instances that are up")

SUBJECT_FACT(REPLICA_SET, text, SET_NAME,    "replica_set.name", DECLARED, FIXED, "name of the set")
SUBJECT_FACT(REPLICA_SET, int,  SET_INSTANCES, "replica_set.instances", DECLARED, FIXED, "instances in it")
SUBJECT_FACT(REPLICA_SET, int,  SET_UP,      "replica_set.instances.up", OBSERVED, MOVING, "of them up")
SUBJECT_FACT(REPLICA_SET, int,  SET_SITES,   "replica_set.sites", DECLARED, FIXED, "sites it is spread over")
SUBJECT_FACT(REPLICA_SET, int,  SET_SITES_UP, "replica_set.sites.up", OBSERVED, MOVING, "of them with an instance that is up")

SUBJECT_FACT(INSTANCE, text,  INSTANCE_NAME,     "instance.name",     DECLARED, FIXED,  "name of the instance")
SUBJECT_FACT(INSTANCE, text,  INSTANCE_NF,       "instance.nf",       DECLARED, FIXED,  "network function: AMF, UDM, HSS")
SUBJECT_FACT(INSTANCE, text,  INSTANCE_VERSION,  "instance.version",  DECLARED, FIXED,  "version of its software")
SUBJECT_FACT(INSTANCE, text,  INSTANCE_FUNCTION, "instance.function", DECLARED, FIXED,  "switching, control, oam or subscriber")
SUBJECT_FACT(INSTANCE, text,  INSTANCE_SERVICE,  "instance.service",  DECLARED, FIXED,  "the provider's service it runs on")
SUBJECT_FACT(INSTANCE, texts, INSTANCE_DATA,     "instance.data",     DECLARED, FIXED,  "data classes it holds; missing if none was said")
SUBJECT_FACT(INSTANCE, texts, LOC_APPROVED,      "loc.approved",      DECLARED, FIXED,  "provider/region where all its data classes may be; missing without a class")
SUBJECT_FACT(INSTANCE, texts, LOC_JURISDICTIONS, "loc.jurisdictions", DECLARED, FIXED,  "jurisdictions where all its data classes may be; missing without a class")
SUBJECT_FACT(INSTANCE, text,  LOC_VERDICT,       "loc.verdict",       OBSERVED, MOVING, "where it is by all witnesses: inside, outside, contradicted; missing if unknown")
SUBJECT_FACT(INSTANCE, flag,  LOC_COUNTRY_AGREES, "loc.country.agrees", OBSERVED, MOVING, "witnesses name the country its site is declared in; no: one names another, or light excludes it")
SUBJECT_FACT(INSTANCE, int,   LOC_EDGES_OUTSIDE, "loc.edges.outside", OBSERVED, MOVING, "ways by which its data leave to a place that is not approved; missing while no inventory says")
SUBJECT_FACT(INSTANCE, text,  INSTANCE_HEALTH,   "instance.health",   OBSERVED, MOVING, "worst of its targets: up, degraded, down; missing if unknown")
SUBJECT_FACT(INSTANCE, int,   INSTANCE_TARGETS,  "instance.targets",  DECLARED, FIXED,  "how many endpoints are probed")
SUBJECT_FACT(INSTANCE, text,  USE_DECLARED,      "use.declared",      DECLARED, FIXED,  "how it is declared to compute: none, measured-boot, confidential-vm, enclave; missing if nothing is")
SUBJECT_FACT(INSTANCE, text,  USE_OBSERVED,      "use.observed",      OBSERVED, MOVING, "the strongest of these that the provider's inventory says; missing if it says none of them")
SUBJECT_FACT(INSTANCE, text,  USE_PROVEN,        "use.proven",        PROVEN,   MOVING, "measured-boot, confidential-vm or enclave by accepted, fresh evidence bound to it; missing if not proven")
SUBJECT_FACT(INSTANCE, text,  USE_VERDICT,       "use.verdict",       OBSERVED, MOVING, "declared held against observed and proven: holds, open, contradicted; missing if unknown")

SUBJECT_FACT(STORE, text,  STORE_NAME,           "store.name",         DECLARED, FIXED,  "name of the store")
SUBJECT_FACT(STORE, texts, STORE_DATA,           "store.data",         DECLARED, FIXED,  "data classes it keeps")
SUBJECT_FACT(STORE, text,  STORE_DECLARED,       "store.declared",     DECLARED, FIXED,  "provider/region of its site; missing without a region")
SUBJECT_FACT(STORE, texts, STORE_APPROVED,       "store.approved",     DECLARED, FIXED,  "provider/region where all its data classes may be; missing where one approves more than a list")
SUBJECT_FACT(STORE, texts, STORE_JURISDICTIONS,  "store.jurisdictions", DECLARED, FIXED, "jurisdictions where all its data classes may be")
SUBJECT_FACT(STORE, text,  STORE_VERDICT,        "store.verdict",      OBSERVED, MOVING, "where it is by all witnesses: inside, outside, contradicted; missing if unknown")
SUBJECT_FACT(STORE, int,   STORE_EDGES_OUTSIDE,  "store.edges.outside", OBSERVED, MOVING, "ways by which its data leave to a place that is not approved; missing while no inventory says")
SUBJECT_FACT(STORE, flag,  STORE_RECOVERS,       "store.recovers",     OBSERVED, MOVING, "copies of its set that are inside meet the recovery objectives; missing without objectives or if unknown")
SUBJECT_FACT(STORE, flag,  STORE_ENCRYPTED_DECLARED, "store.encrypted.declared", DECLARED, FIXED, "declared encrypted at rest; missing if nothing is")
SUBJECT_FACT(STORE, text,  STORE_HOLDER_DECLARED, "store.key.holder.declared", DECLARED, FIXED, "whose key by declaration: provider, customer (kept by the provider), carrier; missing if nothing is")
SUBJECT_FACT(STORE, flag,  STORE_ENCRYPTED,      "store.encrypted",    OBSERVED, MOVING, "the provider's inventory says that all its resources are encrypted at rest; missing if unknown")
SUBJECT_FACT(STORE, text,  STORE_HOLDER,         "store.key.holder",   OBSERVED, MOVING, "of their keys the nearest to the provider, by its inventory: provider, customer, carrier; missing if unknown")
SUBJECT_FACT(STORE, text,  STORE_REST,           "store.rest",         OBSERVED, MOVING, "at rest, declared held against observed: holds, open, contradicted; missing if unknown")

SUBJECT_FACT(TARGET, text, TARGET_NAME,          "target.name",       DECLARED, FIXED,  "name of the target")
SUBJECT_FACT(TARGET, text, TARGET_PROBE,         "target.probe",      DECLARED, FIXED,  "kind of probe")
SUBJECT_FACT(TARGET, int,  TARGET_INTERVAL_S,    "target.interval_s", DECLARED, FIXED,  "seconds between rounds")
SUBJECT_FACT(TARGET, text, TARGET_HEALTH,        "target.health",     OBSERVED, MOVING, "up, degraded, down; missing if unknown")

SUBJECT_FACT(TARGET, text, INVENTORY_ASKED,      "inventory.asked",   DECLARED, FIXED,  "kind of what an inventory is asked for, account if for everything; missing on other probes")
SUBJECT_FACT(TARGET, int,  ACCOUNT_ELSEWHERE,    "inventory.elsewhere", OBSERVED, MOVING, "regions of the account that hold anything and are not approved for its data; missing while unclear")
SUBJECT_FACT(TARGET, int,  DOWNGRADE_OPEN,       "downgrade.open",    OBSERVED, MOVING, "aspects of its protection that fell and that nobody announced; missing while none is known")
SUBJECT_FACT(TARGET, texts, DOWNGRADE_ASPECTS,   "downgrade.aspects", OBSERVED, MOVING, "which those are, as in docs/protection.md; missing if none")
SUBJECT_FACT(TARGET, int,  CHANGE_UNANNOUNCED,   "change.unannounced", OBSERVED, MOVING, "aspects of its protection whose newest change nobody announced; missing while none is known")

SUBJECT_FACT(TARGET, flag, TICKET_ANNOUNCED,     "attest.ticket.announced", OBSERVED, MOVING, "each ticket of accepted evidence is that of an announced intent; missing without a ticket")

SUBJECT_FACT(KEY, text, KEY_NAME,                "key.name",          DECLARED, FIXED,  "name of its target")
SUBJECT_FACT(KEY, text, KEY_BOUND,               "key.bound",       OBSERVED, MOVING, "proven: the key that signed our nonce is the one seen on the wire; contradicted: another is; missing if unknown")
SUBJECT_FACT(KEY, time, KEY_BOUND_AS_OF,         "key.bound.as_of",   OBSERVED, MOVING, "the older of the two sightings")
SUBJECT_FACT(KEY, text, KEY_LOC_VERDICT,         "key.loc.verdict",   OBSERVED, MOVING, "where it is by all witnesses: inside, outside, contradicted; missing if unknown")

SUBJECT_FACT(CUSTODY, text,  CUSTODY_NAME,           "custody.name",       DECLARED, FIXED,  "name of the key")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_KIND,           "custody.kind",       DECLARED, FIXED,  "where it lives: hsm, kms, tpm or file")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_HOLDER,         "custody.holder",     DECLARED, FIXED,  "who can use and destroy it: carrier, or the name of a provider or third party")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_HOST,           "custody.host",       DECLARED, FIXED,  "who hosts what it protects, likewise; the first if there are several; missing if nobody is known")
SUBJECT_FACT(CUSTODY, flag,  CUSTODY_APART,          "custody.apart",      DECLARED, FIXED,  "who holds it hosts nothing that it protects; missing if no host is known")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_MODULE,         "custody.module",     DECLARED, FIXED,  "model of its module; missing if not declared")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_FIRMWARE,       "custody.firmware",   DECLARED, FIXED,  "firmware of its module; missing if not declared")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_VALIDATION,     "custody.validation", DECLARED, FIXED,  "validation of its module; missing if not declared")
SUBJECT_FACT(CUSTODY, time,  CUSTODY_DOCUMENT,       "custody.document",   DECLARED, FIXED,  "date of the document it names; missing without one")
SUBJECT_FACT(CUSTODY, time,  CUSTODY_DOCUMENT_UNTIL, "custody.document.until", DECLARED, FIXED, "until when that document is valid; missing if it says no end")
SUBJECT_FACT(CUSTODY, int,   CUSTODY_ROTATION_S,     "custody.rotation_s", DECLARED, FIXED,  "promised seconds between rotations; missing if none are")
SUBJECT_FACT(CUSTODY, flag,  CUSTODY_CEREMONY_DUE,   "custody.ceremony_due", DECLARED, FIXED, "it is to be made in a ceremony that is on record")
SUBJECT_FACT(CUSTODY, time,  CUSTODY_CEREMONY,       "custody.ceremony",   DECLARED, MOVING, "its newest ceremony on record that a second person agreed to; missing if none")
SUBJECT_FACT(CUSTODY, time,  CUSTODY_ROTATED,        "custody.rotated",    DECLARED, MOVING, "its newest rotation or ceremony on record that a second person agreed to; missing if none")
SUBJECT_FACT(CUSTODY, time,  CUSTODY_ROTATION_DUE,   "custody.rotation_due", DECLARED, MOVING, "when the next rotation is due; missing if none is promised or none on record")
SUBJECT_FACT(CUSTODY, flag,  CUSTODY_DESTROYED,      "custody.destroyed",  DECLARED, MOVING, "a second person agreed that it was destroyed, and nothing later brought it back")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_HOLDER_SEEN,    "custody.holder.seen", OBSERVED, MOVING, "whose key the provider says it is: provider, customer, outside; missing if no inventory says")
SUBJECT_FACT(CUSTODY, flag,  CUSTODY_ROTATES,        "custody.rotates",    OBSERVED, MOVING, "the provider says whether it rotates by itself; missing if no inventory says")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_MODULE_PROVEN,  "custody.module.proven", OBSERVED, MOVING, "model of its module in accepted evidence of hardware; missing if none says")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_FIRMWARE_PROVEN, "custody.firmware.proven", OBSERVED, MOVING, "firmware of its module, likewise")
SUBJECT_FACT(CUSTODY, text,  CUSTODY_AGREES,         "custody.agrees",     OBSERVED, MOVING, "holder, module, firmware, serial number: proven, observed or contradicted; missing if unseen")
#undef SUBJECT
#undef SUBJECT_FACT
