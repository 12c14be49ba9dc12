/* SPDX-License-Identifier: Apache-2.0 */
/* Event logs of firmware, read and replayed; see event_log.h. */
#include <string.h>

#include "attest/event_log.h"

enum {
	ALGORITHM_SHA1 = 0x04, ALGORITHM_SHA256 = 0x0b, ALGORITHM_SHA384 = 0x0c,
	ALGORITHM_SHA512 = 0x0d,
	SHA1_LEN = 20, LOCALITY_HCRTM = 4, LOCALITY_DRTM = 3
};

static const char spec_id[16] = "Spec ID Event03", startup[16] = "StartupLocality";

static uint16_t
algorithm_of(enum digest digest)
{
	return digest == DIGEST_SHA256 ? ALGORITHM_SHA256 :
	    digest == DIGEST_SHA384 ? ALGORITHM_SHA384 :
	    digest == DIGEST_SHA512 ? ALGORITHM_SHA512 :
	    digest == DIGEST_SHA1 ? ALGORITHM_SHA1 : 0;
}

/* Everything in a log is little-endian, as the platform is. */
static uint32_t
read_le(struct reader *in, unsigned octets)
{
	struct bytes taken = read_bytes(in, octets);
	uint32_t value = 0;

	for (size_t i = taken.len; i > 0; i--)
		value = value << 8 | taken.at[i - 1];
	return value;
}

static enum err
ends_early(const struct reader *in, struct why *why)
{
	return why_at(why, ERR_TRUNCATED, in->at, "the event log ends in the middle of an event; "
	    "fetch it again, whole");
}

/* --- the first record --------------------------------------------------------------------- */

/* The length a bank of that name has; 0: unknown to us, and any is believed. */
static size_t
known_len(uint16_t algorithm)
{
	for (enum digest digest = 0; digest < DIGEST_COUNT; digest++)
		if (algorithm_of(digest) == algorithm)
			return digest_len(digest);
	return 0;
}

static enum err
banks_read(struct event_log *log, struct bytes data, struct why *why)
{
	struct reader in = reader_of(data);
	uint32_t banks;

	read_bytes(&in, sizeof(spec_id) + 4 + 4);	/* platform class, versions, uintn */
	banks = read_le(&in, 4);
	if (in.failed || banks == 0 || banks > LOG_BANKS)
		return why_set(why, ERR_LIMIT, "the event log states %u banks of digests; one to "
		    "%d are read", (unsigned)banks, LOG_BANKS);
	for (size_t i = 0; i < banks; i++) {
		struct event_bank *bank = &log->bank[i];

		bank->algorithm = (uint16_t)read_le(&in, 2);
		bank->len = (uint16_t)read_le(&in, 2);
		for (size_t k = 0; k < i; k++)
			in.failed |= log->bank[k].algorithm == bank->algorithm;
		if (in.failed || bank->algorithm == 0 || bank->len == 0 ||
		    bank->len > DIGEST_MAX ||
		    (known_len(bank->algorithm) != 0 && known_len(bank->algorithm) != bank->len))
			return why_set(why, ERR_MALFORMED, "bank %zu of the event log's first "
			    "record is no digest, or stands twice", i);
	}
	log->banks = banks;
	read_bytes(&in, (size_t)read_be(&in, 1));
	if (!reader_done(&in))
		return why_set(why, ERR_MALFORMED, "the first record of the event log does not "
		    "end where it says");
	return ERR_OK;
}

enum err
event_log_open(struct bytes octets, struct event_log *log, struct why *why)
{
	struct reader in = reader_of(octets);
	uint32_t type;
	struct bytes data;

	*log = (struct event_log){ .banks = 0 };
	if (octets.len > LOG_MAX)
		return why_set(why, ERR_LIMIT, "the event log has %zu octets, more than %d",
		    octets.len, LOG_MAX);
	read_le(&in, 4);		/* 0; a CCEL has 1 here */
	type = read_le(&in, 4);
	read_bytes(&in, SHA1_LEN);
	data = read_bytes(&in, read_le(&in, 4));
	if (in.failed)
		return ends_early(&in, why);
	if (type != EVENT_NO_ACTION || data.len < sizeof(spec_id) ||
	    memcmp(data.at, spec_id, sizeof(spec_id)) != 0)
		return why_set(why, ERR_UNSUPPORTED, "the event log does not begin with \"Spec ID "
		    "Event03\": one with SHA-1 alone proves nothing; take the log of a TPM 2.0");
	log->in = in;
	return banks_read(log, data, why);
}

/* --- the others --------------------------------------------------------------------------- */

/* The buffer of a log is larger than the log: filled up with zeros or with FF. */
static bool
is_padding(struct bytes rest)
{
	for (size_t i = 0; i < rest.len; i++)
		if (rest.at[i] != rest.at[0])
			return false;
	return rest.len == 0 || rest.at[0] == 0 || rest.at[0] == 0xff;
}

/* Type 0 is reserved and FFFFFFFF is nothing: no event is of either. */
static bool
padding_begins(struct bytes rest)
{
	struct reader in = reader_of(rest);
	uint32_t type;

	read_le(&in, 4);
	type = read_le(&in, 4);
	return in.failed || type == 0 || type == UINT32_MAX;
}

static enum err
digests_read(struct event_log *log, struct event *event, struct why *why)
{
	struct reader *in = &log->in;
	uint32_t count = read_le(in, 4);

	if (in->failed)
		return ends_early(in, why);
	if (count == 0 || count > log->banks)
		return why_at(why, ERR_MALFORMED, in->at, "an event of the log has %u digests, "
		    "its first record states %zu banks", (unsigned)count, log->banks);
	for (size_t i = 0; i < count; i++) {
		uint16_t algorithm = (uint16_t)read_le(in, 2);
		size_t bank = 0;
		bool twice = false;

		while (bank < log->banks && log->bank[bank].algorithm != algorithm)
			bank++;
		for (size_t k = 0; k < i; k++)
			twice |= event->digest[k].algorithm == algorithm;
		if (!in->failed && (bank == log->banks || twice))
			return why_at(why, ERR_MALFORMED, in->at, "an event of the log has a "
			    "digest of kind 0x%04x that is not stated, or twice", algorithm);
		if (in->failed)
			return ends_early(in, why);
		event->digest[i].algorithm = algorithm;
		event->digest[i].octets = read_bytes(in, log->bank[bank].len);
	}
	event->digests = count;
	return ERR_OK;
}

enum err
event_log_next(struct event_log *log, struct event *event, struct why *why)
{
	struct reader *in = &log->in;
	struct bytes rest = bytes_slice(in->in, in->at, in->in.len - in->at);
	enum err err;

	*event = (struct event){ .offset = in->at };
	if (padding_begins(rest))
		return is_padding(rest) ? ERR_CLOSED : why_at(why, ERR_MALFORMED, in->at,
		    "behind the last event of the log stands something that is neither an event "
		    "nor padding");
	event->index = read_le(in, 4);
	event->type = read_le(in, 4);
	err = digests_read(log, event, why);
	if (err != ERR_OK)
		return err;
	event->data = read_bytes(in, read_le(in, 4));
	if (in->failed)
		return ends_early(in, why);
	if (event->index >= LOG_REGISTERS && event->type != EVENT_NO_ACTION)
		return why_at(why, ERR_MALFORMED, event->offset, "an event of the log is of "
		    "register %u; the last is %d", (unsigned)event->index, LOG_REGISTERS - 1);
	return ERR_OK;
}

struct bytes
event_digest(const struct event *event, enum digest digest)
{
	for (size_t i = 0; i < event->digests; i++)
		if (event->digest[i].algorithm == algorithm_of(digest))
			return event->digest[i].octets;
	return bytes_of(NULL, 0);
}

bool
event_names_data(const struct event *event, enum digest digest)
{
	uint8_t of_data[DIGEST_MAX];

	return digest_of(digest, event->data, bytes_of(NULL, 0), bytes_of(NULL, 0), of_data) ==
	    ERR_OK && bytes_equal(event_digest(event, digest), bytes_of(of_data,
	    digest_len(digest)));
}

/* --- replay ------------------------------------------------------------------------------- */

/* TCG PFP, TCG_EfiStartupLocalityEvent: how the TPM was started decides where PCR 0 began. */
static enum err
locality_read(const struct event *event, struct event_replay *replay, struct why *why)
{
	uint8_t *last = &replay->value[0][digest_len(replay->digest) - 1];

	if (event->data.len < sizeof(startup) ||
	    memcmp(event->data.at, startup, sizeof(startup)) != 0)
		return ERR_OK;
	if (event->index != 0 || event->data.len != sizeof(startup) + 1 || *last != 0 ||
	    (replay->touched & 1) != 0)
		return why_at(why, ERR_MALFORMED, event->offset, "the log's StartupLocality is "
		    "not one octet, or comes twice or after PCR 0 was extended");
	*last = event->data.at[sizeof(startup)];
	if (*last != 0 && *last != LOCALITY_DRTM && *last != LOCALITY_HCRTM)
		return why_at(why, ERR_MALFORMED, event->offset, "the log's StartupLocality is "
		    "%u; there is only 0, 3 and 4", *last);
	return ERR_OK;
}

static enum err
event_extend(const struct event *event, struct event_replay *replay, struct why *why)
{
	struct bytes digest = event_digest(event, replay->digest);
	uint8_t *value = replay->value[event->index];

	if (digest.len == 0)
		return why_at(why, ERR_MALFORMED, event->offset, "an event of the log has no "
		    "digest of the bank that is replayed");
	replay->touched |= (uint32_t)1 << event->index;
	if (digest_of(replay->digest, bytes_of(value, digest.len), digest, bytes_of(NULL, 0),
	    value) != ERR_OK)
		return why_set(why, ERR_UNSUPPORTED, "this machine's libcrypto has no digest for "
		    "the bank");
	return ERR_OK;
}

enum err
event_log_replay(struct bytes octets, enum digest digest, struct event_replay *replay,
    struct why *why)
{
	struct event_log log;
	struct event event;
	enum err err = event_log_open(octets, &log, why);
	bool has = false;

	*replay = (struct event_replay){ .digest = digest };
	if (err != ERR_OK)
		return err;
	if (algorithm_of(digest) == 0 || digest == DIGEST_SHA1)
		return why_set(why, ERR_UNSUPPORTED, "a bank of SHA-1 proves nothing any more; "
		    "take SHA-256 or longer");
	for (size_t i = 0; i < log.banks; i++)
		has |= log.bank[i].algorithm == algorithm_of(digest);
	if (!has)
		return why_set(why, ERR_NOT_FOUND, "the event log has no digests of the bank that "
		    "was signed");
	while ((err = event_log_next(&log, &event, why)) == ERR_OK) {
		replay->events++;
		err = event.type == EVENT_NO_ACTION ? locality_read(&event, replay, why) :
		    event_extend(&event, replay, why);
		if (err != ERR_OK)
			return err;
	}
	return err == ERR_CLOSED ? ERR_OK : err;
}
