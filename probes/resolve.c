/* SPDX-License-Identifier: Apache-2.0 */
/* Name lookups through the system's resolver on libuv's thread pool; see resolve.h. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "probes/resolve.h"

struct lookup {
	uv_getaddrinfo_t request;
	uv_timer_t       timer;
	struct resolver *resolver;
	struct lookup   *next, *previous;	/* in the waiting list */
	char            *host;
	uint32_t         port;
	int              family;
	int64_t          started_ns;
	resolve_done     done;
	void            *arg;
	bool             waiting, running, answered, timer_closed;
};

struct resolver {
	uv_loop_t     *loop;
	struct lookup *first, *last;	/* waiting */
	size_t         running, alive;
	bool           closing;
};

socklen_t
address_len(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
	    sizeof(struct sockaddr_in);
}

void
address_set_port(struct sockaddr *address, uint16_t port)
{
	if (address->sa_family == AF_INET6)
		((struct sockaddr_in6 *)address)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)address)->sin_port = htons(port);
}

void
address_text(const struct sockaddr *address, char *out, size_t out_len)
{
	char text[INET6_ADDRSTRLEN] = "";
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

	if (address->sa_family == AF_UNSPEC) {
		out[0] = '\0';
	} else if (address->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
		snprintf(out, out_len, "[%s]:%u", text, ntohs(six->sin6_port));
	} else {
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
		snprintf(out, out_len, "%s:%u", text, ntohs(four->sin_port));
	}
}

bool
address_read(const char *host, uint32_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	char text[INET6_ADDRSTRLEN + 1];
	const char *zone = strchr(host, '%');
	size_t len = zone != NULL ? (size_t)(zone - host) : strlen(host);

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return true;
	}
	if (len >= sizeof(text))
		return false;
	memcpy(text, host, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return false;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	six->sin6_scope_id = zone != NULL ? if_nametoindex(zone + 1) : 0;
	return true;
}

static int
address_compare(const void *a, const void *b)
{
	const struct sockaddr_storage *one = a, *two = b;

	if (one->ss_family != two->ss_family)
		return one->ss_family == AF_INET ? -1 : 1;
	if (one->ss_family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)one)->sin_addr,
		    &((const struct sockaddr_in *)two)->sin_addr, 4);
	return memcmp(&((const struct sockaddr_in6 *)one)->sin6_addr,
	    &((const struct sockaddr_in6 *)two)->sin6_addr, 16);
}

enum { ADDRESSES_MAX = 1024 };	/* looked at; an answer of the name service is smaller */

/* Sorted before it is cut, so that the same set gives the same replicas in any order. */
static bool
family_wanted(int family, int wanted)
{
	return wanted == AF_UNSPEC ? family == AF_INET || family == AF_INET6 : family == wanted;
}

static void
resolved_take(struct resolved *resolved, const struct addrinfo *list, int family)
{
	struct sockaddr_storage *all = memory_new(ADDRESSES_MAX, sizeof(*all));
	size_t count = 0;

	for (; list != NULL && count < ADDRESSES_MAX; list = list->ai_next) {
		if (!family_wanted(list->ai_family, family))
			continue;
		memcpy(&all[count++], list->ai_addr, list->ai_addrlen);
	}
	qsort(all, count, sizeof(*all), address_compare);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && address_compare(&all[i - 1], &all[i]) == 0)
			continue;
		if (resolved->count < REPLICA_MAX)
			resolved->address[resolved->count++] = all[i];
		resolved->total++;
	}
	free(all);
}

static const char no_family[] = "there is no address of the family of the vantage's own";

static void
lookup_release(struct lookup *lookup)
{
	if (lookup->running || !lookup->timer_closed)
		return;
	lookup->resolver->alive--;
	free(lookup->host);
	free(lookup);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct lookup *lookup = handle->data;

	lookup->timer_closed = true;
	lookup_release(lookup);
}

static void
waiting_unlink(struct lookup *lookup)
{
	struct resolver *resolver = lookup->resolver;

	if (!lookup->waiting)
		return;
	*(lookup->previous != NULL ? &lookup->previous->next : &resolver->first) = lookup->next;
	*(lookup->next != NULL ? &lookup->next->previous : &resolver->last) = lookup->previous;
	lookup->waiting = false;
}

/* The owner hears no more of it; memory goes when the system and the timer are done too. */
static void
lookup_settle(struct lookup *lookup)
{
	lookup->answered = true;
	waiting_unlink(lookup);
	uv_close((uv_handle_t *)&lookup->timer, on_timer_closed);
}

static void
lookup_answer(struct lookup *lookup, struct resolved *resolved)
{
	resolve_done done = lookup->done;
	void *arg = lookup->arg;

	resolved->us = (clock_monotonic_ns() - lookup->started_ns) / 1000;
	lookup_settle(lookup);
	done(arg, resolved);
}

static void lookup_begin(struct resolver *resolver);

static void
on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
	struct lookup *lookup = request->data;
	struct resolver *resolver = lookup->resolver;
	struct resolved resolved = { .err = ERR_OK, .text = "" };

	lookup->running = false;
	resolver->running--;
	if (!lookup->answered && resolver->closing) {
		lookup_settle(lookup);
	} else if (!lookup->answered) {
		if (status == 0)
			resolved_take(&resolved, list, lookup->family);
		resolved.final = status == UV_EAI_NONAME || status == UV_EAI_NODATA ||
		    (status == 0 && resolved.count == 0 && lookup->family == AF_UNSPEC);
		if (status != 0 || resolved.count == 0) {
			resolved.err = ERR_RESOLVE;
			resolved.text = status != 0 ? uv_strerror(status) :
			    lookup->family == AF_UNSPEC ? "the name has no address" : no_family;
		}
		lookup_answer(lookup, &resolved);
	} else {
		lookup_release(lookup);
	}
	uv_freeaddrinfo(list);
	lookup_begin(resolver);
}

static void
lookup_begin(struct resolver *resolver)
{
	while (resolver->first != NULL && resolver->running < LOOKUPS_IN_FLIGHT) {
		struct lookup *lookup = resolver->first;
		/* A vantage's family is there: what the system would leave out is not asked. */
		struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
		    .ai_flags = lookup->family == AF_UNSPEC ? AI_ADDRCONFIG : 0 };
		char port[16];
		int status;

		waiting_unlink(lookup);
		snprintf(port, sizeof(port), "%u", lookup->port);
		status = uv_getaddrinfo(resolver->loop, &lookup->request, on_resolved, lookup->host,
		    port, &hints);
		if (status == 0) {
			lookup->running = true;
			resolver->running++;
			continue;
		}
		lookup_answer(lookup, &(struct resolved){ .err = status == UV_EINVAL ||
		    status == UV_ENAMETOOLONG ? ERR_RESOLVE : ERR_IO, .text = uv_strerror(status),
		    .final = status == UV_EINVAL || status == UV_ENAMETOOLONG });
	}
}

static void
on_deadline(uv_timer_t *timer)
{
	if (((struct lookup *)timer->data)->resolver->closing)
		return;
	lookup_answer(timer->data, &(struct resolved){ .err = ERR_TIMEOUT,
	    .text = "the name service did not answer before the deadline" });
}

struct resolver *
resolver_new(uv_loop_t *loop)
{
	struct resolver *resolver = memory_new(1, sizeof(*resolver));

	resolver->loop = loop;
	return resolver;
}

bool
resolver_busy(const struct resolver *resolver)
{
	return resolver->running > 0;
}

void
resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	resolver->closing = true;
	while (resolver->first != NULL)
		lookup_cancel(resolver->first);
	while (resolver->alive > 0)
		uv_run(resolver->loop, UV_RUN_ONCE);
	free(resolver);
}

struct lookup *
resolve_start(struct resolver *resolver, const struct resolve_request *request,
    resolve_done done, void *arg)
{
	struct resolved resolved = { .err = ERR_OK, .text = "", .literal = true, .count = 1,
	    .total = 1 };
	struct lookup *lookup;

	if (address_read(request->host, request->port, &resolved.address[0])) {
		if (!family_wanted(resolved.address[0].ss_family, request->family))
			resolved = (struct resolved){ .err = ERR_RESOLVE, .text = no_family };
		done(arg, &resolved);
		return NULL;
	}
	lookup = memory_new(1, sizeof(*lookup));
	lookup->resolver = resolver;
	lookup->host = memory_text(bytes_of_text(request->host));
	lookup->port = request->port;
	lookup->family = request->family;
	lookup->started_ns = clock_monotonic_ns();
	lookup->done = done;
	lookup->arg = arg;
	lookup->request.data = lookup;
	lookup->waiting = true;
	lookup->previous = resolver->last;
	*(resolver->last != NULL ? &resolver->last->next : &resolver->first) = lookup;
	resolver->last = lookup;
	resolver->alive++;
	uv_timer_init(resolver->loop, &lookup->timer);
	lookup->timer.data = lookup;
	uv_timer_start(&lookup->timer, on_deadline, (uint64_t)request->deadline_ms, 0);
	lookup_begin(resolver);
	return lookup->answered ? NULL : lookup;
}

void
lookup_cancel(struct lookup *lookup)
{
	if (lookup == NULL || lookup->answered)
		return;
	if (lookup->running)
		uv_cancel((uv_req_t *)&lookup->request);
	lookup_settle(lookup);
}
