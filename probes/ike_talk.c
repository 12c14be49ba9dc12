/* SPDX-License-Identifier: Apache-2.0 */
/* One request of IKE at a time over UDP, and its answer as facts; see ike_talk.h. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/ike_talk.h"
#include "probes/resolve.h"

enum { MARKER_LEN = 4, NAME_LEN = 80 };

#define WAIT_FIRST_NS INT64_C(500000000)

static unsigned
port_of(const struct round *round)
{
	size_t len;
	const struct sockaddr *address = round_address(round, &len);

	return ntohs(address->sa_family == AF_INET6 ?
	    ((const struct sockaddr_in6 *)address)->sin6_port :
	    ((const struct sockaddr_in *)address)->sin_port);
}

void
ike_talk_open(struct round *round, struct ike_talk *talk)
{
	const char *marker = round_option(round, "marker");

	talk->marker = strcmp(marker, "yes") == 0 ||
	    (strcmp(marker, "no") != 0 && port_of(round) == IKE_ENCAPSULATED_PORT);
	talk->value.max = IKE_VALUE_MAX;
	talk->sent.max = IKE_DATAGRAM_MAX;
	round_datagram(round, 0);
}

void
ike_talk_free(struct ike_talk *talk)
{
	buffer_free(&talk->value);
	buffer_free(&talk->sent);
}

void
ike_talk_fresh(struct ike_talk *talk, uint16_t method, struct ike_request *request)
{
	uint8_t random[IKE_VALUE_MAX];

	do
		random_fill((uint8_t *)&talk->spi, sizeof(talk->spi));
	while (talk->spi == 0);
	random_fill(talk->nonce, sizeof(talk->nonce));
	random_fill(random, sizeof(random));
	buffer_reset(&talk->value);
	/* Methods come from a table of those that have a value. */
	if (ike_value_write(method, random, &talk->value) != ERR_OK)
		buffer_reset(&talk->value);
	talk->cookies = 0;
	request->spi = talk->spi;
	request->cookie = bytes_of(NULL, 0);
	request->method = method;
	request->value = bytes_of_buffer(&talk->value);
	request->nonce = bytes_of(talk->nonce, sizeof(talk->nonce));
}

void
ike_talk_send(struct round *round, struct ike_talk *talk, struct bytes message)
{
	buffer_reset(&talk->sent);
	if (talk->marker)
		buffer_put_be(&talk->sent, 0, MARKER_LEN);
	buffer_put(&talk->sent, message.at, message.len);
	talk->sends = 1;
	talk->wait_ns = WAIT_FIRST_NS;
	round_wait(round, talk->wait_ns);
	round_send(round, bytes_of_buffer(&talk->sent));
}

bool
ike_talk_again(struct round *round, struct ike_talk *talk, unsigned max)
{
	if (talk->sends >= max)
		return false;
	talk->sends++;
	talk->wait_ns *= 2;
	round_wait(round, talk->wait_ns);
	round_send(round, bytes_of_buffer(&talk->sent));
	return true;
}

struct bytes
ike_talk_taken(const struct ike_talk *talk, struct bytes datagram)
{
	static const uint8_t none[MARKER_LEN];

	if (!talk->marker)
		return datagram;
	if (datagram.len < MARKER_LEN || memcmp(datagram.at, none, MARKER_LEN) != 0)
		return bytes_of(NULL, 0);
	return bytes_slice(datagram, MARKER_LEN, datagram.len);
}

/* Texts of at most NAME_LEN octets each, as one fact. */
static void
names_fact(struct round *round, enum fact fact, char (*name)[NAME_LEN], size_t count)
{
	struct bytes text[FACT_LIST_MAX];

	if (count > FACT_LIST_MAX)
		count = FACT_LIST_MAX;
	for (size_t i = 0; i < count; i++)
		text[i] = bytes_of_text(name[i]);
	fact_set_texts(round_facts(round), fact, text, count);
}

static void
name_take(char name[NAME_LEN], struct buffer *text)
{
	snprintf(name, NAME_LEN, "%s", buffer_text(text));
	buffer_reset(text);
}

void
ike_look_list(struct round *round, enum fact fact, const struct ike_transform *transform,
    size_t count)
{
	char name[FACT_LIST_MAX][NAME_LEN];
	struct buffer text = { .max = NAME_LEN };

	for (size_t i = 0; i < count && i < FACT_LIST_MAX; i++) {
		ike_transform_put(&transform[i], &text);
		name_take(name[i], &text);
	}
	buffer_free(&text);
	names_fact(round, fact, name, count);
}

void
ike_look_error(uint16_t error, char *out, size_t len)
{
	const char *name = ike_notify_name(error);

	if (name != NULL)
		snprintf(out, len, "%s", name);
	else
		snprintf(out, len, "error %u", error);
}

void
ike_look_answer(struct round *round, const struct ike_said *said)
{
	char name[IKE_VENDORS_MAX][NAME_LEN], version[8];
	struct buffer text = { .max = NAME_LEN };
	size_t count = 0;

	snprintf(version, sizeof(version), "%u.%u", said->major, said->minor);
	fact_set_text(round_facts(round), FACT_IKE_VERSION, bytes_of_text(version));
	for (size_t i = 0; i < said->statuses; i++) {
		const char *known = ike_notify_name(said->status[i]);

		if (said->status[i] == IKE_COOKIE)
			continue;
		snprintf(name[count], NAME_LEN, "%s", known != NULL ? known : "");
		if (known == NULL)
			snprintf(name[count], NAME_LEN, "notify %u", said->status[i]);
		count++;
	}
	names_fact(round, FACT_IKE_EXTENSIONS, name, count);
	for (size_t i = 0; i < said->hashes; i++) {
		ike_hash_put(said->hash[i], &text);
		name_take(name[i], &text);
	}
	names_fact(round, FACT_IKE_HASHES, name, said->hashes);
	for (size_t i = 0; i < said->vendors; i++) {
		ike_vendor_put(said->vendor[i], &text);
		name_take(name[i], &text);
	}
	names_fact(round, FACT_IKE_VENDORS, name, said->vendors);
	buffer_free(&text);
}

static void
choice_fact(struct round *round, enum fact fact, const struct ike_transform *transform,
    const char *otherwise)
{
	struct buffer text = { .max = NAME_LEN };

	if (transform != NULL)
		ike_transform_put(transform, &text);
	else
		buffer_put_text(&text, otherwise);
	fact_set_text(round_facts(round), fact, bytes_of_buffer(&text));
	buffer_free(&text);
}

void
ike_look_choice(struct round *round, const struct ike_said *said)
{
	choice_fact(round, FACT_IKE_ENCRYPTION, ike_chosen(said, IKE_ENCR), "none");
	choice_fact(round, FACT_IKE_INTEGRITY, ike_chosen(said, IKE_INTEG), "AEAD");
	choice_fact(round, FACT_IKE_PRF, ike_chosen(said, IKE_PRF), "none");
	choice_fact(round, FACT_IKE_GROUP, ike_chosen(said, IKE_KE), "none");
	choice_fact(round, FACT_IKE_PQ, ike_chosen(said, IKE_ADDKE1), "none");
}
