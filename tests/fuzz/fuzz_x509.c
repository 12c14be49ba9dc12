/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates from strangers: what is read lies within the octets, is what the library reads, and is
 * the same when it is read again; a name that is shown is the library's text.
 */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "probes/wire/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
within(struct bytes view, struct bytes whole)
{
	must(view.len == 0 || (view.at >= whole.at && view.at + view.len <= whole.at + whole.len));
}

static void
name_try(struct x509_name name, X509_NAME *library, struct bytes whole)
{
	struct buffer text = { .max = 0 };
	BIO *bio = BIO_new(BIO_s_mem());
	char *at;
	long len;

	within(name.whole, whole);
	X509_NAME_print_ex(bio, library, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &at);
	if (x509_name_put(name, &text))
		must(bytes_equal(bytes_of_buffer(&text), bytes_of(at, len > 0 ? (size_t)len : 0)));
	else
		must(text.len == 0);
	BIO_free(bio);
	buffer_free(&text);
}

static void
names_try(const struct x509 *read)
{
	struct bytes rest = read->names, value;
	size_t count = 0;
	uint8_t tag;

	while (x509_general_next(&rest, &tag, &value)) {
		within(value, read->names);
		count++;
	}
	must(rest.len == 0 && (count > 0) == (read->names.len > 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const unsigned char *at = data;
	struct bytes in = bytes_of(data, len);
	struct x509 read, again;
	X509 *library;

	if (!x509_read(in, &read))
		return 0;
	must(x509_read(in, &again));
	must(read.subject.fold == again.subject.fold && read.usage == again.usage);
	within(read.body, in), within(read.serial, in), within(read.signature, in);
	within(read.spki, in), within(read.point, in), within(read.modulus, in);
	within(read.exponent, in), within(read.subject_key_id, in);
	within(read.authority_key_id, in), within(read.names, in);
	names_try(&read);
	library = d2i_X509(NULL, &at, (long)len);
	must(library != NULL && at == data + len);
	name_try(read.subject, X509_get_subject_name(library), in);
	name_try(read.issuer, X509_get_issuer_name(library), in);
	must((X509_NAME_cmp(X509_get_subject_name(library), X509_get_issuer_name(library)) == 0) <=
	    (read.subject.fold == read.issuer.fold));
	must(X509_get_version(library) == 2);
	must(((X509_get_extension_flags(library) & EXFLAG_CA) != 0) == read.ca);
	must(read.undecided || (X509_get_extension_flags(library) & (EXFLAG_INVALID | EXFLAG_CRITICAL |
	    EXFLAG_PROXY | EXFLAG_NSCERT)) == 0);
	X509_free(library);
	ERR_clear_error();
	return 0;
}
