/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the frame of plain certificates: times, keys, algorithms; see x509.h. */
#include <limits.h>
#include <string.h>

#include "attest/der.h"
#include "monitor/base/timetext.h"
#include "probes/wire/x509.h"

enum {
	UTC_TIME = 0x17, EXTENSIONS = 0xa3, VERSION_3 = 2,
	SERIAL_MAX = 20			/* RFC 5280 section 4.1.2.2 */
};

#define RSA_OID 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01
#define SHA(n) 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, n, 0x05, 0x00
#define PSS(n, salt) 0x30, 0x41, RSA_OID, 0x0a, 0x30, 0x34, 0xa0, 0x0f, SHA(n), 0xa1, 0x1c, 0x30, \
	0x1a, RSA_OID, 0x08, SHA(n), 0xa2, 0x03, 0x02, 0x01, salt
#define EC_OID 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01
#define ECDSA_OID 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03

/* AlgorithmIdentifier, whole: RFC 5758 section 3.2, RFC 8017 A.2.4, RFC 4055 section 3.1. */
static const uint8_t ecdsa256[] = { 0x30, 0x0a, ECDSA_OID, 0x02 };
static const uint8_t ecdsa384[] = { 0x30, 0x0a, ECDSA_OID, 0x03 };
static const uint8_t ecdsa512[] = { 0x30, 0x0a, ECDSA_OID, 0x04 };
static const uint8_t rsa256[] = { 0x30, 0x0d, RSA_OID, 0x0b, 0x05, 0x00 };
static const uint8_t rsa384[] = { 0x30, 0x0d, RSA_OID, 0x0c, 0x05, 0x00 };
static const uint8_t rsa512[] = { 0x30, 0x0d, RSA_OID, 0x0d, 0x05, 0x00 };
static const uint8_t pss256[] = { PSS(0x01, 32) };
static const uint8_t pss384[] = { PSS(0x02, 48) };
static const uint8_t pss512[] = { PSS(0x03, 64) };

#define ROW(der, name, kind, bits) \
	{ { der, sizeof(der) }, { name, X509_SCHEME_##kind, X509_DIGEST_##bits } }

static const struct { struct bytes whole; struct x509_algorithm algorithm; } algorithms[] = {
	ROW(ecdsa256, "ecdsa-with-SHA256", ECDSA, 256),
	ROW(ecdsa384, "ecdsa-with-SHA384", ECDSA, 384),
	ROW(ecdsa512, "ecdsa-with-SHA512", ECDSA, 512),
	ROW(rsa256, "sha256WithRSAEncryption", PKCS1, 256),
	ROW(rsa384, "sha384WithRSAEncryption", PKCS1, 384),
	ROW(rsa512, "sha512WithRSAEncryption", PKCS1, 512),
	ROW(pss256, "rsassaPss", PSS, 256),
	ROW(pss384, "rsassaPss", PSS, 384),
	ROW(pss512, "rsassaPss", PSS, 512)
};

/* RFC 5480 section 2.1.1 and 2.1.1.1, RFC 3279 section 2.3.1. */
static const uint8_t key_p256[] = { 0x30, 0x13, EC_OID, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x03, 0x01, 0x07 };
static const uint8_t key_p384[] = { 0x30, 0x10, EC_OID, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };
static const uint8_t key_rsa[] = { 0x30, 0x0d, RSA_OID, 0x01, 0x05, 0x00 };

static bool
algorithm_read(struct bytes *in, struct bytes *whole, const struct x509_algorithm **out)
{
	struct der one;

	if (!der_take(in, &one))
		return false;
	*whole = one.whole;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (bytes_equal(one.whole, algorithms[i].whole)) {
			*out = &algorithms[i].algorithm;
			return true;
		}
	return false;
}

/* A bit string of whole octets. */
static bool
bits_read(struct bytes *in, struct bytes *out)
{
	struct bytes value;

	if (!der_expect(in, DER_BITS, &value) || value.len < 2 || value.at[0] != 0)
		return false;
	*out = bytes_slice(value, 1, value.len);
	return true;
}

/* Positive, the shortest form; without the zero that only says so. */
static bool
positive_read(struct bytes *in, struct bytes *out)
{
	struct bytes value;

	if (!der_expect(in, DER_INTEGER, &value) || value.len == 0 || value.at[0] >= 0x80)
		return false;
	if (value.at[0] == 0) {
		if (value.len == 1 || value.at[1] < 0x80)
			return false;
		value = bytes_slice(value, 1, value.len);
	}
	*out = value;
	return true;
}

static unsigned
digits(const uint8_t *at, unsigned count)
{
	unsigned number = 0;

	for (unsigned i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return UINT_MAX;
		number = 10 * number + (at[i] - '0');
	}
	return number;
}

/* RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050, seconds and Z. */
static bool
time_take(struct bytes *in, int64_t *ms)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year, month, day, hour, minute, second, last;
	struct bytes text;
	const uint8_t *at;
	struct der one;

	if (!der_take(in, &one))
		return false;
	text = one.value;
	if (one.tag == UTC_TIME ? text.len != 13 : one.tag != DER_TIME || text.len != 15)
		return false;
	year = digits(text.at, one.tag == UTC_TIME ? 2 : 4);
	if (one.tag == UTC_TIME && year <= 99)
		year += year < 50 ? 2000 : 1900;
	else if (year < 2050 || year > 9999)
		return false;
	at = text.at + text.len - 11;
	month = digits(at, 2), day = digits(at + 2, 2), hour = digits(at + 4, 2);
	minute = digits(at + 6, 2), second = digits(at + 8, 2);
	if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 || at[10] != 'Z')
		return false;
	last = days[month - 1] + (month == 2 && year % 4 == 0 &&
	    (year % 100 != 0 || year % 400 == 0));
	if (day < 1 || day > last)
		return false;
	*ms = ((days_of_date(year, month, day) * 24 + hour) * 60 + minute) * 60000LL +
	    second * 1000LL;
	return true;
}

static bool
validity_read(struct bytes *in, struct x509 *out)
{
	struct bytes times;

	return der_expect(in, DER_SEQUENCE, &times) && time_take(&times, &out->not_before_ms) &&
	    time_take(&times, &out->not_after_ms) && times.len == 0;
}

static bool
rsa_read(struct bytes bits, struct x509 *out)
{
	struct bytes numbers;

	if (!der_only(bits, DER_SEQUENCE, &numbers) || !positive_read(&numbers, &out->modulus) ||
	    !positive_read(&numbers, &out->exponent) || numbers.len != 0)
		return false;
	out->key_bits = (unsigned)(8 * out->modulus.len);
	return (out->key_bits == 2048 || out->key_bits == 3072 || out->key_bits == 4096) &&
	    out->modulus.at[0] >= 0x80 && (out->modulus.at[out->modulus.len - 1] & 1) != 0 &&
	    out->exponent.len <= 4 && (out->exponent.at[out->exponent.len - 1] & 1) != 0 &&
	    (out->exponent.len > 1 || out->exponent.at[0] > 1);
}

static bool
point_read(struct bytes bits, unsigned key_bits, struct x509 *out)
{
	out->key_bits = key_bits;
	out->point = bits;
	return bits.len == 1 + 2 * key_bits / 8 && bits.at[0] == 4;
}

static bool
key_read(struct bytes *in, struct x509 *out)
{
	struct bytes rest, bits;
	struct der info, algorithm;

	if (!der_take(in, &info) || info.tag != DER_SEQUENCE)
		return false;
	out->spki = info.whole;
	rest = info.value;
	if (!der_take(&rest, &algorithm) || !bits_read(&rest, &bits) || rest.len != 0)
		return false;
	if (bytes_equal(algorithm.whole, bytes_of(key_p256, sizeof(key_p256)))) {
		out->key = X509_KEY_P256;
		return point_read(bits, 256, out);
	}
	if (bytes_equal(algorithm.whole, bytes_of(key_p384, sizeof(key_p384)))) {
		out->key = X509_KEY_P384;
		return point_read(bits, 384, out);
	}
	out->key = X509_KEY_RSA;
	return bytes_equal(algorithm.whole, bytes_of(key_rsa, sizeof(key_rsa))) &&
	    rsa_read(bits, out);
}

static bool
version_read(struct bytes *in)
{
	struct bytes outer, value;
	uint64_t version;

	return der_expect(in, DER_CONTEXT, &outer) && der_only(outer, DER_INTEGER, &value) &&
	    der_unsigned(value, &version) && version == VERSION_3;
}

static bool
body_read(struct bytes in, struct bytes *algorithm, struct x509 *out)
{
	struct bytes extensions, list;

	if (!version_read(&in) || !positive_read(&in, &out->serial) ||
	    out->serial.len > SERIAL_MAX || !algorithm_read(&in, algorithm, &out->algorithm) ||
	    !x509_name_read(&in, &out->issuer) || !validity_read(&in, out) ||
	    !x509_name_read(&in, &out->subject) || !key_read(&in, out))
		return false;
	if (in.len == 0)
		return true;
	return der_only(in, EXTENSIONS, &extensions) &&
	    der_only(extensions, DER_SEQUENCE, &list) && x509_extensions_read(list, out);
}

bool
x509_read(struct bytes der, struct x509 *out)
{
	struct bytes rest, inner, outer;
	const struct x509_algorithm *algorithm;
	struct der body;

	memset(out, 0, sizeof(*out));
	out->whole = der;
	out->path_length = UINT_MAX;
	if (!der_only(der, DER_SEQUENCE, &rest) || !der_take(&rest, &body) ||
	    body.tag != DER_SEQUENCE)
		return false;
	out->body = body.whole;
	return body_read(body.value, &inner, out) && algorithm_read(&rest, &outer, &algorithm) &&
	    bytes_equal(inner, outer) && bits_read(&rest, &out->signature) && rest.len == 0;
}
