/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of Azure, Google Cloud, OpenStack and Kubernetes: answers in the documented shapes (the
 * token is one that a real Keystone gave) against the canonical lines they must become, what is cut
 * or of another type, and what a hostile API could want of us.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "monitor/inventory/azure.h"
#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/estate.h"
#include "monitor/inventory/google.h"
#include "monitor/inventory/kubernetes.h"
#include "monitor/inventory/openstack.h"
#include "tests/unit/vectors.h"

#define DATA "tests/data/clouds/"

typedef enum err page_reader(void *, const json_t *, struct page *, struct why *);

static struct openstack_from tokyo = { "tokyo", "core" };

static json_t *
json_of(const char *name)
{
	struct buffer text;
	struct why why = { .err = ERR_OK };
	char path[160];
	json_t *root;

	snprintf(path, sizeof(path), DATA "%s.json", name);
	text = vectors_file(path);
	root = cloud_json_read(bytes_of_buffer(&text), &why);
	if (root == NULL)
		fail_msg("%s: %s", path, why.text);
	buffer_free(&text);
	return root;
}

static void
take(struct estate *estate, const char *name, page_reader *read, void *arg, const char *next)
{
	struct page page = { .count = 0 };
	struct why why = { .err = ERR_OK };
	json_t *root = json_of(name);

	if (read(arg, root, &page, &why) != ERR_OK)
		fail_msg("%s: %s", name, why.text);
	assert_string_equal(page.next != NULL ? page.next : "", next);
	estate_take(estate, &page);
	page_free(&page);
	json_decref(root);
}

/* The lines of an estate, edges resolved, against the file that says what they must be. */
static void
expect_lines(struct estate *estate, const char *name)
{
	struct buffer lines = { .max = 0 }, wanted;
	char path[160];

	for (size_t i = 0; i < estate->count; i++)
		resource_line(&lines, &estate->resource[i]);
	snprintf(path, sizeof(path), DATA "%s.lines", name);
	if (getenv("WRITE_LINES") != NULL) {
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		fwrite(lines.at, 1, lines.len, out);
		fclose(out);
	}
	wanted = vectors_file(path);
	assert_string_equal(buffer_text(&lines), buffer_text(&wanted));
	buffer_free(&lines);
	buffer_free(&wanted);
	estate_free(estate);
}

static const struct resource *
by_name(const struct estate *estate, const char *name)
{
	for (size_t i = 0; i < estate->count; i++)
		if (strcmp(resource_text(estate->resource[i].name), name) == 0)
			return &estate->resource[i];
	fail_msg("there is no %s", name);
	return NULL;
}

static void
expect_edge(const struct resource *resource, enum edge_kind kind, const char *from, const char *to)
{
	for (size_t i = 0; i < resource->edges; i++)
		if (resource->edge[i].kind == kind && strcmp(resource->edge[i].from, from) == 0 &&
		    strcmp(resource->edge[i].to, to) == 0)
			return;
	fail_msg("%s has no edge from %s to \"%s\"", resource->name, from, to);
}

/* --- each cloud, as it should be ------------------------------------------------------------ */

static void
test_azure(void **state)
{
	struct resource vault = { .kind = NULL };
	struct estate estate = { .count = 0 };

	(void)state;
	take(&estate, "azure-graph-1", azure_graph_read, NULL, "next-5");
	take(&estate, "azure-graph-2", azure_graph_read, NULL, "");
	resource_set(&vault.place, bytes_of_text("azure/japaneast"));
	take(&estate, "azure-keys", azure_keys_read, &vault, "");
	estate_resolve(&estate);
	assert_string_equal(by_name(&estate, "amf-1")->id, "0a8c5b1e-1111-4222-8333-000000000001");
	assert_string_equal(by_name(&estate, "amf-1")->place, "azure/japaneast");
	expect_edge(by_name(&estate, "subscribers"), EDGE_REPLICATION, "azure/japaneast",
	    "azure/japanwest");
	expect_edge(by_name(&estate, "amf-1-copy"), EDGE_COPY, "azure/japaneast",
	    "azure/southeastasia");
	assert_int_equal(by_name(&estate, "core")->open.count, 1);
	resource_free(&vault);
	expect_lines(&estate, "azure");
}

/* Backups that leave by default, and replicas, of what a carrier keeps its subscribers in. */
static void
test_databases(void **state)
{
	struct estate estate = { .count = 0 };

	(void)state;
	take(&estate, "azure-databases", azure_graph_read, NULL, "");
	estate_resolve(&estate);
	expect_edge(by_name(&estate, "charging"), EDGE_BACKUP, "azure/japaneast",
	    "azure/japanwest");
	assert_int_equal(by_name(&estate, "local")->edges, 0);
	assert_true(by_name(&estate, "local")->edges_known);
	assert_int_equal(by_name(&estate, "udr")->setting[RESOURCE_PUBLIC], SETTING_UNKNOWN);
	expect_edge(by_name(&estate, "udr-far"), EDGE_REPLICATION, "azure/japaneast",
	    "azure/koreacentral");
	expect_edge(by_name(&estate, "udr-far"), EDGE_BACKUP, "azure/koreacentral",
	    "azure/koreasouth");
	expect_lines(&estate, "azure-databases");
	take(&estate, "google-databases", google_databases_read, NULL, "");
	estate_resolve(&estate);
	expect_edge(by_name(&estate, "udr"), EDGE_BACKUP, "google/asia-northeast1",
	    "google/asia-northeast2");
	expect_edge(by_name(&estate, "udr-far"), EDGE_REPLICATION, "google/asia-northeast1",
	    "google/us-central1");
	assert_int_equal(by_name(&estate, "udr")->setting[RESOURCE_PUBLIC], SETTING_NO);
	assert_int_equal(by_name(&estate, "udr-far")->setting[RESOURCE_PUBLIC], SETTING_YES);
	/* Backups are on, and where to is not said. */
	expect_edge(by_name(&estate, "hss"), EDGE_BACKUP, "google/asia-northeast1", "");
	expect_lines(&estate, "google-databases");
}

static void
test_azure_settings(void **state)
{
	struct resource log = { .kind = NULL };
	struct text_list write = { .count = 0 }, roles = { .count = 0 };
	json_t *logging = json_of("azure-logging"), *given = json_of("azure-assignments"),
	    *role = json_of("azure-role-reader");

	(void)state;
	azure_logging_read(logging, &log);
	assert_int_equal(log.setting[RESOURCE_LOGGING], SETTING_YES);
	assert_int_equal(log.edges, 1);
	assert_true(azure_assignments_read(given, &roles));
	assert_int_equal(roles.count, 1);
	json_object_set_new(given, "nextLink", json_string("https://elsewhere/"));
	assert_false(azure_assignments_read(given, &roles));
	assert_true(azure_definition_read(role, &write));
	assert_int_equal(write.all, 0);
	json_array_append_new(cloud_at(json_array_get(cloud_at(role, "properties.permissions"), 0),
	    "actions"), json_string("Microsoft.Compute/virtualMachines/delete"));
	json_array_append_new(cloud_at(json_array_get(cloud_at(role, "properties.permissions"), 0),
	    "dataActions"), json_string("Microsoft.Storage/.../blobs/read"));
	assert_true(azure_definition_read(role, &write));
	assert_int_equal(write.all, 2);
	assert_string_equal(write.text[0], "Reader: Microsoft.Compute/virtualMachines/delete");
	resource_free(&log);
	text_list_free(&write);
	text_list_free(&roles);
	json_decref(logging);
	json_decref(given);
	json_decref(role);
}

static void
test_google(void **state)
{
	struct estate estate = { .count = 0 };

	(void)state;
	take(&estate, "google-machines", google_machines_read, NULL, "");
	take(&estate, "google-volumes", google_volumes_read, NULL, "");
	take(&estate, "google-snapshots", google_snapshots_read, NULL, "");
	take(&estate, "google-firewalls", google_firewalls_read, NULL, "");
	take(&estate, "google-buckets", google_buckets_read, NULL, "");
	take(&estate, "google-sinks", google_sinks_read, NULL, "");
	take(&estate, "google-keys", google_keys_read, NULL, "");
	take(&estate, "google-keys-global", google_keys_read, NULL, "");
	estate_resolve(&estate);
	assert_string_equal(by_name(&estate, "udm-1")->place, "google/asia-northeast2");
	assert_string_equal(by_name(&estate, "udm-1")->zone, "asia-northeast2-b");
	expect_edge(by_name(&estate, "amf-1-night"), EDGE_COPY, "google/asia-northeast1",
	    "google/asia");
	/* A bucket in two regions, which are documented, and one in regions that nobody says. */
	assert_string_equal(estate_find(&estate, "subscribers")->place, "google/asia-northeast1");
	expect_edge(estate_find(&estate, "subscribers"), EDGE_REPLICATION, "google/asia-northeast1",
	    "google/asia-northeast2");
	expect_edge(estate_find(&estate, "charging"), EDGE_REPLICATION, "google/asia", "");
	expect_edge(by_name(&estate, "kept"), EDGE_LOGS, "google/global", "google/asia-northeast1");
	expect_edge(by_name(&estate, "abroad"), EDGE_LOGS, "google/global", "");
	expect_lines(&estate, "google");
}

static void
test_google_access(void **state)
{
	json_t *policy = json_of("google-policy"), *project = json_of("google-project");
	struct resource bucket = { .kind = NULL }, prevented = { .kind = NULL };
	struct bytes own = bytes_of_text("carrier-core");

	(void)state;
	google_bucket_policy_read(policy, own, &bucket);
	assert_int_equal(bucket.setting[RESOURCE_PUBLIC], SETTING_YES);
	assert_int_equal(bucket.shared.count, 0);
	/* Public access prevention is above the policy. */
	prevented.setting[RESOURCE_PUBLIC] = SETTING_NO;
	google_bucket_policy_read(policy, own, &prevented);
	assert_int_equal(prevented.setting[RESOURCE_PUBLIC], SETTING_NO);
	json_array_append_new(cloud_at(json_array_get(cloud_at(policy, "bindings"), 0), "members"),
	    json_string("serviceAccount:x@others.iam.gserviceaccount.com"));
	json_array_append_new(cloud_at(json_array_get(cloud_at(policy, "bindings"), 0), "members"),
	    json_string("serviceAccount:x@carrier-core.iam.gserviceaccount.com"));
	google_bucket_policy_read(policy, own, &bucket);
	assert_int_equal(bucket.shared.count, 1);
	google_audit_read(project, &bucket);
	assert_int_equal(bucket.setting[RESOURCE_LOGGING], SETTING_YES);
	resource_free(&bucket);
	resource_free(&prevented);
	json_decref(policy);
	json_decref(project);
}

static void
test_openstack(void **state)
{
	struct estate estate = { .count = 0 };

	(void)state;
	take(&estate, "openstack-servers", openstack_servers_read, &tokyo,
	    "https://localhost:15001/tokyo/compute/v2.1/servers/detail?limit=2&marker="
	    "b0000000-0000-4000-8000-000000000003");
	take(&estate, "openstack-volumes", openstack_volumes_read, &tokyo, "");
	take(&estate, "openstack-snapshots", openstack_snapshots_read, &tokyo, "");
	take(&estate, "openstack-backups", openstack_backups_read, &tokyo, "");
	take(&estate, "openstack-images", openstack_images_read, &tokyo, "");
	take(&estate, "openstack-rules", openstack_rules_read, &tokyo, "");
	take(&estate, "openstack-containers", openstack_containers_read, &tokyo, "open");
	take(&estate, "openstack-secrets", openstack_secrets_read, &tokyo, "");
	openstack_container_head(bytes_of_text(".r:*,.rlistings"), bytes_of_text(
	    "//realm/osaka/AUTH_x/open"), (struct resource *)(uintptr_t)by_name(&estate, "open"));
	estate_resolve(&estate);
	expect_lines(&estate, "openstack");
}

/* What Debian's Keystone really answered. */
static void
test_keystone(void **state)
{
	struct openstack_token token = { .endpoints = 0 };
	struct why why = { .err = ERR_OK };
	json_t *root = json_of("openstack-token");

	(void)state;
	assert_int_equal(openstack_token_read(root, &token, &why), ERR_OK);
	assert_int_equal(token.endpoints, 13);
	assert_int_equal(token.roles.count, 1);
	assert_true(openstack_role_reads(token.roles.text[0]));
	assert_false(openstack_role_reads("member"));
	assert_string_equal(token.endpoint[1].service, "compute");
	assert_string_equal(token.endpoint[1].region, "tokyo");
	openstack_token_free(&token);
	json_object_del(json_object_get(root, "token"), "catalog");
	assert_int_equal(openstack_token_read(root, &token, &why), ERR_MALFORMED);
	openstack_token_free(&token);
	json_decref(root);
}

static void
test_kubernetes(void **state)
{
	struct text_list write = { .count = 0 };
	struct estate estate = { .count = 0 };
	json_t *rules = json_of("kubernetes-rules"), *more;

	(void)state;
	take(&estate, "kubernetes-nodes", kubernetes_nodes_read, NULL, "");
	take(&estate, "kubernetes-volumes", kubernetes_volumes_read, NULL, "");
	take(&estate, "kubernetes-services", kubernetes_services_read, NULL, "");
	assert_string_equal(by_name(&estate, "worker-1")->place, "aws/ap-northeast-1");
	assert_int_equal(by_name(&estate, "portal")->open.count, 1);
	assert_int_equal(by_name(&estate, "inside")->open.count, 0);
	estate_resolve(&estate);
	expect_lines(&estate, "kubernetes");
	assert_true(kubernetes_rules_read(rules, &write));
	assert_int_equal(write.all, 0);
	more = json_pack("{s:[s,s], s:[s], s:[s]}", "verbs", "get", "list", "apiGroups", "",
	    "resources", "secrets");
	json_array_append_new(cloud_at(rules, "status.resourceRules"), more);
	json_array_append_new(cloud_at(rules, "status.resourceRules"), json_pack(
	    "{s:[s], s:[s], s:[s]}", "verbs", "delete", "apiGroups", "", "resources", "nodes"));
	json_object_set_new(json_object_get(rules, "status"), "incomplete", json_true());
	assert_false(kubernetes_rules_read(rules, &write));
	assert_int_equal(write.all, 2);
	assert_string_equal(write.text[1], "delete nodes");
	text_list_free(&write);
	json_decref(rules);
}

/* --- the assertion -------------------------------------------------------------------------- */

static EVP_PKEY *
key_make(struct buffer *pem)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long len;

	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(out, &text);
	buffer_put(pem, text, (size_t)len);
	BIO_free(out);
	return key;
}

static struct buffer
unbase64url(const char *from, size_t len)
{
	struct buffer text = { .max = 0 }, out = { .max = 0 };

	for (size_t i = 0; i < len; i++)
		buffer_put_u8(&text, from[i] == '-' ? '+' : from[i] == '_' ? '/' :
		    (uint8_t)from[i]);
	while (text.len % 4 != 0)
		buffer_put_u8(&text, '=');
	assert_int_equal(base64_read(bytes_of_buffer(&text), &out), ERR_OK);
	buffer_free(&text);
	return out;
}

/* RFC 7515 section 5.2 and RFC 7523 section 3, by another hand than the one that signed. */
static void
expect_signed(const char *token, EVP_PKEY *key)
{
	const char *first = strchr(token, '.'), *second = strchr(first + 1, '.');
	struct buffer seal = unbase64url(second + 1, strlen(second + 1));
	struct buffer claims = unbase64url(first + 1, (size_t)(second - first - 1));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct why why = { .err = ERR_OK };
	json_t *said = cloud_json_read(bytes_of_buffer(&claims), &why);

	assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestVerify(context, seal.at, seal.len, (const uint8_t *)token,
	    (size_t)(second - token)), 1);
	assert_string_equal(json_string_value(json_object_get(said, "iss")), "eyes@example");
	assert_int_equal(json_integer_value(json_object_get(said, "iat")), 1796000000);
	assert_int_equal(json_integer_value(json_object_get(said, "exp")), 1796003600);
	EVP_MD_CTX_free(context);
	json_decref(said);
	buffer_free(&seal);
	buffer_free(&claims);
}

static void
test_assertion(void **state)
{
	struct buffer pem = { .max = 0 }, made = { .max = 0 };
	EVP_PKEY *key = key_make(&pem);
	struct why why = { .err = ERR_OK };
	struct google_assertion from = { .issuer = bytes_of_text("eyes@example"),
	    .key_id = bytes_of_text("k1"), .scope = bytes_of_text("s"),
	    .audience = bytes_of_text("https://localhost/token"),
	    .key_pem = bytes_of_buffer(&pem), .now_s = 1796000000 };

	(void)state;
	assert_int_equal(google_assertion_make(&from, &made, &why), ERR_OK);
	expect_signed(buffer_text(&made), key);
	buffer_reset(&made);
	from.key_pem = bytes_slice(from.key_pem, 0, from.key_pem.len / 2);
	assert_int_equal(google_assertion_make(&from, &made, &why), ERR_INVALID);
	/* Nothing of the key is in the sentence. */
	assert_null(strstr(why.text, "MII"));
	from.key_pem = bytes_of("", 0);
	assert_int_equal(google_assertion_make(&from, &made, &why), ERR_INVALID);
	EVP_PKEY_free(key);
	buffer_free(&pem);
	buffer_free(&made);
}

/* --- hostile -------------------------------------------------------------------------------- */

static const struct { const char *name; page_reader *read; void *arg; } readers[] = {
	{ "azure-graph-2", azure_graph_read, NULL },
	{ "google-machines", google_machines_read, NULL },
	{ "google-buckets", google_buckets_read, NULL },
	{ "openstack-servers", openstack_servers_read, &tokyo },
	{ "kubernetes-nodes", kubernetes_nodes_read, NULL },
	{ "kubernetes-volumes", kubernetes_volumes_read, NULL },
};

/* Cut anywhere, it is no answer: never a shorter list. */
static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct buffer text;
		char path[160];

		snprintf(path, sizeof(path), DATA "%s.json", readers[i].name);
		text = vectors_file(path);
		for (size_t len = 0; len < text.len - 2; len++) {
			struct why why = { .err = ERR_OK };

			assert_null(cloud_json_read(bytes_of(text.at, len), &why));
			assert_true(why.err == ERR_TRUNCATED || why.err == ERR_MALFORMED);
			assert_true(why.text[0] != '\0');
		}
		buffer_free(&text);
	}
}

/* Each member of an answer replaced by something of another type: said or left out, no crash. */
static void
types_turn(json_t *value, size_t *left)
{
	const char *name;
	json_t *inner;
	void *next;
	size_t i;

	json_object_foreach_safe(value, next, name, inner) {
		if ((*left)-- == 0)
			json_object_set_new(value, name, json_is_string(inner) ?
			    json_pack("[i]", 7) : json_string("?"));
		else
			types_turn(inner, left);
	}
	json_array_foreach(value, i, inner) {
		if ((*left)-- == 0)
			json_array_set_new(value, i, json_integer(7));
		else
			types_turn(inner, left);
	}
}

static void
test_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		for (size_t at = 0; at < 150; at++) {
			struct page page = { .count = 0 };
			struct why why = { .err = ERR_OK };
			json_t *root = json_of(readers[i].name);
			size_t left = at;

			types_turn(root, &left);
			if (readers[i].read(readers[i].arg, root, &page, &why) != ERR_OK)
				assert_true(why.text[0] != '\0');
			page_free(&page);
			json_decref(root);
		}
	}
}

static void
test_bounds(void **state)
{
	struct buffer deep = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)state;
	for (int i = 0; i < 100; i++)
		buffer_put_text(&deep, "[");
	assert_null(cloud_json_read(bytes_of_buffer(&deep), &why));
	assert_int_equal(why.err, ERR_LIMIT);
	assert_null(cloud_json_read(bytes_of_text("{\"a\":1,\"a\":2}"), &why));
	assert_int_equal(why.err, ERR_MALFORMED);
	assert_null(cloud_json_read(bytes_of_text("7"), &why));
	buffer_free(&deep);
}

/* An identifier that becomes part of an address must not be one that leads elsewhere. */
static void
test_object_id(void **state)
{
	char *id = NULL;

	(void)state;
	azure_object_id(bytes_of_text("e30.eyJvaWQiOiJhYmMtMTIzIn0.x"), &id);
	assert_string_equal(id, "abc-123");
	/* {"oid":"a')&x="} */
	azure_object_id(bytes_of_text("e30.eyJvaWQiOiJhJykmeD0ifQ.x"), &id);
	assert_string_equal(id, "");
	azure_object_id(bytes_of_text("nothing"), &id);
	assert_string_equal(id, "");
	azure_object_id(bytes_of_text("e30.***.x"), &id);
	assert_string_equal(id, "");
	free(id);
}

/* Half an aggregated list is said to be half. */
static void
test_partial(void **state)
{
	json_t *root = json_of("google-machines"), *graph = json_of("azure-graph-2");
	struct page page = { .count = 0 };
	struct why why = { .err = ERR_OK };

	(void)state;
	json_object_set_new(root, "unreachables", json_pack("[s]", "zones/asia-northeast1-c"));
	assert_int_equal(google_machines_read(NULL, root, &page, &why), ERR_TRUNCATED);
	assert_int_equal(page.count, 3);
	page_free(&page);
	json_object_set_new(graph, "resultTruncated", json_string("true"));
	assert_int_equal(azure_graph_read(NULL, graph, &page, &why), ERR_TRUNCATED);
	page_free(&page);
	json_decref(root);
	json_decref(graph);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_azure), cmocka_unit_test(test_azure_settings),
		cmocka_unit_test(test_databases),
		cmocka_unit_test(test_google), cmocka_unit_test(test_google_access),
		cmocka_unit_test(test_openstack), cmocka_unit_test(test_keystone),
		cmocka_unit_test(test_kubernetes), cmocka_unit_test(test_assertion),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_types),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_object_id),
		cmocka_unit_test(test_partial),
	};

	json_object_seed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
