/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA quotes of Intel SGX and TDX, versions 3, 4 and 5, as views of their octets: little-endian,
 * every length against what is left.  Nothing is judged here.
 */
#ifndef ATTEST_INTEL_QUOTE_H
#define ATTEST_INTEL_QUOTE_H

#include "monitor/base/bytes.h"

enum { QUOTE_TEE_SGX = 0, QUOTE_TEE_TDX = 0x81, QUOTE_KEY_P256 = 2 };

/* Kinds of body, as version 5 numbers them, and their octets. */
enum quote_kind { QUOTE_SGX = 1, QUOTE_TD_10 = 2, QUOTE_TD_15 = 3 };
enum { SGX_BODY = 384, TD_10_BODY = 584, TD_15_BODY = 648 };

/* Where fields of a body begin. */
enum {
	SGX_CPU_SVN = 0, SGX_MISCSELECT = 16, SGX_ATTRIBUTES = 48, SGX_MRENCLAVE = 64,
	SGX_MRSIGNER = 128, SGX_PRODUCT = 256, SGX_SVN = 258, SGX_REPORT_DATA = 320,
	TD_TEE_TCB_SVN = 0, TD_MRSEAM = 16, TD_MRSIGNERSEAM = 64, TD_SEAM_ATTRIBUTES = 112,
	TD_ATTRIBUTES = 120, TD_XFAM = 128, TD_MRTD = 136, TD_MRCONFIGID = 184, TD_MROWNER = 232,
	TD_MROWNERCONFIG = 280, TD_RTMR = 328, TD_REPORT_DATA = 520,
	TD_TEE_TCB_SVN_2 = 584, TD_MRSERVICETD = 600
};
enum { QUOTE_SVN = 16, QUOTE_MR = 48, QUOTE_REPORT_DATA = 64, QUOTE_RTMRS = 4 };	/* octets */

/* How far reading came; what ended it is in why. */
enum quote_fault {
	QUOTE_WHOLE,
	QUOTE_VERSION,		/* another version, or another kind of attestation key */
	QUOTE_BODY,		/* the body's type and size do not fit each other or the octets */
	QUOTE_LENGTHS,		/* a length behind the body lies */
	QUOTE_CERTIFICATION	/* it brings no chain of certificates */
};

struct quote {
	uint16_t        version, key_type;
	uint32_t        tee;
	enum quote_kind kind;
	struct bytes    vendor, user_data, body;
	struct bytes    covered;	/* what the attestation key signed: header and body */
	struct bytes    signature, key;	/* r and s, x and y; big-endian */
	struct bytes    qe_report, qe_signature, qe_auth;
	struct bytes    chain;		/* PEM, leaf first; a NUL may end it */
	struct bytes    rest;		/* behind the end that its lengths give */
};

/* Views into octets, which must outlive them. */
MUST_USE enum quote_fault quote_read(struct bytes octets, struct quote *, struct why *);
/* Unsigned, little-endian; the field lies within the octets. */
uint64_t quote_number(struct bytes, size_t at, size_t octets);
bool octets_zero(struct bytes);		/* no octet but 0; true of none */

#endif
