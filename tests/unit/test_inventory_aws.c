/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS: signatures against the published examples (the Signature Version 4 test suite, the IAM
 * example, the examples of S3), the credential file, answers in their documented shapes, and whole
 * rounds over a transport without a network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/inventory/aws.h"
#include "monitor/ledger/facts.h"
#include "tests/unit/inventory_fake.h"

#define ID     "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define FILE_OF "[default]\naws_access_key_id = " ID "\naws_secret_access_key=" SECRET "\n"

enum { SUITE_S = 1440938160 };		/* 2015-08-30T12:36:00Z */

static void
signs(struct aws_request request, const char *token, const char *fields, const char *signature)
{
	struct aws_credential credential = { bytes_of_text(ID), bytes_of_text(SECRET),
		bytes_of_text(token) };
	struct aws_signature out;
	char wanted[400];

	request.region = "us-east-1";
	request.at_s = SUITE_S;
	assert_int_equal(aws_sign(&request, &credential, &out, NULL), ERR_OK);
	assert_string_equal(out.date, "20150830T123600Z");
	snprintf(wanted, sizeof(wanted), "AWS4-HMAC-SHA256 Credential=" ID "/20150830/us-east-1/"
	    "%s/aws4_request, SignedHeaders=%s, Signature=%s", request.service, fields, signature);
	assert_string_equal(buffer_text(&out.authorization), wanted);
	aws_signature_free(&out);
}

#define HOST { "host", "example.amazonaws.com" }

static void
the_published_suite_is_met(void **state)
{
	struct aws_request get = { .method = "GET", .path = "/", .service = "service",
	    .header = { HOST }, .headers = 1 }, one;

	(void)state;
	signs(get, "", "host;x-amz-date",
	    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
	one = get;
	one.path = "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	signs(one, "", "host;x-amz-date",
	    "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
	one = get;
	one.query[0] = (struct aws_pair){ "Param2", "value2" };
	one.query[1] = (struct aws_pair){ "Param1", "value1" };
	one.queries = 2;
	signs(one, "", "host;x-amz-date",
	    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
	one.query[0] = (struct aws_pair){ "Param1", "value2" };
	signs(one, "", "host;x-amz-date",
	    "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694");
	one.query[0] = (struct aws_pair){ "\xe1\x88\xb4", "bar" };
	one.queries = 1;
	signs(one, "", "host;x-amz-date",
	    "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
	signs(get, "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
	    "host;x-amz-date;x-amz-security-token",
	    "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8");
}

static void
header_fields_are_canonical(void **state)
{
	struct aws_request one = { .method = "GET", .path = "/", .service = "service", .headers = 5,
	    .header = { HOST, { "my-header1", "value4" }, { "my-header1", "value1" },
	        { "my-header1", "value3" }, { "my-header1", "value2" } } };

	(void)state;
	signs(one, "", "host;my-header1;x-amz-date",
	    "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
	one.header[1] = (struct aws_pair){ "my-header2", "\"a   b   c\"" };
	one.header[2] = (struct aws_pair){ "my-header1", " value1" };
	one.headers = 3;
	signs(one, "", "host;my-header1;my-header2;x-amz-date",
	    "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
	one.method = "POST";
	one.headers = 2;
	one.header[1] = (struct aws_pair){ "content-type", "application/x-www-form-urlencoded" };
	one.body = bytes_of_text("Param1=value1");
	signs(one, "", "content-type;host;x-amz-date",
	    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
	/* The worked example of the IAM documentation. */
	one = (struct aws_request){ .method = "GET", .path = "/", .service = "iam", .queries = 2,
	    .query = { { "Version", "2010-05-08" }, { "Action", "ListUsers" } }, .headers = 2,
	    .header = { { "host", "iam.amazonaws.com" },
	        { "content-type", "application/x-www-form-urlencoded; charset=utf-8" } } };
	signs(one, "", "content-type;host;x-amz-date",
	    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

/* The examples of the S3 documentation: 2013-05-24, another key. */
static void
s3_signs_the_content_too(void **state)
{
	struct aws_credential credential = { bytes_of_text("AKIAIOSFODNN7EXAMPLE"),
		bytes_of_text("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), bytes_of(NULL, 0) };
	struct aws_request request = { .method = "GET", .path = "/", .service = "s3",
	    .region = "us-east-1", .content_hash = true, .at_s = 1369353600, .headers = 1,
	    .header = { { "host", "examplebucket.s3.amazonaws.com" } }, .queries = 1,
	    .query = { { "lifecycle", "" } } };
	struct aws_signature out;

	(void)state;
	assert_int_equal(aws_sign(&request, &credential, &out, NULL), ERR_OK);
	assert_non_null(strstr(buffer_text(&out.authorization), "Signature="
	    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
	assert_string_equal(buffer_text(&out.query), "lifecycle=");
	aws_signature_free(&out);
	request.queries = 2;
	request.query[0] = (struct aws_pair){ "prefix", "J" };
	request.query[1] = (struct aws_pair){ "max-keys", "2" };
	assert_int_equal(aws_sign(&request, &credential, &out, NULL), ERR_OK);
	assert_non_null(strstr(buffer_text(&out.authorization), "Signature="
	    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
	aws_signature_free(&out);
	credential.secret = bytes_of_text("0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890123456789");
	assert_int_equal(aws_sign(&request, &credential, &out, NULL), ERR_LIMIT);
}

static void
credential_is(const char *file, const char *wrong)
{
	struct aws_credential credential;
	struct why why = { .err = ERR_OK };
	enum err err = aws_credential_read(bytes_of_text(file), &credential, &why);

	assert_int_equal(err, wrong != NULL ? ERR_INVALID : ERR_OK);
	if (wrong != NULL && strstr(why.text, wrong) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", why.text, wrong);
	assert_null(strstr(why.text, "wJalr"));
	if (wrong == NULL)
		assert_true(bytes_equal(credential.secret, bytes_of_text(SECRET)));
}

static void
credentials_are_read(void **state)
{
	(void)state;
	credential_is(FILE_OF, NULL);
	credential_is("# by hand\r\n" FILE_OF "aws_session_token = t\r\nregion = x\r\n", NULL);
	credential_is("", "needs aws_access_key_id");
	credential_is("[default]\naws_access_key_id = x\n", "aws_secret_access_key");
	credential_is(FILE_OF "[other]\n", "2 sections");
	credential_is(SECRET "\n", "line 1 is not");
	credential_is(FILE_OF "aws_session_token = a b\n", "blanks");
	credential_is("aws_access_key_id=a\naws_secret_access_key=wJalr6789012345678901234567890123"
	    "4567890123456789012345678901234567890\n", "longer");
}

static void
regions_zones_and_names_are_read(void **state)
{
	char region[AWS_REGION_MAX], account[AWS_REGION_MAX];

	(void)state;
	assert_true(aws_region_of(bytes_of_text("ap-northeast-1c"), region));
	assert_string_equal(region, "ap-northeast-1");
	assert_true(aws_region_of(bytes_of_text("us-gov-east-1"), region));
	assert_string_equal(region, "us-gov-east-1");
	assert_true(aws_region_of(bytes_of_text("us-west-2-lax-1a"), region));
	assert_string_equal(region, "us-west-2");
	assert_false(aws_region_of(bytes_of_text(""), region));
	assert_false(aws_region_of(bytes_of_text("tokyo"), region));
	assert_false(aws_region_of(bytes_of_text("eu-west-"), region));
	assert_false(aws_region_of(bytes_of_text("eu-west-1 OR"), region));
	assert_true(aws_arn_read("arn:aws:kms:eu-west-1:123456789012:key/mrk-1", region, account));
	assert_string_equal(region, "eu-west-1");
	assert_string_equal(account, "123456789012");
	assert_true(aws_arn_read("arn:aws:s3:::backup", region, account));
	assert_string_equal(region, "");
	assert_false(aws_arn_read("alias/aws/ebs", region, account));
	assert_int_equal(aws_time(bytes_of_text("2015-08-30T12:36:00.000Z")),
	    (int64_t)SUITE_S * 1000);
	assert_int_equal(aws_time(bytes_of_text("yesterday")), 0);
	aws_partition("arn:aws-cn:iam::1:user/m", region);
	assert_string_equal(region, "aws-cn");
	aws_partition("user/m", region);
	assert_string_equal(region, "aws");
	assert_string_equal(aws_global("cn-northwest-1"), "cn-north-1");
	assert_string_equal(aws_global("us-gov-east-1"), "us-gov-west-1");
	assert_string_equal(aws_global("ap-northeast-1"), "us-east-1");
}

static void
refusals_have_their_meaning(void **state)
{
	static const struct { const char *body, *code; enum err err; } said[] = {
		{ "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors>"
		  "</Response>", "UnauthorizedOperation", ERR_DENIED },
		{ "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
		  "AccessDenied", ERR_DENIED },
		{ "<Error><Code>NoSuchBucket</Code></Error>", "NoSuchBucket", ERR_NOT_FOUND },
		{ "{\"__type\":\"com.amazon#NotFoundException\"}", "NotFoundException",
		  ERR_NOT_FOUND },
		{ "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code></Error>"
		  "</Errors></Response>", "InvalidInstanceID.NotFound", ERR_NOT_FOUND },
		{ "<Error><Code>Internal<b/></Code></Error>", "", ERR_UNSUPPORTED },
		{ "<Error><Code>\x1b[1m</Code></Error>", "", ERR_UNSUPPORTED },
		{ "<html>", "", ERR_UNSUPPORTED } };
	char code[96];

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		aws_error_code(bytes_of_text(said[i].body), code, sizeof(code));
		assert_string_equal(code, said[i].code);
		assert_int_equal(aws_error(code, 400), said[i].err);
	}
}

#define IDENTITY "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/m" \
	"</Arn><Account>123456789012</Account></GetCallerIdentityResult>" \
	"</GetCallerIdentityResponse>"
#define NO_RIGHTS { .status = 403, .body = "<ErrorResponse><Error><Code>AccessDenied</Code></Error>" \
	"</ErrorResponse>" }
#define MACHINE(id, zone) "<item><ownerId>123456789012</ownerId><instancesSet><item><instanceId>" \
	id "</instanceId><instanceState><name>running</name></instanceState><placement>" \
	"<availabilityZone>" zone "</availabilityZone></placement></item></instancesSet></item>"
#define MACHINES(items, more) "<DescribeInstancesResponse><reservationSet>" items \
	"</reservationSet>" more "</DescribeInstancesResponse>"

static void
round_of(const struct canned *answer, size_t answers, struct inventory_request request,
    enum inventory_result result, const char *text, struct fake *fake, struct buffer *out,
    struct inventory_reply *reply)
{
	request.provider = bytes_of_text("aws");
	request.credential = bytes_of_text(FILE_OF);
	request.time_ms = 60000;
	if (request.kind.len == 0)
		request.kind = bytes_of_text("machine");
	fake_begin(fake, answer, answers);
	fake_round(fake, &request, out, reply);
	assert_null(strstr(buffer_text(&fake->said), "wJalr"));
	if (reply->result != result || memmem(reply->text.at, reply->text.len, text,
	    strlen(text)) == NULL)
		fail_msg("%d: %.*s", reply->result, (int)reply->text.len, reply->text.at);
}

static void
a_machine_has_its_place(void **state)
{
	static const struct canned answers[] = { { .status = 200, .body = IDENTITY }, NO_RIGHTS,
		{ .status = 200, .body = MACHINES(MACHINE("i-1", "ap-northeast-1c"), "") } };
	struct inventory_request request = { .resource = bytes_of_text("i-1"),
	    .regions = bytes_of_text("ap-northeast-1"), .account = bytes_of_text("123456789012") };
	struct inventory_reply reply;
	struct buffer out = { .max = 0 };
	struct bytes text;
	struct fake fake;

	(void)state;
	round_of(answers, 3, request, INVENTORY_READ, "", &fake, &out, &reply);
	assert_true(fact_text(reply.facts, FACT_INVENTORY_PLACE, &text));
	assert_true(bytes_equal(text, bytes_of_text("aws/ap-northeast-1")));
	assert_non_null(strstr(buffer_text(&fake.said), "POST https://ec2.ap-northeast-1."
	    "amazonaws.com/ Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-1\n"));
	fake_end(&fake);
	buffer_free(&out);
}

static void
another_account_tells_nothing(void **state)
{
	static const struct canned answers[] = { { .status = 200, .body = IDENTITY } };
	struct inventory_request request = { .account = bytes_of_text("999") };
	struct inventory_reply reply;
	struct buffer out = { .max = 0 };
	struct bytes text;
	struct fake fake;

	(void)state;
	round_of(answers, 1, request, INVENTORY_ACCOUNT, "999 is declared, the provider says "
	    "123456789012", &fake, &out, &reply);
	assert_int_equal(reply.evidences, 0);
	assert_false(fact_text(reply.facts, FACT_INVENTORY_PLACE, &text));
	fake_end(&fake);
	buffer_free(&out);
}

static void
pages_that_differ_are_told(void **state)
{
	static const struct canned answers[] = { { .status = 200, .body = IDENTITY }, NO_RIGHTS,
		{ .status = 200, .body = MACHINES(MACHINE("i-1", "eu-west-1a")
		    MACHINE("i-2", "eu-west-1a"), "<nextToken>t</nextToken>") },
		{ .status = 200, .body = MACHINES(MACHINE("i-2", "eu-west-1a")
		    MACHINE("i-1", "us-east-1a"), "") } };
	struct inventory_request request = { .regions = bytes_of_text("eu-west-1") };
	struct inventory_reply reply;
	struct buffer out = { .max = 0 };
	struct fake fake;
	int64_t count;

	(void)state;
	round_of(answers, 4, request, INVENTORY_TWO_WAYS, "i-1", &fake, &out, &reply);
	assert_true(fact_int(reply.facts, FACT_INVENTORY_CONTRADICTIONS_COUNT, &count));
	assert_int_equal(count, 1);
	assert_non_null(strstr(buffer_text(&fake.said), "NextToken=t"));
	fake_end(&fake);
	buffer_free(&out);
}

static void
what_is_cut_is_not_taken_for_all(void **state)
{
	static const struct canned cut[] = { { .status = 200, .body = IDENTITY }, NO_RIGHTS,
		{ .status = 200, .body = "<DescribeInstancesResponse><reservationSet><item>" } };
	static const struct canned refused[] = { { .status = 200, .body = IDENTITY }, NO_RIGHTS,
		{ .status = 403, .body = "<Response><Errors><Error><Code>UnauthorizedOperation"
		    "</Code></Error></Errors></Response>" } };
	static const struct canned empty[] = { { .status = 200, .body = IDENTITY }, NO_RIGHTS,
		{ .status = 200, .body = "<DescribeInstancesResponse/>" } };
	struct inventory_request request = { .regions = bytes_of_text("eu-west-1") };
	const struct { const struct canned *answer; const char *text; } rounds[] = {
		{ cut, "ends early" }, { refused, "UnauthorizedOperation" },
		{ empty, "reservationSet" } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct inventory_reply reply;
		struct buffer out = { .max = 0 };
		struct fake fake;
		bool whole = true;
		int64_t open;

		round_of(rounds[i].answer, 3, request, INVENTORY_PARTIAL, rounds[i].text, &fake,
		    &out, &reply);
		assert_true(fact_flag(reply.facts, FACT_INVENTORY_WHOLE, &whole));
		assert_false(whole);
		assert_false(fact_int(reply.facts, FACT_INVENTORY_ALL_OPEN_COUNT, &open));
		fake_end(&fake);
		buffer_free(&out);
	}
}

static void
page_of(aws_read *read, const char *text, struct page *page, const char *line)
{
	struct buffer out = { .max = 0 };
	struct why why = { .err = ERR_OK };

	*page = (struct page){ .count = 0 };
	if (read(bytes_of_text(text), "eu-west-1", page, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(page->count, 1);
	resource_line(&out, &page->resource[0]);
	assert_string_equal(buffer_text(&out), line);
	buffer_free(&out);
	/* Half of it is an error, whatever is left. */
	for (size_t cut = 0; cut < strlen(text); cut++) {
		struct page part = { .count = 0 };

		assert_int_not_equal(read(bytes_of(text, cut), "eu-west-1", &part, NULL), ERR_OK);
		page_free(&part);
	}
}

static void
answers_of_ec2_are_read(void **state)
{
	struct page page;

	(void)state;
	page_of(aws_volumes_read, "<R><volumeSet><item><volumeId>vol-1</volumeId>"
	    "<availabilityZone>eu-west-1b</availabilityZone><status>in-use</status><encrypted>true"
	    "</encrypted><kmsKeyId>k</kmsKeyId></item></volumeSet><nextToken>n</nextToken></R>",
	    &page, "{\"encrypted\":true,\"id\":\"vol-1\",\"key\":\"k\",\"kind\":\"volume\","
	    "\"place\":\"aws/eu-west-1\",\"state\":\"in-use\",\"zone\":\"eu-west-1b\"}\n");
	assert_string_equal(page.next, "n");
	page_free(&page);
	page_of(aws_groups_read, "<R><securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions>"
	    "<item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/1</cidrIp></item>"
	    "<item><cidrIp>10.0.0.0/10</cidrIp></item></ipRanges></item><item><ipProtocol>udp"
	    "</ipProtocol><fromPort>1</fromPort><toPort>9</toPort><ipv6Ranges><item><cidrIpv6>::/0"
	    "</cidrIpv6></item></ipv6Ranges></item></ipPermissions></item></securityGroupInfo></R>",
	    &page, "{\"id\":\"sg-1\",\"kind\":\"group\",\"open\":[\"all from 0.0.0.0/1: sg-1\","
	    "\"udp 1-9 from ::/0: sg-1\"],\"place\":\"aws/eu-west-1\"}\n");
	page_free(&page);
	page_of(aws_snapshots_read, "<R><snapshotSet><item><snapshotId>snap-1</snapshotId>"
	    "<description>[Copied snap-0 from us-west-2] x</description></item></snapshotSet></R>",
	    &page, "{\"edges\":[{\"from\":\"aws/us-west-2\",\"id\":\"snap-0\",\"kind\":"
	    "\"snapshot copy\",\"to\":\"aws/eu-west-1\"}],\"id\":\"snap-1\",\"kind\":"
	    "\"snapshot\",\"place\":\"aws/eu-west-1\"}\n");
	page_free(&page);
}

static void
answers_of_kms_and_rds_are_read(void **state)
{
	struct page page;

	(void)state;
	page_of(aws_key_read, "{\"KeyMetadata\":{\"KeyId\":\"mrk-1\",\"Arn\":\"arn:aws:kms:"
	    "eu-west-1:1:key/mrk-1\",\"KeyManager\":\"CUSTOMER\",\"Origin\":\"EXTERNAL\","
	    "\"MultiRegion\":true,\"MultiRegionConfiguration\":{\"PrimaryKey\":{\"Region\":"
	    "\"us-east-1\",\"Arn\":\"p\"},\"ReplicaKeys\":[{\"Region\":\"eu-west-1\"}]}}}",
	    &page, "{\"edges\":[{\"from\":\"aws/us-east-1\",\"id\":\"p\",\"kind\":"
	    "\"key replica\",\"to\":\"aws/eu-west-1\"}],\"id\":\"mrk-1\",\"key\":"
	    "\"arn:aws:kms:eu-west-1:1:key/mrk-1\",\"key_holder\":\"customer\",\"kind\":\"key\","
	    "\"place\":\"aws/eu-west-1\"}\n");
	page_free(&page);
	page_of(aws_databases_read, "<R><DescribeDBInstancesResult><DBInstances><DBInstance>"
	    "<DBInstanceIdentifier>d</DBInstanceIdentifier><AvailabilityZone>eu-west-1a"
	    "</AvailabilityZone><StorageEncrypted>false</StorageEncrypted></DBInstance>"
	    "</DBInstances></DescribeDBInstancesResult></R>", &page, "{\"edges\":[],"
	    "\"encrypted\":false,\"id\":\"d\",\"kind\":\"database\",\"logging\":false,"
	    "\"place\":\"aws/eu-west-1\",\"zone\":\"eu-west-1a\"}\n");
	page_free(&page);
}

static void
location_is(const char *text, const char *region)
{
	char its[AWS_REGION_MAX];

	if (region == NULL) {
		assert_int_not_equal(aws_location_read(bytes_of_text(text), its, NULL), ERR_OK);
		return;
	}
	assert_int_equal(aws_location_read(bytes_of_text(text), its, NULL), ERR_OK);
	assert_string_equal(its, region);
}

static void
locations_of_buckets_have_their_traps(void **state)
{
	(void)state;
	location_is("<LocationConstraint>ap-northeast-1</LocationConstraint>", "ap-northeast-1");
	location_is("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>",
	    "us-east-1");
	location_is("<LocationConstraint>EU</LocationConstraint>", "eu-west-1");
	location_is("<LocationConstraint>Tokyo</LocationConstraint>", NULL);
	location_is("<Error/>", NULL);
	location_is("", NULL);
	location_is("<!DOCTYPE x [<!ENTITY e \"ap-northeast-1\">]><LocationConstraint>&e;"
	    "</LocationConstraint>", NULL);
}

/* Whoever may do more than read is not let do even that. */
static void
mighty_credentials_are_refused(void **state)
{
	static const struct canned answers[] = { { .status = 200, .body = IDENTITY },
		{ .status = 200, .body = "<R><SimulatePrincipalPolicyResult><EvaluationResults>"
		    "<member><EvalActionName>kms:Decrypt</EvalActionName><EvalDecision>allowed"
		    "</EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult></R>" } };
	struct inventory_request request = { .regions = bytes_of_text("eu-west-1") };
	struct inventory_reply reply;
	struct buffer out = { .max = 0 };
	struct bytes text;
	struct fake fake;

	(void)state;
	round_of(answers, 2, request, INVENTORY_RIGHTS, "kms:Decrypt", &fake, &out, &reply);
	assert_true(fact_text(reply.facts, FACT_INVENTORY_RIGHTS, &text));
	assert_true(bytes_equal(text, bytes_of_text("write")));
	assert_int_equal(fake.asked, 2);
	fake_end(&fake);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_suite_is_met),
		cmocka_unit_test(header_fields_are_canonical),
		cmocka_unit_test(s3_signs_the_content_too),
		cmocka_unit_test(credentials_are_read),
		cmocka_unit_test(regions_zones_and_names_are_read),
		cmocka_unit_test(refusals_have_their_meaning),
		cmocka_unit_test(answers_of_ec2_are_read),
		cmocka_unit_test(answers_of_kms_and_rds_are_read),
		cmocka_unit_test(locations_of_buckets_have_their_traps),
		cmocka_unit_test(mighty_credentials_are_refused),
		cmocka_unit_test(a_machine_has_its_place),
		cmocka_unit_test(another_account_tells_nothing),
		cmocka_unit_test(pages_that_differ_are_told),
		cmocka_unit_test(what_is_cut_is_not_taken_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
