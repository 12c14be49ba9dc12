/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of a Kubernetes API server's answers: pure functions from JSON to resources.  Shapes:
 * core v1 and authorization.k8s.io/v1 of the API reference; labels of "Well-Known Labels".
 */
#ifndef MONITOR_INVENTORY_KUBERNETES_H
#define MONITOR_INVENTORY_KUBERNETES_H

#include "monitor/inventory/resource.h"

struct json_t;

typedef enum err kubernetes_read(void *, const struct json_t *, struct page *, struct why *);

/* A node's place is that of its labels, under the provider that its providerID names. */
kubernetes_read kubernetes_nodes_read;
/* Volumes with the zone or region of their nodeAffinity; place may be left to the zone's nodes. */
kubernetes_read kubernetes_volumes_read;
/* Services that something outside the cluster reaches. */
kubernetes_read kubernetes_services_read;
/* What the caller may do beyond reading what this reads; false: the server says it is not all. */
bool kubernetes_rules_read(const struct json_t *, struct text_list *write);

#endif
