/* SPDX-License-Identifier: Apache-2.0 */
/* Decodes FETCH, refuses what the plan does not hold, encodes FETCHED. */
#include <string.h>
#include <strings.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "monitor/fetch/request.h"

enum { FETCH_FIELDS = 9 };

static bool
begins(struct bytes text, const char *with)
{
	return text.len >= strlen(with) &&
	    strncasecmp((const char *)text.at, with, strlen(with)) == 0;
}

enum err
fetch_request_read(struct bytes body, struct fetch_request *request, struct why *why)
{
	struct cbor in = cbor_of(body, true);
	struct bytes method;

	*request = (struct fetch_request){ .id = 0 };
	if (cbor_array(&in) != FETCH_FIELDS)
		return why_set(why, ERR_MALFORMED, "a fetch request is an array of %d",
		    FETCH_FIELDS);
	request->id = cbor_uint(&in);
	method = cbor_text(&in);
	request->url = cbor_text(&in);
	request->content_type = cbor_text(&in);
	request->body = cbor_bytes(&in);
	request->trust = cbor_text(&in);
	request->secret = cbor_text(&in);
	request->octets_max = cbor_uint(&in);
	request->time_ms = cbor_uint(&in);
	if (!cbor_done(&in))
		return why_set(why, ERR_MALFORMED, "a fetch request is damaged at octet %zu",
		    in.at);
	request->post = bytes_equal(method, bytes_of_text("POST"));
	if (!request->post && !bytes_equal(method, bytes_of_text("GET")))
		return why_set(why, ERR_UNSUPPORTED, "only GET and POST are fetched");
	if (!begins(request->url, "https://") && !begins(request->url, "http://"))
		return why_set(why, ERR_UNSUPPORTED, "only http and https are fetched");
	if (request->octets_max > FETCH_ANSWER_MAX || request->time_ms < FETCH_TIME_MIN_MS ||
	    request->time_ms > FETCH_TIME_MAX_MS || memchr(request->url.at, 0,
	    request->url.len) != NULL)
		return why_set(why, ERR_LIMIT,
		    "a fetch request asks for more than %d octets or another "
		    "time than %d to %d ms", FETCH_ANSWER_MAX, FETCH_TIME_MIN_MS,
		    FETCH_TIME_MAX_MS);
	return ERR_OK;
}

static bool
is(struct bytes got, const char *planned)
{
	return bytes_equal(got, bytes_of_text(planned));
}

enum err
fetch_request_permit(const struct fetch_request *request, const struct plan *plan, struct why *why)
{
	bool known = false;

	for (uint32_t i = 0; plan != NULL && i < plan->channels && !known; i++) {
		const struct plan_channel *channel = &plan->channel[i];

		known = is(request->url, channel->url) && is(request->trust, channel->trust) &&
		    is(request->secret, channel->secret);
	}
	for (uint32_t i = 0; plan != NULL && i < plan->authorities && !known; i++) {
		const struct plan_authority *authority = &plan->authority[i];

		known = is(request->url, authority->url) && is(request->trust, authority->trust) &&
		    request->secret.len == 0;
	}
	if (!known)
		return why_set(why, ERR_DENIED, "no notice channel or time-stamp authority of the "
		    "configuration has this URL with this trust and secret; nothing else is "
		    "fetched");
	if (request->secret.len > 0 && !begins(request->url, "https://"))
		return why_set(why, ERR_DENIED,
		    "a secret is never sent over http: give the channel an "
		    "https URL");
	return ERR_OK;
}

void
fetch_answer_put(struct buffer *out, uint64_t id, enum err err, uint64_t status, struct bytes body)
{
	cbor_put_array(out, 4);
	cbor_put_uint(out, id);
	cbor_put_uint(out, (uint64_t)err);
	cbor_put_uint(out, status);
	cbor_put_bytes(out, body);
}
