/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the IANA TLS registries: groups, signature schemes, alerts.  Ascending by number. */
#include "probes/wire/tls_handshake.h"

struct name {
	uint16_t    number;
	const char *name;
};

static const struct name groups[] = {
#define GROUP(number, name) { number, #name },
#include "probes/wire/tls_group_list.h"
};

static const struct name schemes[] = {
#define SCHEME(number, name) { number, #name },
#include "probes/wire/tls_scheme_list.h"
};

static const struct name alerts[] = {
	{ 0, "close_notify" },
	{ 10, "unexpected_message" },
	{ 20, "bad_record_mac" },
	{ 21, "decryption_failed" },
	{ 22, "record_overflow" },
	{ 30, "decompression_failure" },
	{ 40, "handshake_failure" },
	{ 41, "no_certificate" },
	{ 42, "bad_certificate" },
	{ 43, "unsupported_certificate" },
	{ 44, "certificate_revoked" },
	{ 45, "certificate_expired" },
	{ 46, "certificate_unknown" },
	{ 47, "illegal_parameter" },
	{ 48, "unknown_ca" },
	{ 49, "access_denied" },
	{ 50, "decode_error" },
	{ 51, "decrypt_error" },
	{ 60, "export_restriction" },
	{ 70, "protocol_version" },
	{ 71, "insufficient_security" },
	{ 80, "internal_error" },
	{ 86, "inappropriate_fallback" },
	{ 90, "user_canceled" },
	{ 100, "no_renegotiation" },
	{ 109, "missing_extension" },
	{ 110, "unsupported_extension" },
	{ 112, "unrecognized_name" },
	{ 113, "bad_certificate_status_response" },
	{ 115, "unknown_psk_identity" },
	{ 116, "certificate_required" },
	{ 120, "no_application_protocol" },
};

static const char *
name_find(const struct name *names, size_t count, uint16_t number)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].number == number)
			return names[i].name;
	return NULL;
}

const char *
tls_group_name(uint16_t number)
{
	return name_find(groups, sizeof(groups) / sizeof(groups[0]), number);
}

const char *
tls_scheme_name(uint16_t number)
{
	return name_find(schemes, sizeof(schemes) / sizeof(schemes[0]), number);
}

const char *
tls_alert_name(uint8_t number)
{
	return name_find(alerts, sizeof(alerts) / sizeof(alerts[0]), number);
}
