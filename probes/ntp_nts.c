/* SPDX-License-Identifier: Apache-2.0 */
/* NTS of one round; see ntp_nts.h. */
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/ntp_nts.h"

static enum err
keys_make(struct nts *nts, const struct tls_session *session)
{
	/* RFC 8915 5.1: protocol 0, algorithm 15, and the direction. */
	uint8_t context[5] = { 0, 0, 0, NTS_AEAD_SIV_256, 0 };

	for (uint8_t way = 0; way < 2; way++) {
		context[4] = way;
		if (!tls_session_export(session, "EXPORTER-network-time-security",
		    bytes_of(context, sizeof(context)), nts->key[way], NTS_KEY_LEN))
			return ERR_IO;
	}
	return ERR_OK;
}

enum err
nts_agree(struct nts *nts, const struct nts_ke *ke, const struct tls_session *session,
    struct why *why)
{
	if (ke->error >= 0)
		return why_set(why, ERR_REFUSED, "the key establishment was refused with error %d",
		    ke->error);
	if (!ke->ntp4 || ke->aead != NTS_AEAD_SIV_256)
		return why_set(why, ERR_UNSUPPORTED, "the key establishment agreed on %s",
		    ke->ntp4 ? "another algorithm than AEAD_AES_SIV_CMAC_256" :
		    "another protocol than NTP version 4");
	if (ke->cookies == 0)
		return why_set(why, ERR_MALFORMED, "the key establishment gave no cookie");
	if (ke->server.len > 0)
		return why_set(why, ERR_MISMATCH, "the key establishment sends to another NTP "
		    "server, %.*s; make a target of it", (int)ke->server.len,
		    (const char *)ke->server.at);
	if (keys_make(nts, session) != ERR_OK)
		return why_set(why, ERR_IO, "no keys could be made from the TLS session");
	buffer_put(&nts->cookie, ke->cookie[0].at, ke->cookie[0].len);
	nts->cookies = ke->cookies;
	nts->port = ke->port;
	return ERR_OK;
}

void
nts_request(struct nts *nts, struct buffer *out)
{
	uint8_t nonce[NTS_NONCE_LEN];
	struct buffer sealed = { .max = 64 };

	random_fill(nts->unique, sizeof(nts->unique));
	random_fill(nonce, sizeof(nonce));
	nts_fields_write(nts->unique, bytes_of_buffer(&nts->cookie), out);
	nts_seal(nts->key[0], bytes_of_buffer(out), bytes_of(nonce, sizeof(nonce)),
	    bytes_of(NULL, 0), &sealed);
	nts_authenticator_write(nonce, bytes_of_buffer(&sealed), out);
	buffer_free(&sealed);
}

enum err
nts_check(const struct nts *nts, struct bytes datagram, const struct ntp_answer *answer,
    struct why *why)
{
	struct nts_answer fields;
	struct buffer plain = { .max = NTS_PLAIN_MAX };
	char kiss[5];
	enum err err;

	if (nts_answer_read(datagram, &fields, why) != ERR_OK)
		return why->err;
	if (!fields.has_unique ||
	    !bytes_equal(fields.unique, bytes_of(nts->unique, NTS_UNIQUE_LEN)))
		return why_set(why, ERR_UNTRUSTED, "the answer does not repeat our identifier");
	if (!fields.has_authenticator && ntp_kiss(answer, kiss))
		return why_set(why, ERR_REFUSED, "the server refused with %s%s", kiss,
		    strcmp(kiss, "NTSN") == 0 ? ": it does not know its own cookie" : "");
	if (!fields.has_authenticator)
		return why_set(why, ERR_UNTRUSTED, "the answer is not authenticated");
	err = nts_open(nts->key[1], fields.covered, fields.nonce, fields.sealed, &plain);
	buffer_free(&plain);
	return err == ERR_OK ? ERR_OK : why_set(why, err,
	    "the answer was not made with the agreed key, or was changed on its way");
}

void
nts_free(struct nts *nts)
{
	memset(nts->key, 0, sizeof(nts->key));
	buffer_free(&nts->cookie);
}
