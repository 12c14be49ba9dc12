/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine and its endpoints: memory shared by rounds, the free list, beginning and end.
 * What happens inside a round is in round.c, its sockets are in stream.c.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "probes/round.h"

struct machine *
machine_new(uv_loop_t *loop)
{
	struct machine *machine = memory_new(1, sizeof(*machine));
	size_t count;
	const struct probe_ops *const *table = probe_table(&count);

	machine->loop = loop;
	machine->raw[0] = machine->raw[1] = -1;
	machine->shared = memory_new(count, sizeof(void *));
	for (size_t i = 0; i < count; i++) {
		if (table[i]->scratch_len > machine->scratch_len)
			machine->scratch_len = table[i]->scratch_len;
		if (table[i]->shared_len > 0)
			machine->shared[i] = memory_new(1, table[i]->shared_len);
		if (table[i]->shared_begin != NULL)
			table[i]->shared_begin(machine->shared[i]);
	}
	uv_timer_init(loop, &machine->linger_timer);
	machine->linger_timer.data = machine;
	machine->open_handles = 1;
	return machine;
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct round *round = handle->data;

	round->machine->open_handles--;
}

static void
on_linger_timer_closed(uv_handle_t *handle)
{
	struct machine *machine = handle->data;

	machine->open_handles--;
}

static void
machine_close_handles(struct machine *machine)
{
	for (struct round *round = machine->every_round; round != NULL; round = round->every) {
		if (!round->ended)
			round_cancel(round);
		uv_close((uv_handle_t *)&round->deadline, on_timer_closed);
		uv_close((uv_handle_t *)&round->wait, on_timer_closed);
	}
	stream_linger_end(machine);
	hub_end(machine);
	uv_close((uv_handle_t *)&machine->linger_timer, on_linger_timer_closed);
	while (machine->open_handles > 0)
		uv_run(machine->loop, UV_RUN_NOWAIT);
}

static void
machine_free_lists(struct machine *machine)
{
	while (machine->every_round != NULL) {
		struct round *round = machine->every_round;

		machine->every_round = round->every;
		fact_set_free(&round->facts);
		buffer_free(&round->raw);
		free(round->scratch);
		free(round);
	}
	while (machine->free_stream != NULL) {
		struct stream *stream = machine->free_stream;

		machine->free_stream = stream->next;
		free(stream);
	}
	while (machine->free_watch != NULL) {
		struct watch *watch = machine->free_watch;

		machine->free_watch = watch->next;
		free(watch);
	}
}

void
machine_free(struct machine *machine)
{
	size_t count;
	const struct probe_ops *const *table = probe_table(&count);

	if (machine == NULL)
		return;
	machine_close_handles(machine);
	machine_free_lists(machine);
	for (size_t i = 0; i < count; i++) {
		if (table[i]->shared_end != NULL)
			table[i]->shared_end(machine->shared[i]);
		free(machine->shared[i]);
	}
	free(machine->shared);
	free(machine);
}

size_t
machine_rounds(const struct machine *machine)
{
	return machine->running;
}

struct endpoint *
endpoint_new(struct machine *machine, const struct probe_ops *ops, const char *host,
    const struct round_option *option, size_t options)
{
	struct endpoint *endpoint = memory_new(1, sizeof(*endpoint));

	endpoint->machine = machine;
	endpoint->ops = ops;
	endpoint->host = memory_text(bytes_of_text(host));
	endpoint->option = option;
	endpoint->options = options;
	endpoint->options_version = 1;
	if (ops->kept_len > 0)
		endpoint->kept = memory_new(1, ops->kept_len);
	return endpoint;
}

void
endpoint_options(struct endpoint *endpoint, const struct round_option *option, size_t options)
{
	endpoint->option = option;
	endpoint->options = options;
	endpoint->options_version++;
}

static void *
shared_of(const struct machine *machine, const struct probe_ops *ops)
{
	size_t count;
	const struct probe_ops *const *table = probe_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i] == ops)
			return machine->shared[i];
	return NULL;
}

void
endpoint_free(struct endpoint *endpoint)
{
	if (endpoint == NULL)
		return;
	if (endpoint->round != NULL)
		round_cancel(endpoint->round);
	if (endpoint->ops->kept_end != NULL)
		endpoint->ops->kept_end(endpoint->kept,
		    shared_of(endpoint->machine, endpoint->ops));
	free(endpoint->kept);
	free(endpoint->host);
	free(endpoint->vantage);
	free(endpoint);
}

bool
endpoint_busy(const struct endpoint *endpoint)
{
	return endpoint->round != NULL;
}

static void
on_deadline(uv_timer_t *timer)
{
	round_deliver(timer->data, (struct event){ .kind = EVENT_DEADLINE });
}

/* Timers stay with the round from its first use; only sockets come and go. */
static struct round *
round_new(struct machine *machine)
{
	struct round *round = machine->free_round;

	if (round != NULL) {
		machine->free_round = round->next;
		return round;
	}
	round = memory_new(1, sizeof(*round));
	round->machine = machine;
	round->scratch = memory_new(1, machine->scratch_len > 0 ? machine->scratch_len : 1);
	uv_timer_init(machine->loop, &round->deadline);
	uv_timer_init(machine->loop, &round->wait);
	round->deadline.data = round->wait.data = round;
	machine->open_handles += 2;
	round->every = machine->every_round;
	machine->every_round = round;
	return round;
}

static void
round_prepare(struct round *round, const struct round_request *request)
{
	round->endpoint = request->endpoint;
	round->ops = request->endpoint->ops;
	request->endpoint->round = round;
	memcpy(&round->address, request->address, request->address_len);
	round->address_len = request->address_len;
	memset(round->scratch, 0, round->ops->scratch_len);
	fact_set_reset(&round->facts);
	round->evidences = 0;
	round->connections = 0;
	buffer_reset(&round->raw);
	round->done = request->done;
	round->arg = request->arg;
	round->answered_ns = 0;
	round->source_status = 0;
	round->finished = round->ended = false;
	round->pending = (struct event){ .kind = EVENT_START };
	round->detail[0] = '\0';
	round->started_wall_ms = clock_wall_ms();
	round->started_ns = round->now_ns = clock_monotonic_ns();
	round->deadline_ns = round->started_ns + request->deadline_ms * 1000000;
	if (request->addresses > 0) {
		fact_set_int(&round->facts, FACT_NET_ADDRESSES, (int64_t)request->addresses);
		fact_set_int(&round->facts, FACT_NET_RESOLVE_US, request->resolve_us);
	}
}

enum err
machine_start(struct machine *machine, const struct round_request *request)
{
	struct round *round;

	assert(request->address_len <= sizeof(struct sockaddr_storage));
	if (request->endpoint->round != NULL || machine->running >= ROUNDS_IN_FLIGHT)
		return ERR_BUSY;
	round = round_new(machine);
	round_prepare(round, request);
	machine->running++;
	/* The loop's idea of now may be old by what this turn took: a deadline counts from here. */
	uv_update_time(machine->loop);
	uv_timer_start(&round->deadline, on_deadline, (uint64_t)request->deadline_ms, 0);
	round->source_status = source_check(request->endpoint);
	round_deliver(round, (struct event){ .kind = round->source_status != 0 ? EVENT_CLOSED :
	    EVENT_START });
	return ERR_OK;
}
