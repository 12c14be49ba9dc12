/* SPDX-License-Identifier: Apache-2.0 */
/* The option rows of every section of the configuration file; one table each. */
#ifndef MONITOR_DAEMON_CONFIG_ROWS_H
#define MONITOR_DAEMON_CONFIG_ROWS_H

#include "monitor/base/option.h"

extern const struct option_row config_monitor_rows[];
extern const struct option_row config_ledger_rows[];
extern const struct option_row config_site_rows[];
extern const struct option_row config_instance_rows[];
extern const struct option_row config_target_rows[];	/* those of its probe come besides */
extern const struct option_row config_notice_rows[];
extern const struct option_row config_right_rows[];
extern const struct option_row config_authority_rows[];
extern const struct option_row config_class_rows[];
extern const struct option_row config_store_rows[];
extern const struct option_row config_rest_rows[];
extern const struct option_row config_exception_rows[];
extern const struct option_row config_feed_rows[];
extern const struct option_row config_download_rows[];
extern const struct option_row config_document_rows[];
extern const struct option_row config_declaration_rows[];
extern const struct option_row config_key_rows[];
extern const struct option_row config_carrier_rows[];
extern const struct option_row config_service_rows[];
extern const struct option_row config_area_rows[];
extern const struct option_row config_set_rows[];
extern const struct option_row config_serve_rows[];
extern const struct option_row config_provider_rows[];
extern const struct option_row config_dependency_rows[];
extern const struct option_row config_vantage_rows[];
extern const struct option_row config_listener_rows[];
extern const struct option_row config_source_rows[];
extern const struct option_row config_seal_rows[];

#endif
