/* SPDX-License-Identifier: Apache-2.0 */
/* A provider that is the default one with fewer decoders; see tls_library.h. */
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <string.h>

#include "probes/tls_library.h"

enum { DECODERS_MAX = 256 };

static OSSL_PROVIDER *whole;		/* of the library's own context; never unloaded */
static OSSL_ALGORITHM decoder[DECODERS_MAX + 1];

/* Those of SubjectPublicKeyInfo in DER (RFC 5280 4.1.2.7); too many: all of them. */
static const OSSL_ALGORITHM *
decoders(const OSSL_ALGORITHM *all)
{
	size_t count = 0;

	for (const OSSL_ALGORITHM *at = all; at != NULL && at->algorithm_names != NULL; at++) {
		if (strstr(at->property_definition, "structure=SubjectPublicKeyInfo") == NULL ||
		    strstr(at->property_definition, "input=der") == NULL)
			continue;
		if (count == DECODERS_MAX)
			return all;
		decoder[count++] = *at;
	}
	decoder[count] = (OSSL_ALGORITHM){ .algorithm_names = NULL };
	return count > 0 ? decoder : all;
}

static const OSSL_ALGORITHM *
query(void *context, int operation, int *no_cache)
{
	const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(whole, operation, no_cache);

	(void)context;
	return operation == OSSL_OP_DECODER ? decoders(all) : all;
}

static int
capabilities(void *context, const char *name, OSSL_CALLBACK *take, void *arg)
{
	(void)context;
	return OSSL_PROVIDER_get_capabilities(whole, name, take, arg);
}

static int
provider_begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **out,
    void **context)
{
	static const OSSL_DISPATCH table[] = {
		{ OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
		{ OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities },
		{ 0, NULL }
	};

	(void)handle, (void)core;
	*out = table;
	*context = OSSL_PROVIDER_get0_provider_ctx(whole);
	return 1;
}

static OSSL_LIB_CTX *
library_new(void)
{
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();

	whole = OSSL_PROVIDER_load(NULL, "default");
	if (library == NULL || whole == NULL ||
	    OSSL_PROVIDER_add_builtin(library, "sekimori", provider_begin) != 1 ||
	    OSSL_PROVIDER_load(library, "sekimori") == NULL) {
		OSSL_LIB_CTX_free(library);
		library = NULL;
	}
	ERR_clear_error();
	return library;
}

struct ossl_lib_ctx_st *
tls_library(void)
{
	static OSSL_LIB_CTX *library;
	static int tried;

	if (!tried)
		library = library_new();
	tried = 1;
	return library;
}
