/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of Google Cloud's answers: pure functions from JSON to resources; and the assertion by
 * which a service account logs in.  Shapes: Compute v1, Storage v1, KMS v1, Logging v2, Resource
 * Manager v1 of the provider's REST reference.
 */
#ifndef MONITOR_INVENTORY_GOOGLE_H
#define MONITOR_INVENTORY_GOOGLE_H

#include "monitor/inventory/resource.h"

struct json_t;

/*
 * A JSON Web Token (RFC 7519) signed with RS256, good from now_s for an hour (RFC 7523).
 * ERR_INVALID where the key is none; nothing of the key is ever in the sentence.
 */
struct google_assertion { struct bytes issuer, key_id, scope, audience, key_pem; int64_t now_s; };
MUST_USE enum err google_assertion_make(const struct google_assertion *, struct buffer *out,
    struct why *);

typedef enum err google_read(void *, const struct json_t *, struct page *, struct why *);

/* Aggregated lists: what the rest of a partial answer lacks is ERR_TRUNCATED, after what it has. */
google_read google_machines_read, google_volumes_read;
google_read google_snapshots_read, google_firewalls_read, google_buckets_read, google_sinks_read;
google_read google_keys_read, google_databases_read;
void google_database_read(const struct json_t *, struct resource *);	/* one row of it */
/* Locations of KMS, and key rings of one: resources of kind "" with the name as id. */
google_read google_names_read;

/* Who may read a bucket; project: members of other projects are strangers. */
void google_bucket_policy_read(const struct json_t *, struct bytes project, struct resource *);
/* Of the project's policy: whether reading of data is logged, too. */
void google_audit_read(const struct json_t *, struct resource *);
/* The body that asks which of the dangerous permissions we have; and those of an answer. */
void google_permissions_ask(struct buffer *body);
void google_permissions_read(const struct json_t *, struct text_list *write);

#endif
