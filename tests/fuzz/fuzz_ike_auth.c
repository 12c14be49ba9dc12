/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A responder that says anything after IKE_SA_INIT: the encrypted part and what is inside of it
 * stay within the message, nothing opens that was not made with the keys, and a signature's
 * algorithm is read or refused.  The first octet says which of it the rest goes to.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "attest/signature.h"
#include "probes/ike_keys.h"
#include "probes/ike_signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SUITES = 4, KEYS = 3 };

static struct ike_keys *ours[SUITES], *theirs[SUITES];
static EVP_PKEY *keys[KEYS];

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.len == 0 || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
begin(void)
{
	static const struct ike_transform rows[SUITES][3] = {
		{ { IKE_ENCR, 20, 256 }, { 0, 0, 0 }, { IKE_PRF, 6, 0 } },
		{ { IKE_ENCR, 28, 0 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 12, 256 }, { IKE_INTEG, 14, 0 }, { IKE_PRF, 7, 0 } },
		{ { IKE_ENCR, 12, 128 }, { IKE_INTEG, 12, 0 }, { IKE_PRF, 5, 0 } } };
	static const char x[] = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
	static const char y[] = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
	uint8_t point[2][32], modulus[256];
	struct bytes same = bytes_of("0123456789abcdef0123456789abcdef", 32);

	for (unsigned i = 0; i < SUITES; i++) {
		struct ike_settled settled = { &rows[i][0], rows[i][1].type != 0 ? &rows[i][1] :
		    NULL, &rows[i][2], same, same, same, 1, 2 };

		ours[i] = ike_keys_new(&settled, false);
		theirs[i] = ike_keys_new(&settled, true);
	}
	memset(modulus, 0xc5, sizeof(modulus));
	must(hex_read(x, point[0], 32) == ERR_OK && hex_read(y, point[1], 32) == ERR_OK);
	keys[0] = key_of_point("P-256", bytes_of(point[0], 32), bytes_of(point[1], 32));
	keys[1] = key_of_rsa(bytes_of(modulus, sizeof(modulus)), 65537);
	keys[2] = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, same.at, 32);
	must(ours[SUITES - 1] != NULL && keys[0] != NULL && keys[1] != NULL && keys[2] != NULL);
}

static void
eap(struct bytes in)
{
	struct buffer out = { .max = 64 };
	const char *name = ike_eap_name(in);
	uint8_t first = ike_eap_refuse(in, &out);
	struct ike_auth_said said;

	must((first == 0) == (out.len == 0) && !out.failed && (name == NULL || name[0] != '\0'));
	/* What refuses is an EAP payload, and a response: nothing that is refused again. */
	if (first != 0) {
		must(ike_auth_read(first, bytes_of_buffer(&out), &said, NULL) == ERR_OK);
		must(said.has_eap && said.eap.at[0] == 2 && said.eap.at[1] == in.at[1] &&
		    ((size_t)said.eap.at[2] << 8 | said.eap.at[3]) == said.eap.len);
		must(ike_eap_refuse(said.eap, &out) == 0);
	}
	buffer_free(&out);
}

static void
identity(uint8_t type, struct bytes id)
{
	struct buffer out = { .max = 512 };

	ike_identity_put(type, id, &out);
	must(!out.failed && memchr(buffer_text(&out), '\n', out.len) == NULL);
	buffer_free(&out);
}

static void
payloads(uint8_t first, struct bytes in)
{
	struct why why = { .text = "" };
	struct ike_auth_said said;
	enum err err = ike_auth_read(first, in, &said, NULL);

	if ((first & 7) == 0)	/* the sentence costs more than the rest */
		must(ike_auth_read(first, in, &said, &why) == err &&
		    (err == ERR_OK) == (why.text[0] == '\0'));
	if (err != ERR_OK)
		return;
	inside(in, said.id), inside(in, said.id_whole), inside(in, said.auth), inside(in, said.eap);
	must(said.certificates <= IKE_CERTIFICATES_MAX);
	for (size_t i = 0; i < said.certificates; i++)
		inside(in, said.certificate[i]);
	must(!said.has_auth || (said.auth.len > 0 && said.method != IKE_AUTH_NONE));
	if (said.has_id) {
		must(said.id.len > 0);
		identity(said.id_type, said.id);
	}
	if (said.has_eap)
		eap(said.eap);
}

/* True: it has an encrypted part, all of it within the message and up to its end. */
static bool
sealed_read(struct bytes in, struct ike_sealed *sealed)
{
	struct why why = { .text = "" };
	enum err err = ike_sealed_read(in, sealed, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	if (err != ERR_OK)
		return false;
	inside(in, sealed->content), inside(in, sealed->clear);
	must(sealed->clear.at == in.at && sealed->clear.len + sealed->content.len == in.len);
	must(sealed->fragment <= sealed->fragments && sealed->fragments <= IKE_FRAGMENTS_MAX &&
	    (sealed->fragment == 0) == (sealed->fragments == 0));
	return true;
}

static void
open_any(unsigned suite, struct bytes in)
{
	struct buffer out = { 0 };
	struct ike_sealed sealed;

	if (sealed_read(in, &sealed))
		must(ike_open(ours[suite], &sealed, &out, NULL) != ERR_OK && out.len == 0);
	buffer_free(&out);
}

/* Behind a sound head, as one message or as any fragment of any number. */
static void
open_content(unsigned suite, bool fragment, struct bytes in)
{
	struct buffer out = { 0 };

	ike_sealed_begin(&out, 1, 2, IKE_AUTH, 1, 36, in.len);
	if (fragment)
		out.at[16] = 53;
	buffer_put(&out, in.at, in.len);
	open_any(suite, bytes_of_buffer(&out));
	buffer_free(&out);
}

/* Made with the keys: it opens as it was, and its inside may still be anything. */
static void
open_sound(unsigned suite, uint8_t first, struct bytes in)
{
	struct buffer out = { 0 }, again = { 0 };
	struct ike_sealed sealed;

	ike_seal(theirs[suite], IKE_AUTH, 1, first, in, &out);
	must(sealed_read(bytes_of_buffer(&out), &sealed) && sealed.first == first);
	must(ike_open(ours[suite], &sealed, &again, NULL) == ERR_OK);
	must(bytes_equal(bytes_of_buffer(&again), in));
	payloads(first, bytes_of_buffer(&again));
	buffer_free(&out), buffer_free(&again);
}

static void
signature(unsigned key, uint8_t method, struct bytes in)
{
	struct why why = { .text = "" };
	struct ike_signature seen;
	enum err err = ike_signature_verify(keys[key], method, in, bytes_of_text("signed"), &seen,
	    &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	must(memchr(seen.name, '\0', sizeof(seen.name)) != NULL);
	must(err != ERR_OK || seen.name[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes rest;
	struct ike_sealed sealed;
	uint8_t what, which;

	if (keys[0] == NULL)
		begin();
	if (len < 2)
		return 0;
	what = data[0], which = data[1];
	rest = bytes_of(data + 2, len - 2);
	switch (what % 8) {
	case 0:
		(void)sealed_read(rest, &sealed);
		break;
	case 1:
		payloads(which, rest);
		break;
	case 2:
		eap(rest);
		break;
	case 3:
		identity(which, rest);
		break;
	case 4:
		signature(which % KEYS, IKE_AUTH_SIGNATURE, rest);
		break;
	case 5:
		signature(what / 8 % KEYS, which, rest);
		break;
	case 6:
		if (what & 8)
			open_any(which % SUITES, rest);
		else
			open_content(which % SUITES, (which & 4) != 0, rest);
		break;
	default:
		open_sound(what / 8 % SUITES, which, rest);
		break;
	}
	return 0;
}
