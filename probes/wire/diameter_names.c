/* SPDX-License-Identifier: Apache-2.0 */
/* Names of numbers: result codes, disconnect causes and AVPs of RFC 6733. */
#include "probes/wire/diameter.h"
#include "probes/wire/diameter_avp.h"

struct name { uint32_t number; const char *name; };

/* RFC 6733 section 7.1. */
static const struct name results[] = {
	{ 1001, "DIAMETER_MULTI_ROUND_AUTH" },
	{ 2001, "DIAMETER_SUCCESS" },
	{ 2002, "DIAMETER_LIMITED_SUCCESS" },
	{ 3001, "DIAMETER_COMMAND_UNSUPPORTED" },
	{ 3002, "DIAMETER_UNABLE_TO_DELIVER" },
	{ 3003, "DIAMETER_REALM_NOT_SERVED" },
	{ 3004, "DIAMETER_TOO_BUSY" },
	{ 3005, "DIAMETER_LOOP_DETECTED" },
	{ 3006, "DIAMETER_REDIRECT_INDICATION" },
	{ 3007, "DIAMETER_APPLICATION_UNSUPPORTED" },
	{ 3008, "DIAMETER_INVALID_HDR_BITS" },
	{ 3009, "DIAMETER_INVALID_AVP_BITS" },
	{ 3010, "DIAMETER_UNKNOWN_PEER" },
	{ 4001, "DIAMETER_AUTHENTICATION_REJECTED" },
	{ 4002, "DIAMETER_OUT_OF_SPACE" },
	{ 4003, "ELECTION_LOST" },
	{ 5001, "DIAMETER_AVP_UNSUPPORTED" },
	{ 5002, "DIAMETER_UNKNOWN_SESSION_ID" },
	{ 5003, "DIAMETER_AUTHORIZATION_REJECTED" },
	{ 5004, "DIAMETER_INVALID_AVP_VALUE" },
	{ 5005, "DIAMETER_MISSING_AVP" },
	{ 5006, "DIAMETER_RESOURCES_EXCEEDED" },
	{ 5007, "DIAMETER_CONTRADICTING_AVPS" },
	{ 5008, "DIAMETER_AVP_NOT_ALLOWED" },
	{ 5009, "DIAMETER_AVP_OCCURS_TOO_MANY_TIMES" },
	{ 5010, "DIAMETER_NO_COMMON_APPLICATION" },
	{ 5011, "DIAMETER_UNSUPPORTED_VERSION" },
	{ 5012, "DIAMETER_UNABLE_TO_COMPLY" },
	{ 5013, "DIAMETER_INVALID_BIT_IN_HEADER" },
	{ 5014, "DIAMETER_INVALID_AVP_LENGTH" },
	{ 5015, "DIAMETER_INVALID_MESSAGE_LENGTH" },
	{ 5016, "DIAMETER_INVALID_AVP_BIT_COMBO" },
	{ 5017, "DIAMETER_NO_COMMON_SECURITY" }
};

/* RFC 6733 section 5.4.3. */
static const struct name causes[] = {
	{ 0, "REBOOTING" },
	{ 1, "BUSY" },
	{ 2, "DO_NOT_WANT_TO_TALK_TO_YOU" }
};

/* RFC 6733 section 4.5, those that a capabilities exchange can be about. */
static const struct name avps[] = {
	{ AVP_HOST_IP_ADDRESS, "Host-IP-Address" },
	{ AVP_AUTH_APPLICATION_ID, "Auth-Application-Id" },
	{ AVP_ACCT_APPLICATION_ID, "Acct-Application-Id" },
	{ AVP_VENDOR_APPLICATION, "Vendor-Specific-Application-Id" },
	{ AVP_ORIGIN_HOST, "Origin-Host" },
	{ AVP_SUPPORTED_VENDOR_ID, "Supported-Vendor-Id" },
	{ AVP_VENDOR_ID, "Vendor-Id" },
	{ AVP_FIRMWARE_REVISION, "Firmware-Revision" },
	{ AVP_RESULT_CODE, "Result-Code" },
	{ AVP_PRODUCT_NAME, "Product-Name" },
	{ AVP_DISCONNECT_CAUSE, "Disconnect-Cause" },
	{ 278, "Origin-State-Id" },
	{ AVP_FAILED_AVP, "Failed-AVP" },
	{ AVP_PROXY_INFO, "Proxy-Info" },
	{ AVP_ORIGIN_REALM, "Origin-Realm" },
	{ AVP_EXPERIMENTAL_RESULT, "Experimental-Result" },
	{ AVP_EXPERIMENTAL_RESULT_CODE, "Experimental-Result-Code" },
	{ AVP_INBAND_SECURITY, "Inband-Security-Id" }
};

static const char *
find(const struct name *names, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].number == number)
			return names[i].name;
	return NULL;
}

const char *
diameter_result_name(uint32_t number)
{
	return find(results, sizeof(results) / sizeof(results[0]), number);
}

const char *
diameter_cause_name(uint32_t number)
{
	return find(causes, sizeof(causes) / sizeof(causes[0]), number);
}

const char *
diameter_avp_name(uint32_t code)
{
	return find(avps, sizeof(avps) / sizeof(avps[0]), code);
}
