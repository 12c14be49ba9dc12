/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of suites, groups and schemes, read from their lists; see tls_suite.h. */
#include <string.h>

#include "probes/wire/tls_suite.h"

static const struct { uint16_t number; const char *name; } suites[] = {
#define SUITE(number, name) { number, #name },
#include "probes/wire/tls_suite_list.h"
};

static const uint16_t groups[] = {
#define GROUP(number, name) number,
#include "probes/wire/tls_group_list.h"
};

static const uint16_t schemes[] = {
#define SCHEME(number, name) number,
#include "probes/wire/tls_scheme_list.h"
};

enum { SUITES = sizeof(suites) / sizeof(suites[0]) };

static const struct { unsigned weak; const char *part, *name; } weaknesses[] = {
	{ TLS_WEAK_NULL,      "WITH_NULL", "NULL" },
	{ TLS_WEAK_NULL,      "SHA256_SHA256", "NULL" },	/* RFC 9150: integrity only */
	{ TLS_WEAK_NULL,      "SHA384_SHA384", "NULL" },
	{ TLS_WEAK_EXPORT,    "EXPORT",    "EXPORT" },
	{ TLS_WEAK_ANONYMOUS, "_anon_",    "anonymous" },
	{ TLS_WEAK_RC4,       "RC4",       "RC4" },
	{ TLS_WEAK_DES,       "_DES_",     "DES" },
	{ TLS_WEAK_DES,       "_DES40_",   "DES" },
	{ TLS_WEAK_DES,       "_RC2_",     "DES" },
	{ TLS_WEAK_DES,       "_IDEA_",    "DES" },
	{ TLS_WEAK_3DES,      "3DES",      "3DES" },
	{ TLS_WEAK_MD5,       "_MD5",      "MD5" }
};

static unsigned
weak_of(const char *name)
{
	unsigned weak = 0;

	for (size_t i = 0; i < sizeof(weaknesses) / sizeof(weaknesses[0]); i++)
		if (strstr(name, weaknesses[i].part) != NULL)
			weak |= weaknesses[i].weak;
	return weak;
}

static enum tls_exchange
exchange_of(const char *name)
{
	if (strstr(name, "ECDHE_") != NULL || strstr(name, "ECDH_anon") != NULL)
		return TLS_EXCHANGE_ECDHE;
	if (strstr(name, "DHE_") != NULL || strstr(name, "DH_anon") != NULL)
		return TLS_EXCHANGE_DHE;
	return TLS_EXCHANGE_OTHER;
}

/* TLS 1.3 names no key exchange (RFC 8446 appendix B.4). */
static bool
is_tls13(const char *name)
{
	return strstr(name, "_WITH_") == NULL && strstr(name, "SCSV") == NULL &&
	    strncmp(name, "TLS_ECCPWD", 10) != 0;
}

static bool
is_signal(uint16_t number)
{
	return number == 0 || number == TLS_SUITE_SCSV_RENEGOTIATION ||
	    number == TLS_SUITE_SCSV_FALLBACK;
}

bool
tls_suite_find(uint16_t number, struct tls_suite *out)
{
	size_t from = 0, to = sizeof(suites) / sizeof(suites[0]);
	const char *name;

	while (to - from > 1) {
		size_t middle = from + (to - from) / 2;

		if (suites[middle].number <= number)
			from = middle;
		else
			to = middle;
	}
	if (suites[from].number != number)
		return false;
	name = suites[from].name;
	*out = (struct tls_suite){
		.number = number,
		.name = name,
		.exchange = exchange_of(name),
		.weak = weak_of(name),
		.tls13 = is_tls13(name),
		.forward = is_tls13(name) || exchange_of(name) != TLS_EXCHANGE_OTHER,
		.psk = strstr(name, "_PSK_") != NULL
	};
	return true;
}

size_t
tls_suites(bool tls13, uint16_t *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		if (is_signal(suites[i].number) || is_tls13(suites[i].name) != tls13)
			continue;
		if (count < max)
			out[count] = suites[i].number;
		count++;
	}
	return count;
}

const char *
tls_weakness_name(unsigned weak)
{
	for (size_t i = 0; i < sizeof(weaknesses) / sizeof(weaknesses[0]); i++)
		if ((weaknesses[i].weak & weak) != 0)
			return weaknesses[i].name;
	return "";
}

static size_t
numbers_copy(const uint16_t *from, size_t count, uint16_t *out, size_t max)
{
	for (size_t i = 0; i < count && i < max; i++)
		out[i] = from[i];
	return count;
}

size_t
tls_groups(uint16_t *out, size_t max)
{
	return numbers_copy(groups, sizeof(groups) / sizeof(groups[0]), out, max);
}

size_t
tls_schemes(uint16_t *out, size_t max)
{
	return numbers_copy(schemes, sizeof(schemes) / sizeof(schemes[0]), out, max);
}

bool
tls_group_is_pq(uint16_t group)
{
	const char *name = tls_group_name(group);

	return name != NULL && (strstr(name, "MLKEM") != NULL || strstr(name, "Kyber") != NULL);
}

bool
tls_group_is_weak(uint16_t group)
{
	static const uint16_t small[] = { 1, 2, 3, 4, 5, 15, 16, 17, 18, 19 };

	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		if (small[i] == group)
			return true;
	return false;
}

bool
tls_scheme_is_weak(uint16_t scheme)
{
	const char *name = tls_scheme_name(scheme);

	return name != NULL && (strstr(name, "sha1") != NULL || strstr(name, "md5") != NULL);
}
