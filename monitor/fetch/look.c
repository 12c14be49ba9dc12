/* SPDX-License-Identifier: Apache-2.0 */
/* See look.h; the options that look at a feed needs beside those of transfer.c. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/log.h"
#include "monitor/feed/feed_time.h"
#include "monitor/fetch/look.h"

static bool
header_is(struct bytes line, const char *name, struct bytes *value)
{
	size_t len = strlen(name);

	if (line.len <= len || strncasecmp((const char *)line.at, name, len) != 0 ||
	    line.at[len] != ':')
		return false;
	*value = bytes_slice(line, len + 1, line.len);
	while (value->len > 0 && value->at[0] == ' ')
		*value = bytes_slice(*value, 1, value->len);
	while (value->len > 0 && strchr(" \r\n", value->at[value->len - 1]) != NULL)
		value->len--;
	return true;
}

/* What we may send back goes into a header line: visible ASCII whole, or not at all. */
static void
header_take(struct bytes value, char *out, size_t out_len)
{
	out[0] = '\0';
	if (value.len >= out_len)
		return;
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] < ' ' || value.at[i] > '~')
			return;
	if (value.len > 0)
		memcpy(out, value.at, value.len);
	out[value.len] = '\0';
}

static size_t
on_header(char *at, size_t size, size_t count, void *arg)
{
	struct bytes line = bytes_of(at, size * count), value;
	struct look *look = arg;

	if (line.len > 5 && memcmp(line.at, "HTTP/", 5) == 0)
		look->got.etag[0] = look->got.modified[0] = look->type[0] = look->wait[0] = '\0';
	if (header_is(line, "ETag", &value))
		header_take(value, look->got.etag, sizeof(look->got.etag));
	if (header_is(line, "Last-Modified", &value))
		header_take(value, look->got.modified, sizeof(look->got.modified));
	if (header_is(line, "Content-Type", &value))
		header_take(value, look->type, sizeof(look->type));
	if (header_is(line, "Retry-After", &value))
		header_take(value, look->wait, sizeof(look->wait));
	return size * count;
}

static bool
header_put(struct transfer *transfer, const char *name, const char *value)
{
	struct buffer line = { .max = 512 };
	struct curl_slist *longer;

	if (value[0] == '\0')
		return true;
	buffer_print(&line, "%s: %s", name, value);
	longer = curl_slist_append(transfer->header, buffer_text(&line));
	buffer_free(&line);
	if (longer == NULL)
		return false;
	transfer->header = longer;
	return curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, longer) == CURLE_OK;
}

static bool
options_put(struct look *look, const struct validators *have)
{
	CURL *easy = look->transfer->easy;
	bool ok = true;

	ok &= header_put(look->transfer, "Accept", "*/*");
	ok &= header_put(look->transfer, "If-None-Match", have->etag);
	ok &= header_put(look->transfer, "If-Modified-Since", have->modified);
	/* What is unpacked counts against the bound of the answer: see on_answer. */
	ok &= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
	/* One silent connection can stop a whole network function: none is kept. */
	ok &= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HEADERDATA, look) == CURLE_OK;
	return ok;
}

enum err
look_make(const struct fetch_request *request, struct bytes trust_pem, struct bytes secret,
    const struct validators *have, struct look **out, struct why *why)
{
	struct look *look = memory_new(1, sizeof(*look));
	enum err err = transfer_make(request, trust_pem, secret, &look->transfer, why);

	if (err == ERR_OK && !options_put(look, have))
		err = why_set(why, ERR_UNSUPPORTED, "this libcurl refuses an option that is "
		    "needed");
	if (err != ERR_OK) {
		look_free(look);
		return err;
	}
	*out = look;
	return ERR_OK;
}

int64_t
look_wait_ms(const struct look *look, int64_t now_ms)
{
	size_t digits = strspn(look->wait, "0123456789");
	int64_t at_ms;

	if (digits > 0 && digits < 10 && look->wait[digits] == '\0')
		return strtoll(look->wait, NULL, 10) * 1000;
	at_ms = feed_time_mail(bytes_of_text(look->wait)).ms;
	return at_ms > now_ms ? at_ms - now_ms : 0;
}

struct place { char *scheme, *host, *port; };

static bool
place_read(const char *url, struct place *place)
{
	CURLU *parsed = curl_url();
	bool ok = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_SCHEME, &place->scheme, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_HOST, &place->host, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_PORT, &place->port, CURLU_DEFAULT_PORT) == CURLUE_OK;

	curl_url_cleanup(parsed);
	return ok;
}

static void
place_free(struct place *place)
{
	curl_free(place->scheme);
	curl_free(place->host);
	curl_free(place->port);
}

enum err
look_redirect(const struct look *look, struct buffer *url, struct why *why)
{
	struct place from = { .host = NULL }, to = { .host = NULL };
	char *target = NULL, safe[WHY_TEXT_MAX / 2];
	bool permitted;

	if (curl_easy_getinfo(look->transfer->easy, CURLINFO_REDIRECT_URL, &target) != CURLE_OK ||
	    target == NULL)
		return why_set(why, ERR_MALFORMED, "it redirects, and does not say where to");
	permitted = place_read(buffer_text(&look->transfer->url), &from) &&
	    place_read(target, &to) && strcmp(to.scheme, "https") == 0 &&
	    strcasecmp(from.host, to.host) == 0 &&
	    (strcmp(to.port, "443") == 0 || strcmp(to.port, from.port) == 0);
	place_free(&from);
	place_free(&to);
	if (permitted) {
		buffer_reset(url);
		buffer_put_text(url, target);
		return ERR_OK;
	}
	text_escape(target, strlen(target), safe, sizeof(safe));
	return why_set(why, ERR_DENIED, "it redirects to %s, which is not https at the same host; "
	    "if it is right, configure it", safe);
}

void
look_free(struct look *look)
{
	if (look == NULL)
		return;
	transfer_free(look->transfer);
	free(look);
}
