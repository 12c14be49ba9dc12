/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts per channel.  A channel that cannot be reached gets one attempt at a time, further
 * and further apart; a notice that alone is refused backs off alone and holds up only the later
 * notices of its own incident.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/notify.h"

struct delivery {
	uint64_t transition, incident, tag;
	uint64_t attempts, failures;
	int64_t  next_ms;		/* monotonic: not before */
	int64_t  handed_ms;		/* NOTICE went to the ledger, 0: not yet */
	bool     flying, accepted;
	char     answer[NOTIFY_ANSWER_MAX];
};

struct book {				/* of one channel */
	char            name[NAME_MAX_LEN];
	bool            used;
	uint64_t        failures;	/* in a row, of the channel itself */
	int64_t         next_ms;
	enum alarm      wanted, told, sent;	/* sent: the one in flight */
	bool            alarm_flying;
	uint64_t        alarm_tag;
	struct delivery delivery[NOTIFY_WINDOW];
	size_t          count;
};

struct notify {
	const struct notify_ops *ops;
	void           *arg;
	struct book    *book;		/* CHANNEL_MAX of them */
	enum alarm      alarm;
	uint64_t        last_tag;
};

int64_t
notify_backoff_ms(uint64_t failures)
{
	int64_t wait = NOTIFY_BACKOFF_MIN_MS;

	if (failures == 0)
		return 0;
	for (uint64_t i = 1; i < failures && wait < NOTIFY_BACKOFF_MAX_MS; i++)
		wait *= 2;
	return wait < NOTIFY_BACKOFF_MAX_MS ? wait : NOTIFY_BACKOFF_MAX_MS;
}

struct notify *
notify_new(const struct notify_ops *ops, void *arg)
{
	struct notify *notify = memory_new(1, sizeof(*notify));

	notify->ops = ops;
	notify->arg = arg;
	notify->book = memory_new(CHANNEL_MAX, sizeof(notify->book[0]));
	return notify;
}

void
notify_free(struct notify *notify)
{
	if (notify == NULL)
		return;
	free(notify->book);
	free(notify);
}

static bool
is_told(const struct plan_channel *channel)
{
	return strcmp(channel->kind, "heartbeat") != 0;
}

static const struct plan_channel *
channel_named(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->channels; i++)
		if (is_told(&plan->channel[i]) && strcmp(plan->channel[i].name, name) == 0)
			return &plan->channel[i];
	return NULL;
}

/* Books follow the plan: a channel that left it is forgotten once nothing of it flies. */
static struct book *
book_of(struct notify *notify, const char *name)
{
	struct book *empty = NULL;

	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct book *book = &notify->book[i];

		if (book->used && strcmp(book->name, name) == 0)
			return book;
		if (!book->used && empty == NULL)
			empty = book;
	}
	if (empty != NULL) {
		*empty = (struct book){ .used = true, .wanted = notify->alarm };
		/* A channel that is new while all is well owes nobody an all-clear. */
		empty->told = notify->alarm == ALARM_SILENT ? ALARM_NONE : notify->alarm;
		snprintf(empty->name, sizeof(empty->name), "%s", name);
	}
	return empty;
}

static bool
flies(const struct book *book)
{
	bool any = book->alarm_flying;

	for (size_t i = 0; i < book->count; i++)
		any = any || book->delivery[i].flying;
	return any;
}

static void
books_trim(struct notify *notify, const struct plan *plan)
{
	for (int i = 0; i < CHANNEL_MAX; i++)
		if (notify->book[i].used && channel_named(plan, notify->book[i].name) == NULL &&
		    !flies(&notify->book[i]))
			notify->book[i].used = false;
}

static const struct delivery *
delivery_find(const struct delivery *list, size_t count, const struct notice_due *due)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].transition == due->transition && list[i].incident == due->incident)
			return &list[i];
	return NULL;
}

static bool
due_is(const struct state *state, uint32_t channel, const struct delivery *delivery)
{
	for (uint32_t i = 0; i < state->dues; i++)
		if (state->due[i].transition == delivery->transition &&
		    state->due[i].incident == delivery->incident)
			return !(state->due[i].accepted & (UINT64_C(1) << channel));
	return false;
}

/* The oldest notices this channel is owed, with what is known of each from before. */
static void
book_refresh(struct book *book, const struct state *state, uint32_t channel)
{
	struct delivery next[NOTIFY_WINDOW];
	size_t count = 0;

	/* What is in flight keeps its place, owed still or not, so that its end finds it. */
	for (size_t i = 0; i < book->count; i++)
		if (book->delivery[i].flying && !due_is(state, channel, &book->delivery[i]))
			next[count++] = book->delivery[i];
	for (uint32_t i = 0; i < state->dues && count < NOTIFY_WINDOW; i++) {
		const struct notice_due *due = &state->due[i];
		const struct delivery *known;

		if (due->accepted & (UINT64_C(1) << channel))
			continue;
		known = delivery_find(book->delivery, book->count, due);
		next[count++] = known != NULL ? *known : (struct delivery){
		    .transition = due->transition, .incident = due->incident };
	}
	memcpy(book->delivery, next, count * sizeof(next[0]));
	book->count = count;
}

static void
hand_receipt(struct notify *notify, struct book *book, struct delivery *delivery, int64_t now_ms)
{
	struct notify_receipt receipt = { .transition = delivery->transition,
	    .incident = delivery->incident, .attempts = delivery->attempts, .channel = book->name,
	    .answer = delivery->answer };

	if (delivery->handed_ms != 0 && now_ms - delivery->handed_ms < NOTIFY_RECORD_MS)
		return;
	if (notify->ops->record(notify->arg, &receipt) == ERR_OK)
		delivery->handed_ms = now_ms;
}

/* An earlier notice of the same incident that this channel has not accepted yet. */
static bool
held_up(const struct book *book, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!book->delivery[i].accepted && book->delivery[i].incident != 0 &&
		    book->delivery[i].incident == book->delivery[at].incident)
			return true;
	return false;
}

static size_t
flights(const struct book *book)
{
	size_t count = 0;

	for (size_t i = 0; i < book->count; i++)
		count += book->delivery[i].flying;
	return count;
}

static void
message_fill(struct notify_message *message, const struct delivery *delivery)
{
	const struct state *state = message->state;

	for (uint32_t i = 0; i < state->dues; i++)
		if (state->due[i].transition == delivery->transition &&
		    state->due[i].incident == delivery->incident)
			message->due = &state->due[i];
	if (delivery->incident != 0)
		message->incident = state_incident(state, delivery->incident);
	for (uint32_t i = 0; i < state->timelines; i++)
		if (state->timeline[i].id == delivery->transition &&
		    state->timeline[i].incident == delivery->incident)
			message->transition = &state->timeline[i];
}

static void
send_alarm(struct notify *notify, struct book *book, struct notify_message message)
{
	message.alarm = book->sent = book->wanted;
	message.tag = ++notify->last_tag;
	book->alarm_flying = true;
	book->alarm_tag = message.tag;
	if (notify->ops->send(notify->arg, &message) != ERR_OK)
		book->alarm_flying = false;
}

static void
book_pump(struct notify *notify, struct book *book, const struct notify_message *base,
    int64_t now_ms)
{
	size_t allowed = book->failures > 0 ? 1 : NOTIFY_FLIGHTS;

	if (book->next_ms > now_ms)
		return;
	if (book->wanted != book->told && !book->alarm_flying && flights(book) < allowed)
		send_alarm(notify, book, *base);
	/* A channel that answers within send may have failed meanwhile: look at its pause again. */
	for (size_t i = 0; i < book->count && book->next_ms <= now_ms; i++) {
		struct delivery *delivery = &book->delivery[i];
		struct notify_message message = *base;

		if (flights(book) + book->alarm_flying >= allowed)
			return;
		if (delivery->flying || delivery->accepted || delivery->next_ms > now_ms ||
		    held_up(book, i))
			continue;
		message_fill(&message, delivery);
		if (message.due == NULL)
			continue;
		message.tag = delivery->tag = ++notify->last_tag;
		delivery->flying = true;
		delivery->attempts++;
		if (notify->ops->send(notify->arg, &message) != ERR_OK) {
			delivery->flying = false;
			delivery->attempts--;
			return;
		}
	}
}

void
notify_pump(struct notify *notify, const struct state *state, int64_t now_ms)
{
	if (state->plan == NULL)
		return;
	books_trim(notify, state->plan);
	for (uint32_t i = 0; i < state->plan->channels; i++) {
		const struct plan_channel *channel = &state->plan->channel[i];
		struct notify_message base = { .state = state, .channel = channel };
		struct book *book = is_told(channel) ? book_of(notify, channel->name) : NULL;

		if (book == NULL)
			continue;
		book_refresh(book, state, i);
		for (size_t n = 0; n < book->count; n++)
			if (book->delivery[n].accepted)
				hand_receipt(notify, book, &book->delivery[n], now_ms);
		book_pump(notify, book, &base, now_ms);
	}
}

static void
book_backoff(struct book *book, bool accepted, bool reached, int64_t now_ms)
{
	if (accepted || reached)
		book->failures = 0;
	else
		book->failures++;
	book->next_ms = now_ms + notify_backoff_ms(book->failures);
}

const char *
notify_channel(const struct notify *notify, uint64_t tag)
{
	for (int i = 0; i < CHANNEL_MAX; i++) {
		const struct book *book = &notify->book[i];

		if (book->used && book->alarm_flying && book->alarm_tag == tag)
			return book->name;
		for (size_t n = 0; book->used && n < book->count; n++)
			if (book->delivery[n].flying && book->delivery[n].tag == tag)
				return book->name;
	}
	return "";
}

void
notify_done(struct notify *notify, uint64_t tag, bool accepted, bool reached, const char *answer,
    int64_t now_ms)
{
	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct book *book = &notify->book[i];

		if (!book->used)
			continue;
		if (book->alarm_flying && book->alarm_tag == tag) {
			book->alarm_flying = false;
			book->told = accepted ? book->sent : book->told;
			/* An alarm that alone is refused must not be repeated without a pause. */
			book_backoff(book, accepted, false, now_ms);
			return;
		}
		for (size_t n = 0; n < book->count; n++) {
			struct delivery *delivery = &book->delivery[n];

			if (!delivery->flying || delivery->tag != tag)
				continue;
			delivery->flying = false;
			delivery->accepted = accepted;
			delivery->failures = accepted ? 0 : delivery->failures + 1;
			delivery->next_ms = now_ms + notify_backoff_ms(delivery->failures);
			snprintf(delivery->answer, sizeof(delivery->answer), "%s", answer);
			book_backoff(book, accepted, reached, now_ms);
			return;
		}
	}
}

void
notify_alarm(struct notify *notify, enum alarm alarm)
{
	notify->alarm = alarm;
	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct book *book = &notify->book[i];

		book->wanted = alarm;
		/* Whoever was never told of the silence need not hear that it ended. */
		if (alarm == ALARM_AGAIN && book->told != ALARM_SILENT)
			book->told = ALARM_AGAIN;
	}
}

void
notify_record_again(struct notify *notify)
{
	for (int i = 0; i < CHANNEL_MAX; i++)
		for (size_t n = 0; n < notify->book[i].count; n++)
			notify->book[i].delivery[n].handed_ms = 0;
}

bool
notify_settled(const struct notify *notify)
{
	for (int i = 0; i < CHANNEL_MAX; i++) {
		const struct book *book = &notify->book[i];

		for (size_t n = 0; book->used && n < book->count; n++)
			if (book->delivery[n].flying || book->delivery[n].accepted)
				return false;
	}
	return true;
}
