/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS#11 URIs (RFC 7512): what is taken says module, token and key, ends within its arrays, and
 * never holds a PIN; what is refused has a sentence that does not repeat one.
 */
#include <stdlib.h>
#include <string.h>

#include "reports/seal_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = memory_new(len + 8, 1);
	struct why why = { .err = ERR_OK };
	struct seal_uri uri;
	enum err err;

	memcpy(text, "pkcs11:", 7);
	memcpy(text + 7, data, len);
	err = seal_uri_read(text, &uri, &why);
	if (memchr(uri.module, 0, sizeof(uri.module)) == NULL ||
	    memchr(uri.pin, 0, sizeof(uri.pin)) == NULL ||
	    memchr(uri.token, 0, sizeof(uri.token)) == NULL ||
	    memchr(uri.serial, 0, sizeof(uri.serial)) == NULL ||
	    memchr(uri.object, 0, sizeof(uri.object)) == NULL || uri.id_len > sizeof(uri.id))
		abort();
	if (err == ERR_OK ? uri.module[0] != '/' || (uri.pin[0] != '\0' && uri.pin[0] != '/') ||
	    (uri.token[0] == '\0' && uri.serial[0] == '\0') ||
	    (uri.object[0] == '\0' && uri.id_len == 0) : why.text[0] == '\0')
		abort();
	free(text);
	return 0;
}
