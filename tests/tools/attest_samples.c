/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence laid out in files, as an engineer has it in front of him, for tests/attest.sh: the
 * published cases of expect.json whose sample is one document of many parts, and simulated makers
 * where no published sample is good (or none may be copied).
 *
 * usage: attest_samples DIR NAME...   in the root of the tree
 * Each goes into DIR/NAME: one file for each role, "files" with ROLE=FILE of each, "nonce" in hex if
 * it was asked with one, "root.SECTION" with the pin of a simulated maker's root for that section.
 * Exit code 77: a sample that may not be copied here is not at hand.
 */
#include <sys/stat.h>

/* The published samples' way into dossiers is that of their test. */
int cases_main(void);
#define main cases_main
#include "tests/unit/test_attest_cases.c"
#undef main

#include "tests/unit/cloud_lab.h"
#include "tests/unit/csr_world.h"
#include "tests/unit/pkix_world.h"

enum { EXIT_MISSING = 77 };

static void
file_put(const char *folder, const char *name, struct bytes octets)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(octets.at, 1, octets.len, file) != octets.len ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

/* root: a simulated maker's, for a section of the policy; NULL: the published ones. */
static void
laid_out(const char *folder, const struct dossier *dossier, const char *section, X509 *root)
{
	struct buffer files = { .max = 0 };
	char name[64], pin[HASH_TEXT + 16], hex[2 * NONCE_MAX + 1];

	if (mkdir(folder, 0777) != 0) {
		perror(folder);
		exit(1);
	}
	for (size_t i = 0; i < dossier->count; i++) {
		const struct item *item = &dossier->item[i];

		snprintf(name, sizeof(name), "%s.%zu", item->role, i);
		file_put(folder, name, item->octets);
		buffer_print(&files, "%s=%s/%s\n", item->role, folder, name);
	}
	file_put(folder, "files", bytes_of_buffer(&files));
	if (root != NULL) {
		snprintf(name, sizeof(name), "root.%s", section);
		hash_text(certificate_hash(root), hex);
		snprintf(pin, sizeof(pin), "\"sha256:%.64s\"", hex);
		file_put(folder, name, bytes_of_text(pin));
	}
	if (dossier->nonce.len > 0) {
		hex_of(dossier->nonce, hex);
		file_put(folder, "nonce", bytes_of_text(hex));
	}
	buffer_free(&files);
}

/* --- published ---------------------------------------------------------------------------- */

static bool
published(const char *folder, const char *id)
{
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *one = json_array_get(cases, i);
		struct attest_case *c;
		bool missing;

		if (strcmp(json_string_value(json_object_get(one, "id")), id) != 0)
			continue;
		c = memory_new(1, sizeof(*c));
		c->args = one;
		c->tamper = json_object_get(one, "tamper");
		convert(c, json_string_value(json_object_get(one, "check")));
		missing = c->missing;
		if (!missing)
			laid_out(folder, &c->dossier, NULL, NULL);
		for (size_t f = 0; f < CASE_FILES; f++)
			buffer_free(&c->file[f]);
		buffer_free(&c->policy);
		free(c);
		if (missing)
			exit(EXIT_MISSING);
		return true;
	}
	return false;
}

/* --- simulated ---------------------------------------------------------------------------- */

static void
request(const char *folder, enum wrong wrong)
{
	struct lab lab;
	struct dossier dossier = { .nonce = bytes_of_text("nonce") };

	lab_make(&lab, wrong);
	dossier_put(&dossier, "request", bytes_of_buffer(&lab.request));
	laid_out(folder, &dossier, "tpm-certify", lab.sealer.root);
	lab_free(&lab);
}

static void
request_good(const char *folder)
{
	request(folder, RIGHT);
}

static void
request_exportable(const char *folder)
{
	request(folder, EXPORTABLE);
}

static void
evidence(const char *folder, const struct how *how)
{
	struct module m = module_new();
	struct world *w = world_new();
	struct buffer octets = { .max = 0 };

	evidence_put(&octets, &m, how);
	world_put(w, "statement", bytes_of_buffer(&octets));
	world_put_certificate(w, "certificates", m.root);
	w->dossier.nonce = bytes_of(our_nonce, sizeof(our_nonce));
	laid_out(folder, &w->dossier, "pkix-evidence", m.root);
	buffer_free(&octets);
	world_free(w);
	module_free(&m);
}

static void
evidence_good(const char *folder)
{
	evidence(folder, &(struct how){ .arc = NULL });
}

static void
evidence_debug(const char *folder)
{
	evidence(folder, &(struct how){ .debug = true });
}

static void
instance(const char *folder, const char *region)
{
	static const char text[] = "{\"nonce\":\"0123456789\",\"vmId\":\"vm-1\",\"sku\":\"core\","
	    "\"subscriptionId\":\"sub-1\",\"timeStamp\":{\"createdOn\":\"11/18/26 09:00:00 -0000\","
	    "\"expiresOn\":\"11/18/26 15:00:00 -0000\"}}";
	struct buffer document = { .max = 0 }, pem = { .max = 0 };
	struct dossier dossier = { .nonce = bytes_of_text("0123456789") };
	struct cloud cloud;
	char names[128];

	snprintf(names, sizeof(names), "DNS:metadata.azure.com,DNS:%s.metadata.azure.com", region);
	cloud = cloud_make(names, CLOUD_AT_S - CLOUD_DAY_S, CLOUD_AT_S + CLOUD_DAY_S);
	cloud_sign(&cloud, text, EVP_sha256(), 0, false, &document);
	cloud_pem(cloud.root, &pem);
	dossier_put(&dossier, "document", bytes_of_buffer(&document));
	dossier_put(&dossier, "certificates", bytes_of_buffer(&pem));
	laid_out(folder, &dossier, "azure-attested-data", cloud.root);
	buffer_free(&document);
	buffer_free(&pem);
	cloud_free(&cloud);
}

static void
instance_tokyo(const char *folder)
{
	instance(folder, "japaneast");
}

static void
instance_abroad(const char *folder)
{
	instance(folder, "koreacentral");
}

static const struct { const char *name; void (*make)(const char *folder); } simulated[] = {
	{ "csr", request_good }, { "csr-exportable", request_exportable },
	{ "pkix", evidence_good }, { "pkix-debug", evidence_debug },
	{ "azure-tokyo", instance_tokyo }, { "azure-abroad", instance_abroad },
};

static bool
made(const char *folder, const char *name)
{
	for (size_t i = 0; i < sizeof(simulated) / sizeof(simulated[0]); i++)
		if (strcmp(simulated[i].name, name) == 0) {
			simulated[i].make(folder);
			return true;
		}
	return false;
}

int
main(int argc, char **argv)
{
	json_t *root = json_load_file("tests/data/attest/expect.json", JSON_REJECT_DUPLICATES,
	    NULL);
	char folder[256];

	cases = json_object_get(root, "cases");
	if (argc < 3 || json_array_size(cases) == 0) {
		fprintf(stderr, "usage: attest_samples DIR NAME..., in the root of the tree\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		snprintf(folder, sizeof(folder), "%s/%s", argv[1], argv[i]);
		if (!made(folder, argv[i]) && !published(folder, argv[i])) {
			fprintf(stderr, "attest_samples: there is no sample \"%s\"\n", argv[i]);
			return 2;
		}
	}
	json_decref(root);
	return 0;
}
