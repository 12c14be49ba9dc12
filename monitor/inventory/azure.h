/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of Azure's answers: pure functions from JSON to resources.  Shapes: Resource Graph
 * 2022-10-01, Microsoft.Authorization 2022-04-01, Microsoft.Insights 2021-05-01-preview,
 * Microsoft.Storage 2023-01-01, Microsoft.KeyVault 2023-07-01 of the provider's REST reference.
 */
#ifndef MONITOR_INVENTORY_AZURE_H
#define MONITOR_INVENTORY_AZURE_H

#include "monitor/inventory/resource.h"

struct json_t;

/* "azure/japaneast" from "japaneast" or "Japan East". */
void azure_place(char **field, struct bytes region);
/* The place of the region that is documented as its pair; left as it is if none is. */
void azure_pair(const char *place, char **other);
/* Rows of Resource Graph about databases, for azure_graph_read. */
void azure_sql_read(const struct json_t *, struct resource *);
void azure_server_read(const struct json_t *, struct resource *);
/* A page of Resource Graph: machines, volumes, snapshots, accounts, groups, vaults, databases. */
MUST_USE enum err azure_graph_read(void *, const struct json_t *, struct page *, struct why *);
/* Keys of the vault that is given. */
MUST_USE enum err azure_keys_read(void *vault, const struct json_t *, struct page *, struct why *);
/* Diagnostic settings: logging, and where logs go. */
void azure_logging_read(const struct json_t *, struct resource *);
/* Containers of an account: whether strangers may read one. */
void azure_containers_read(const struct json_t *, struct resource *);
void azure_versioning_read(const struct json_t *, struct resource *);
/* Rules that copy blobs to another account. */
void azure_copies_read(const struct json_t *, struct resource *);
/* oid of an access token, by which role assignments are found; "" if it is not to be seen. */
void azure_object_id(struct bytes token, char **id);
/* Identifiers of the role definitions that are assigned; false: that is not all of them. */
bool azure_assignments_read(const struct json_t *, struct text_list *definitions);
/* What a role permits beyond reading the configuration; false: it says nothing of its actions. */
bool azure_definition_read(const struct json_t *, struct text_list *write);

#endif
