/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of every field of the plan blob, each object one CBOR map with integer keys.  Makes the
 * codec, its bounds and docs/plan.cddl.  Keys are for ever: a new field takes the next free key
 * and reads as zero or "" from older plans, and an older program passes it over.
 *
 *   OBJECT(object, text)
 *   FIELD(object, key, type, name, minimum, maximum, text)
 *   LIST(object, key, entry, counter, maximum, text): array "entry" of an object declared above
 *   OBJECT_END(object)
 *
 * types: text (minimum..maximum octets), u32, u64, i64, function.  Keys stay under 32.
 */
#ifndef OBJECT
#define OBJECT(object, text)
#endif
#ifndef FIELD
#define FIELD(object, key, type, name, minimum, maximum, text)
#endif
#ifndef LIST
#define LIST(object, key, entry, counter, maximum, text)
#endif
#ifndef OBJECT_END
#define OBJECT_END(object)
#endif

OBJECT(site, "where instances run")
FIELD(site, 1, text, name, 1, NAME_MAX_LEN - 1, "unique")
FIELD(site, 2, text, title, 0, PLAN_TEXT_MAX, "shown to people, English")
FIELD(site, 3, text, title_ja, 0, PLAN_TEXT_MAX, "shown to people, Japanese")
FIELD(site, 4, text, provider, 0, PLAN_TEXT_MAX, "who runs the site")
FIELD(site, 5, text, jurisdiction, 0, 2, "ISO 3166-1 alpha-2")
FIELD(site, 6, i64, latitude_udeg, -90000000, 90000000, "millionths of a degree")
FIELD(site, 7, i64, longitude_udeg, -180000000, 180000000, "millionths of a degree")
FIELD(site, 8, text, region, 0, NAME_MAX_LEN - 1, "the provider's name of the region")
FIELD(site, 9, text, zone, 0, NAME_MAX_LEN - 1, "the provider's name of the zone")
FIELD(site, 10, text, provider_name, 0, PLAN_TEXT_MAX, "legal name of the provider")
FIELD(site, 11, text, provider_country, 0, 2, "ISO 3166-1 alpha-2")
OBJECT_END(site)

OBJECT(instance, "one running network function")
FIELD(instance, 1, text, name, 1, NAME_MAX_LEN - 1, "unique")
FIELD(instance, 2, text, title, 0, PLAN_TEXT_MAX, "shown to people, English")
FIELD(instance, 3, text, title_ja, 0, PLAN_TEXT_MAX, "shown to people, Japanese")
FIELD(instance, 4, function, function, 0, FUNCTION_COUNT - 1,
    "0 switching, 1 control, 2 oam, 3 subscriber")
FIELD(instance, 5, u32, site, 0, SITE_MAX - 1, "index into sites")
FIELD(instance, 6, u64, data, 0, UINT64_MAX, "bit per index into data classes")
FIELD(instance, 7, text, nf, 0, NAME_MAX_LEN - 1, "network function: AMF, UDM, HSS, ...")
FIELD(instance, 8, text, version, 0, NAME_MAX_LEN - 1, "version of its software, as declared")
FIELD(instance, 9, text, service, 0, PLAN_TEXT_MAX, "the provider's service it runs on")
FIELD(instance, 10, text, model, 0, PLAN_TEXT_MAX, "IaaS, PaaS or SaaS; dedicated or shared")
FIELD(instance, 11, text, replica_set, 0, NAME_MAX_LEN - 1, "instances that stand in for each other")
OBJECT_END(instance)

OBJECT(option, "one option of a probe, already checked")
FIELD(option, 1, text, name, 1, NAME_MAX_LEN - 1, "as in the configuration")
FIELD(option, 2, text, value, 0, PATH_TEXT_MAX - 1, "as in the configuration")
OBJECT_END(option)

OBJECT(target, "one probed endpoint of an instance")
FIELD(target, 1, u64, id, 0, PLAN_TARGET_ID_MAX, "given by the ledger, never reused; 0 before")
FIELD(target, 2, text, name, 1, NAME_MAX_LEN - 1, "unique")
FIELD(target, 3, u32, instance, 0, INSTANCE_MAX - 1, "index into instances")
FIELD(target, 4, text, probe, 1, NAME_MAX_LEN - 1, "kind of probe")
FIELD(target, 5, text, address, 1, PLAN_TEXT_MAX, "literal or name, without port")
FIELD(target, 6, u32, port, 0, 65535, "0 where the probe has none")
FIELD(target, 7, i64, interval_ms, 1, PLAN_DURATION_MAX, "between rounds")
FIELD(target, 8, i64, deadline_ms, 1, PLAN_DURATION_MAX, "a round ends at the latest after")
FIELD(target, 9, i64, stale_ms, 1, PLAN_DURATION_MAX, "a belief without evidence lives so long")
FIELD(target, 10, u32, fail_count, 1, PLAN_WINDOW_MAX, "DOWN: so many of the last window rounds")
FIELD(target, 11, u32, window, 1, PLAN_WINDOW_MAX, "rounds looked at")
FIELD(target, 12, u32, recover_count, 1, PLAN_WINDOW_MAX, "UP again: so many rounds in a row")
LIST(target, 13, option, options,      OPTION_MAX, "ascending by name")
OBJECT_END(target)

OBJECT(channel, "where notices or the heartbeat go")
FIELD(channel, 1, text, name, 1, NAME_MAX_LEN - 1, "unique")
FIELD(channel, 2, text, kind, 1, NAME_MAX_LEN - 1, "webhook, syslog or heartbeat")
FIELD(channel, 3, text, url, 0, PATH_TEXT_MAX - 1, "https://..., unix:/dev/log, udp://host:514")
FIELD(channel, 4, text, secret, 0, PATH_TEXT_MAX - 1,
    "path of a file with a bearer token, or empty")
FIELD(channel, 5, text, trust, 0, PATH_TEXT_MAX - 1, "path of PEM roots, or empty for the system's")
FIELD(channel, 6, i64, interval_ms, 0, PLAN_DURATION_MAX, "of the heartbeat")
OBJECT_END(channel)

OBJECT(right, "which acts a user may do")
FIELD(right, 1, text, user, 1, NAME_MAX_LEN - 1, "user name")
FIELD(right, 2, u64, acts, 0, UINT64_MAX, "bit (1 << number of the act)")
OBJECT_END(right)

OBJECT(authority, "an RFC 3161 time-stamp authority")
FIELD(authority, 1, text, name, 1, NAME_MAX_LEN - 1, "unique")
FIELD(authority, 2, text, url, 1, PATH_TEXT_MAX - 1, "http(s)://...")
FIELD(authority, 3, text, trust, 0, PATH_TEXT_MAX - 1, "path of PEM roots, or empty")
OBJECT_END(authority)

OBJECT(class, "a data class and where such data may be")
FIELD(class, 1, text, name, 1, NAME_MAX_LEN - 1, "unique")
FIELD(class, 2, text, title, 0, PLAN_TEXT_MAX, "shown to people, English")
FIELD(class, 3, text, title_ja, 0, PLAN_TEXT_MAX, "shown to people, Japanese")
FIELD(class, 4, text, regions, 0, PATH_TEXT_MAX - 1, "provider/region, with commas")
FIELD(class, 5, text, jurisdictions, 0, PLAN_TEXT_MAX, "ISO 3166-1 alpha-2, with commas")
OBJECT_END(class)

OBJECT(feed, "a provider's published address ranges")
FIELD(feed, 1, text, provider, 1, NAME_MAX_LEN - 1, "as in a site")
FIELD(feed, 2, text, form, 1, NAME_MAX_LEN - 1, "aws or csv")
FIELD(feed, 3, text, path, 1, PATH_TEXT_MAX - 1, "of the file")
FIELD(feed, 4, text, hash, 64, 64, "SHA-256 of the file, hex")
OBJECT_END(feed)

OBJECT(pack, "a control pack")
FIELD(pack, 1, text, path, 1, PATH_TEXT_MAX - 1, "of the file")
FIELD(pack, 2, text, hash, 64, 64, "SHA-256 of the file, hex")
FIELD(pack, 3, text, id, 0, NAME_MAX_LEN - 1, "as the pack says")
FIELD(pack, 4, text, edition, 0, PLAN_TEXT_MAX, "as the pack says")
OBJECT_END(pack)

OBJECT(document, "a document the carrier holds")
FIELD(document, 1, text, id, 1, NAME_MAX_LEN - 1, "unique; what controls ask for")
FIELD(document, 2, text, title, 0, PLAN_TEXT_MAX, "shown to people")
FIELD(document, 3, text, path, 0, PATH_TEXT_MAX - 1, "of the file, or empty")
FIELD(document, 4, text, hash, 0, 64, "SHA-256 of the file, hex, or empty")
FIELD(document, 5, i64, date_ms, 0, PLAN_DURATION_MAX, "made or last reviewed, ms UTC")
FIELD(document, 6, i64, until_ms, 0, PLAN_DURATION_MAX, "valid until, ms UTC, or 0")
FIELD(document, 7, text, author, 0, PLAN_TEXT_MAX, "who made or reviewed it")
OBJECT_END(document)

OBJECT(declaration, "a named value the carrier declares")
FIELD(declaration, 1, text, id, 1, NAME_MAX_LEN - 1, "what controls ask for")
FIELD(declaration, 2, text, subject, 0, 2 * NAME_MAX_LEN, "empty: the carrier; site:NAME, instance:NAME")
FIELD(declaration, 3, text, value, 0, PLAN_TEXT_MAX, "as written")
FIELD(declaration, 4, i64, date_ms, 0, PLAN_DURATION_MAX, "as of, ms UTC")
FIELD(declaration, 5, text, author, 0, PLAN_TEXT_MAX, "who declares it")
OBJECT_END(declaration)

OBJECT(carrier, "who files")
FIELD(carrier, 1, text, name, 0, PLAN_TEXT_MAX, "English")
FIELD(carrier, 2, text, name_ja, 0, PLAN_TEXT_MAX, "Japanese")
FIELD(carrier, 3, text, address, 0, PLAN_TEXT_MAX, "of the head office")
FIELD(carrier, 4, text, representative, 0, PLAN_TEXT_MAX, "name of the representative")
FIELD(carrier, 5, text, corporate_number, 0, NAME_MAX_LEN - 1, "thirteen digits")
FIELD(carrier, 6, text, registration, 0, PLAN_TEXT_MAX, "date and number of registration")
FIELD(carrier, 7, text, services, 0, PATH_TEXT_MAX - 1, "kinds of service, with commas")
FIELD(carrier, 8, text, contact, 0, PLAN_TEXT_MAX, "department and telephone")
OBJECT_END(carrier)

OBJECT(plan, "what the configuration means")
FIELD(plan, 1, text, name, 0, NAME_MAX_LEN - 1, "of this monitor")
FIELD(plan, 2, text, name_ja, 0, PLAN_TEXT_MAX, "of this monitor, Japanese")
FIELD(plan, 3, text, vantage, 0, NAME_MAX_LEN - 1, "from where it probes")
FIELD(plan, 4, text, user, 0, NAME_MAX_LEN - 1, "network roles drop to this user")
FIELD(plan, 5, u32, workers, 1, WORKER_MAX, "worker processes")
FIELD(plan, 6, i64, group_wait_ms, 0, PLAN_DURATION_MAX, "before an incident is told")
FIELD(plan, 7, i64, anchor_ms, 0, PLAN_DURATION_MAX, "between time stamps")
FIELD(plan, 8, i64, belief_ms, 0, PLAN_DURATION_MAX, "between BELIEF records")
FIELD(plan, 9, i64, retention_ms, 0, PLAN_DURATION_MAX, "0: for ever")
FIELD(plan, 10, i64, instance_gap_ms, 0, PLAN_DURATION_MAX,
    "least time between rounds against one instance")
FIELD(plan, 11, text, newest_note, 0, PATH_TEXT_MAX - 1,
    "extra path for the newest anchored checkpoint, or empty")
LIST(plan, 12, site, sites,          SITE_MAX, "sites")
LIST(plan, 13, instance, instances,  INSTANCE_MAX, "instances")
LIST(plan, 14, target, targets,      TARGET_MAX, "ascending by id once ids are given")
LIST(plan, 15, channel, channels,    CHANNEL_MAX, "channels")
LIST(plan, 16, right, rights,        PLAN_RIGHT_MAX, "rights of operators")
LIST(plan, 17, authority, authorities, PLAN_AUTHORITY_MAX, "time-stamp authorities")
FIELD(plan, 18, u32, token_workers, 0, 1, "the last workers, for the probe token alone")
LIST(plan, 19, class, classes,       PLAN_CLASS_MAX, "data classes")
LIST(plan, 20, feed, feeds,          PLAN_FEED_MAX, "published address ranges")
LIST(plan, 21, pack, packs,          PLAN_PACK_MAX, "control packs")
LIST(plan, 22, document, documents,  PLAN_DOCUMENT_MAX, "documents the carrier holds")
LIST(plan, 23, declaration, declarations, PLAN_DECLARATION_MAX, "what the carrier declares")
LIST(plan, 24, carrier, carriers,    1, "who files")
OBJECT_END(plan)

#undef OBJECT
#undef FIELD
#undef LIST
#undef OBJECT_END
