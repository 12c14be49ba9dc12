/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of numbers, the ClientHello of a question and its line of transcript; see tls_deep.h. */
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/tls_deep.h"

bool
deep_has(const struct deep_list *list, uint16_t number)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->at[i] == number)
			return true;
	return false;
}

void
deep_add(struct deep_list *list, uint16_t number)
{
	if (list->count < DEEP_SUITES && !deep_has(list, number))
		list->at[list->count++] = number;
}

bool
deep_remove(struct deep_list *list, uint16_t number)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->at[i] != number)
			continue;
		memmove(&list->at[i], &list->at[i + 1], (list->count - i - 1) *
		    sizeof(list->at[0]));
		list->count--;
		return true;
	}
	return false;
}

static struct tls_numbers
numbers_of(const struct deep_list *list)
{
	return (struct tls_numbers){ .at = list->at, .count = list->count };
}

enum err
deep_write(const struct deep_ask *ask, const char *server_name, const char *alpn,
    struct buffer *out)
{
	uint8_t random[TLS_RANDOM_LEN];
	struct buffer key = { .max = 0 };
	struct tls_share share = { .group = ask->share };
	bool old = ask->version < TLS_VERSION_13, bare = ask->version == TLS_VERSION_SSL3;
	struct tls_offer offer = {
		.version = ask->version, .random = random, .suites = numbers_of(&ask->suites),
		.deflate = old, .server_name = bare ? "" : server_name,
		.alpn = bare ? "" : alpn, .groups = numbers_of(&ask->groups),
		.schemes = numbers_of(&ask->schemes), .key_share = !old, .shares = &share,
		.status_request = !bare, .ticket = old && !bare, .master_secret = old && !bare,
		.encrypt_then_mac = old && !bare, .renegotiation = old && !bare,
		.heartbeat = old && !bare
	};
	enum err err;

	random_fill(random, sizeof(random));
	if (ask->share != 0 && tls_share_public(ask->share, &key)) {
		share.key = bytes_of_buffer(&key);
		offer.shares_count = 1;
	}
	err = tls_hello_write(&offer, out);
	buffer_free(&key);
	return err;
}

static void
put_name(struct buffer *out, const char *name, unsigned number)
{
	if (name != NULL)
		buffer_print(out, " %s", name);
	else
		buffer_print(out, " 0x%04x", number);
}

static void
put_hello(struct buffer *out, const struct tls_flight *flight)
{
	struct tls_suite suite = { .name = NULL };

	tls_suite_find(flight->suite, &suite);
	buffer_print(out, "%s", flight->retry ? "HelloRetryRequest" : "ServerHello");
	put_name(out, tls_version_name(flight->version), flight->version);
	put_name(out, suite.name, flight->suite);
	if (flight->heard.group != 0)
		put_name(out, tls_group_name(flight->heard.group), flight->heard.group);
	if (flight->heard.dh_bits != 0)
		buffer_print(out, " dh %u", flight->heard.dh_bits);
	if (flight->heard.scheme != 0)
		put_name(out, tls_scheme_name(flight->heard.scheme), flight->heard.scheme);
	if (flight->compression != 0)
		buffer_print(out, " compression %u", flight->compression);
}

void
deep_line(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	static const char *const words[] = {
		[DEEP_CLOSED] = "closed", [DEEP_BROKEN] = "not TLS", [DEEP_SILENT] = "no answer"
	};
	struct buffer *out = &deep->transcript;

	buffer_print(out, "%s suites %zu groups %zu schemes %zu", tls_version_name(ask->version),
	    ask->suites.count, ask->groups.count, ask->schemes.count);
	if (ask->suites.count == 1)
		buffer_print(out, " (0x%04x)", ask->suites.at[0]);
	if (ask->groups.count == 1)
		put_name(out, tls_group_name(ask->groups.at[0]), ask->groups.at[0]);
	if (ask->schemes.count == 1)
		put_name(out, tls_scheme_name(ask->schemes.at[0]), ask->schemes.at[0]);
	buffer_put_text(out, ": ");
	if (answer == DEEP_HELLO)
		put_hello(out, flight);
	else if (answer == DEEP_ALERT)
		buffer_print(out, "alert %u", flight->alert);
	else
		buffer_put_text(out, words[answer]);
	buffer_put_u8(out, '\n');
}
