/* SPDX-License-Identifier: Apache-2.0 */
/* One transfer; what libcurl may not do is in narrow.c. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/fetch/narrow.h"
#include "monitor/fetch/transfer.h"

enum { TOKEN_MAX = 4096 };

static size_t
on_answer(char *at, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	buffer_put(&transfer->answer, at, size * count);
	return transfer->answer.failed ? 0 : size * count;	/* short: CURLE_WRITE_ERROR */
}

/* A token goes into a header line: anything but visible ASCII could end the line. */
static enum err
put_bearer(struct transfer *transfer, struct bytes secret, struct why *why)
{
	struct buffer line = { .max = TOKEN_MAX + 64 };
	struct curl_slist *longer;

	while (secret.len > 0 && (secret.at[secret.len - 1] == '\n' ||
	    secret.at[secret.len - 1] == '\r'))
		secret.len--;
	if (secret.len == 0 || secret.len > TOKEN_MAX)
		return why_set(why, ERR_INVALID,
		    "the channel's secret file is empty, not handed over "
		    "or longer than %d octets", TOKEN_MAX);
	for (size_t i = 0; i < secret.len; i++)
		if (secret.at[i] <= ' ' || secret.at[i] > '~')
			return why_set(why, ERR_INVALID,
			    "the channel's secret file holds more than one "
			    "line of visible ASCII; keep only the token in it");
	buffer_put_text(&line, "Authorization: Bearer ");
	buffer_put(&line, secret.at, secret.len);
	longer = curl_slist_append(transfer->header, buffer_text(&line));
	explicit_bzero(line.at, line.cap);
	buffer_free(&line);
	if (longer == NULL)
		return why_set(why, ERR_IO, "no memory for a header");
	transfer->header = longer;
	return ERR_OK;
}

static enum err
put_headers(struct transfer *transfer, const struct fetch_request *request, struct bytes secret,
    struct why *why)
{
	struct buffer line = { .max = 300 };
	struct curl_slist *longer;

	for (size_t i = 0; i < request->content_type.len; i++)
		if (request->content_type.at[i] < ' ' || request->content_type.at[i] > '~')
			return why_set(why, ERR_MALFORMED, "the content type is not visible ASCII");
	buffer_put_text(&line, "Content-Type: ");
	buffer_put(&line, request->content_type.at, request->content_type.len);
	if (line.failed)
		return why_set(why, ERR_LIMIT, "the content type is too long");
	if (request->content_type.len > 0) {
		longer = curl_slist_append(transfer->header, buffer_text(&line));
		transfer->header = longer != NULL ? longer : transfer->header;
	}
	buffer_free(&line);
	longer = curl_slist_append(transfer->header, "Expect:");
	transfer->header = longer != NULL ? longer : transfer->header;
	return request->secret.len > 0 ? put_bearer(transfer, secret, why) : ERR_OK;
}

static bool
put_content(struct transfer *transfer, const struct fetch_request *request, struct bytes trust_pem)
{
	CURL *easy = transfer->easy;
	struct curl_blob roots = { .data = (void *)(uintptr_t)trust_pem.at, .len = trust_pem.len,
	    .flags = CURL_BLOB_COPY };
	bool ok = true;

	buffer_put(&transfer->url, request->url.at, request->url.len);
	buffer_put(&transfer->body, request->body.at, request->body.len);
	ok &= curl_easy_setopt(easy, CURLOPT_URL, buffer_text(&transfer->url)) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->header) == CURLE_OK;
	if (request->post) {
		ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)transfer->body.len) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		    buffer_text(&transfer->body)) == CURLE_OK;
	}
	if (request->trust.len > 0)
		ok &= curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &roots) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK;
	return ok;
}

enum err
transfer_make(const struct fetch_request *request, struct bytes trust_pem, struct bytes secret,
    struct transfer **out, struct why *why)
{
	struct transfer *transfer = memory_new(1, sizeof(*transfer));
	enum err err;

	transfer->id = request->id;
	transfer->answer.max = request->octets_max > 0 ? request->octets_max : 1;
	transfer->easy = curl_easy_init();
	if (request->trust.len > 0 && trust_pem.len == 0)
		err = why_set(why, ERR_INVALID, "the trust file is empty or was not handed over");
	else
		err = put_headers(transfer, request, secret, why);
	if (err == ERR_OK && (transfer->easy == NULL ||
	    !narrow(transfer->easy, "http,https", (int64_t)request->time_ms,
	    request->octets_max) || !put_content(transfer, request, trust_pem)))
		err = why_set(why, ERR_UNSUPPORTED,
		    "this libcurl refuses an option that is needed");
	if (err != ERR_OK) {
		transfer_free(transfer);
		return err;
	}
	*out = transfer;
	return ERR_OK;
}

static enum err
err_of_curl(CURLcode code)
{
	switch (code) {
	case CURLE_OK:                       return ERR_OK;
	case CURLE_COULDNT_RESOLVE_HOST:     return ERR_RESOLVE;
	case CURLE_COULDNT_CONNECT:          return ERR_UNREACHABLE;
	case CURLE_OPERATION_TIMEDOUT:       return ERR_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION: return ERR_UNTRUSTED;
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_WRITE_ERROR:              return ERR_LIMIT;
	case CURLE_UNSUPPORTED_PROTOCOL:     return ERR_UNSUPPORTED;
	case CURLE_URL_MALFORMAT:            return ERR_INVALID;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:             return ERR_CLOSED;
	case CURLE_WEIRD_SERVER_REPLY:       return ERR_MALFORMED;
	case CURLE_SSL_CONNECT_ERROR:        return ERR_REFUSED;
	case CURLE_SSL_CACERT_BADFILE:       return ERR_INVALID;
	default:                             return ERR_IO;
	}
}

enum err
transfer_result(struct transfer *transfer, CURLcode code, uint64_t *status, struct why *why)
{
	enum err err = err_of_curl(code);
	char safe[WHY_TEXT_MAX / 2];
	long answered = 0;

	*status = 0;
	if (err == ERR_OK) {
		if (curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE,
		    &answered) == CURLE_OK &&
		    answered > 0)
			*status = (uint64_t)answered;
		return ERR_OK;
	}
	if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED)
		return why_set(why, err, "the answer is longer than %zu octets",
		    transfer->answer.max);
	/* curl's sentence may quote the peer. */
	if (transfer->error[0] == '\0')
		return why_set(why, err, "%s", curl_easy_strerror(code));
	text_escape(transfer->error, strnlen(transfer->error, sizeof(transfer->error)), safe,
	    sizeof(safe));
	return why_set(why, err, "%s", safe);
}

void
transfer_free(struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	if (transfer->easy != NULL)
		curl_easy_cleanup(transfer->easy);
	for (struct curl_slist *at = transfer->header; at != NULL; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(transfer->header);
	buffer_free(&transfer->url);
	buffer_free(&transfer->body);
	buffer_free(&transfer->answer);
	free(transfer);
}
