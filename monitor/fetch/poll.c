/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of the polling process and the sources it knows; see poll.h.  A source that a new plan
 * leaves as it was goes on; one that is new or changed begins anew.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/log.h"
#include "monitor/fetch/poll.h"

enum { TURN_MS = 1000, STOP_FLUSH_MS = 3000, CONNECTIONS_OF_A_HOST = 2 };

static struct hash
fingerprint_of(const struct plan_source *plan, const struct plan_download *download)
{
	const char *texts[] = { plan->name, plan->kind, plan->url, plan->trust, plan->secret,
	    plan->subject, plan->regions, plan->users, plan->sessions, plan->peers, plan->load,
	    download != NULL ? download->form : "", download != NULL ? download->path : "" };
	struct buffer all = { .max = 0 };
	struct hash hash;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		buffer_put(&all, texts[i], strlen(texts[i]) + 1);
	hash = hash_of(bytes_of_buffer(&all));
	buffer_free(&all);
	return hash;
}

static void
source_free(struct source *source)
{
	source_abort(source);
	feed_book_free(&source->book);
	buffer_free(&source->redirect);
	free(source);
}

static void
selectors_take(struct source *source)
{
	const struct plan_source *plan = source->plan;
	const struct { const char *text; enum metric metric; } all[SOURCE_METRICS] = {
		{ plan->users, METRIC_USERS }, { plan->sessions, METRIC_SESSIONS },
		{ plan->peers, METRIC_PEERS }, { plan->load, METRIC_LOAD_PPM } };
	struct why why;

	for (size_t i = 0; i < SOURCE_METRICS && source->kind == FEED_NONE; i++) {
		if (all[i].text[0] == '\0')
			continue;
		/* The name alone is of the plan's memory, which goes with the next plan. */
		if (exposition_selector_read(all[i].text, &source->selector[source->metrics],
		    &why) == ERR_OK)
			source->metric[source->metrics++] = all[i].metric;
		else
			log_line(LOG_LEVEL_ERROR, "%s: %s", plan->name, why.text);
	}
}

static bool
keeps(const struct poll *poll)
{
	return poll->start->index == FETCH_KEEPS;
}

/* A download is looked at as a source is. */
static struct plan_source
source_of(const struct plan_download *download)
{
	return (struct plan_source){ .name = download->name, .kind = "", .url = download->url,
	    .trust = download->trust, .secret = "", .subject = "", .regions = "", .users = "",
	    .sessions = "", .peers = "", .load = "", .interval_ms = download->interval_ms };
}

static void
plan_put(struct source *source, const struct plan_source *plan,
    const struct plan_download *download)
{
	source->plan = plan;
	source->keep.plan = download;
	if (download == NULL)
		return;
	source->keep.source = *plan;
	source->plan = &source->keep.source;
	keep_read(source);
}

static struct source *
source_new(struct poll *poll, const struct plan_source *plan, const struct plan_download *download)
{
	struct source *source = memory_new(1, sizeof(*source));
	uint32_t random;

	random_fill(&random, sizeof(random));
	source->poll = poll;
	plan_put(source, plan, download);
	source->fingerprint = fingerprint_of(plan, download);
	source->kind = feed_kind_by_name(plan->kind);
	source->pace.interval_ms = plan->interval_ms;
	source->due_ms = pace_first_ms(&source->pace, poll_now_ms(), random);
	selectors_take(source);
	return source;
}

/* The one that is the same but perhaps for its interval; taken out of the old ones. */
static struct source *
source_same(struct poll *poll, const struct plan_source *plan,
    const struct plan_download *download)
{
	struct hash fingerprint = fingerprint_of(plan, download);

	for (size_t i = 0; i < poll->sources; i++) {
		struct source *source = poll->source[i];

		if (source == NULL || !hash_equal(source->fingerprint, fingerprint))
			continue;
		poll->source[i] = NULL;
		plan_put(source, plan, download);
		source->metrics = 0;
		selectors_take(source);
		if (source->pace.interval_ms != plan->interval_ms && source->look == NULL)
			source->due_ms = pace_first_ms(&source->pace, poll_now_ms(), 0);
		source->pace.interval_ms = plan->interval_ms;
		return source;
	}
	return NULL;
}

static void
plan_take(struct poll *poll)
{
	const struct plan *plan = poll->start->plan;
	uint32_t count = keeps(poll) ? plan->downloads : plan->sources;
	struct source **next = memory_new(count + 1, sizeof(*next));

	for (uint32_t i = 0; i < count; i++) {
		const struct plan_download *download = keeps(poll) ? &plan->download[i] : NULL;
		struct plan_source own = download != NULL ? source_of(download) :
		    (struct plan_source){ .name = "" };
		const struct plan_source *source = download != NULL ? &own : &plan->source[i];

		next[i] = source_same(poll, source, download);
		if (next[i] == NULL)
			next[i] = source_new(poll, source, download);
	}
	for (size_t i = 0; i < poll->sources; i++)
		if (poll->source[i] != NULL)
			source_free(poll->source[i]);
	free(poll->source);
	poll->source = next;
	poll->sources = count;
	poll->check_ms = 0;
}

/* A sandbox cannot be widened: with other folders the process begins anew. */
static void
plan_renew(struct poll *poll)
{
	if (hash_equal(sandbox_basis(poll->start), poll->sandbox))
		plan_take(poll);
	else
		poll->stopping = true;
}

static bool
control_read(struct poll *poll)
{
	struct why why = { .err = ERR_OK };
	enum message message;
	int attached;
	enum err err = link_receive(poll->start->control, &message, &poll->message, &attached);

	if (err == ERR_CLOSED)
		return false;
	if (err != ERR_OK)
		return true;
	if (message == MESSAGE_STOP)
		poll->stopping = true;
	if (message == MESSAGE_LINK) {	/* it has the one link it needs since before START */
		if (attached >= 0)
			close(attached);
		return true;
	}
	err = role_take(poll->start, message, bytes_of_buffer(&poll->message), attached, &why);
	if (err != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s was passed over: %s", message_name(message),
		    why.text);
	else if (message == MESSAGE_PLAN)
		plan_renew(poll);
	return true;
}

/* False if the ledger is gone: there is nobody to tell then. */
static bool
ledger_read(struct poll *poll)
{
	enum message message;
	int attached;
	enum err err = link_receive(poll->outbox.fd, &message, &poll->message, &attached);

	if (attached >= 0)
		close(attached);
	return err != ERR_CLOSED;
}

/* The one that is due for longest, so that none waits for ever behind others; NULL if none is. */
static struct source *
source_due(const struct poll *poll)
{
	struct source *due = NULL;

	for (size_t i = 0; i < poll->sources; i++) {
		struct source *source = poll->source[i];

		if (source->look == NULL && (due == NULL || source->due_ms < due->due_ms))
			due = source;
	}
	return due != NULL && due->due_ms <= poll_now_ms() ? due : NULL;
}

static void
looks_begin(struct poll *poll)
{
	struct source *due;

	while (poll->looks < LOOKS_MAX && !outbox_full(&poll->outbox) &&
	    (due = source_due(poll)) != NULL)
		source_look(due);
}

static int
wait_ms(const struct poll *poll)
{
	int64_t wait = TURN_MS, now = poll_now_ms();

	for (size_t i = 0; i < poll->sources && poll->looks < LOOKS_MAX; i++)
		if (poll->source[i]->look == NULL && poll->source[i]->due_ms - now < wait)
			wait = poll->source[i]->due_ms > now ? poll->source[i]->due_ms - now : 0;
	/* A full link is waited for; it wakes us. */
	return outbox_full(&poll->outbox) ? TURN_MS : (int)wait;
}

static void
looks_finish(struct poll *poll)
{
	CURLMsg *done;
	int left;

	while ((done = curl_multi_info_read(poll->multi, &left)) != NULL) {
		CURLcode code = done->data.result;
		CURL *easy = done->easy_handle;
		char *source = NULL;

		if (done->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &source);
		curl_multi_remove_handle(poll->multi, easy);
		source_answer((struct source *)(void *)source, code);
	}
}

static bool
watchdog(struct poll *poll)
{
	enum err err;

	if (clock_monotonic_ns() < poll->ready_ns)
		return true;
	err = role_ready(poll->start, 0);
	if (err == ERR_OK)
		poll->ready_ns = clock_monotonic_ns() + ROLE_READY_MS * INT64_C(1000000);
	return err != ERR_CLOSED;
}

/* Files grow old while nothing comes; and a supervisor that was busy is told again. */
static void
files_turn(struct poll *poll)
{
	if (poll->reload && link_send(poll->start->control, MESSAGE_RELOAD, bytes_of(NULL, 0),
	    -1) == ERR_OK)
		poll->reload = false;
	if (!keeps(poll) || poll_now_ms() < poll->check_ms || outbox_full(&poll->outbox))
		return;
	poll->check_ms = poll_now_ms() + KEEP_CHECK_MS;
	for (size_t i = 0; i < poll->sources; i++)
		keep_check(poll->source[i], clock_wall_ms());
}

static bool
turn(struct poll *poll)
{
	struct curl_waitfd wait[2] = {
		{ .fd = poll->start->control, .events = CURL_WAIT_POLLIN },
		{ .fd = poll->outbox.fd, .events = CURL_WAIT_POLLIN } };
	int running;

	if (!outbox_empty(&poll->outbox))
		wait[1].events |= CURL_WAIT_POLLOUT;
	if (curl_multi_poll(poll->multi, wait, 2, wait_ms(poll), NULL) != CURLM_OK)
		return false;
	curl_multi_perform(poll->multi, &running);
	looks_finish(poll);
	files_turn(poll);
	outbox_drain(&poll->outbox);
	if (wait[1].revents & CURL_WAIT_POLLIN && !ledger_read(poll))
		return false;
	if ((wait[0].revents != 0 && !control_read(poll)) || !watchdog(poll))
		return false;
	if (!poll->stopping)
		looks_begin(poll);
	return !poll->stopping && !poll->outbox.broken;
}

static enum err
begin(struct poll *poll, struct why *why)
{
	struct buffer sandbox = { .max = 4096 };
	enum err err;

	poll->outbox.fd = role_link_fd(poll->start, ROLE_LEDGER, 0);
	if (poll->start->plan == NULL || poll->outbox.fd < 0)
		return why_set(why, ERR_INVALID, "polling needs a plan and a link to the ledger");
	poll->multi = curl_multi_init();
	if (poll->multi == NULL)
		return why_set(why, ERR_IO, "libcurl could not make a multi handle");
	curl_multi_setopt(poll->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CONNECTIONS_OF_A_HOST);
	feed_begin();
	poll->sandbox = sandbox_basis(poll->start);
	err = sandbox_enter(ROLE_FETCH, poll->start, &sandbox, why);
	if (err == ERR_OK)
		record_self(poll, buffer_text(&sandbox));
	buffer_free(&sandbox);
	if (err == ERR_OK && !watchdog(poll))
		err = why_set(why, ERR_CLOSED, "the supervisor is gone");
	return err;
}

int
poll_run(struct role_start *start)
{
	struct poll poll = { .start = start, .outbox.fd = -1 };
	struct why why = { .err = ERR_OK };
	enum err err = begin(&poll, &why);

	if (err == ERR_OK) {
		plan_take(&poll);
		while (turn(&poll))
			continue;
		if (!poll.outbox.broken && !outbox_flush(&poll.outbox, STOP_FLUSH_MS))
			log_line(LOG_LEVEL_ERROR, "the ledger did not take the last records in "
			    "time");
	} else {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
	}
	for (size_t i = 0; i < poll.sources; i++)
		source_free(poll.source[i]);
	free(poll.source);
	if (poll.multi != NULL)
		curl_multi_cleanup(poll.multi);
	outbox_free(&poll.outbox);
	buffer_free(&poll.message);
	buffer_free(&poll.body);
	return err == ERR_OK ? EXIT_FINE : EXIT_UNKNOWN;
}
