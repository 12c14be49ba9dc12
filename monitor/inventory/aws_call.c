/* SPDX-License-Identifier: Apache-2.0 */
/* One signed call of an AWS service, and what its refusals mean. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

enum { CODE_MAX = 96 };

/* Where a service is: its own host, or the endpoint that the options give for all of them. */
static void
base_of(const struct aws *aws, const char *service, const char *region, struct buffer *url)
{
	struct bytes endpoint = aws->inventory->request.endpoint;
	const char *domain = strncmp(region, "cn-", 3) == 0 ? "amazonaws.com.cn" : "amazonaws.com";

	while (endpoint.len > 0 && endpoint.at[endpoint.len - 1] == '/')
		endpoint.len--;
	if (endpoint.len > 0)
		buffer_put(url, endpoint.at, endpoint.len);
	else if (strcmp(service, "iam") == 0)
		buffer_print(url, "https://iam.%s%s", strncmp(region, "cn-", 3) == 0 ?
		    "cn-north-1." : strncmp(region, "us-gov-", 7) == 0 ? "us-gov." : "", domain);
	else
		buffer_print(url, "https://%s.%s.%s", service, region, domain);
}

/* "host[:port]" behind the scheme. */
static const char *
host_of(const char *url)
{
	const char *slashes = strstr(url, "://");

	return slashes != NULL ? slashes + 3 : url;
}

static void
headers_put(struct call *call, const struct aws_request *request,
    const struct aws_signature *signature, const struct buffer *authorization,
    const char *token)
{
	for (size_t i = 0; i < request->headers; i++)
		if (strcmp(request->header[i].name, "host") != 0)
			call_header_add(call, request->header[i].name, request->header[i].value);
	call_header_add(call, "x-amz-date", signature->date);
	if (request->content_hash)
		call_header_add(call, "x-amz-content-sha256", signature->content);
	if (token[0] != '\0')
		call_header_add(call, "x-amz-security-token", token);
	call_header_add(call, "authorization", (const char *)authorization->at);
}

static enum err
refusal(const struct call_answer *answer, const char *service, struct why *why)
{
	char code[CODE_MAX];

	aws_error_code(bytes_of_buffer(&answer->body), code, sizeof(code));
	return why_set(why, aws_error(code, answer->status), "%s answered %ld %s", service,
	    answer->status, code[0] != '\0' ? code : "without a code");
}

static enum err
call_make(struct aws *aws, struct aws_request *request, struct call_answer *answer,
    struct why *why)
{
	struct inventory *inventory = aws->inventory;
	struct aws_signature signature = { .date = "" };
	struct buffer base = { .max = 0 }, url = { .max = 0 };
	char *token = memory_text(aws->credential.token);
	struct call call = { .method = request->method, .body = request->body };
	enum err err;

	base_of(aws, request->service, request->region, &base);
	request->header[request->headers++] =
	    (struct aws_pair){ "host", host_of(buffer_text(&base)) };
	request->at_s = inventory->transport->wall_ms(inventory->transport->arg) / 1000;
	err = aws_sign(request, &aws->credential, &signature, why);
	if (err == ERR_OK) {
		buffer_print(&url, "%s%s", buffer_text(&base), buffer_text(&signature.path));
		if (signature.query.len > 0)
			buffer_print(&url, "?%s", buffer_text(&signature.query));
		(void)buffer_text(&signature.authorization);
		headers_put(&call, request, &signature, &signature.authorization, token);
		call.url = buffer_text(&url);
		err = inventory_ask(inventory, &call, aws_throttled, answer, why);
	}
	explicit_bzero(token, strlen(token));
	free(token);
	buffer_free(&base);
	buffer_free(&url);
	aws_signature_free(&signature);
	if (err == ERR_OK && (answer->status < 200 || answer->status > 299))
		err = refusal(answer, request->service, why);
	return err;
}

enum err
aws_query(struct aws *aws, const char *service, const char *region, const struct buffer *form,
    struct call_answer *answer, struct why *why)
{
	struct aws_request request = { .method = "POST", .path = "/", .region = region,
	    .service = service, .body = bytes_of_buffer(form), .headers = 1,
	    .header = { { "content-type", "application/x-www-form-urlencoded; charset=utf-8" } } };

	return call_make(aws, &request, answer, why);
}

enum err
aws_s3(struct aws *aws, const char *region, const char *bucket, const struct aws_pair *query,
    size_t queries, struct call_answer *answer, struct why *why)
{
	char path[80];
	struct aws_request request = { .method = "GET", .path = path, .region = region,
	    .service = "s3", .content_hash = true, .queries = queries };

	if (snprintf(path, sizeof(path), "/%s", bucket != NULL ? bucket : "") >=
	    (int)sizeof(path))
		return why_set(why, ERR_MALFORMED, "a bucket's name is longer than any may be");
	memcpy(request.query, query, queries * sizeof(*query));
	return call_make(aws, &request, answer, why);
}

enum err
aws_json(struct aws *aws, const char *service, const char *region, const char *target,
    struct bytes body, struct call_answer *answer, struct why *why)
{
	struct aws_request request = { .method = "POST", .path = "/", .region = region,
	    .service = service, .body = body, .headers = 2,
	    .header = { { "content-type", "application/x-amz-json-1.1" },
	        { "x-amz-target", target } } };

	return call_make(aws, &request, answer, why);
}

void
aws_form_begin(struct buffer *form, const char *action, const char *version)
{
	buffer_reset(form);
	aws_form(form, "Action", action);
	aws_form(form, "Version", version);
}

/* Letters, digits, dots: what codes are made of; anything else ends it. */
static void
code_put(struct bytes text, char *code, size_t code_len)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < code_len - 1; i++) {
		uint8_t c = text.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '.' || c == '_'))
			break;
		code[len++] = (char)c;
	}
	code[len] = '\0';
}

static void
json_code(struct bytes body, char *code, size_t code_len)
{
	json_t *root = json_loadb((const char *)body.at, body.len, JSON_REJECT_DUPLICATES, NULL);
	const char *type = json_string_value(json_object_get(root, "__type"));
	const char *hash = type != NULL ? strrchr(type, '#') : NULL;

	if (type != NULL)
		code_put(bytes_of_text(hash != NULL ? hash + 1 : type), code, code_len);
	json_decref(root);
}

void
aws_error_code(struct bytes body, char *code, size_t code_len)
{
	static const char *const paths[] = { "Errors/Error/Code", "Error/Code", "Code" };
	struct xml *xml = NULL;

	code[0] = '\0';
	if (body.len == 0 || body.len > 64 << 10)
		return;
	if (body.at[0] == '{') {
		json_code(body, code, code_len);
		return;
	}
	if (xml_read(body, &xml, NULL) != ERR_OK)
		return;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && code[0] == '\0'; i++)
		code_put(xml_text_at(xml, xml_root(xml), paths[i]), code, code_len);
	xml_free(xml);
}

static bool
one_of(const char *code, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(code, list[i]) == 0)
			return true;
	return false;
}

enum err
aws_error(const char *code, long status)
{
	static const char *const denied[] = { "UnauthorizedOperation", "AccessDenied",
		"AccessDeniedException", "AuthFailure", "InvalidClientTokenId",
		"SignatureDoesNotMatch", "ExpiredToken", "ExpiredTokenException", "RequestExpired",
		"InvalidAccessKeyId", "UnrecognizedClientException", "OptInRequired",
		"RequestTimeTooSkewed", "InvalidSignatureException", "IncompleteSignature",
		"AllAccessDisabled", "MissingAuthenticationToken" };
	size_t len = strlen(code);

	if (one_of(code, denied, sizeof(denied) / sizeof(denied[0])) || status == 401)
		return ERR_DENIED;
	if (strncmp(code, "NoSuch", 6) == 0 || strcmp(code, "NotFoundException") == 0 ||
	    (len > 8 && strcmp(code + len - 8, "NotFound") == 0) ||
	    (len > 13 && strcmp(code + len - 13, "NotFoundFault") == 0) ||
	    (len > 13 && strcmp(code + len - 13, "NotFoundError") == 0) ||
	    (len > 9 && strcmp(code + len - 9, "Malformed") == 0))
		return ERR_NOT_FOUND;
	return status == 403 ? ERR_DENIED : ERR_UNSUPPORTED;
}

/* Some services say it with 400. */
bool
aws_throttled(const struct call_answer *answer)
{
	static const char *const codes[] = { "Throttling", "ThrottlingException",
		"ThrottledException", "RequestLimitExceeded", "RequestThrottled",
		"RequestThrottledException", "TooManyRequestsException", "SlowDown",
		"BandwidthLimitExceeded", "LimitExceededException", "EC2ThrottledException" };
	char code[CODE_MAX];

	if (answer->status < 400)
		return false;
	aws_error_code(bytes_of_buffer(&answer->body), code, sizeof(code));
	return one_of(code, codes, sizeof(codes) / sizeof(codes[0]));
}
