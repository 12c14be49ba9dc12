/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's HCL report and its runtime data; see azure_hcl_read.h. */
#include <jansson.h>
#include <string.h>

#include "attest/azure_hcl_read.h"

enum { DATA = HCL_HARDWARE + HCL_HARDWARE_LEN, DATA_HEADER = 20, SNP_DATA = 0x50,
	TD_DATA = 128, REPORT_DATA = 64 };

static uint32_t
little(struct bytes octets, size_t at)
{
	return (uint32_t)octets.at[at] | (uint32_t)octets.at[at + 1] << 8 |
	    (uint32_t)octets.at[at + 2] << 16 | (uint32_t)octets.at[at + 3] << 24;
}

enum err
hcl_read(struct bytes in, struct hcl *out, struct why *why)
{
	uint32_t whole, data, json;

	*out = (struct hcl){ .version = 0 };
	if (in.len < DATA + DATA_HEADER || memcmp(in.at, "HCLA", 4) != 0)
		return why_set(why, ERR_MALFORMED, "%zu octets, or they do not begin with HCLA",
		    in.len);
	whole = little(in, 8);
	data = little(in, DATA);
	json = little(in, DATA + 16);
	if (data < DATA_HEADER || data > in.len - DATA || json != data - DATA_HEADER ||
	    json > HCL_JSON_MAX)
		return why_set(why, ERR_MALFORMED, "lengths %u and %u of the runtime data in %zu "
		    "octets", data, json, in.len);
	if (whole != DATA + data)
		return why_set(why, ERR_MALFORMED, "the report says it has %u octets, its parts "
		    "have %u", whole, DATA + data);
	for (size_t i = whole; i < in.len; i++)
		if (in.at[i] != 0)
			return why_set(why, ERR_MALFORMED, "octets behind it that are not zero");
	out->version = little(in, 4);
	out->kind = little(in, DATA + 8);
	out->hash = little(in, DATA + 12);
	out->hardware = bytes_slice(in, HCL_HARDWARE, HCL_HARDWARE_LEN);
	out->json = bytes_slice(in, DATA + DATA_HEADER, json);
	if (out->kind == HCL_SNP || out->kind == HCL_TDX)
		out->report_data = bytes_slice(out->hardware,
		    out->kind == HCL_SNP ? SNP_DATA : TD_DATA, REPORT_DATA);
	return ERR_OK;
}

/* --- runtime data ------------------------------------------------------------------------- */

/* base64url without padding (RFC 7515, 2). */
static bool
url_read(const char *text, uint8_t *out, size_t size, size_t *len)
{
	struct buffer padded = { .max = 4 * HCL_MODULUS_MAX }, octets = { .max = 0 };
	bool good;

	for (; *text != '\0'; text++) {
		if (*text == '+' || *text == '/' || *text == '=') {
			buffer_free(&padded);
			return false;
		}
		buffer_put_u8(&padded, (uint8_t)(*text == '-' ? '+' : *text == '_' ? '/' : *text));
	}
	while (padded.len % 4 != 0 && !padded.failed)
		buffer_put_u8(&padded, '=');
	good = !padded.failed && base64_read(bytes_of_buffer(&padded), &octets) == ERR_OK &&
	    octets.len > 0 && octets.len <= size;
	if (good) {
		memcpy(out, octets.at, octets.len);
		*len = octets.len;
	}
	buffer_free(&padded);
	buffer_free(&octets);
	return good;
}

static bool
key_read(const json_t *key, struct hcl_runtime *out)
{
	const char *kind = json_string_value(json_object_get(key, "kty"));
	const char *n = json_string_value(json_object_get(key, "n"));
	const char *e = json_string_value(json_object_get(key, "e"));
	uint8_t exponent[8];
	size_t len;

	if (kind == NULL || strcmp(kind, "RSA") != 0 || n == NULL || e == NULL ||
	    !url_read(n, out->modulus, sizeof(out->modulus), &out->modulus_len) ||
	    !url_read(e, exponent, sizeof(exponent), &len))
		return false;
	out->exponent = 0;
	for (size_t i = 0; i < len; i++)
		out->exponent = out->exponent << 8 | exponent[i];
	return true;
}

static enum err
keys_read(const json_t *keys, struct hcl_runtime *out, struct why *why)
{
	size_t found = 0;

	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *key = json_array_get(keys, i);
		const char *id = json_string_value(json_object_get(key, "kid"));

		if (id == NULL || strcmp(id, "HCLAkPub") != 0)
			continue;
		if (found++ > 0)
			return why_set(why, ERR_MALFORMED, "HCLAkPub is there twice");
		if (!key_read(key, out))
			return why_set(why, ERR_MALFORMED, "HCLAkPub is no RSA key");
	}
	return found == 1 ? ERR_OK : why_set(why, ERR_MALFORMED, "no key HCLAkPub");
}

static void
configuration_read(const json_t *configuration, struct hcl_runtime *out)
{
	const json_t *console = json_object_get(configuration, "console-enabled");
	const char *id = json_string_value(json_object_get(configuration, "vmUniqueId"));

	out->secure_boot = json_is_true(json_object_get(configuration, "secure-boot"));
	out->tpm = json_is_true(json_object_get(configuration, "tpm-enabled"));
	out->console = json_is_true(console);
	out->console_said = json_is_boolean(console);
	if (id != NULL && strlen(id) < sizeof(out->vm_id))
		memcpy(out->vm_id, id, strlen(id) + 1);
}

enum err
hcl_runtime_read(struct bytes json, struct hcl_runtime *out, struct why *why)
{
	json_t *root = json.len > HCL_JSON_MAX ? NULL : json_loadb((const char *)json.at, json.len,
	    JSON_REJECT_DUPLICATES, NULL);
	enum err err;

	*out = (struct hcl_runtime){ .exponent = 0 };
	if (!json_is_object(root)) {
		json_decref(root);
		return why_set(why, ERR_MALFORMED, "%s", json.len > HCL_JSON_MAX ? "too long" :
		    "no JSON object");
	}
	err = keys_read(json_object_get(root, "keys"), out, why);
	configuration_read(json_object_get(root, "vm-configuration"), out);
	json_decref(root);
	return err;
}
