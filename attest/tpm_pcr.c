/* SPDX-License-Identifier: Apache-2.0 */
/* Values of registers; see tpm_pcr.h. */
#include <string.h>

#include "attest/tpm_pcr.h"

enum { FIRMWARE_REGISTERS = 8, BANK_SHA1 = PCR_BANKS, BANK_NONE };

static const struct { const char *name; enum digest digest; } banks[PCR_BANKS + 1] = {
	{ "sha256", DIGEST_SHA256 }, { "sha384", DIGEST_SHA384 }, { "sha512", DIGEST_SHA512 },
	[BANK_SHA1] = { "sha1", DIGEST_SHA1 } };

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && strchr(" \t\r", text.at[text.len - 1]) != NULL &&
	    text.at[text.len - 1] != '\0')
		text.len--;
	while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t'))
		text = bytes_slice(text, 1, text.len - 1);
	return text;
}

/* Takes up to the octet, which is passed over; false if it is not there. */
static bool
cut(struct bytes *rest, uint8_t octet, struct bytes *part)
{
	const uint8_t *at = rest->len == 0 ? NULL : memchr(rest->at, octet, rest->len);
	size_t len = at == NULL ? rest->len : (size_t)(at - rest->at);

	*part = bytes_slice(*rest, 0, len);
	*rest = bytes_slice(*rest, len + 1, rest->len);
	return at != NULL;
}

static bool
number_read(struct bytes text, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(text.at[i] - '0');
	}
	return text.len > 0 && text.len <= 2 && *out < TPM_REGISTERS;
}

static bool
value_read(struct bytes hex, size_t len, uint8_t *out)
{
	char text[2 * DIGEST_MAX + 1];

	if (hex.len > 2 && hex.at[0] == '0' && (hex.at[1] == 'x' || hex.at[1] == 'X'))
		hex = bytes_slice(hex, 2, hex.len - 2);
	if (hex.len != 2 * len)
		return false;
	memcpy(text, hex.at, hex.len);
	text[hex.len] = '\0';
	return hex_read(text, out, len) == ERR_OK;
}

static bool
line_read(struct bytes line, size_t *bank, struct pcr_values *values)
{
	struct bytes name;
	unsigned pcr;
	uint8_t *at, ignored[DIGEST_MAX];

	if (line.len == 0)
		return true;
	if (!cut(&line, ':', &name))
		return false;
	name = trimmed(name);
	line = trimmed(line);
	if (line.len == 0) {
		for (*bank = 0; *bank < BANK_NONE; ++*bank)
			if (bytes_equal(name, bytes_of_text(banks[*bank].name)))
				return true;
		return false;
	}
	if (*bank == BANK_NONE || !number_read(name, &pcr))
		return false;
	at = *bank == BANK_SHA1 ? ignored : values->value[*bank][pcr];
	if (*bank != BANK_SHA1) {
		if ((values->given[*bank] >> pcr & 1) != 0)
			return false;
		values->given[*bank] |= (uint32_t)1 << pcr;
	}
	return value_read(line, digest_len(banks[*bank].digest), at);
}

enum err
pcr_values_read(struct bytes text, struct pcr_values *values, struct why *why)
{
	size_t bank = BANK_NONE;

	*values = (struct pcr_values){ .given = { 0 } };
	if (text.len > PCR_TEXT_MAX)
		return why_set(why, ERR_LIMIT, "the values of registers have %zu octets, more "
		    "than %d", text.len, PCR_TEXT_MAX);
	for (unsigned line = 1; text.len > 0; line++) {
		struct bytes one;

		cut(&text, '\n', &one);
		if (!line_read(trimmed(one), &bank, values))
			return why_set(why, ERR_MALFORMED, "line %u of the values of registers is "
			    "neither \"sha256:\" nor \"7 : 0x...\" with as many digits as the "
			    "bank has, or gives one twice", line);
	}
	return ERR_OK;
}

static size_t
bank_of(uint16_t hash)
{
	return hash == TPM_SHA256 ? 0 : hash == TPM_SHA384 ? 1 : hash == TPM_SHA512 ? 2 :
	    BANK_NONE;
}

struct bytes
pcr_value(const struct pcr_values *values, uint16_t hash, unsigned pcr)
{
	size_t bank = bank_of(hash);

	return bank == BANK_NONE || (values->given[bank] >> pcr & 1) == 0 ? bytes_of(NULL, 0) :
	    bytes_of(values->value[bank][pcr], digest_len(banks[bank].digest));
}

enum err
pcr_values_digest(const struct pcr_values *values, const struct tpm_attest *quote, uint16_t hash,
    uint8_t out[DIGEST_MAX], struct why *why)
{
	struct buffer all = { .max = 0 };
	enum digest digest;
	enum err err = tpm_digest(hash, &digest) ? ERR_OK : why_set(why, ERR_UNSUPPORTED,
	    "the quote is signed with %s", tpm_algorithm_name(hash));

	for (size_t i = 0; err == ERR_OK && i < quote->selections; i++) {
		const struct tpm_selection *selection = &quote->selection[i];

		for (unsigned pcr = 0; err == ERR_OK && pcr < TPM_REGISTERS; pcr++) {
			struct bytes value = pcr_value(values, selection->hash, pcr);

			if ((selection->registers >> pcr & 1) == 0)
				continue;
			if (value.len == 0)
				err = why_set(why, ERR_NOT_FOUND, "PCR %u of %s was not given", pcr,
				    tpm_algorithm_name(selection->hash));
			else
				buffer_put(&all, value.at, value.len);
		}
	}
	if (err == ERR_OK)
		err = digest_of(digest, bytes_of_buffer(&all), bytes_of(NULL, 0),
		    bytes_of(NULL, 0), out);
	buffer_free(&all);
	return err;
}

uint32_t
pcr_values_explained(const struct pcr_values *values, const struct tpm_selection *selection,
    const struct event_replay *replay, unsigned *wrong)
{
	uint32_t explained = 0;

	*wrong = TPM_REGISTERS;
	for (unsigned pcr = 0; pcr < TPM_REGISTERS; pcr++) {
		bool logged = pcr < FIRMWARE_REGISTERS || (replay->touched >> pcr & 1) != 0;
		struct bytes replayed = bytes_of(replay->value[pcr], digest_len(replay->digest));

		if ((selection->registers >> pcr & 1) == 0 || !logged)
			continue;
		if (bytes_equal(pcr_value(values, selection->hash, pcr), replayed))
			explained |= (uint32_t)1 << pcr;
		else if (pcr < FIRMWARE_REGISTERS && *wrong == TPM_REGISTERS)
			*wrong = pcr;
	}
	return explained;
}
