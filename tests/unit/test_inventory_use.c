/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the APIs of three clouds say of how a machine computes, in the documented shapes: said, said
 * to be off, left out, of another type or a word nobody knows.  What is not said stays unknown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "monitor/inventory/aws.h"
#include "monitor/inventory/azure.h"
#include "monitor/inventory/google.h"

#define EC2(inner) "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>" \
	"<placement><availabilityZone>ap-northeast-1a</availabilityZone></placement>" inner "</item></instancesSet></item>" \
	"</reservationSet></DescribeInstancesResponse>"
#define CPU(word) "<cpuOptions><coreCount>2</coreCount><threadsPerCore>1</threadsPerCore><amdSevSnp>" word "</amdSevSnp></cpuOptions>"
#define NO_CPU "<cpuOptions><coreCount>2</coreCount></cpuOptions>"
#define BOX(word) "<enclaveOptions><enabled>" word "</enabled></enclaveOptions>"
#define TPM "<tpmSupport>v2.0</tpmSupport>"

static const struct { const char *xml, *in_use; } of_aws[] = {
	{ EC2(""), "" },
	{ EC2(NO_CPU BOX("false")), "" },
	{ EC2(NO_CPU BOX("false") TPM), "" },
	{ EC2(CPU("enabled") BOX("false")), "confidential-vm" },
	{ EC2(CPU("enabled") BOX("true")), "confidential-vm" },
	{ EC2(CPU("disabled") BOX("false")), "none" },
	{ EC2(CPU("disabled") BOX("false") TPM), "measured-boot" },
	{ EC2(CPU("disabled") BOX("true")), "enclave" },
	{ EC2(NO_CPU BOX("true")), "enclave" },
	{ EC2(CPU("") BOX("")), "" },
	{ EC2(CPU("ENABLED") BOX("perhaps")), "" },
	{ EC2("<cpuOptions><x><amdSevSnp>enabled</amdSevSnp></x></cpuOptions>"), "" },
};

#define ROW(inner) "{\"data\":[{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m\"," \
	"\"name\":\"m\",\"type\":\"microsoft.compute/virtualmachines\",\"location\":\"japaneast\",\"properties\":{\"vmId\":\"v\"" \
	inner "}}]}"
#define KIND(type, vtpm) ",\"securityProfile\":{\"securityType\":" type ",\"uefiSettings\":{\"vTpmEnabled\":" vtpm "}}"

static const struct { const char *json, *in_use; } of_azure[] = {
	{ ROW(""), "" },
	{ ROW(",\"securityProfile\":{\"encryptionAtHost\":true}"), "" },
	{ ROW(KIND("\"ConfidentialVM\"", "true")), "confidential-vm" },
	{ ROW(KIND("\"TrustedLaunch\"", "true")), "measured-boot" },
	{ ROW(KIND("\"TrustedLaunch\"", "false")), "none" },
	{ ROW(KIND("\"Standard\"", "false")), "none" },
	{ ROW(KIND("\"SomethingNew\"", "true")), "" },
	{ ROW(KIND("true", "true")), "" },
	{ ROW(",\"securityProfile\":\"ConfidentialVM\""), "" },
};

#define GCE(inner) "{\"items\":{\"zones/asia-northeast1-a\":{\"instances\":[{\"id\":\"1\",\"name\":\"m\"," \
	"\"zone\":\"https://www.googleapis.com/compute/v1/projects/p/zones/asia-northeast1-a\",\"status\":\"RUNNING\"" inner \
	",\"selfLink\":\"https://www.googleapis.com/compute/v1/projects/p/zones/asia-northeast1-a/instances/m\"}]}}}"
#define CONF(inner) ",\"confidentialInstanceConfig\":{" inner "}"
#define SHIELD ",\"shieldedInstanceConfig\":{\"enableVtpm\":true,\"enableIntegrityMonitoring\":true}"

static const struct { const char *json, *in_use; } of_google[] = {
	{ GCE(""), "" },
	{ GCE(SHIELD), "" },
	{ GCE(CONF("\"enableConfidentialCompute\":true")), "confidential-vm" },
	{ GCE(CONF("\"confidentialInstanceType\":\"TDX\"")), "confidential-vm" },
	{ GCE(CONF("\"enableConfidentialCompute\":false,\"confidentialInstanceType\":\"SEV_SNP\"")), "confidential-vm" },
	{ GCE(CONF("\"confidentialInstanceType\":\"CONFIDENTIAL_INSTANCE_TYPE_UNSPECIFIED\"")), "" },
	{ GCE(CONF("\"enableConfidentialCompute\":false") SHIELD), "measured-boot" },
	{ GCE(CONF("\"enableConfidentialCompute\":false")), "none" },
	{ GCE(CONF("\"enableConfidentialCompute\":\"true\"")), "" },
	{ GCE(",\"confidentialInstanceConfig\":true"), "" },
};

static void
says(const struct page *page, const char *text, const char *in_use)
{
	if (page->count != 1)
		fail_msg("%zu machines in %s", page->count, text);
	if (strcmp(resource_text(page->resource[0].in_use), in_use) != 0)
		fail_msg("\"%s\", not \"%s\": %s", resource_text(page->resource[0].in_use), in_use, text);
}

static void
aws(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(of_aws) / sizeof(of_aws[0]); i++) {
		struct page page = { .count = 0 };
		struct why why = { .text = "" };

		if (aws_instances_read(bytes_of_text(of_aws[i].xml), "ap-northeast-1", &page, &why) != ERR_OK)
			fail_msg("%s: %s", of_aws[i].xml, why.text);
		says(&page, of_aws[i].xml, of_aws[i].in_use);
		page_free(&page);
	}
}

static void
json_says(const char *text, const char *in_use, enum err (*read)(void *, const json_t *, struct page *,
    struct why *))
{
	struct page page = { .count = 0 };
	struct why why = { .text = "" };
	json_t *root = json_loads(text, 0, NULL);

	assert_non_null(root);
	if (read(NULL, root, &page, &why) != ERR_OK)
		fail_msg("%s: %s", text, why.text);
	says(&page, text, in_use);
	page_free(&page);
	json_decref(root);
}

static void
azure(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(of_azure) / sizeof(of_azure[0]); i++)
		json_says(of_azure[i].json, of_azure[i].in_use, azure_graph_read);
}

static void
google(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(of_google) / sizeof(of_google[0]); i++)
		json_says(of_google[i].json, of_google[i].in_use, google_machines_read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aws), cmocka_unit_test(azure), cmocka_unit_test(google),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
