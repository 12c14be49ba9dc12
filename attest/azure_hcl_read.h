/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attestation report that Azure's paravisor (HCL, OpenHCL) keeps in the vTPM of a confidential
 * VM at NV index 0x01400001 (Microsoft, Azure confidential VM guest attestation, HCL report):
 *
 *	0    32   "HCLA", version, octets of the report, kind of request, reserved
 *	32   1184 the hardware's report: of SEV-SNP, or the TDREPORT of TDX
 *	1216 20   octets of what follows with itself, version, kind, hash, octets of the JSON
 *	1236      the runtime data, JSON; zeros behind it up to the size of the index
 *
 * Little-endian.  Views of what was given; nothing is judged.
 */
#ifndef ATTEST_AZURE_HCL_READ_H
#define ATTEST_AZURE_HCL_READ_H

#include "monitor/base/bytes.h"

enum {
	HCL_SNP = 2, HCL_TDX = 4,		/* kinds of hardware report */
	HCL_SHA256 = 1,				/* the hash over the runtime data */
	HCL_HARDWARE = 32, HCL_HARDWARE_LEN = 1184, HCL_JSON_MAX = 64 << 10,
	HCL_MODULUS_MAX = 1024, HCL_ID_TEXT = 64
};

struct hcl {
	uint32_t     version, kind, hash;
	struct bytes hardware;		/* 1184 octets */
	struct bytes report_data;	/* 64 octets of it, of either kind; none if of another */
	struct bytes json;
};

/* ERR_MALFORMED: it is none, or a length in it lies. */
MUST_USE enum err hcl_read(struct bytes, struct hcl *, struct why *);

struct hcl_runtime {
	uint8_t  modulus[HCL_MODULUS_MAX];	/* of the attestation key, HCLAkPub; RSA */
	size_t   modulus_len;
	uint64_t exponent;
	bool     secure_boot, tpm, console;	/* false: not said either */
	bool     console_said;
	char     vm_id[HCL_ID_TEXT];		/* vmUniqueId; "" if it does not say */
};

/* ERR_MALFORMED: no JSON of that form, a name twice, or not one RSA key HCLAkPub. */
MUST_USE enum err hcl_runtime_read(struct bytes json, struct hcl_runtime *, struct why *);

#endif
