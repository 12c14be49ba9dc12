/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of the configuration: keys whose custody is declared. */
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/config_rows.h"

#define DAY (24 * 3600 * INT64_C(1000))

const struct option_row config_key_rows[] = {
	{ .name = "name", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = NAME_MAX_LEN - 1, .help = N_("name of the key, unique") },
	{ .name = "kind", .type = OPTION_WORD, .required = true, .words = "hsm kms tpm file",
	  .help = N_("where it lives: hsm, a module of its own; kms, a provider's key service; "
	    "tpm, the machine's; file") },
	{ .name = "holder", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PLAN_TEXT_MAX,
	  .help = N_("who can use and destroy it: carrier, provider:NAME, or the name of a third "
	    "party") },
	{ .name = "host", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("who hosts what it protects, as holder; who runs those sites if not given") },
	{ .name = "protects", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("what it protects: store:NAME, instance:NAME, target:NAME, with commas") },
	{ .name = "seen_by", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1, .otherwise = "",
	  .help = N_("targets that see it, of probe token, witness, drop or inventory, with "
	    "commas") },
	{ .name = "module", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("model of the module that holds it, as evidence of hardware says it") },
	{ .name = "firmware", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("firmware of the module, as evidence says it") },
	{ .name = "serial", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("serial number of the module, as evidence says it") },
	{ .name = "validation", .type = OPTION_TEXT, .maximum = PLAN_TEXT_MAX, .otherwise = "",
	  .help = N_("validation of the module: scheme and number of its certificate, such as "
	    "\"FIPS 140-3 #4703\"") },
	{ .name = "document", .type = OPTION_TEXT, .maximum = NAME_MAX_LEN - 1, .otherwise = "",
	  .help = N_("id of the document that says so; see documents") },
	{ .name = "rotation", .type = OPTION_DURATION, .maximum = 3650 * DAY, .otherwise = "0",
	  .help = N_("it is exchanged at the latest after this time, such as \"365d\"; 0: no "
	    "promise") },
	{ .name = "ceremony", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("true if it is made in a ceremony, which \"sekimori key ceremony\" records") },
	{ .name = NULL }
};
