/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that speak to a TPM share, and nobody else includes. */
#ifndef MONITOR_WITNESS_TPM_PART_H
#define MONITOR_WITNESS_TPM_PART_H

#include <tss2/tss2_esys.h>

#include "monitor/witness/witness.h"

struct tpm {
	const char        *tcti;
	TSS2_TCTI_CONTEXT *link;
	ESYS_CONTEXT      *esys;	/* NULL: not open */
};

/* Closes it, to be opened anew.  Fails with the code of the TPM, and what those mean that an
 * operator can do something about. */
enum err tpm_refused(struct tpm *, TSS2_RC, const char *what, struct why *);
enum err tpm_piece(struct evidence *, const char *role, struct bytes, struct why *);

#endif
