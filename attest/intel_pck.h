/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SGX extension of a PCK certificate (Intel SGX PCK Certificate and CRL Specification,
 * OID 1.2.840.113741.1.13.1): which processor it is and which levels its key was made at.
 */
#ifndef ATTEST_INTEL_PCK_H
#define ATTEST_INTEL_PCK_H

#include "monitor/base/bytes.h"

#define PCK_EXTENSION "1.2.840.113741.1.13.1"

enum { PCK_COMPONENTS = 16, PCK_FMSPC = 6, PCK_PCE_ID = 2, PCK_PPID = 16 };

struct pck {
	uint8_t  component[PCK_COMPONENTS];	/* SGX TCB components 1 to 16 */
	uint16_t pce_svn;
	uint8_t  pce_id[PCK_PCE_ID], fmspc[PCK_FMSPC];
	uint8_t  ppid[PCK_PPID];		/* which platform it is; zeros: not said */
};

/* ERR_MALFORMED: no DER, a part missing or twice, a number out of range; with a sentence. */
MUST_USE enum err pck_read(struct bytes extension, struct pck *, struct why *);

#endif
