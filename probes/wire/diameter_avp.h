/* SPDX-License-Identifier: Apache-2.0 */
/* AVP codes of RFC 6733 that are read or written; for the files of the Diameter codec. */
#ifndef PROBES_WIRE_DIAMETER_AVP_H
#define PROBES_WIRE_DIAMETER_AVP_H

enum diameter_code {
	AVP_HOST_IP_ADDRESS         = 257,
	AVP_AUTH_APPLICATION_ID     = 258,
	AVP_ACCT_APPLICATION_ID     = 259,
	AVP_VENDOR_APPLICATION      = 260,
	AVP_ORIGIN_HOST             = 264,
	AVP_SUPPORTED_VENDOR_ID     = 265,
	AVP_VENDOR_ID               = 266,
	AVP_FIRMWARE_REVISION       = 267,
	AVP_RESULT_CODE             = 268,
	AVP_PRODUCT_NAME            = 269,
	AVP_DISCONNECT_CAUSE        = 273,
	AVP_FAILED_AVP              = 279,
	AVP_PROXY_INFO              = 284,
	AVP_ORIGIN_REALM            = 296,
	AVP_EXPERIMENTAL_RESULT     = 297,
	AVP_EXPERIMENTAL_RESULT_CODE = 298,
	AVP_INBAND_SECURITY         = 299
};

#endif
