/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of OpenStack's answers: pure functions from JSON to resources.  Shapes: Identity v3,
 * Compute 2.1, Block Storage 3, Image 2, Networking 2.0, Object Store 1, Key Manager 1 of the API
 * reference.
 */
#ifndef MONITOR_INVENTORY_OPENSTACK_H
#define MONITOR_INVENTORY_OPENSTACK_H

#include "monitor/inventory/resource.h"

struct json_t;

enum { OPENSTACK_ENDPOINT_MAX = 256 };	/* of all services and regions */

/* What a token says: public endpoints by service and region, whose it is, what it may do. */
struct openstack_endpoint { char *service, *region, *url; };
struct openstack_token {
	struct openstack_endpoint endpoint[OPENSTACK_ENDPOINT_MAX];
	size_t           endpoints;
	char            *project;
	struct text_list roles;
};

MUST_USE enum err openstack_token_read(const struct json_t *, struct openstack_token *,
    struct why *);
void openstack_token_free(struct openstack_token *);
/* The body of POST /v3/auth/tokens; false: members are lacking, and why names them. */
bool openstack_login(const struct json_t *credential, struct buffer *body, struct why *);
/* A role that only reads, by the names that OpenStack gives its own. */
bool openstack_role_reads(const char *role);

/* Where an answer comes from: the endpoint's region, which resources do not say themselves. */
struct openstack_from { const char *region, *owner; };

typedef enum err openstack_read(void *from, const struct json_t *, struct page *, struct why *);
openstack_read openstack_servers_read, openstack_volumes_read, openstack_snapshots_read;
openstack_read openstack_backups_read, openstack_images_read, openstack_rules_read;
openstack_read openstack_secrets_read;
/* Swift gives an array; its containers' headers say who may read one and where it is copied. */
openstack_read openstack_containers_read;
void openstack_container_head(struct bytes read_acl, struct bytes sync_to, struct resource *);

#endif
