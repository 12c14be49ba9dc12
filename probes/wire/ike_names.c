/* SPDX-License-Identifier: Apache-2.0 */
/* Names of IKEv2: algorithms, notifies, hashes, vendors; see ike.h. */
#include <ctype.h>
#include <string.h>

#include "probes/wire/ike.h"

enum { ENCR = IKE_ENCR, PRF = IKE_PRF, INTEG = IKE_INTEG, KE = IKE_KE, ESN = IKE_ESN };
enum how { AEAD = 1, POINT = 2, KEM = 4, UNASKED = 8 };
enum { NAME_MAX_LEN = 40, VENDOR_TEXT_MAX = 64, VENDOR_HEX_MAX = 16 };

static const struct ike_algorithm algorithms[] = {
#define TRANSFORM(kind, number, text, rfc, bad, octets, how) \
	{ .type = kind, .id = number, .name = text, .level = rfc, .weak = bad, .size = octets, \
	  .aead = ((how) & AEAD) != 0, .point = ((how) & POINT) != 0, .kem = ((how) & KEM) != 0, \
	  .unasked = ((how) & UNASKED) != 0 },
#include "probes/wire/ike_list.h"
};

size_t
ike_algorithms(const struct ike_algorithm **out)
{
	*out = algorithms;
	return sizeof(algorithms) / sizeof(algorithms[0]);
}

const struct ike_algorithm *
ike_algorithm(uint8_t type, uint16_t id)
{
	if (type >= IKE_ADDKE1 && type <= IKE_ADDKE7)
		type = IKE_KE;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].type == type && algorithms[i].id == id)
			return &algorithms[i];
	return NULL;
}

/* Upper case without underscores; PRF in front and CBC behind fall away. */
static void
name_plain(struct bytes name, char out[NAME_MAX_LEN])
{
	size_t len = 0, from;

	for (size_t i = 0; i < name.len && len < NAME_MAX_LEN - 1; i++)
		if (name.at[i] != '_' && name.at[i] != '-')
			out[len++] = (char)toupper(name.at[i]);
	out[len] = '\0';
	from = len > 3 && memcmp(out, "PRF", 3) == 0 ? 3 : 0;
	if (len - from > 3 && strcmp(out + len - 3, "CBC") == 0)
		len -= 3;
	memmove(out, out + from, len - from);
	out[len - from] = '\0';
}

const struct ike_algorithm *
ike_algorithm_named(uint8_t type, struct bytes name)
{
	char wanted[NAME_MAX_LEN], have[NAME_MAX_LEN];

	name_plain(name, wanted);
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (algorithms[i].type != type)
			continue;
		name_plain(bytes_of_text(algorithms[i].name), have);
		if (strcmp(wanted, have) == 0)
			return &algorithms[i];
	}
	return NULL;
}

bool
ike_transform_weak(const struct ike_transform *transform)
{
	const struct ike_algorithm *row = ike_algorithm(transform->type, transform->id);

	return row != NULL && row->weak;
}

void
ike_transform_put(const struct ike_transform *transform, struct buffer *out)
{
	static const char *const types[] = { "transform", "ENCR", "PRF", "INTEG", "KE", "ESN" };
	const struct ike_algorithm *row = ike_algorithm(transform->type, transform->id);
	uint8_t type = transform->type >= IKE_ADDKE1 && transform->type <= IKE_ADDKE7 ? IKE_KE :
	    transform->type > IKE_ESN ? 0 : transform->type;

	if (row != NULL)
		buffer_put_text(out, row->name);
	else
		buffer_print(out, "%s %u", types[type], transform->id);
	if (transform->bits != 0)
		buffer_print(out, "_%u", transform->bits);
}

const char *
ike_notify_name(unsigned number)
{
	switch (number) {
#define NOTIFY(value, NAME) case value: return #NAME;
#include "probes/wire/ike_notify_list.h"
	default: return NULL;
	}
}

void
ike_hash_put(uint16_t hash, struct buffer *out)
{
	static const char *const names[] = { NULL, "SHA1", "SHA2_256", "SHA2_384", "SHA2_512",
	    "IDENTITY" };

	if (hash < sizeof(names) / sizeof(names[0]) && names[hash] != NULL)
		buffer_put_text(out, names[hash]);
	else
		buffer_print(out, "hash %u", hash);
}

void
ike_vendor_put(struct bytes id, struct buffer *out)
{
	static const struct { const char *hex, *name; } known[] = {
		{ "882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan" },
		{ "afcad71368a1f1c96b8696fc77570100", "Dead Peer Detection" },
		{ "4a131c81070358455c5728f20e95452f", "NAT traversal (RFC 3947)" },
	};
	char hex[2 * VENDOR_HEX_MAX + 1];
	bool printable = id.len > 3;

	hex_of(bytes_slice(id, 0, VENDOR_HEX_MAX), hex);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (id.len == VENDOR_HEX_MAX && strcmp(known[i].hex, hex) == 0) {
			buffer_put_text(out, known[i].name);
			return;
		}
	for (size_t i = 0; i < id.len; i++)
		printable = printable && id.at[i] >= 0x20 && id.at[i] < 0x7f;
	if (printable)
		buffer_put(out, id.at, id.len < VENDOR_TEXT_MAX ? id.len : VENDOR_TEXT_MAX);
	else
		buffer_put_text(out, hex);
}

size_t
ike_value_len(uint16_t method)
{
	const struct ike_algorithm *row = ike_algorithm(IKE_KE, method);

	return row != NULL ? row->size : 0;
}
