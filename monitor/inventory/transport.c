/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transport of a round: libcurl as narrow.h leaves it.  TLS only, no redirect, no proxy, no
 * cookie, bounded in octets and time; one connection is kept for the next
 * call to the same host.
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/fetch/narrow.h"
#include "monitor/inventory/program.h"

enum { HEADER_LINE_MAX = 16 << 10 };

struct link {
	CURL        *easy;
	struct bytes trust;
	size_t       stepped;		/* octets of steps that were told */
	char         error[CURL_ERROR_SIZE];
};

static size_t
on_body(char *at, size_t size, size_t count, void *arg)
{
	struct call_answer *answer = arg;

	buffer_put(&answer->body, at, size * count);
	return answer->body.failed ? 0 : size * count;	/* short: CURLE_WRITE_ERROR */
}

/* Only lines with a name; those of an interim answer (100) come first and do no harm. */
static size_t
on_head(char *at, size_t size, size_t count, void *arg)
{
	struct call_answer *answer = arg;
	size_t len = size * count;

	if (memchr(at, ':', len) != NULL && len < HEADER_LINE_MAX)
		buffer_put(&answer->head, at, len);
	return len;
}

static bool
put_bounds(CURL *easy, const struct link *link, int64_t time_ms)
{
	struct curl_blob roots = { .data = (void *)(uintptr_t)link->trust.at,
	    .len = link->trust.len, .flags = CURL_BLOB_NOCOPY };
	bool ok = narrow(easy, "https", time_ms, CALL_ANSWER_MAX);

	/* What is signed must be what is sent. */
	ok &= curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK;
	if (link->trust.len > 0)
		ok &= curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &roots) == CURLE_OK;
	return ok;
}

static struct curl_slist *
headers_make(const struct call *call)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	for (size_t i = 0; i < call->headers && list != NULL; i++) {
		struct buffer line = { .max = CALL_HEADERS_MAX };
		struct curl_slist *longer;

		buffer_print(&line, "%s: %s", call->header[i].name, call->header[i].value);
		longer = line.failed ? NULL : curl_slist_append(list, buffer_text(&line));
		if (line.cap > 0)
			explicit_bzero(line.at, line.cap);
		buffer_free(&line);
		if (longer == NULL) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = longer;
	}
	return list;
}

static void
headers_free(struct curl_slist *list)
{
	for (struct curl_slist *at = list; at != NULL; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(list);
}

static bool
put_call(struct link *link, const struct call *call, struct curl_slist *headers,
    struct call_answer *answer)
{
	CURL *easy = link->easy;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_URL, call->url) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
	if (strcmp(call->method, "GET") != 0) {
		ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)call->body.len) == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		    call->body.len > 0 ? (const char *)call->body.at : "") == CURLE_OK;
		ok &= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method) == CURLE_OK;
	}
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_HEADERDATA, answer) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, link->error) == CURLE_OK;
	return ok;
}

static enum err
err_of(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:     return ERR_RESOLVE;
	case CURLE_OPERATION_TIMEDOUT:       return ERR_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION: return ERR_UNTRUSTED;
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_WRITE_ERROR:              return ERR_LIMIT;
	case CURLE_PARTIAL_FILE:             return ERR_TRUNCATED;
	case CURLE_WEIRD_SERVER_REPLY:       return ERR_MALFORMED;
	/* Only https is ever asked for: this is an answer that is no HTTP/1 or 2. */
	case CURLE_UNSUPPORTED_PROTOCOL:     return ERR_UNSUPPORTED;
	default:                             return ERR_UNREACHABLE;
	}
}

/* curl's sentence may quote the peer. */
static enum err
failed(const struct link *link, CURLcode code, struct why *why)
{
	char safe[WHY_TEXT_MAX / 2];
	enum err err = err_of(code);

	if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED)
		return why_set(why, err, "an answer is longer than %d octets", CALL_ANSWER_MAX);
	if (link->error[0] == '\0')
		return why_set(why, err, "%s", curl_easy_strerror(code));
	text_escape(link->error, strnlen(link->error, sizeof(link->error)), safe, sizeof(safe));
	return why_set(why, err, "%s", safe);
}

static enum err
exchange(void *arg, const struct call *call, int64_t time_ms, struct call_answer *answer,
    struct why *why)
{
	struct link *link = arg;
	struct curl_slist *headers = headers_make(call);
	CURLcode code;

	curl_easy_reset(link->easy);
	link->error[0] = '\0';
	if (headers == NULL || !put_bounds(link->easy, link, time_ms) ||
	    !put_call(link, call, headers, answer)) {
		headers_free(headers);
		return why_set(why, ERR_IO, "this libcurl refuses an option that is needed");
	}
	code = curl_easy_perform(link->easy);
	headers_free(headers);
	if (code != CURLE_OK)
		return failed(link, code, why);
	curl_easy_getinfo(link->easy, CURLINFO_RESPONSE_CODE, &answer->status);
	return ERR_OK;
}

static int64_t
now_ms(void *arg)
{
	(void)arg;
	return clock_monotonic_ns() / 1000000;
}

static int64_t
wall_ms(void *arg)
{
	(void)arg;
	return clock_wall_ms();
}

static void
wait_ms(void *arg, int64_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	(void)arg;
	nanosleep(&left, NULL);
}

static void
step(void *arg, struct bytes text)
{
	struct link *link = arg;
	struct buffer out = { .max = 4 * INVENTORY_STEP_MAX };

	inventory_step_write(&out, text);
	link->stepped += out.len;
	if (link->stepped <= INVENTORY_STEPS_OCTETS)
		answer_put(bytes_of_buffer(&out));
	buffer_free(&out);
}

enum err
transport_open(struct transport *transport, struct bytes trust, struct why *why)
{
	struct link *link = memory_new(1, sizeof(*link));

	link->trust = trust;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		link->easy = curl_easy_init();
	*transport = (struct transport){ .arg = link, .exchange = exchange, .now_ms = now_ms,
	    .wall_ms = wall_ms, .wait = wait_ms, .step = step };
	return link->easy != NULL ? ERR_OK : why_set(why, ERR_IO, "libcurl cannot begin");
}

void
transport_close(struct transport *transport)
{
	struct link *link = transport->arg;

	if (link != NULL && link->easy != NULL)
		curl_easy_cleanup(link->easy);
	free(link);
}
