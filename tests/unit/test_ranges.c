/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published ranges: real files against lookups computed in another way, what contradicts itself,
 * blocks that everybody has, and files that are wrong, too large or hostile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>

#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ranges.h"
#include "tests/unit/vectors.h"

static struct ranges *
table_of(const char *form, struct bytes octets)
{
	struct ranges *ranges = NULL;
	struct why why = { .err = ERR_OK };

	if (ranges_read(form, octets, &ranges, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return ranges;
}

static struct ranges_found
look(const struct ranges *ranges, const char *text)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return ranges_find(ranges, (struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return ranges_find(ranges, (struct sockaddr *)&six);
}

static void
expect(const struct ranges *ranges, const char *address, const char *region)
{
	struct ranges_found found = look(ranges, address);

	if (strcmp(region, "-") == 0)
		assert_int_equal(found.answer, RANGES_NONE);
	else if (strcmp(region, "?") == 0)
		assert_int_equal(found.answer, RANGES_UNKNOWN);
	else if (found.answer != RANGES_REGION || strcmp(found.region, region) != 0)
		fail_msg("%s is not in %s but in %s", address, region,
		    found.answer == RANGES_REGION ? found.region : "none");
}

/* Different prefixes, edition and date of each real file. */
static const struct { const char *form, *file; size_t count; uint64_t serial; int64_t date_ms; } real[] = {
	{ "aws", "aws.json", 0, UINT64_C(1787411825), INT64_C(1787411825000) },
	{ "csv", "gcp.csv", 782, 0, INT64_C(1753384588000) },
	{ "azure", "azure.json", 1295, 363, 0 },
	{ "google", "google.json", 782, UINT64_C(1753409788780), INT64_C(1753409788780) },
	{ "oracle", "oracle.json", 171, 0, INT64_C(1753082005000) },
	{ "registry", "registry.txt", 650, 20210715, INT64_C(1626220800000) },
};

enum { REAL = sizeof(real) / sizeof(real[0]) };

/* Every line of lookups.txt against its file. */
static void
real_files(void **unused)
{
	struct buffer lines = vectors_file("tests/data/ip-ranges/lookups.txt");
	struct ranges *table[REAL];
	char form[16], address[64], region[64], *line, *save = NULL;
	unsigned bits, count = 0;

	(void)unused;
	for (size_t i = 0; i < REAL; i++) {
		char path[64];
		struct buffer octets;

		snprintf(path, sizeof(path), "tests/data/ip-ranges/%s", real[i].file);
		octets = vectors_file(path);
		table[i] = table_of(real[i].form, bytes_of_buffer(&octets));
		buffer_free(&octets);
		if (real[i].count > 0)
			assert_int_equal(ranges_count(table[i]), real[i].count);
		assert_int_equal(ranges_serial(table[i]), real[i].serial);
		assert_int_equal(ranges_date_ms(table[i]), real[i].date_ms);
	}
	for (line = strtok_r((char *)buffer_text(&lines), "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save), count++) {
		size_t i = 0;

		assert_int_equal(sscanf(line, "%15s %63s %u %63s", form, address, &bits, region), 4);
		while (strcmp(real[i].form, form) != 0)
			i++;
		expect(table[i], address, region);
		assert_int_equal(look(table[i], address).bits, bits);
	}
	assert_int_equal(count, 3164);
	for (size_t i = 0; i < REAL; i++)
		ranges_free(table[i]);
	buffer_free(&lines);
}

/* What a tag of Azure says and what it does not; a front door answers from everywhere. */
static void
tags_of_azure(void **unused)
{
	static const char text[] = "{\"changeNumber\":7,\"cloud\":\"Public\",\"values\":["
	    "{\"name\":\"AzureCloud\",\"properties\":{\"region\":\"\",\"addressPrefixes\":"
	    "[\"192.0.2.0/25\",\"198.51.100.0/24\",\"2001:db8:9::/48\"]}},"
	    "{\"name\":\"AzureCloud.japaneast\",\"properties\":{\"region\":\"japaneast\",\"addressPrefixes\":"
	    "[\"192.0.2.0/25\",\"192.0.2.128/26\",\"203.0.113.0/24\",\"2001:db8::/48\"]}},"
	    "{\"name\":\"AzureFrontDoor.Frontend\",\"properties\":{\"region\":\"\",\"addressPrefixes\":"
	    "[\"192.0.2.128/26\",\"203.0.113.8/29\"]}},"
	    "{\"name\":\"Sql\",\"properties\":{\"region\":\"\",\"addressPrefixes\":"
	    "[\"203.0.113.64/26\",\"192.88.99.0/24\"]}}]}";
	struct ranges *ranges = table_of("azure", bytes_of_text(text));

	(void)unused;
	assert_int_equal(ranges_count(ranges), 7);
	expect(ranges, "192.0.2.1", "japaneast");
	expect(ranges, "192.0.2.129", "?");
	assert_string_equal(look(ranges, "192.0.2.129").reason,
	    "it is published for a service that answers from many places");
	expect(ranges, "203.0.113.9", "?");
	expect(ranges, "203.0.113.65", "japaneast");
	expect(ranges, "192.88.99.1", "-");
	expect(ranges, "198.51.100.7", "?");
	assert_string_equal(look(ranges, "198.51.100.7").reason, "it is published for no one region");
	expect(ranges, "2001:db8::77", "japaneast");
	expect(ranges, "2001:db8:9::", "?");
	ranges_free(ranges);
}

/* Counts that are no powers of two, whole regions, what nobody holds, the end of all addresses. */
static void
lines_of_registries(void **unused)
{
	static const char text[] = "# a comment\n"
	    "2|apnic|20260101|9|19830613|20251231|+1000\n"
	    "apnic|*|ipv4|*|5|summary\n"
	    "apnic|JP|asn|173|1|20020801|allocated\n"
	    "apnic|JP|ipv4|192.0.2.3|7|20020801|allocated|A91A7381\n"
	    "apnic|AP|ipv4|198.51.100.0|256|20020801|assigned\n"
	    "apnic||ipv4|203.0.113.0|256||available\n"
	    "apnic|KR|ipv4|255.255.255.0|256|20020801|allocated\n"
	    "apnic|SG|ipv4|11.0.0.0|196608|20020801|allocated\r\n"
	    "apnic|JP|ipv6|2001:db8::|32|20020801|allocated\n"
	    "apnic|KR|ipv6|2001:db8:1::|48|20020801|assigned\n"
	    "apnic|ZZ|ipv6|2001:db9::|32||reserved\n";
	struct ranges *ranges = table_of("registry", bytes_of_text(text));

	(void)unused;
	assert_int_equal(ranges_count(ranges), 3 + 1 + 1 + 2 + 2);
	expect(ranges, "192.0.2.2", "-");
	expect(ranges, "192.0.2.3", "JP");
	expect(ranges, "192.0.2.9", "JP");
	expect(ranges, "192.0.2.10", "-");
	expect(ranges, "198.51.100.255", "?");
	expect(ranges, "203.0.113.1", "-");
	expect(ranges, "255.255.255.255", "KR");
	expect(ranges, "11.0.0.0", "SG");
	expect(ranges, "11.2.255.255", "SG");
	expect(ranges, "11.3.0.0", "-");
	expect(ranges, "2001:db8::1", "JP");
	expect(ranges, "2001:db8:1::1", "KR");
	expect(ranges, "2001:db9::1", "-");
	ranges_free(ranges);
}

static void
lines_of_many_kinds(void **unused)
{
	static const char text[] = "\xef\xbb\xbf# ranges of one carrier\r\n"
	    "\n"
	    "#date:  2026-01-02T00:00:00Z \n"
	    "# date: 2027-01-01T00:00:00Z\n"
	    "192.0.2.0/24,tokyo\r\n"
	    "  192.0.2.128/25 , osaka , anything, at all\n"
	    "\"192.0.2.130\",\"singapore\"\n"
	    "192.0.2.0/24,tokyo,again\n"
	    "198.51.100.0/24,a\n198.51.100.0/24,b\n198.51.100.0/25,c\n"
	    "203.0.113.0/24,,,,\n"
	    "2001:db8::/32,JP,JP-13,Tokyo,\n"
	    "2001:db8:1::/48,\xe6\x9d\xb1\xe4\xba\xac\n"
	    "10.1.0.0/16,inside\n"
	    "fd00:1::/32,inside\n"
	    "255.255.255.255/32,last";
	struct ranges *ranges = table_of("csv", bytes_of(text, sizeof(text) - 1));

	(void)unused;
	assert_int_equal(ranges_date_ms(ranges), INT64_C(1767312000000));
	assert_int_equal(ranges_count(ranges), 11);
	expect(ranges, "192.0.2.0", "tokyo");
	expect(ranges, "192.0.2.127", "tokyo");
	expect(ranges, "192.0.2.129", "osaka");
	expect(ranges, "192.0.2.130", "singapore");
	expect(ranges, "192.0.2.131", "osaka");
	expect(ranges, "192.0.3.0", "-");
	expect(ranges, "192.0.1.255", "-");
	expect(ranges, "198.51.100.200", "?");
	assert_string_equal(look(ranges, "198.51.100.200").reason, "it is published for two regions");
	expect(ranges, "198.51.100.1", "c");
	expect(ranges, "203.0.113.1", "?");
	assert_string_equal(look(ranges, "203.0.113.1").reason, "it is published for no one region");
	expect(ranges, "2001:db8::1", "JP");
	expect(ranges, "2001:db8:1:2::3", "\xe6\x9d\xb1\xe4\xba\xac");
	expect(ranges, "2001:db9::1", "-");
	expect(ranges, "255.255.255.255", "last");
	expect(ranges, "0.0.0.0", "-");
	expect(ranges, "::ffff:192.0.2.129", "osaka");
	expect(ranges, "::192.0.2.129", "-");
	expect(ranges, "10.1.2.3", "inside");
	expect(ranges, "10.2.2.3", "-");
	expect(ranges, "fd00:1::5", "inside");
	ranges_free(ranges);
}

/* Nobody's published ranges hold what every network has, however wide they are drawn. */
static void
private_addresses(void **unused)
{
	static const char *const ours[] = { "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
	    "100.64.0.1", "127.0.0.1", "169.254.1.1", "::1", "fe80::1", "fc00::1", "fdff::1",
	    "::ffff:10.0.0.1", "64:ff9b::1" };
	static const char *const theirs[] = { "11.0.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1",
	    "2600::1", "172.15.255.255" };
	static const char csv[] = "0.0.0.0/1,x\n128.0.0.0/1,x\n::/1,x\n8000::/1,x\n10.0.0.0/7,y\n";
	static const char aws[] = "{\"createDate\":\"2026-08-22-15-17-05\",\"prefixes\":[" 
	    "{\"ip_prefix\":\"0.0.0.0/1\",\"region\":\"x\"},{\"ip_prefix\":\"128.0.0.0/1\",\"region\":\"x\"},"
	    "{\"ip_prefix\":\"10.0.0.0/8\",\"region\":\"x\"},{\"ip_prefix\":\"192.168.0.0/16\",\"region\":\"x\"}],"
	    "\"ipv6_prefixes\":[{\"ipv6_prefix\":\"::/1\",\"region\":\"x\"},"
	    "{\"ipv6_prefix\":\"8000::/1\",\"region\":\"x\"}]}";
	struct ranges *table[] = { table_of("csv", bytes_of_text(csv)), table_of("aws", bytes_of_text(aws)) };

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < sizeof(ours) / sizeof(ours[0]); j++)
			expect(table[i], ours[j], "-");
		for (size_t j = 0; j < sizeof(theirs) / sizeof(theirs[0]); j++)
			expect(table[i], theirs[j], i == 0 && j == 0 ? "y" : "x");
		ranges_free(table[i]);
	}
}

#define AWS(prefixes) "{\"createDate\":\"2026-08-22-15-17-05\",\"prefixes\":[" prefixes "],\"ipv6_prefixes\":[]}"
#define ENTRY(p) AWS("{\"ip_prefix\":\"192.0.2.0/24\",\"region\":\"a\"},{\"ip_prefix\":\"" p "\",\"region\":\"b\"}")

#define AZURE(name, region, prefix) "{\"changeNumber\":1,\"values\":[{\"name\":\"" name \
    "\",\"properties\":{\"region\":\"" region "\",\"addressPrefixes\":[\"" prefix "\"]}}]}"
#define GOOGLE(entry) "{\"syncToken\":\"1753409788780\",\"prefixes\":[" entry "]}"
#define ORACLE(entry) "{\"last_updated_timestamp\":\"2025-07-21T07:13:25\",\"regions\":[" entry "]}"
#define REGISTRY(count, line) "2|apnic|20260101|" count "|19830613|20251231|+1000\n" line "\n"

static const struct { const char *form, *text, *sentence; } bad[] = {
	{ "csv", "192.0.2.0/24", "line 1: there is no comma" },
	{ "csv", "#\n\n192.0.2.0/33,a\n", "line 3: \"192.0.2.0/33\" is not an address prefix" },
	{ "csv", "192.0.2.1/24,a", "line 1: \"192.0.2.1/24\" has bits set" },
	{ "csv", "2001:db8::1/64,a", "has bits set" },
	{ "csv", "0.0.0.0/0,a", "length 0" },
	{ "csv", "::/0,a", "length 0" },
	{ "csv", "192.0.2.0/,a", "is not an address prefix" },
	{ "csv", "192.0.2.0/0x18,a", "is not an address prefix" },
	{ "csv", "192.0.2.0/+24,a", "is not an address prefix" },
	{ "csv", "192.0.2.0/24/24,a", "is not an address prefix" },
	{ "csv", "192.0.2.0/0024,a", "is not an address prefix" },
	{ "csv", "192.0.2/24,a", "is not an address prefix" },
	{ "csv", "192.0.02.0/24,a", "is not an address prefix" },
	{ "csv", ",a", "is not an address prefix" },
	{ "csv", "host.example,a", "is not an address prefix" },
	{ "csv", "::ffff:192.0.2.0/120,a", "is not an address prefix" },
	{ "csv", "2001:db8::/129,a", "is not an address prefix" },
	{ "csv", "2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/32,a", "is not an" },
	{ "csv", "192.0.2.0/24,a/b", "its region is not a name" },
	{ "csv", "192.0.2.0/24,\"a\tb\"", "its region is not a name" },
	{ "csv", "192.0.2.0/24,\xff\xfe", "its region is not a name" },
	{ "csv", "# date: yesterday\n", "line 1: \"yesterday\" is not a date" },
	{ "csv", "# date:\n", "line 1: \"\" is not a date" },
	{ "csv", "# date: 2026-01-02T00:00:00Z and a very long remark behind it\n", "line 1: what follows" },
	{ "aws", "", "is not JSON" },
	{ "aws", "[]", "createDate is not a time" },
	{ "aws", "{\"createDate\":\"2026-08-22 15:17:05\"}", "createDate is not a time" },
	{ "aws", "{\"createDate\":\"2026-13-22-15-17-05\"}", "createDate is not a time" },
	{ "aws", "{\"createDate\":\"2026-08-22-15-17-05\"}", "no list \"prefixes\"" },
	{ "aws", "{\"createDate\":\"2026-08-22-15-17-05\",\"prefixes\":[]}", "no list \"ipv6_prefixes\"" },
	{ "aws", AWS("5"), "prefixes[0] has no ip_prefix" },
	{ "aws", AWS("{\"ip_prefix\":\"192.0.2.0/24\"}"), "prefixes[0] has no ip_prefix or no region" },
	{ "aws", AWS("{\"ip_prefix\":5,\"region\":\"a\"}"), "prefixes[0] has no ip_prefix" },
	{ "aws", ENTRY("192.0.2.7/24"), "prefixes[1]: \"192.0.2.7/24\" has bits set" },
	{ "aws", ENTRY(""), "prefixes[1]: \"\" is not an address prefix" },
	{ "aws", ENTRY("192.0.2.0\\u002f24\\u0000"), "is not JSON" },
	{ "aws", AWS("{\"ip_prefix\":\"192.0.2.0/24\",\"region\":\"a\",\"region\":\"b\"}"), "has a key twice" },
	{ "aws", AWS("{\"ip_prefix\":[[\"192.0.2.0/24\"]]}"), "nested deeper than 3" },
	{ "aws", "{\"createDate\":\"2026-08-22-15-17-05\"", "is not JSON" },
	{ "azure", "", "is not JSON" },
	{ "azure", "{\"values\":[]}", "there is no changeNumber" },
	{ "azure", "{\"changeNumber\":1}", "no list \"values\"" },
	{ "azure", AZURE("AzureCloud.a", "", "192.0.2.0/24"), "values[0]: \"AzureCloud.a\" has no region" },
	{ "azure", AZURE("AzureCloud.a", "a", "192.0.2.0/33"), "values[0]: addressPrefixes[0]: \"192.0.2.0/33\"" },
	{ "azure", AZURE("AzureCloud.a", "a", "2001:db8::/129"), "is not an address prefix" },
	{ "azure", "{\"changeNumber\":1,\"values\":[{\"name\":\"AzureCloud.a\"}]}", "values[0]: it has no name or no" },
	{ "azure", "{\"changeNumber\":1,\"values\":[[[[[[1]]]]]]}", "nested deeper than 5" },
	{ "google", "{\"prefixes\":[]}", "syncToken is not" },
	{ "google", "{\"syncToken\":\"17x\",\"prefixes\":[]}", "syncToken is not" },
	{ "google", "{\"syncToken\":\"1753409788780\"}", "no list \"prefixes\"" },
	{ "google", GOOGLE("{\"ipv4Prefix\":\"192.0.2.0/24\"}"), "prefixes[0]: it has no prefix or no scope" },
	{ "google", GOOGLE("{\"ipv6Prefix\":\"192.0.2.1/24\",\"scope\":\"a\"}"), "prefixes[0]: \"192.0.2.1/24\" has" },
	{ "google", GOOGLE("{\"a\":[[1]]}"), "nested deeper than 3" },
	{ "oracle", "{\"regions\":[]}", "last_updated_timestamp is not" },
	{ "oracle", "{\"last_updated_timestamp\":\"2025-07-21T07:13:25+09:00\"}", "last_updated_timestamp is not" },
	{ "oracle", "{\"last_updated_timestamp\":\"2025-07-21T07:13:25.4\"}", "no list \"regions\"" },
	{ "oracle", ORACLE("{\"region\":\"a\"}"), "regions[0]: there is no list \"cidrs\"" },
	{ "oracle", ORACLE("{\"cidrs\":[]}"), "regions[0]: it has no region" },
	{ "oracle", ORACLE("{\"region\":\"a\",\"cidrs\":[{}]}"), "regions[0]: cidrs[0]: \"\" is not" },
	{ "oracle", ORACLE("{\"region\":\"a\",\"cidrs\":[{\"tags\":[[[1]]]}]}"), "nested deeper than 6" },
	{ "registry", "", "it has no head" },
	{ "registry", "apnic|JP|ipv4|192.0.2.0|256|20020801|allocated\n", "line 1: it is not the head" },
	{ "registry", "2|apnic|20260101|1|1983|2025|+1000\n", "line 1: it is not the head" },
	{ "registry", REGISTRY("2", "apnic|JP|ipv4|192.0.2.0|256|20020801|allocated"), "tells of 2 records and there are 1" },
	{ "registry", REGISTRY("0", "apnic|JP|ipv4|192.0.2.0|256|20020801|allocated"), "tells of 0 records and there are 1" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv4|192.0.2.0|256|2002"), "line 2: it has 6 fields of 7" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv5|192.0.2.0|256|20020801|allocated"), "is none of asn" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv4|192.0.2|256|20020801|allocated"), "is not an IPv4 address" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv4|192.0.2.0|0|20020801|allocated"), "is not a count of addresses" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv4|255.255.255.0|257|20020801|allocated"), "is not a count of addresses" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv4|0.0.0.0|4294967296|20020801|allocated"), "is not a count of addresses" },
	{ "registry", REGISTRY("1", "apnic|JP|ipv6|2001:db8::|129|20020801|allocated"), "is not an address prefix" },
	{ "registry", REGISTRY("1", "apnic|jp|ipv4|192.0.2.0|256|20020801|allocated"), "\"jp\" is not a country" },
	{ "xml", "", "no ranges of the form \"xml\"" },
};

static void
bad_files(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ranges *ranges = NULL;
		struct why why = { .err = ERR_OK };

		if (ranges_read(bad[i].form, bytes_of_text(bad[i].text), &ranges, &why) == ERR_OK)
			fail_msg("taken: %s", bad[i].text);
		assert_null(ranges);
		if (strstr(why.text, bad[i].sentence) == NULL)
			fail_msg("wanted \"%s\", got \"%s\"", bad[i].sentence, why.text);
	}
}

static void
refused(const char *form, const struct buffer *octets, enum err expected)
{
	struct ranges *ranges = NULL;
	struct why why = { .err = ERR_OK };

	assert_int_equal(ranges_read(form, bytes_of_buffer(octets), &ranges, &why), expected);
	assert_true(why.text[0] != '\0');
	ranges_free(ranges);
}

/* Everything that could be made large: ranges, regions, nesting, values, the file itself. */
static void
large_files(void **unused)
{
	struct buffer text = { .max = 0 };
	struct ranges *ranges;

	(void)unused;
	for (unsigned i = 0; i < RANGES_MAX; i++)
		buffer_print(&text, "%u.%u.%u.0/24,r%u\n", 11 + (i >> 16), (i >> 8) & 255, i & 255, i % 4000);
	ranges = table_of("csv", bytes_of_buffer(&text));
	assert_int_equal(ranges_count(ranges), RANGES_MAX);
	expect(ranges, "11.255.255.7", "r1535");
	ranges_free(ranges);
	buffer_put_text(&text, "1.1.1.1,a\n");
	refused("csv", &text, ERR_LIMIT);
	buffer_reset(&text);
	for (unsigned i = 0; i < 5000; i++)
		buffer_print(&text, "11.0.%u.%u/32,r%u\n", i / 256, i % 256, i);
	refused("csv", &text, ERR_LIMIT);
	buffer_reset(&text);
	while (text.len < BLOB_MAX)
		buffer_put_text(&text, "[");
	refused("aws", &text, ERR_MALFORMED);
	refused("csv", &text, ERR_MALFORMED);
	memset(text.at, ' ', text.len);
	memcpy(text.at, "[{", 2);
	for (size_t i = 2; i + 3 < text.len; i += 3)
		memcpy(text.at + i, "},{", 3);
	refused("aws", &text, ERR_LIMIT);
	for (size_t i = 1; i + 2 < text.len; i += 2)
		memcpy(text.at + i, "1,", 2);
	refused("aws", &text, ERR_LIMIT);
	memset(text.at, '"', text.len);
	refused("aws", &text, ERR_MALFORMED);
	memset(text.at, '\0', text.len);
	refused("csv", &text, ERR_MALFORMED);
	while (text.len <= RANGES_FILE_MAX)
		buffer_put_text(&text, "more and more and more and more ");
	refused("csv", &text, ERR_LIMIT);
	buffer_free(&text);
}

/* Prefixes within prefixes of every length: the deepest chain there can be. */
static void
deep_chain(void **unused)
{
	struct buffer text = { .max = 0 };
	struct ranges *ranges;
	char region[16];

	(void)unused;
	for (unsigned bits = 32; bits > 8; bits--)
		buffer_print(&text, "11.0.0.0/%u,r%u\n", bits, bits);
	ranges = table_of("csv", bytes_of_buffer(&text));
	expect(ranges, "11.0.0.0", "r32");
	for (unsigned bits = 31; bits > 8; bits--) {
		struct in_addr address = { htonl(UINT32_C(0x0b000000) | UINT32_C(1) << (31 - bits)) };
		char dotted[INET_ADDRSTRLEN];

		snprintf(region, sizeof(region), "r%u", bits);
		expect(ranges, inet_ntop(AF_INET, &address, dotted, sizeof(dotted)), region);
	}
	expect(ranges, "11.128.0.0", "-");
	ranges_free(ranges);
	buffer_free(&text);
}

/* A small generator of its own, so that every run is the same. */
static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

struct naive { uint8_t at[16]; unsigned bits, octets, region; };

/* What going through all of them says: the longest prefix, "?" where two of it disagree. */
static void
naive_find(const struct naive *all, size_t count, const uint8_t *at, unsigned octets, char out[16],
    unsigned *bits)
{
	unsigned region = 0;

	*bits = 0;
	snprintf(out, 16, "-");
	for (size_t i = 0; i < count; i++) {
		bool holds = all[i].octets == octets;

		for (unsigned bit = 0; bit < all[i].bits && holds; bit++)
			holds = ((all[i].at[bit / 8] ^ at[bit / 8]) & 0x80 >> bit % 8) == 0;
		if (!holds || all[i].bits < *bits)
			continue;
		if (all[i].bits == *bits && all[i].region != region) {
			snprintf(out, 16, "?");
			continue;
		}
		if (all[i].bits > *bits)
			snprintf(out, 16, "r%u", all[i].region);
		*bits = all[i].bits;
		region = all[i].region;
	}
}

/* Prefixes drawn so that they nest, touch and repeat; addresses at and around their ends. */
static void
against_naive(void **unused)
{
	enum { PREFIXES = 300, ROUNDS = 40 };
	static struct naive all[PREFIXES];
	uint32_t random = 2463534242;

	(void)unused;
	for (unsigned turn = 0; turn < ROUNDS; turn++) {
		struct buffer text = { .max = 0 };
		struct ranges *ranges;

		for (size_t i = 0; i < PREFIXES; i++) {
			unsigned octets = i % 2 == 0 ? 4 : 16, all_bits = octets * 8;
			char name[INET6_ADDRSTRLEN];
			struct naive one = { .octets = octets, .region = next_random(&random) % 3 };

			one.bits = turn % 2 == 0 ? all_bits - next_random(&random) % 12 :
			    5 + next_random(&random) % (all_bits - 4);
			one.at[0] = octets == 4 ? 203 : 0x2a;
			for (unsigned at = turn % 2 == 0 ? octets - 2 : 1; at < octets; at++)
				one.at[at] = (uint8_t)(next_random(&random) & 0xc1);
			for (unsigned bit = one.bits; bit < all_bits; bit++)
				one.at[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
			inet_ntop(octets == 4 ? AF_INET : AF_INET6, one.at, name, sizeof(name));
			buffer_print(&text, "%s/%u,r%u\n", name, one.bits, one.region);
			all[i] = one;
		}
		ranges = table_of("csv", bytes_of_buffer(&text));
		for (size_t i = 0; i < 20 * PREFIXES; i++) {
			struct naive one = all[i % PREFIXES];
			char name[INET6_ADDRSTRLEN], region[16];
			unsigned bits;

			for (unsigned at = one.bits / 8; at < one.octets && i % 3 != 0; at++)
				one.at[at] = (uint8_t)(i % 3 == 1 ? next_random(&random) : 0xff);
			one.at[one.octets - 1] = (uint8_t)(one.at[one.octets - 1] + i % 5 - 2);
			inet_ntop(one.octets == 4 ? AF_INET : AF_INET6, one.at, name, sizeof(name));
			naive_find(all, PREFIXES, one.at, one.octets, region, &bits);
			expect(ranges, name, region);
			assert_int_equal(look(ranges, name).bits, bits);
		}
		ranges_free(ranges);
		buffer_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_files), cmocka_unit_test(lines_of_many_kinds),
		cmocka_unit_test(private_addresses), cmocka_unit_test(bad_files),
		cmocka_unit_test(large_files), cmocka_unit_test(deep_chain),
		cmocka_unit_test(tags_of_azure), cmocka_unit_test(lines_of_registries),
		cmocka_unit_test(against_naive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
