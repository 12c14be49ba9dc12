/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of the configuration: every setting with its type, range, default and help.  The parser,
 * the file that "init" writes and sekimori.conf(5) are made from them.
 */
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/daemon/download.h"

#define SECOND    INT64_C(1000)
#define MINUTE    (60 * SECOND)
#define HOUR      (60 * MINUTE)
#define DAY       (24 * HOUR)

const struct option_row config_monitor_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of this monitor") },
	{ .name = "name_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as name if not given") },
	{ .name = "vantage", .type = OPTION_TEXT, .minimum = 1, .maximum = NAME_MAX_LEN - 1,
	  .otherwise = "premises",
	  .help = N_("from where it probes: carrier premises, inside the cloud, another region") },
	{ .name = "latitude", .type = OPTION_FIXED, .minimum = -90000000, .maximum = 90000000,
	  .help = N_("degrees north, as text, of the place it is measured from; what is "
	    "proven of distances rests on it") },
	{ .name = "longitude", .type = OPTION_FIXED, .minimum = -180000000, .maximum = 180000000,
	  .help = N_("degrees east, as text") },
	{ .name = "user", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("when started as root, roles that touch the network become this user") },
	{ .name = "workers", .type = OPTION_INTEGER, .maximum = WORKER_MAX, .otherwise = "0",
	  .help = N_("processes that probe; 0 chooses by processors and targets") },
	{ .name = "state", .type = OPTION_TEXT, .minimum = 1, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("folder of the ledger; /var/lib/sekimori if not given") },
	{ .name = "group_wait", .type = OPTION_DURATION, .maximum = 10 * MINUTE, .otherwise = "5s",
	  .help = N_("how long a new incident waits for others to join it before it is told") },
	{ .name = "belief", .type = OPTION_DURATION, .minimum = MINUTE, .maximum = DAY,
	  .otherwise = "1h", .help = N_("between two records of the hash of everything believed") },
	{ .name = "retention", .type = OPTION_DURATION, .maximum = PLAN_DURATION_MAX,
	  .otherwise = "0", .help = N_("how old records get before they may be pruned; 0: for "
	    "ever") },
	{ .name = "instance_gap", .type = OPTION_DURATION, .maximum = MINUTE, .otherwise = "200ms",
	  .help = N_("least time between two rounds against one instance") },
	{ .name = "deep_connections", .type = OPTION_INTEGER, .maximum = 1000000,
	  .otherwise = "1000", .help = N_("connections that deep and refusal probes may open at "
	    "one instance in an hour; 0: any") },
	{ .name = "second_person", .type = OPTION_TEXT, .maximum = 200, .otherwise = "",
	  .help = N_("acts that somebody else must agree to, separated by blanks: window "
	    "correct intent") },
	{ .name = "log", .type = OPTION_WORD, .words = "error warning info debug",
	  .otherwise = "info", .help = N_("least important lines that are logged") },
	{ .name = NULL }
};

const struct option_row config_ledger_rows[] = {
	{ .name = "origin", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 255,
	  .help = N_("name of the ledger in its signed checkpoints, such as a domain you own and a "
	      "path; without blanks or \"+\", and never changed") },
	{ .name = "key", .type = OPTION_SECRET, .required = true,
	  .help = N_("file of the Ed25519 key that signs checkpoints") },
	{ .name = "anchor", .type = OPTION_DURATION, .minimum = MINUTE, .maximum = 7 * DAY,
	  .otherwise = "1h", .help = N_("between two time stamps of the authorities") },
	{ .name = "newest_note", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1, .otherwise = "",
	  .help = N_("file, best on another machine's disk, that is given the newest time-stamped "
	      "checkpoint; a restored old copy of the ledger is found out by it") },
	{ .name = NULL }
};

const struct option_row config_site_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the site, unique") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "provider", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("who runs it, in one word of your own that feeds and data_classes use too; "
	    "empty for the carrier's own premises") },
	{ .name = "provider_name", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("legal name of the provider, for filings") },
	{ .name = "provider_country", .type = OPTION_TEXT, .minimum = 2, .maximum = 2,
	  .help = N_("country whose law the provider is under, ISO 3166-1 alpha-2") },
	{ .name = "region", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("the provider's own name of the region, as in its published ranges, such as "
	    "\"ap-northeast-1\"") },
	{ .name = "zone", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("the provider's own name of the zone") },
	{ .name = "jurisdiction", .type = OPTION_TEXT, .required = true, .minimum = 2, .maximum = 2,
	  .help = N_("country whose law it is under, ISO 3166-1 alpha-2, such as \"JP\"") },
	{ .name = "latitude", .type = OPTION_FIXED, .minimum = -90000000, .maximum = 90000000,
	  .otherwise = "0", .help = N_("degrees north, as text") },
	{ .name = "longitude", .type = OPTION_FIXED, .minimum = -180000000, .maximum = 180000000,
	  .otherwise = "0", .help = N_("degrees east, as text") },
	{ .name = NULL }
};

const struct option_row config_instance_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the instance, unique") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "function", .type = OPTION_WORD, .required = true,
	  .words = "switching control oam subscriber",
	  .help = N_("which core function it is part of") },
	{ .name = "site", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the site it runs on") },
	{ .name = "data", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1, .otherwise = "",
	  .help = N_("names of the data classes it holds or handles, with commas") },
	{ .name = "nf", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("which network function it is, such as \"AMF\" or \"UDM\"") },
	{ .name = "version", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("version of its software") },
	{ .name = "service", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("the provider's service it runs on") },
	{ .name = "model", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("how that is provided: IaaS, PaaS or SaaS; dedicated or shared") },
	{ .name = "replica_set", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("instances that name the same set stand in for each other") },
	{ .name = "aliases", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("other names and addresses that alarms know it by, with commas") },
	{ .name = "nf_instance_id", .type = OPTION_TEXT, .minimum = 36, .maximum = 36,
	  .help = N_("its nfInstanceId at the NRF, a UUID") },
	{ .name = "deep_connections", .type = OPTION_INTEGER, .maximum = 1000000,
	  .otherwise = "0", .help = N_("connections that deep and refusal probes may open here in "
	    "an hour; 0: as monitor says") },
	{ .name = "in_use", .type = OPTION_WORD,
	  .words = "none measured-boot confidential-vm enclave",
	  .help = N_("how its memory is closed to the provider's host while it computes; none: it "
	    "is not") },
	{ .name = "in_use_document", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1,
	  .otherwise = "", .help = N_("id of the document that says so") },
	{ .name = NULL }
};

const struct option_row config_target_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the target, unique") },
	{ .name = "probe", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("which probe looks at it") },
	{ .name = "address", .type = OPTION_TEXT, .minimum = 1, .maximum = 253,
	  .help = N_("IP address or host name, without the port; of a name with several addresses "
	      "each is probed; only token, drop, inventory and audit_log have none") },
	{ .name = "port", .type = OPTION_INTEGER, .minimum = 1, .maximum = 65535,
	  .help = N_("port; that of the probe if it has one and none is given") },
	{ .name = "vantages", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1, .otherwise = "",
	  .help = N_("from where it is probed, with commas: names of vantages, and of the "
	    "monitor's own; its own alone if not given") },
	{ .name = "carries", .type = OPTION_FLAG,
	  .help = N_("false if no service depends on this endpoint, because it is there for "
	    "management only; if not given, false for the probes snmp, token, witness, drop, "
	    "inventory and audit_log, true for the others") },
	{ .name = "follows", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("another target of the same instance: when what that one shows has changed, "
	    "this one is looked at soon, at most every 10m, besides its own interval") },
	{ .name = "at", .type = OPTION_TEXT, .minimum = 5, .maximum = 5,
	  .help = N_("time of the day in JST of a round, such as \"02:30\"; spread over the "
	    "interval if not given") },
	{ .name = "interval", .type = OPTION_DURATION, .minimum = SECOND, .maximum = DAY,
	  .otherwise = "60s", .help = N_("between two rounds; 1d if not given for distance and "
	    "probes whose name ends in -deep or -refusal") },
	{ .name = "deadline", .type = OPTION_DURATION, .minimum = SECOND / 10,
	  .maximum = 30 * MINUTE,
	  .help = N_("a round ends at the latest after this; 10s, for deep probes 10m, or the "
	      "interval if that is shorter") },
	{ .name = "stale", .type = OPTION_DURATION, .minimum = COVERAGE_MS, .maximum = 30 * DAY,
	  .help = N_("what is believed of it becomes unknown so long after the last evidence; two "
	      "intervals and 90s if not given") },
	{ .name = "fail_count", .type = OPTION_INTEGER, .minimum = 1, .maximum = PLAN_WINDOW_MAX,
	  .otherwise = "3", .help = N_("it is down after so many failed rounds of the last "
	    "window") },
	{ .name = "window", .type = OPTION_INTEGER, .minimum = 1, .maximum = PLAN_WINDOW_MAX,
	  .otherwise = "5", .help = N_("how many of the last rounds are looked at") },
	{ .name = "recover_count", .type = OPTION_INTEGER, .minimum = 1,
	  .maximum = PLAN_WINDOW_MAX, .otherwise = "2",
	  .help = N_("it is up again after so many good rounds in a row") },
	{ .name = NULL }
};

const struct option_row config_notice_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the channel, unique") },
	{ .name = "kind", .type = OPTION_WORD, .required = true,
	  .words = "webhook syslog heartbeat",
	  .help = N_("webhook: JSON by POST; syslog: RFC 5424; heartbeat: a sign of life to an "
	      "outside watcher") },
	{ .name = "url", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 2000,
	  .help = N_("where to: https://host/path, or for syslog unix:/dev/log or "
	    "udp://host:514") },
	{ .name = "secret", .type = OPTION_SECRET,
	  .help = N_("file of a bearer token that is sent along") },
	{ .name = "trust", .type = OPTION_FILE,
	  .help = N_("file of PEM certificates that may vouch for the server; the system's if not "
	      "given") },
	{ .name = "interval", .type = OPTION_DURATION, .minimum = SECOND, .maximum = HOUR,
	  .otherwise = "60s", .help = N_("between two signs of life (heartbeat)") },
	{ .name = NULL }
};

const struct option_row config_right_rows[] = {
	{ .name = "user", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("user name on this machine, as the kernel knows "
	    "it") },
	{ .name = "acts", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 200,
	  .help = N_("what the user may do, separated by blanks: ack note backup prune rotate "
	    "erase waive agree file stamp window consent correct fill intent concur "
	    "ceremony") },
	{ .name = NULL }
};

const struct option_row config_authority_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the authority, unique") },
	{ .name = "url", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 2000,
	  .help = N_("where it answers: http://host/path or https://host/path") },
	{ .name = "trust", .type = OPTION_FILE, .required = true,
	  .help = N_("file of PEM certificates that its time stamps must lead to") },
	{ .name = NULL }
};

const struct option_row config_class_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the data class, unique; what instances "
	    "name as data") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "regions", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1, .otherwise = "",
	  .help = N_("where such data may be: PROVIDER/REGION, with commas") },
	{ .name = "jurisdictions", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("countries it may be in, ISO 3166-1 alpha-2, with commas") },
	{ .name = "providers", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("providers of which every region will do, with commas") },
	{ .name = "own_premises", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true if it may be on sites of your own, those without a provider") },
	{ .name = NULL }
};

const struct option_row config_feed_rows[] = {
	{ .name = "provider", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1,
	  .help = N_("whose ranges these are: the word that sites name as provider; of a registry "
	    "or a database, a word of your own") },
	{ .name = "form", .type = OPTION_WORD, .required = true,
	  .words = "aws azure google oracle csv registry mmdb",
	  .help = N_("aws, azure, google, oracle: the file as that provider publishes it; csv: "
	    "lines of \"prefix,region\"; registry: delegated file of a regional registry; mmdb: "
	    "database in the MaxMind DB format") },
	{ .name = "file", .type = OPTION_FILE, .required = true,
	  .help = N_("the file as it was fetched; read again when the configuration is") },
	{ .name = NULL }
};

const struct option_row config_download_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the download, unique") },
	{ .name = "form", .type = OPTION_WORD, .required = true, .words = DOWNLOAD_FORMS,
	  .help = N_("what it must be: a form of feeds, a revocation list, a set of keys, Intel's "
	    "levels, PEM certificates, an appraisal policy, a site register, or any file") },
	{ .name = "url", .type = OPTION_TEXT, .minimum = 1, .maximum = 2000, .otherwise = "",
	  .help = N_("where it is: https://host/path; http only for what is signed. Without it "
	    "nothing is fetched: the file is put there by hand, and watched") },
	{ .name = "trust", .type = OPTION_FILE,
	  .help = N_("file of PEM certificates that may vouch for the server; the system's if not "
	      "given") },
	{ .name = "file", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("the file that is exchanged: one that another setting names") },
	{ .name = "interval", .type = OPTION_DURATION, .minimum = 5 * SECOND, .maximum = 30 * DAY,
	  .otherwise = "1d", .help = N_("between two looks") },
	{ .name = "max_age", .type = OPTION_DURATION, .minimum = SECOND, .maximum = 3650 * DAY,
	  .help = N_("an older one is an alarm; never if not given") },
	{ .name = "margin", .type = OPTION_DURATION, .minimum = SECOND, .maximum = 365 * DAY,
	  .help = N_("alarm so long before it runs out; seven days, or a quarter of its life if "
	    "that is shorter, if not given") },
	{ .name = NULL }
};

const struct option_row config_document_rows[] = {
	{ .name = "id", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("what controls ask for, unique") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as id if not given") },
	{ .name = "file", .type = OPTION_FILE,
	  .help = N_("the document itself, if it is to be kept as evidence") },
	{ .name = "date", .type = OPTION_DATE, .required = true, .maximum = PLAN_DURATION_MAX,
	  .help = N_("when it was made or last reviewed") },
	{ .name = "until", .type = OPTION_DATE, .maximum = PLAN_DURATION_MAX,
	  .help = N_("from when on it is no longer valid") },
	{ .name = "author", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("who made or reviewed it") },
	{ .name = NULL }
};

const struct option_row config_declaration_rows[] = {
	{ .name = "id", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1,
	  .help = N_("what controls ask for, unique for its subject") },
	{ .name = "subject", .type = OPTION_TEXT, .maximum = 2 * NAME_MAX_LEN, .otherwise = "",
	  .help = N_("what it is said of: provider:NAME, site:NAME, function:NAME, "
	    "replica_set:NAME, instance:NAME, target:NAME or custody:NAME of a key; empty for "
	    "the carrier") },
	{ .name = "value", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PLAN_TEXT_MAX,
	  .help = N_("what is declared: true, false, a number, a date or a text, as the control "
	    "needs it") },
	{ .name = "date", .type = OPTION_DATE, .required = true, .maximum = PLAN_DURATION_MAX,
	  .help = N_("as of when it was true") },
	{ .name = "author", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("who declares it") },
	{ .name = NULL }
};

const struct option_row config_carrier_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("name of the carrier") },
	{ .name = "name_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as name if not given") },
	{ .name = "address", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("address of the head office") },
	{ .name = "representative", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("name of the representative") },
	{ .name = "corporate_number", .type = OPTION_TEXT, .minimum = 13, .maximum = 13,
	  .help = N_("Japanese corporate number, thirteen digits") },
	{ .name = "registration", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("date and number of the registration or notification") },
	{ .name = "services", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("kinds of telecommunications service, with commas") },
	{ .name = "contact", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("department and telephone number") },
	{ .name = "users_previous_fy", .type = OPTION_INTEGER, .maximum = PLAN_USERS_MAX,
	  .otherwise = "0",
	  .help = N_("users at the end of the fiscal year before; 0: not declared") },
	{ .name = "users_half_first", .type = OPTION_INTEGER, .maximum = PLAN_USERS_MAX,
	  .otherwise = "0",
	  .help = N_("users on the first day of the half-year; 0: not declared") },
	{ .name = "users_half_last", .type = OPTION_INTEGER, .maximum = PLAN_USERS_MAX,
	  .otherwise = "0",
	  .help = N_("users on the last day of the half-year; 0: not declared") },
	{ .name = "designated_27_5", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true if designated under Article 27-5 of the Telecommunications Business "
	    "Act, for specified user information") },
	{ .name = "designated_public", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true for a designated public corporation under the Disaster "
	    "Countermeasures Basic Act") },
	{ .name = "infrastructure_since", .type = OPTION_DATE,
	  .help = N_("the day on which it was designated as a special essential infrastructure "
	    "operator (cyber act); left out if it is none") },
	{ .name = NULL }
};

const struct option_row config_seal_rows[] = {
	{ .name = "certificate", .type = OPTION_FILE,
	  .help = N_("PEM certificate of the carrier's e-seal") },
	{ .name = "chain", .type = OPTION_FILE,
	  .help = N_("PEM certificates of who issued it; they are put into the seals") },
	{ .name = "key", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("its key: the absolute path of a PEM file, or "
	    "pkcs11:token=...;object=...?module-path=... (RFC 7512); opened by who seals, never "
	    "by the daemon") },
	{ .name = "pin", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("absolute path of the file with the token's PIN, or the passphrase of the "
	    "key file") },
	{ .name = "authority", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1,
	  .help = N_("name of the authority that time-stamps seals; the first if not given") },
	{ .name = "paths", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("files and folders the module may read and write, with commas; beyond its own "
	      "folder and the system's libraries it sees no others") },
	{ .name = "environment", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("environment of the module: NAME=VALUE, with commas; it has no other") },
	{ .name = "network", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("the module may use the network and local sockets, as those of network HSMs "
	      "must") },
	{ .name = NULL }
};

static const struct config_section sections[] = {
	{ .name = "monitor", .required = true, .rows = config_monitor_rows,
	  .help = N_("this monitor") },
	{ .name = "ledger", .required = true, .rows = config_ledger_rows,
	  .help = N_("where everything is recorded") },
	{ .name = "data_classes", .list = true, .rows = config_class_rows,
	  .maximum = PLAN_CLASS_MAX, .help = N_("kinds of data, and where each may be") },
	{ .name = "exceptions", .list = true, .rows = config_exception_rows,
	  .maximum = PLAN_EXCEPTION_MAX,
	  .help = N_("places approved for a time, by whom and why") },
	{ .name = "sites", .list = true, .rows = config_site_rows, .maximum = SITE_MAX,
	  .help = N_("where instances run") },
	{ .name = "instances", .list = true, .rows = config_instance_rows, .maximum = INSTANCE_MAX,
	  .help = N_("the network functions that are watched") },
	{ .name = "targets", .list = true, .within = "instances", .rows = config_target_rows,
	  .maximum = TARGET_MAX, .help = N_("what is probed of an instance") },
	{ .name = "stores", .list = true, .within = "instances", .rows = config_store_rows,
	  .maximum = PLAN_STORE_MAX,
	  .help = N_("where data of the instance are kept; a store may have targets of its own, "
	    "written as those of an instance") },
	{ .name = "at_rest", .within = "stores", .rows = config_rest_rows,
	  .help = N_("whether the store is encrypted where it lies, and with whose key, as you "
	    "declare it") },
	{ .name = "services", .list = true, .rows = config_service_rows,
	  .maximum = PLAN_SERVICE_MAX,
	  .help = N_("telecommunications services you offer, and their users") },
	{ .name = "areas", .list = true, .within = "services", .rows = config_area_rows,
	  .maximum = PLAN_AREA_MAX, .help = N_("users of the service by area") },
	{ .name = "replica_sets", .list = true, .rows = config_set_rows, .maximum = PLAN_SET_MAX,
	  .help = N_("what is planned for instances that stand in for each other") },
	{ .name = "serves", .list = true, .within = "replica_sets", .rows = config_serve_rows,
	  .maximum = PLAN_SERVE_MAX, .help = N_("services the set carries") },
	{ .name = "providers", .list = true, .rows = config_provider_rows,
	  .maximum = PLAN_PROVIDER_MAX,
	  .help = N_("clouds, carriers and others you depend on, and what their contracts "
	    "promise") },
	{ .name = "dependencies", .list = true, .rows = config_dependency_rows,
	  .maximum = PLAN_DEPENDENCY_MAX,
	  .help = N_("what needs what, beside what is plain already: an instance needs its site, "
	    "a site its provider, a service the sets that serve it") },
	{ .name = "vantages", .list = true, .rows = config_vantage_rows,
	  .maximum = PLAN_VANTAGE_MAX,
	  .help = N_("from where targets are looked at, beside the monitor's own place") },
	{ .name = "listeners", .list = true, .rows = config_listener_rows,
	  .maximum = PLAN_LISTENER_MAX,
	  .help = N_("where traps, syslog and webhooks are listened for") },
	{ .name = "sources", .list = true, .rows = config_source_rows,
	  .maximum = PLAN_SOURCE_MAX,
	  .help = N_("status feeds of providers and metrics that are fetched") },
	{ .name = "notices", .list = true, .rows = config_notice_rows, .maximum = CHANNEL_MAX,
	  .help = N_("who is told of incidents") },
	{ .name = "rights", .list = true, .rows = config_right_rows, .maximum = PLAN_RIGHT_MAX,
	  .help = N_("what operators may do; everybody may look") },
	{ .name = "authorities", .list = true, .rows = config_authority_rows,
	  .maximum = PLAN_AUTHORITY_MAX,
	  .help = N_("RFC 3161 authorities that time-stamp checkpoints") },
	{ .name = "feeds", .list = true, .rows = config_feed_rows, .maximum = PLAN_FEED_MAX,
	  .help = N_("address ranges that providers publish: where an address really is") },
	{ .name = "downloads", .list = true, .rows = config_download_rows,
	  .maximum = PLAN_DOWNLOAD_MAX,
	  .help = N_("files of this configuration that are kept fresh: feeds, revocation lists, "
	    "keys, certificates") },
	{ .name = "packs", .list = true, .texts = true, .maximum = PLAN_PACK_MAX,
	  .help = N_("control packs to judge by: NAME of an installed one, or the path of a "
	    "file; without this section nothing is judged") },
	{ .name = "duties", .list = true, .texts = true, .maximum = PLAN_DUTY_FILES_MAX,
	  .example = "jp-telecom",
	  .help = N_("legal duties to reckon with: NAME of an installed file, or the path of one; "
	    "without this section jp-telecom if it is installed, with an empty list none") },
	{ .name = "documents", .list = true, .rows = config_document_rows,
	  .maximum = PLAN_DOCUMENT_MAX,
	  .help = N_("documents you hold that controls ask for") },
	{ .name = "keys", .list = true, .rows = config_key_rows, .maximum = PLAN_KEY_MAX,
	  .help = N_("keys: who holds each, against who hosts what it protects") },
	{ .name = "declarations", .list = true, .rows = config_declaration_rows,
	  .maximum = PLAN_DECLARATION_MAX,
	  .help = N_("values you declare that controls ask for") },
	{ .name = "carrier", .rows = config_carrier_rows,
	  .help = N_("who you are, for the heads of filings") },
	{ .name = "seal", .rows = config_seal_rows,
	  .help = N_("by which key \"sekimori seal\" and \"report --seal\" seal papers") },
};

const struct config_section *
config_sections(size_t *count)
{
	*count = sizeof(sections) / sizeof(sections[0]);
	return sections;
}
