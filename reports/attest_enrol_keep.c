/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolments between challenge and answer, as JSON; see attest_enrol_keep.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/attest_enrol_keep.h"

enum { KEEP_MAX = 16 << 10, KEEP_MODE = 0600, NAME_MIN = 2 + 32 };

static void
put_hex(json_t *out, const char *name, struct bytes octets)
{
	char hex[2 * TPM_NAME_MAX + 1];

	hex_of(octets, hex);
	json_object_set_new(out, name, json_string(hex));
	explicit_bzero(hex, sizeof(hex));
}

enum err
enrolment_keep(const char *path, const struct enrolment *it, struct why *why)
{
	json_t *out = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I}", "sekimori", "attest enrol", "maker",
	    it->maker, "model", it->model, "version", it->version, "certificate_until_s",
	    (json_int_t)it->until_s, "challenged_ms", (json_int_t)it->made_ms);
	char *text;
	enum err err;

	put_hex(out, "certificate", hash_bytes(&it->certificate));
	put_hex(out, "ak", tpm_name_bytes(&it->ak));
	if (it->answered_ms != 0)
		json_object_set_new(out, "answered_ms", json_integer(it->answered_ms));
	else
		put_hex(out, "secret", bytes_of(it->secret, sizeof(it->secret)));
	text = json_dumps(out, JSON_INDENT(2));
	json_decref(out);
	if (text == NULL)
		return why_set(why, ERR_IO, _("%.200s cannot be written"), path);
	err = file_write(path, bytes_of_text(text), KEEP_MODE, why);
	explicit_bzero(text, strlen(text));
	free(text);
	return err;
}

static bool
take_hex(const json_t *in, const char *name, uint8_t *out, size_t len)
{
	const char *text = json_string_value(json_object_get(in, name));

	return text != NULL && strlen(text) == 2 * len && hex_read(text, out, len) == ERR_OK;
}

static bool
take_text(const json_t *in, const char *name, char out[TPM_EK_TEXT])
{
	const char *text = json_string_value(json_object_get(in, name));

	if (text == NULL || strlen(text) >= TPM_EK_TEXT || strpbrk(text, "\"\\\n\r") != NULL)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool
take(const json_t *in, struct enrolment *it)
{
	const char *tag = json_string_value(json_object_get(in, "sekimori"));
	const char *name = json_string_value(json_object_get(in, "ak"));

	it->ak.len = name != NULL ? strlen(name) / 2 : 0;
	it->until_s = json_integer_value(json_object_get(in, "certificate_until_s"));
	it->made_ms = json_integer_value(json_object_get(in, "challenged_ms"));
	it->answered_ms = json_integer_value(json_object_get(in, "answered_ms"));
	return tag != NULL && strcmp(tag, "attest enrol") == 0 && it->ak.len >= NAME_MIN &&
	    it->ak.len <= TPM_NAME_MAX && take_hex(in, "ak", it->ak.at, it->ak.len) &&
	    take_hex(in, "certificate", it->certificate.at, HASH_LEN) &&
	    take_text(in, "maker", it->maker) && take_text(in, "model", it->model) &&
	    take_text(in, "version", it->version) && (it->answered_ms != 0 ||
	    take_hex(in, "secret", it->secret, sizeof(it->secret)));
}

enum err
enrolment_read(const char *path, struct enrolment *it, struct why *why)
{
	struct buffer text = { .max = KEEP_MAX };
	json_t *in = NULL;
	enum err err = file_secret(path, why);

	*it = (struct enrolment){ .answered_ms = 0 };
	if (err == ERR_OK)
		err = file_read(path, KEEP_MAX, &text, why);
	if (err == ERR_OK) {
		in = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
		if (in == NULL || !take(in, it))
			err = why_set(why, ERR_INVALID, _("%.200s is no file that \"sekimori "
			    "attest enrol --keep\" wrote with a challenge"), path);
	}
	json_decref(in);
	if (text.at != NULL)
		explicit_bzero(text.at, text.len);
	buffer_free(&text);
	return err;
}
