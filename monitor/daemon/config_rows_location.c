/* SPDX-License-Identifier: Apache-2.0 */
/* TABLES of the configuration: where data are kept, and where they may be for a time. */
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/config_rows.h"

#define DAY (24 * 3600 * INT64_C(1000))

const struct option_row config_store_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the store, unique") },
	{ .name = "title", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("what people call it; as name if not given") },
	{ .name = "title_ja", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX,
	  .help = N_("the same in Japanese; as title if not given") },
	{ .name = "site", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1,
	  .help = N_("name of the site it is kept on; that of the instance if not given") },
	{ .name = "data", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("names of the data classes it keeps, with commas") },
	{ .name = "resource", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("the provider's own id of it, shown to people; what is asked of the "
	    "provider is said by a target of the store") },
	{ .name = "set", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("stores that name the same set are copies of each other") },
	{ .name = "rpo", .type = OPTION_DURATION, .maximum = 365 * DAY, .otherwise = "0",
	  .help = N_("recovery point objective of the set: how much of the newest data may be "
	    "lost; 0: not declared") },
	{ .name = "rto", .type = OPTION_DURATION, .maximum = 365 * DAY, .otherwise = "0",
	  .help = N_("recovery time objective of the set: until it serves again; 0: not "
	    "declared") },
	{ .name = "copies", .type = OPTION_INTEGER, .maximum = PLAN_STORE_MAX, .otherwise = "0",
	  .help = N_("how many copies the set must have at the least; 0: not declared") },
	{ .name = "regions", .type = OPTION_INTEGER, .maximum = PLAN_STORE_MAX, .otherwise = "0",
	  .help = N_("in how many regions the set must be at the least; 0: not declared") },
	{ .name = "synchronous", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true if this copy is never behind: a write is not done before it has it") },
	{ .name = "lag", .type = OPTION_DURATION, .maximum = 365 * DAY, .otherwise = "0",
	  .help = N_("how far this copy may be behind; 0: not declared") },
	{ .name = "takeover", .type = OPTION_DURATION, .maximum = 365 * DAY, .otherwise = "0",
	  .help = N_("until this copy can stand in; 0: not declared") },
	{ .name = NULL }
};

const struct option_row config_rest_rows[] = {
	{ .name = "encrypted", .type = OPTION_FLAG, .required = true,
	  .help = N_("true if everything of it is encrypted where it lies, false if not") },
	{ .name = "holder", .type = OPTION_WORD, .words = "provider customer carrier",
	  .help = N_("whose key: the provider's own, yours that the provider keeps (customer), or "
	    "one held outside the provider (carrier)") },
	{ .name = "key", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("that key: its identifier at the provider, the name of a target that tells of "
	    "it or of one of keys, or words") },
	{ .name = "document", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("id of the document that says so") },
	{ .name = NULL }
};

const struct option_row config_exception_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the exception, unique") },
	{ .name = "data", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PATH_TEXT_MAX - 1, .help = N_("names of the data classes, with commas") },
	{ .name = "place", .type = OPTION_TEXT, .required = true, .minimum = 2,
	  .maximum = PLAN_TEXT_MAX,
	  .help = N_("where they may be meanwhile: PROVIDER/REGION, or a country, ISO 3166-1 "
	    "alpha-2") },
	{ .name = "from", .type = OPTION_DATE, .maximum = PLAN_DURATION_MAX,
	  .help = N_("from when on; from ever if not given") },
	{ .name = "until", .type = OPTION_DATE, .required = true, .maximum = PLAN_DURATION_MAX,
	  .help = N_("from when on no longer: then the data are outside") },
	{ .name = "approver", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PLAN_TEXT_MAX, .help = N_("who approved it") },
	{ .name = "why", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PLAN_TEXT_MAX, .help = N_("why") },
	{ .name = NULL }
};
