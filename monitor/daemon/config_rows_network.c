/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of the configuration, the network as it is: services and their users, what stands in for
 * what, who provides it, from where it is looked at, and what comes in beside probes.
 */
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/config_rows.h"

#define SECOND    INT64_C(1000)
#define HOUR      (3600 * SECOND)
#define DAY       (24 * HOUR)
#define PATHS_MAX (PATH_TEXT_MAX - 1)

const struct option_row config_service_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the service, unique") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "class", .type = OPTION_WORD, .required = true,
	  .words = "OTHER VOICE_EMERGENCY VOICE_OTHER LPWA FREE_MAIL_MSG_10M FREE_INTERNET "
	    "INTERNET_ACCESS SAT_SUBSEA",
	  .help = N_("which row of the table of major accidents it falls under; OTHER for none") },
	{ .name = "addon", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true for an extra of another service, such as voice mail, which does not "
	    "count towards the thresholds") },
	{ .name = NULL }
};

const struct option_row config_area_rows[] = {
	{ .name = "area", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1,
	  .help = N_("a prefecture by ISO 3166-2, \"JP-13\", or a word of your own; unique in its "
	    "service") },
	{ .name = "users", .type = OPTION_INTEGER, .required = true, .maximum = PLAN_USERS_MAX,
	  .help = N_("users of the service there") },
	{ .name = NULL }
};

const struct option_row config_set_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1,
	  .help = N_("name of the set, unique; what its instances name as replica_set") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "mode", .type = OPTION_WORD, .otherwise = "active-active",
	  .words = "none active-active active-standby n+k geo",
	  .help = N_("how its instances stand in for each other") },
	{ .name = "needed", .type = OPTION_INTEGER, .maximum = INSTANCE_MAX, .otherwise = "0",
	  .help = N_("how many instances carry the whole load; 0: all of them") },
	{ .name = "capacity", .type = OPTION_INTEGER, .maximum = PLAN_USERS_MAX, .otherwise = "0",
	  .help = N_("users one instance can carry; 0: not declared") },
	{ .name = "switchover", .type = OPTION_DURATION, .maximum = 30 * DAY, .otherwise = "0",
	  .help = N_("planned time to switch over to a spare; 0: not declared") },
	{ .name = "rollback", .type = OPTION_DURATION, .maximum = 30 * DAY, .otherwise = "0",
	  .help = N_("planned time to take a change back; 0: not declared") },
	{ .name = "planned", .type = OPTION_DATE, .maximum = PLAN_DURATION_MAX,
	  .help = N_("since when switchover and rollback have been planned so") },
	{ .name = NULL }
};

const struct option_row config_serve_rows[] = {
	{ .name = "service", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of a service the set carries") },
	{ .name = "areas", .type = OPTION_TEXT, .maximum = PATHS_MAX, .otherwise = "",
	  .help = N_("areas of the service it carries it in, with commas; all if not given") },
	{ .name = NULL }
};

const struct option_row config_provider_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1,
	  .help = N_("name of the provider, unique; what sites name as provider") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "legal_name", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("legal name of the provider, for filings") },
	{ .name = "country", .type = OPTION_TEXT, .minimum = 2, .maximum = 2,
	  .help = N_("country whose law the provider is under, ISO 3166-1 alpha-2") },
	{ .name = "kind", .type = OPTION_WORD, .words = "cloud carrier other",
	  .otherwise = "cloud",
	  .help = N_("a cloud, another carrier (then it is an interconnection), or something "
	    "else, such as a power company") },
	{ .name = "contract", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("number or title of the contract") },
	{ .name = "availability", .type = OPTION_FIXED, .minimum = 0, .maximum = 100000000,
	  .otherwise = "0", .help = N_("availability the contract promises, in per cent, such as "
	    "\"99.95\"; 0: not declared") },
	{ .name = "notice", .type = OPTION_DURATION, .maximum = 365 * DAY, .otherwise = "0",
	  .help = N_("within what time the contract promises word of a failure; 0: not "
	    "declared") },
	{ .name = "until", .type = OPTION_DATE, .maximum = PLAN_DURATION_MAX,
	  .help = N_("when the contract ends") },
	{ .name = "contact", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("whom to call") },
	{ .name = NULL }
};

const struct option_row config_dependency_rows[] = {
	{ .name = "from", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = 2 * NAME_MAX_LEN,
	  .help = N_("what needs: service:NAME, replica_set:NAME, instance:NAME, site:NAME or "
	    "provider:NAME") },
	{ .name = "to", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = 2 * NAME_MAX_LEN, .help = N_("what it needs, written in the same way") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("what for") },
	{ .name = NULL }
};

const struct option_row config_vantage_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN / 2, .help = N_("name of the vantage, unique; what targets name "
	    "in vantages") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "source", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 45,
	  .help = N_("IP address of this machine to probe from; by which network it leaves is "
	    "for routing by source address to say") },
	{ .name = "inside", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true if it leaves inside the provider's cloud, false outside it") },
	{ .name = "latitude", .type = OPTION_FIXED, .minimum = -90000000, .maximum = 90000000,
	  .help = N_("degrees north, as text, of the place it is measured from; what is "
	    "proven of distances rests on it") },
	{ .name = "longitude", .type = OPTION_FIXED, .minimum = -180000000, .maximum = 180000000,
	  .help = N_("degrees east, as text") },
	{ .name = NULL }
};

const struct option_row config_listener_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the listener, unique") },
	{ .name = "kind", .type = OPTION_WORD, .required = true, .words = "trap syslog webhook",
	  .help = N_("trap: SNMP v2c and v3, traps and informs; syslog: RFC 5424 and 3164; "
	    "webhook: JSON by POST") },
	{ .name = "transport", .type = OPTION_WORD, .words = "udp tcp tls",
	  .help = N_("trap: udp; syslog: udp, tcp or tls; webhook: tcp or tls; if not given, tls "
	    "for a webhook and udp for the others") },
	{ .name = "address", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 45,
	  .help = N_("IP address of this machine to listen on; \"::\" or \"0.0.0.0\" for all") },
	{ .name = "port", .type = OPTION_INTEGER, .minimum = 1, .maximum = 65535,
	  .help = N_("port; if not given, 162 for traps, 514 for syslog (6514 over tls), 9095 for "
	    "webhooks") },
	{ .name = "certificate", .type = OPTION_FILE,
	  .help = N_("file of the PEM certificates shown to senders (tls)") },
	{ .name = "key", .type = OPTION_SECRET, .help = N_("file of their private key (tls)") },
	{ .name = "trust", .type = OPTION_FILE,
	  .help = N_("file of PEM certificates that senders' certificates must lead to (tls); if "
	    "not given, senders need none") },
	{ .name = "users", .type = OPTION_SECRET,
	  .help = N_("file of who may send: SNMPv3 users of traps, bearer tokens of webhooks") },
	{ .name = "communities", .type = OPTION_SECRET,
	  .help = N_("file of the SNMPv2c communities traps may carry; none if not given") },
	{ .name = "subject", .type = OPTION_TEXT, .maximum = 2 * NAME_MAX_LEN, .otherwise = "",
	  .help = N_("what everything it brings is about, such as provider:NAME; if not given, "
	    "each sender is looked for among instances, their aliases and addresses") },
	{ .name = "rate", .type = OPTION_INTEGER, .minimum = 1, .maximum = 1000000,
	  .otherwise = "200",
	  .help = N_("signals a second of one sender that are recorded one by one; more are "
	    "counted together") },
	{ .name = NULL }
};

const struct option_row config_source_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the source, unique") },
	{ .name = "kind", .type = OPTION_WORD, .required = true,
	  .words = "aws azure google statuspage rss atom prometheus",
	  .help = N_("form of a provider's status feed, or prometheus for the metrics of a network "
	    "function") },
	{ .name = "url", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 2000,
	  .help = N_("where it is: http://host/path or https://host/path") },
	{ .name = "trust", .type = OPTION_FILE,
	  .help = N_("file of PEM certificates that may vouch for the server; the system's if not "
	      "given") },
	{ .name = "secret", .type = OPTION_SECRET,
	  .help = N_("file of a bearer token that is sent along, over https only") },
	{ .name = "interval", .type = OPTION_DURATION, .minimum = 5 * SECOND, .maximum = DAY,
	  .otherwise = "60s",
	  .help = N_("between two looks; of a status feed 30s at least, because it is somebody "
	    "else's server") },
	{ .name = "subject", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = 2 * NAME_MAX_LEN,
	  .help = N_("provider:NAME of a status feed, instance:NAME of metrics") },
	{ .name = "regions", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("regions whose notices count, as the feed names them, with commas; all if "
	    "not given") },
	{ .name = "users", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("metric of registered users, with labels if need be") },
	{ .name = "sessions", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("metric of sessions") },
	{ .name = "peers", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("metric of connected peers") },
	{ .name = "load", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("metric of the load, from 0 to 1") },
	{ .name = NULL }
};
