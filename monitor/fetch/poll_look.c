/* SPDX-License-Identifier: Apache-2.0 */
/* One look at one source: what is asked, and what is made of the answer. */
#include <string.h>
#include <strings.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/fetch/poll.h"

enum { LARGE_OCTETS = 1 << 20 };	/* reading so much took much memory: it is given back */

int64_t
poll_now_ms(void)
{
	return clock_monotonic_ns() / 1000000;
}

static uint32_t
random_number(void)
{
	uint32_t number;

	random_fill(&number, sizeof(number));
	return number;
}

/* The end of a look: when is the next one, and is there something to say about reading itself? */
static void
look_end(struct source *source, bool ok, int64_t asked_ms, const char *why)
{
	enum pace_news news = pace_take(&source->pace, ok, asked_ms, poll_now_ms(),
	    random_number(), &source->due_ms);

	buffer_reset(&source->redirect);
	source->redirects = 0;
	if (!ok)
		log_line(LOG_LEVEL_DEBUG, "%s: %s", source->plan->name, why);
	if (news == PACE_BEGAN)
		record_reading(source, false, why);
	if (news == PACE_BEGAN && source->kind == FEED_NONE)
		record_metrics(source, NULL, why);
	/* The first time too: a record that the source is read closes what an earlier life said. */
	if (news == PACE_ENDED || (ok && !source->was_read))
		record_reading(source, true, "");
	source->was_read |= ok;
}

static enum err
metrics_read(struct source *source, const struct look *look, struct bytes document,
    struct why *why)
{
	static const char openmetrics[] = "application/openmetrics-text";
	struct exposition_sum sum[SOURCE_METRICS];
	enum err err = exposition_read(document, strncasecmp(look->type, openmetrics,
	    sizeof(openmetrics) - 1) == 0, source->selector, sum, source->metrics, why);

	if (err == ERR_OK)
		record_metrics(source, sum, "");
	return err;
}

static enum err
feed_take(struct source *source, struct bytes document, struct why *why)
{
	struct feed_list list = { .notices = 0 };
	struct hash hash = hash_of(document);
	enum err err;

	if (hash_equal(hash, source->document))
		return ERR_OK;
	err = feed_read(source->kind, document, &list, why);
	if (err == ERR_OK) {
		source->document = hash;
		record_notices(source, &list, document);
	}
	feed_list_free(&list);
	return err;
}

static enum err
document_take(struct source *source, const struct look *look, struct why *why)
{
	struct bytes document = bytes_of_buffer(&look->transfer->answer);
	bool keeps = source->keep.plan != NULL;
	enum err err = keeps ? keep_take(source, document, why) :
	    source->kind == FEED_NONE ? metrics_read(source, look, document, why) :
	    feed_take(source, document, why);

	/* What could not be read is asked for whole again. */
	source->have = err == ERR_OK && (keeps || source->kind != FEED_NONE) ? look->got :
	    (struct validators){ .etag = "" };
	return err;
}

/* True if the redirect is being followed. */
static bool
redirect_take(struct source *source, const struct look *look, struct why *why)
{
	if (source->redirects == REDIRECTS_MAX) {
		why_set(why, ERR_LIMIT, "it redirects more than %d times", REDIRECTS_MAX);
		return false;
	}
	if (look_redirect(look, &source->redirect, why) != ERR_OK)
		return false;
	source->redirects++;
	source->due_ms = poll_now_ms();
	return true;
}

static bool
is_redirect(uint64_t status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool
asked_for_news(const struct source *source)
{
	return source->have.etag[0] != '\0' || source->have.modified[0] != '\0';
}

void
source_answer(struct source *source, CURLcode code)
{
	struct why why = { .err = ERR_OK };
	struct look *look = source->look;
	int64_t asked_ms = 0;
	uint64_t status;
	bool large;
	enum err err = transfer_result(look->transfer, code, &status, &why);

	source->look = NULL;
	source->poll->looks--;
	if (err == ERR_OK && is_redirect(status)) {
		bool follows = redirect_take(source, look, &why);

		if (!follows)
			look_end(source, false, 0, why.text);
		look_free(look);
		return;
	}
	if (err == ERR_OK && status == 200)
		err = document_take(source, look, &why);
	else if (err == ERR_OK && (status != 304 || !asked_for_news(source)))
		err = why_set(&why, ERR_REFUSED, "it answers with HTTP status %u",
		    (unsigned)status);
	if (status == 429 || status == 503)
		asked_ms = look_wait_ms(look, clock_wall_ms());
	look_end(source, err == ERR_OK, asked_ms, why.text);
	large = look->transfer->answer.len > LARGE_OCTETS;
	look_free(look);
	if (large)
		memory_trim();
}

static uint64_t
time_of(const struct source *source)
{
	const struct plan_source *plan = source->plan;

	if (source->keep.plan != NULL)
		return DOWNLOAD_MS;
	return plan->interval_ms < LOOK_MIN_MS ? LOOK_MIN_MS : plan->interval_ms > LOOK_MS ?
	    LOOK_MS : (uint64_t)plan->interval_ms;
}

/* Put there by hand: it is read anew, and grows old. */
static void
file_look(struct source *source)
{
	struct hash before = source->keep.hash;

	keep_read(source);
	keep_check(source, clock_wall_ms());
	source->due_ms = poll_now_ms() + source->pace.interval_ms;
	if (!hash_equal(source->keep.hash, before))
		log_line(LOG_LEVEL_INFO, "%s: another file was put there", source->plan->name);
}

void
source_look(struct source *source)
{
	const struct plan_source *plan = source->plan;
	struct fetch_request request = { .url = source->redirect.len > 0 ?
	    bytes_of_buffer(&source->redirect) : bytes_of_text(plan->url),
	    .trust = bytes_of_text(plan->trust), .secret = bytes_of_text(plan->secret),
	    .octets_max = source->keep.plan != NULL ? download_max(source->keep.plan->form) :
	    source->kind == FEED_NONE ? EXPOSITION_MAX : FEED_DOCUMENT_MAX,
	    .time_ms = time_of(source) };
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;

	if (plan->url[0] == '\0') {
		file_look(source);
		return;
	}
	if (plan->secret[0] != '\0' &&
	    strncasecmp((const char *)request.url.at, "https://", 8) != 0)
		err = why_set(&why, ERR_DENIED, "a secret is never sent over http: give the source "
		    "an https URL");
	if (err == ERR_OK)
		err = look_make(&request, role_file(source->poll->start, plan->trust),
		    role_file(source->poll->start, plan->secret), &source->have, &source->look,
		    &why);
	if (err == ERR_OK) {
		curl_easy_setopt(source->look->transfer->easy, CURLOPT_PRIVATE, source);
		if (curl_multi_add_handle(source->poll->multi, source->look->transfer->easy) ==
		    CURLM_OK) {
			source->poll->looks++;
			return;
		}
		why_set(&why, ERR_IO, "libcurl could not begin the look");
		look_free(source->look);
		source->look = NULL;
	}
	look_end(source, false, 0, why.text);
}

void
source_abort(struct source *source)
{
	if (source->look == NULL)
		return;
	curl_multi_remove_handle(source->poll->multi, source->look->transfer->easy);
	look_free(source->look);
	source->look = NULL;
	source->poll->looks--;
}
