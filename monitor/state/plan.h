/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan: what the configuration means, resolved, with target ids, as one deterministic CBOR
 * blob.  Made by the supervisor, given ids and recorded by the ledger (CONFIG.plan); workers,
 * engine, fold and every reader work from it and never see libconfig.
 */
#ifndef MONITOR_STATE_PLAN_H
#define MONITOR_STATE_PLAN_H

#include "monitor/base/bytes.h"
#include "monitor/base/hash.h"
#include "monitor/base/limits.h"

/* Bounds of the plan alone; the others are in limits.h.  plan_decode refuses what exceeds them. */
#define PLAN_TARGET_ID_MAX ((UINT64_C(1) << 62) - 1) /* the fold's deadlines use the bits above */
#define PLAN_DURATION_MAX  INT64_C(3155760000000)	/* a hundred years in milliseconds */
/* Users of one service in one area: more than there are people, and no sum of them overflows. */
#define PLAN_USERS_MAX     INT64_C(1000000000000)
enum {
	PLAN_TEXT_MAX      = 511,	/* octets of titles and addresses */
	PLAN_WINDOW_MAX    = 32,	/* rounds of history kept, one bit each */
	PLAN_RIGHT_MAX     = 256,	/* users with rights */
	PLAN_AUTHORITY_MAX = 8,		/* time-stamp authorities */
	PLAN_CLASS_MAX     = 32,	/* data classes: a bit each in plan_instance.data */
	PLAN_STORE_MAX     = 16384,	/* stores: as many as instances */
	PLAN_EXCEPTION_MAX = 256,	/* exceptions from where data may be */
	PLAN_FEED_MAX      = 16,	/* published range files */
	PLAN_PACK_MAX      = 64,	/* control packs */
	PLAN_DOCUMENT_MAX  = 512,	/* documents of the carrier */
	PLAN_DECLARATION_MAX = 1024,	/* what the carrier declares */
	PLAN_KEY_MAX       = 256,	/* keys whose custody is declared */
	PLAN_SERVICE_MAX   = 64,	/* services, a bit each in sets of them */
	PLAN_AREA_MAX      = 64,	/* areas of a service: Japan has 47 prefectures */
	PLAN_SET_MAX       = 4096,	/* replica sets */
	PLAN_SERVE_MAX     = 64,	/* services of a set */
	PLAN_PROVIDER_MAX  = 256,	/* providers */
	PLAN_DEPENDENCY_MAX = 16384,	/* declared dependencies */
	PLAN_VANTAGE_MAX   = 32,	/* vantages */
	PLAN_COUNTRY_MAX   = 300,	/* ISO 3166-1 has 249 */
	PLAN_REACH_KM_MAX  = 20038,	/* half the equator: nothing on earth is farther */
	PLAN_LISTENER_MAX  = 32,	/* listeners of intake */
	PLAN_SOURCE_MAX    = 1024,	/* feeds and metrics that are polled */
	PLAN_DOWNLOAD_MAX  = 64,	/* files that are kept fresh: feeds and collateral */
	PLAN_DUTY_FILES_MAX = 4,	/* files of legal duties */
	PLAN_DUTY_TEXT_MAX = 256 << 10	/* octets of one: the shipped one has some 20 K */
};

/* The four core functions (Ord. 27-2 iii, i to ni). */
#define FUNCTION_LIST(X)                                             \
	X(SWITCHING,  switching,  "switching")                       \
	X(CONTROL,    control,    "control")                         \
	X(OAM,        oam,        "operation, monitoring, maintenance") \
	X(SUBSCRIBER, subscriber, "subscriber management")

enum function {
#define X(NAME, name, text) FUNCTION_##NAME,
	FUNCTION_LIST(X)
#undef X
	FUNCTION_COUNT
};

struct plan_site {
	const char *name, *title, *title_ja, *provider, *jurisdiction;	/* ISO 3166-1 alpha-2 */
	int64_t     latitude_udeg, longitude_udeg;	/* millionths of a degree */
	const char *region, *zone;	/* the provider's own names: "ap-northeast-1"; "" if none */
	const char *provider_name;	/* its legal name, for filings; "" if not given */
	const char *provider_country;	/* ISO 3166-1 alpha-2, or "" */
};

struct plan_instance {
	const char   *name, *title, *title_ja;
	enum function function;
	uint32_t      site;		/* index into sites */
	uint64_t      data;		/* bit per index into data classes it holds or handles */
	const char   *nf, *version;	/* "AMF" and the software's version, as declared, or "" */
	const char   *service, *model;	/* the provider's service; "IaaS shared", ... or "" */
	const char   *replica_set;	/* instances of one name stand in for each other, or "" */
	const char   *aliases;		/* what alarms name it by: names, addresses; with commas */
	const char   *nf_instance_id;	/* as registered with the NRF (TS 29.510), or "" */
	uint32_t      deep_connections;	/* an hour, by deep rounds; 0: as the plan says */
	uint32_t      in_use;		/* declared: enum use_level of enclosure.h */
	const char   *use_document;	/* id of the document that says so, or "" */
};

/*
 * Where data of an instance is kept: a bucket, a volume, a database.  Stores of one set are copies
 * of each other; what is asked of the set (objectives) stands in any of them, what one copy
 * can do (lag, takeover) in itself.
 */
struct plan_store {
	const char *name, *title, *title_ja;	/* name: unique among stores */
	uint32_t    instance;		/* index into instances */
	uint32_t    site;		/* index into sites: where it is said to be */
	uint64_t    data;		/* bit per index into data classes */
	const char *resource;		/* the provider's own id of it, or "" */
	const char *set;		/* copies of each other name the same, or "" */
	int64_t     rpo_ms, rto_ms;	/* data that may be lost; time to be back; 0: no word */
	uint32_t    copies, regions;	/* the least that are asked of the set; 0: not declared */
	uint32_t    synchronous;	/* 1: this copy is never behind */
	int64_t     lag_ms;		/* how far behind it may be; 0: not declared */
	int64_t     takeover_ms;	/* until it can stand in; 0: not declared */
	/* declared at rest, see enclosure.h */
	uint32_t    encrypted;		/* enum rest_encrypted */
	uint32_t    key_holder;		/* enum key_holder */
	const char *key;		/* identifier, name of a target, or words; or "" */
	const char *rest_document;	/* id of the document that says so, or "" */
};

struct plan_option { const char *name, *value; };

struct plan_target {
	uint64_t    id;			/* given by the ledger; 0 before */
	const char *name;		/* unique */
	uint32_t    instance;		/* index into instances */
	const char *probe;
	const char *address;		/* literal or name, without port */
	uint32_t    port;
	int64_t     interval_ms, deadline_ms, stale_ms;
	/* DOWN: fail_count of the last window rounds; UP again: recover_count in a row. */
	uint32_t    fail_count, window, recover_count;
	struct plan_option *option;	/* the probe's own, already checked; ascending by name */
	uint32_t    options;
	const char *vantage;		/* from where it is looked at, or "": the monitor's own */
	const char *endpoint;		/* what it looks at: its name without the vantage */
	uint32_t    aside;		/* 1: no service depends on it; management only */
	const char *follows;		/* endpoint of its instance whose changes ask for a round */
	uint32_t    at_minute;		/* of the day in JST, 1440: midnight; 0: anywhere */
	uint32_t    store;		/* index into stores + 1; 0: the instance's own */
};

struct plan_channel {
	const char *name, *kind;	/* webhook, syslog, heartbeat */
	const char *url;		/* https://..., unix:/dev/log, udp://host:514 */
	const char *secret;		/* file with a bearer token, or "" */
	const char *trust;		/* file with PEM roots, or "" for the system's */
	int64_t     interval_ms;	/* heartbeat */
};

struct plan_right { const char *user; uint64_t acts; };	/* bit (1 << enum act) */

struct plan_authority { const char *name, *url, *trust; };	/* RFC 3161 */

/*
 * Where data of a class may be; lists with commas.  A place is approved if its jurisdiction is
 * listed (or none is), and its region, or its provider, or the carrier's own premises (own)
 * are (or none of these three is): whereabouts.h.
 */
struct plan_class {
	const char *name, *title, *title_ja, *regions, *jurisdictions;
	const char *providers;		/* any region of theirs */
	uint32_t    own;		/* 1: sites without a provider */
};

/* For a time a place is approved that the classes do not list. */
struct plan_exception {
	const char *name;		/* unique */
	uint64_t    data;		/* bit per index into data classes */
	const char *place;		/* "provider/region", or a country, ISO 3166-1 alpha-2 */
	int64_t     from_ms, until_ms;	/* ms UTC; from: 0 from ever */
	const char *approver, *why;
};

/* A provider's published address ranges. */
struct plan_feed {
	const char *provider;		/* as in plan_site.provider */
	const char *form;		/* as ranges_read() of daemon/ranges.h */
	const char *path;
	const char *hash;		/* SHA-256 of the file in hex: a blob of the CONFIG */
};

struct plan_pack { const char *path, *hash, *id, *edition; };	/* a control pack; hash as above */

/* A document the carrier holds; what a control may ask for.  Declared, never proven. */
struct plan_document {
	const char *id, *title;
	const char *path, *hash;	/* "" if it is not kept as a blob */
	int64_t     date_ms, until_ms;	/* made or last reviewed; valid until, or 0 */
	const char *author;
};

/* A named value the carrier declares: contract terms, test results, people. */
struct plan_declaration {
	const char *id;
	const char *subject;		/* "" the carrier; "site:tokyo", "instance:amf-1" */
	const char *value;		/* "true", "JP", "12": read as the control needs it */
	int64_t     date_ms;
	const char *author;
};

/*
 * A key whose custody is declared: who can use and destroy it, against who hosts what it protects.
 * A holder is "carrier", "provider:NAME", or a third party as people call it.
 */
struct plan_key {
	const char *name;		/* unique */
	const char *kind;		/* hsm, kms, tpm, file */
	const char *holder;		/* who can use and destroy it */
	const char *host;		/* who hosts what it protects; "": who runs those sites */
	const char *protects;		/* store:NAME, instance:NAME, target:NAME; with commas */
	const char *seen_by;		/* targets that observe it, with commas, or "" */
	const char *module, *firmware, *serial;	/* as evidence says them, or "" */
	const char *validation;		/* certificate of the module: "FIPS 140-3 #4703", or "" */
	const char *document;		/* id of the document that says so, or "" */
	int64_t     rotation_ms;	/* promised time between rotations; 0: none */
	uint32_t    ceremony;		/* 1: it is made in a ceremony that is on record */
};

/* Classes of service, the rows of Ord. 58(2): numbers are recorded in plans. */
#define SERVICE_CLASS_LIST(X)                                                             \
	X(0, OTHER,              "OTHER",              "other")                           \
	X(1, VOICE_EMERGENCY,    "VOICE_EMERGENCY",    "voice with emergency calls")      \
	X(2, VOICE_OTHER,        "VOICE_OTHER",        "voice without emergency calls")   \
	X(3, LPWA,               "LPWA",               "low power wide area")             \
	X(4, FREE_MAIL_MSG_10M,  "FREE_MAIL_MSG_10M",  "free mail, messaging, over 10 M users") \
	X(5, FREE_INTERNET,      "FREE_INTERNET",      "other free internet service")     \
	X(6, INTERNET_ACCESS,    "INTERNET_ACCESS",    "internet access")                 \
	X(7, SAT_SUBSEA,         "SAT_SUBSEA",         "satellite or submarine cable")

enum service_class {
#define X(number, NAME, code, text) SERVICE_CLASS_##NAME = number,
	SERVICE_CLASS_LIST(X)
#undef X
	SERVICE_CLASSES
};

struct plan_area { const char *area; uint64_t users; };	/* ISO 3166-2 ("JP-13"), or own word */

/* A telecommunications service the carrier offers, with its users by area. */
struct plan_service {
	const char *name, *title, *title_ja;
	uint32_t    class;		/* enum service_class */
	uint32_t    addon;		/* 1: an add-on feature, outside the thresholds */
	struct plan_area *area;  uint32_t areas;
};

/* Which service a set carries, and in which areas. */
struct plan_serve {
	uint32_t    service;		/* index into services */
	const char *areas;		/* with commas; "" all of the service */
};

/* Instances that stand in for each other: capacity, redundancy, what was planned beforehand. */
struct plan_set {
	const char *name, *title, *title_ja;	/* name as in plan_instance.replica_set */
	const char *mode;		/* none, active-active, active-standby, n+k, geo */
	uint32_t    needed;		/* members that carry the whole load; 0: all of them */
	uint64_t    capacity;		/* users one member carries; 0: not declared */
	int64_t     switchover_ms;	/* planned time to switch to the spare; 0: not declared */
	int64_t     rollback_ms;	/* planned time to take a change back; 0: not declared */
	int64_t     planned_ms;		/* since when those were planned, ms UTC; 0: not declared */
	struct plan_serve *serve;  uint32_t serves;
};

/* Somebody the carrier depends on: a cloud, another carrier, a power company; its contract. */
struct plan_provider {
	const char *name, *title, *title_ja;	/* name as in plan_site.provider */
	const char *legal_name, *country;	/* ISO 3166-1 alpha-2, or "" */
	const char *kind;		/* cloud, carrier, other */
	const char *contract;		/* its number or title, or "" */
	uint32_t    availability_ppm;	/* promised; 0: not declared */
	int64_t     notice_ms;		/* promised time to say that something failed; 0: none */
	int64_t     until_ms;		/* end of the contract, ms UTC; 0: none declared */
	const char *contact;
};

/* from needs to: "service:voice", "replica_set:amf", "instance:amf-1", "site:x", "provider:y". */
struct plan_dependency { const char *from, *to, *title; };

/* No place of the country is nearer to a vantage than so many whole kilometres: a lower bound, made
 * when the configuration is read (docs/location.md), so that the fold compares whole numbers. */
struct plan_reach { const char *country; uint32_t km; };

/* From where targets are looked at, beside the monitor's own place: an address to send from. */
struct plan_vantage {
	const char *name, *title, *title_ja;
	const char *source;		/* address workers bind to */
	uint32_t    inside;		/* 1: inside the provider's cloud; 0: outside it */
	int64_t     latitude_udeg, longitude_udeg;	/* millionths of a degree, as declared */
	struct plan_reach *reach;  uint32_t reaches;	/* ascending; 0: no coordinates given */
};

/* Listens for what others send (sekimori-intake). */
struct plan_listener {
	const char *name;
	const char *kind;		/* trap, syslog, webhook */
	const char *transport;		/* udp, tcp, tls */
	const char *address;  uint32_t port;
	const char *certificate, *key, *trust;	/* paths; trust: for client certificates */
	const char *users;		/* path: SNMPv3 users, bearer tokens; or "" */
	const char *communities;	/* path: SNMPv2c communities; "": none */
	const char *subject;		/* of everything it brings, or "": by the sender */
	uint32_t    rate;		/* a second and sender; more are counted together */
};

/* Polled politely: a provider's status feed, or the metrics of a network function. */
/* A file that another setting names and that the fetch role exchanges when there is a newer one. */
struct plan_download {
	const char *name;
	const char *form;		/* as download_read() of daemon/download.h */
	const char *url, *trust;	/* trust: path of PEM roots, "" the system's */
	const char *path;
	int64_t     interval_ms;
	int64_t     age_ms;		/* stale when older, 0: never */
	int64_t     margin_ms;		/* alarm so long before it runs out, 0: as its life asks */
};

struct plan_source {
	const char *name;
	const char *kind;		/* aws, azure, google, statuspage, rss, atom, prometheus */
	const char *url, *trust, *secret;
	int64_t     interval_ms;
	const char *subject;		/* "provider:aws", "instance:amf-1" */
	const char *regions;		/* only notices about these count, with commas; "" all */
	const char *users, *sessions, *peers, *load;	/* names of metrics with labels, or "" */
};

/* Legal duties as data: the file itself, so that a plan alone says which clocks run. */
struct plan_duties { const char *path, *hash, *id, *edition, *text; };

/* Who files: for the heads of filings.  At most one in a plan. */
struct plan_carrier {
	const char *name, *name_ja, *address, *representative, *corporate_number;
	const char *registration;	/* date and number of registration or notification */
	const char *services;		/* kinds of service, with commas */
	const char *contact;
	uint64_t    users_previous_fy;	/* at the end of the fiscal year before */
	uint64_t    users_half_first, users_half_last;	/* first and last day of the half-year */
	uint32_t    designated_27_5;	/* 1: designated under Art. 27-5 */
	uint32_t    designated_public;	/* 1: a designated public corporation */
	int64_t     infrastructure_ms;	/* special essential infrastructure operator since; 0: no */
};

/* By which key papers are sealed; secrets are paths of files no role is given.  At most one. */
struct plan_seal {
	const char *certificate, *chain;	/* paths of PEM files */
	const char *key;		/* path, or "pkcs11:..." */
	const char *pin;		/* path, or "" */
	const char *authority;		/* of the plan's; "": the first */
	const char *paths, *environment;	/* of a PKCS#11 module */
	uint32_t    network;		/* 1: the module may use it */
};

struct plan {
	const char *name, *name_ja;	/* of this monitor */
	const char *vantage;
	const char *user;		/* network roles drop to this user when started as root */
	uint32_t    workers;
	uint32_t    token_workers;	/* of them, the last: only they take the probe "token" */
	uint32_t    inventory_workers;	/* of them, before those: only they take "inventory" */
	int64_t     group_wait_ms;	/* before an incident is told, for its siblings to join */
	int64_t     anchor_ms;		/* between RFC 3161 anchors */
	int64_t     belief_ms;		/* between BELIEF records */
	int64_t     retention_ms;	/* 0: for ever */
	int64_t     instance_gap_ms;	/* least time between two rounds against one instance */
	const char *newest_note;	/* extra path for the newest anchored checkpoint, or "" */

	struct plan_site      *site;      uint32_t sites;
	struct plan_instance  *instance;  uint32_t instances;
	/* Ascending by id once ids are given. */
	struct plan_target    *target;    uint32_t targets;
	struct plan_channel   *channel;   uint32_t channels;
	struct plan_right     *right;     uint32_t rights;
	struct plan_authority *authority; uint32_t authorities;
	struct plan_class     *class;     uint32_t classes;
	struct plan_store     *store;     uint32_t stores;
	struct plan_exception *exception; uint32_t exceptions;
	struct plan_feed      *feed;      uint32_t feeds;
	struct plan_pack      *pack;      uint32_t packs;
	struct plan_document  *document;  uint32_t documents;
	struct plan_declaration *declaration; uint32_t declarations;
	struct plan_key       *key;       uint32_t keys;
	struct plan_carrier   *carrier;   uint32_t carriers;
	struct plan_seal      *seal;      uint32_t seals;
	struct plan_service   *service;   uint32_t services;
	struct plan_set       *set;       uint32_t sets;
	struct plan_provider  *provider;  uint32_t providers;
	struct plan_dependency *dependency; uint32_t dependencies;
	struct plan_vantage   *vantages;  uint32_t vantage_count;
	struct plan_listener  *listener;  uint32_t listeners;
	struct plan_source    *source;    uint32_t sources;
	struct plan_download  *download;  uint32_t downloads;
	struct plan_duties    *duties;    uint32_t duty_files;
	uint64_t    second_person;	/* bit (1 << enum act): acts that need a second person */
	const char *drill;		/* "" or the scenario: nothing here is real */
	uint32_t    deep_connections;	/* an hour and instance, by deep rounds; 0: no bound */
	int64_t     latitude_udeg, longitude_udeg;	/* of the monitor's own vantage */
	struct plan_reach     *reach;     uint32_t reaches;	/* as in a vantage */
	const char *outlines, *outlines_hash;	/* what it was made from, or "" */

	struct plan_memory *memory;	/* owns every text and array of a decoded or built plan */
};

/* Builds: texts are copied into the plan's memory. */
struct plan *plan_new(void);
const char  *plan_text(struct plan *, struct bytes);
void        *plan_array(struct plan *, size_t count, size_t size);	/* zeroed */
void         plan_free(struct plan *);			/* NULL is fine */
struct plan *plan_hold(struct plan *);		/* one more owner: needs one more plan_free */

void plan_encode(struct buffer *, const struct plan *);
/* Every index and bound is checked, so that the fold may trust what it is handed. */
MUST_USE enum err plan_decode(struct bytes, struct plan **, struct why *);
/* The key under which the ledger gives a target its id: "instance/name/probe/address:port". */
void plan_target_key(struct buffer *, const struct plan *, const struct plan_target *);
const struct plan_target *plan_target_by_id(const struct plan *, uint64_t id);	/* NULL if none */
const char *plan_option(const struct plan_target *, const char *name, const char *otherwise);
/*
 * Which worker probes it, from 0: the same answer for every role, by the name of its instance, so
 * that one worker keeps the rate of an instance and a reload moves no target.  0 if there is none.
 * Targets of the probe "token" and all others share no worker once there are token_workers, nor do
 * those of "inventory" once there are inventory_workers.
 */
uint32_t plan_worker_of(const struct plan *, uint64_t target_id);
/* Its facts tell of a key: a subject of its own (probes "token", "witness" and "drop"). */
bool plan_target_has_key(const struct plan_target *);
/* Rounds a worker records explicitly after a change, so that the fold counts k of n exactly. */
uint32_t plan_explicit_rounds(const struct plan_target *);
const char *function_name(enum function);		/* "switching" */
void plan_print_cddl(struct buffer *);			/* docs/plan.cddl, from plan_list.h */

#endif
