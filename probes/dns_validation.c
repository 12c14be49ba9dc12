/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libunbound's only owner; see dns_validation.h.  A thread, never a fork: ub_ctx_async(1).  Nothing
 * here opens a file, and the library's own log is off.
 */
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unbound.h>

#include "probes/dns_validation.h"
#include "probes/resolve.h"
#include "probes/wire/dns_anchor.h"

enum { ADDRESS_TEXT = 80, CLASS_IN = 1, ANCHORS_MAX = 64 };

static void PRINTF(3, 4)
conclude(struct dns_validation *validation, enum dns_validity validity, const char *fmt, ...)
{
	va_list args;

	validation->validity = validity;
	va_start(args, fmt);
	vsnprintf(validation->reason, sizeof(validation->reason), fmt, args);
	va_end(args);
}

/* In the process' own thread, from ub_process(). */
static void
on_result(void *arg, int status, struct ub_result *result)
{
	struct dns_validation *validation = arg;
	struct buffer reason = { .max = VALIDITY_TEXT - 1 };
	char number[16];

	if (status != 0)
		conclude(validation, DNS_BLIND, "libunbound: %s", ub_strerror(status));
	else if (result->secure)
		conclude(validation, DNS_SECURE, "%s", "");
	else if (result->bogus) {
		dns_bogus_text(result->why_bogus != NULL ? result->why_bogus :
		    "libunbound does not say why", &reason);
		conclude(validation, DNS_BOGUS, "%s", buffer_text(&reason));
	} else if (result->rcode == DNS_NOERROR || result->rcode == DNS_NXDOMAIN)
		conclude(validation, DNS_INSECURE, "%s", "");
	else
		conclude(validation, DNS_INDETERMINATE, "the server gives a validator no usable "
		    "answer (%s)", dns_rcode_name((unsigned)result->rcode, number));
	buffer_free(&reason);
	ub_resolve_free(result);
}

/* Adds what the file holds; false and concluded if the answer cannot be judged by it. */
static bool
anchors_add(struct round *round, struct dns_validation *validation)
{
	struct bytes file = round_file(round, "trust_anchor");
	struct dns_anchor anchor;
	struct why why = { .err = ERR_OK };
	size_t at = 0, count = 0, covering = 0, usable = 0;
	enum err err;

	while ((err = dns_anchor_next(file, &at, &anchor, &why)) == ERR_OK) {
		bool covers = dns_anchor_covers(&anchor, &validation->asked);

		covering += covers;
		usable += covers && anchor.usable;
		if (++count > ANCHORS_MAX || ub_ctx_add_ta(validation->context, anchor.text) != 0) {
			conclude(validation, DNS_BLIND, "the file of trust_anchor has more than "
			    "%d records, or libunbound does not take record %zu",
			    ANCHORS_MAX, count);
			return false;
		}
	}
	if (err != ERR_NOT_FOUND)
		conclude(validation, DNS_BLIND, "in the file of trust_anchor, %s", why.text);
	else if (count == 0)
		conclude(validation, DNS_BLIND, "the file of trust_anchor has no record");
	else if (covering == 0)
		conclude(validation, DNS_BLIND, "no record of trust_anchor is of a zone above the "
		    "name that is asked for");
	else if (usable == 0)
		conclude(validation, DNS_BLIND, "no record of trust_anchor above the name has an "
		    "algorithm that can be verified here");
	return validation->validity == DNS_NOT_YET;
}

/* "192.0.2.1", and "192.0.2.1@53" with a port, as libunbound wants them. */
static void
address_write(const struct sockaddr *address, bool port, char out[ADDRESS_TEXT])
{
	char text[ADDRESS_TEXT];
	bool six = address->sa_family == AF_INET6;
	const char *host = text + six;
	const char *end;

	address_text(address, text, sizeof(text));
	end = strrchr(text, six ? ']' : ':');
	if (end == NULL)
		end = host;
	snprintf(out, ADDRESS_TEXT, "%.*s%s%s", (int)(end - host), host, port ? "@" : "",
	    port ? strrchr(text, ':') + 1 : "");
}

/* 0, or libunbound's error. */
static int
context_set(struct round *round, const struct dns_validation *validation)
{
	/* Small, without caches to speak of; no clock skew is allowed for (RFC 4035 5.3.1). */
	static const char *const fixed[][2] = { { "do-not-query-localhost:", "no" },
		{ "trust-anchor-signaling:", "no" }, { "use-syslog:", "no" },
		{ "msg-cache-slabs:", "1" }, { "rrset-cache-slabs:", "1" },
		{ "key-cache-slabs:", "1" }, { "infra-cache-slabs:", "1" },
		{ "msg-cache-size:", "128k" }, { "rrset-cache-size:", "256k" },
		{ "key-cache-size:", "64k" }, { "neg-cache-size:", "32k" },
		{ "infra-cache-numhosts:", "16" }, { "outgoing-range:", "16" },
		{ "num-queries-per-thread:", "32" }, { "outgoing-num-tcp:", "4" },
		{ "edns-buffer-size:", "1232" }, { "val-sig-skew-min:", "0" },
		{ "val-sig-skew-max:", "0" } };
	char name[DNS_NAME_TEXT], zone[DNS_NAME_TEXT + 16], server[ADDRESS_TEXT], own[ADDRESS_TEXT];
	const struct sockaddr *source = round_source(round), *address;
	struct ub_ctx *context = validation->context;
	size_t len;
	int status = 0;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]) && status == 0; i++)
		status = ub_ctx_set_option(context, fixed[i][0], fixed[i][1]);
	/* Names such as "test" and "10.in-addr.arpa" are answered by the library itself, else. */
	dns_name_text(&validation->asked.name, name);
	snprintf(zone, sizeof(zone), "%s%s transparent", name, strcmp(name, ".") == 0 ? "" : ".");
	if (status == 0)
		status = ub_ctx_set_option(context, "local-zone:", zone);
	address = round_address(round, &len);
	if (status == 0)
		status = ub_ctx_set_option(context, address->sa_family == AF_INET6 ? "do-ip4:" :
		    "do-ip6:", "no");
	if (status == 0 && source != NULL) {
		address_write(source, false, own);
		status = ub_ctx_set_option(context, "outgoing-interface:", own);
	}
	address_write(address, true, server);
	return status != 0 ? status : ub_ctx_set_fwd(context, server);
}

static bool
on_one_link(const struct round *round)
{
	size_t len;
	const struct sockaddr *address = round_address(round, &len);

	return address->sa_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* Its place is there. */
static void
begin(struct round *round, struct dns_validation *validation)
{
	char name[DNS_NAME_TEXT];
	int status, id;

	if (on_one_link(round)) {
		conclude(validation, DNS_BLIND, "the server has an address of one link only, which "
		    "libunbound cannot be told");
		return;
	}
	validation->context = ub_ctx_create();
	if (validation->context == NULL) {
		conclude(validation, DNS_BLIND, "libunbound makes no context: memory or "
		    "descriptors are missing");
		return;
	}
	ub_ctx_debugout(validation->context, NULL);
	status = ub_ctx_async(validation->context, 1);
	if (status == 0)
		status = context_set(round, validation);
	if (status == 0 && !anchors_add(round, validation))
		return;
	dns_name_text(&validation->asked.name, name);
	if (status == 0)
		status = ub_resolve_async(validation->context, name, validation->asked.type,
		    CLASS_IN, validation, on_result, &id);
	if (status != 0) {
		conclude(validation, DNS_BLIND, "libunbound cannot begin: %s",
		    ub_strerror(status));
		return;
	}
	validation->begun = true;
	round_watch(round, ub_fd(validation->context));
}

static void
wait_for_turn(struct dns_validations *all, struct dns_validation *validation)
{
	validation->waits = true;
	validation->previous = all->last;
	*(all->last != NULL ? &all->last->next : &all->first) = validation;
	all->last = validation;
}

static void
wait_no_more(struct dns_validations *all, struct dns_validation *validation)
{
	struct dns_validation *next = validation->next, *previous = validation->previous;

	*(previous != NULL ? &previous->next : &all->first) = next;
	*(next != NULL ? &next->previous : &all->last) = previous;
	validation->waits = false;
	validation->next = validation->previous = NULL;
}

/* The place goes to who waits longest: its round is told by its timer. */
static void
place_pass_on(struct dns_validations *all)
{
	struct dns_validation *first = all->first;

	if (first == NULL) {
		all->running--;
		return;
	}
	wait_no_more(all, first);
	first->holds = true;
	round_wait(first->round, 0);
}

void
dns_validation_start(struct round *round, struct dns_validation *validation,
    const struct dns_asked *asked)
{
	struct dns_validations *all = round_shared(round);

	round_close(round);
	round_unwatch(round);
	validation->asked = *asked;
	validation->round = round;
	if (all->running == VALIDATIONS_MAX) {
		wait_for_turn(all, validation);
		return;
	}
	all->running++;
	validation->holds = true;
	begin(round, validation);
}

static void
readable(struct dns_validation *validation)
{
	int status = ub_process(validation->context);

	if (status != 0 && validation->validity == DNS_NOT_YET)
		conclude(validation, DNS_BLIND, "libunbound: %s", ub_strerror(status));
}

void
dns_validation_on(struct round *round, struct dns_validation *validation,
    const struct event *event)
{
	switch (event->kind) {
	case EVENT_READABLE:
		readable(validation);
		break;
	case EVENT_TIMER:
		if (validation->holds && !validation->begun)
			begin(round, validation);
		break;
	case EVENT_CLOSED:
		conclude(validation, DNS_BLIND, "libunbound cannot be waited for: %s", event->text);
		break;
	case EVENT_DEADLINE:
		if (validation->begun)
			conclude(validation, DNS_INDETERMINATE, "the server did not answer all "
			    "that a validator asks before the deadline");
		else
			conclude(validation, DNS_BLIND, "%d others were being validated until the "
			    "deadline", VALIDATIONS_MAX);
		break;
	default:
		break;
	}
}

/* The watch goes before the descriptor does.  What is still asked is dropped with the context. */
void
dns_validation_end(struct round *round, struct dns_validation *validation)
{
	struct dns_validations *all = round_shared(round);

	round_unwatch(round);
	if (validation->context != NULL)
		ub_ctx_delete(validation->context);
	validation->context = NULL;
	if (validation->waits)
		wait_no_more(all, validation);
	if (validation->holds)
		place_pass_on(all);
	validation->holds = false;
}

const char *
dns_bogus_advice(const char *reason)
{
	static const char *const advice[][2] = {
		{ "signature expired", "sign the zone again, and see why that did not happen" },
		{ "inception", "compare the clock of the signer with that of this machine" },
		{ "keys have a DS", "compare trust_anchor, or the DS in the zone above, with the "
		  "keys of the zone: unless somebody changed them, it is not this zone" },
		{ "DS hash mismatches", "compare trust_anchor, or the DS in the zone above, with "
		  "the keys of the zone: unless somebody changed them, it is not this zone" },
		{ "verification failed", "find out who changes records on the way, or serve the "
		  "zone as it was signed" },
		{ "crypto failed", "find out who changes records on the way, or serve the zone as "
		  "it was signed" },
		{ "proof", "see that the zone is served with its NSEC or NSEC3 records" },
		{ "no DNSKEY", "see who removes the keys and signatures, or sign the zone" },
		{ "no signatures", "see who removes the signatures, or sign the zone" },
		{ "no DNSSEC records", "see that the zone is served with its signatures and its "
		  "NSEC or NSEC3 records" }
	};

	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (strstr(reason, advice[i][0]) != NULL)
			return advice[i][1];
	return "compare the zone with its keys, its signatures and trust_anchor";
}
