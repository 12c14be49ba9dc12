/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Nitro Secure Module of an AWS Nitro Enclave: CBOR through one ioctl (linux/nsm.h of Linux
 * 6.8, which Debian 12 does not have).  Not tried on such hardware yet.
 */
#include <errno.h>
#include <linux/ioctl.h>
#include <string.h>
#include <sys/ioctl.h>

#include "monitor/base/cbor.h"
#include "monitor/witness/witness.h"

enum { REQUEST_OCTETS = 0x1000, RESPONSE_OCTETS = 0x3000, PUBLIC_KEY_MAX = 1024, ERROR_MAX = 40 };

struct nsm_piece { uint64_t at, len; };
struct nsm_raw { struct nsm_piece request, response; };
#define NSM_RAW _IOWR(0x0a, 0x0, struct nsm_raw)

/* The key itself goes in, where it fits: then it is the attested key (B2). */
void
nsm_request_write(struct buffer *out, const struct asked *asked)
{
	cbor_put_map(out, 1);
	cbor_put_cstr(out, "Attestation");
	cbor_put_map(out, 3);
	cbor_put_cstr(out, "user_data");
	cbor_put_null(out);
	cbor_put_cstr(out, "nonce");
	cbor_put_bytes(out, hash_bytes(&asked->challenge));
	cbor_put_cstr(out, "public_key");
	if (asked->spki.len > 0 && asked->spki.len <= PUBLIC_KEY_MAX)
		cbor_put_bytes(out, asked->spki);
	else
		cbor_put_null(out);
}

/* What stands behind the answer is the rest of the buffer. */
enum err
nsm_response_read(struct bytes octets, struct bytes *document, struct why *why)
{
	struct cbor in = cbor_of(octets, false);
	struct bytes word;

	if (cbor_map(&in) != 1)
		return why_set(why, ERR_MALFORMED, "the Nitro Secure Module answers with something "
		    "unknown");
	word = cbor_text(&in);
	if (bytes_equal(word, bytes_of_text("Error"))) {
		word = cbor_text(&in);
		return why_set(why, ERR_REFUSED, "the Nitro Secure Module refuses: %.*s",
		    (int)(word.len < ERROR_MAX ? word.len : ERROR_MAX), (const char *)word.at);
	}
	if (!bytes_equal(word, bytes_of_text("Attestation")) || cbor_map(&in) != 1 ||
	    !bytes_equal(cbor_text(&in), bytes_of_text("document")))
		return why_set(why, ERR_MALFORMED, "the Nitro Secure Module answers another "
		    "question");
	*document = cbor_bytes(&in);
	return in.err == ERR_OK && document->len > 0 ? ERR_OK :
	    why_set(why, ERR_MALFORMED, "the Nitro Secure Module answers without a document");
}

enum err
nsm_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	static uint8_t response[RESPONSE_OCTETS];
	struct buffer request = { .max = REQUEST_OCTETS }, *piece;
	struct bytes document = { .len = 0 };
	struct nsm_raw raw;
	enum err err;
	int done;

	if (w->nsm < 0)
		return why_set(why, ERR_NOT_FOUND, "no /dev/nsm: this is no Nitro Enclave, or the "
		    "witness was not told to ask it (--nsm)");
	nsm_request_write(&request, asked);
	memset(response, 0, sizeof(response));
	raw = (struct nsm_raw){ { (uintptr_t)request.at, request.len },
		{ (uintptr_t)response, sizeof(response) } };
	done = ioctl(w->nsm, NSM_RAW, &raw);
	buffer_free(&request);
	if (done != 0)
		return why_set(why, ERR_IO, "/dev/nsm fails: %s%s", strerror(errno),
		    errno == EPERM ? "; its driver wants CAP_SYS_ADMIN" : "");
	err = nsm_response_read(bytes_of(response, sizeof(response)), &document, why);
	piece = err == ERR_OK ? evidence_add(out, "document") : NULL;
	if (piece != NULL)
		buffer_put(piece, document.at, document.len);
	return err;
}
