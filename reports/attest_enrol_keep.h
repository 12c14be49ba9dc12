/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What whoever enrols a TPM keeps between challenge and answer: a file with the secret and what was
 * challenged, mode 0600.  Once answered it has no secret any more.
 */
#ifndef REPORTS_ATTEST_ENROL_KEEP_H
#define REPORTS_ATTEST_ENROL_KEEP_H

#include "attest/tpm_credential.h"
#include "attest/tpm_ek.h"
#include "attest/tpm_read.h"

struct enrolment {
	uint8_t         secret[TPM_CREDENTIAL_SECRET];
	struct hash     certificate;	/* of the endorsement key */
	struct tpm_name ak;
	char            maker[TPM_EK_TEXT], model[TPM_EK_TEXT], version[TPM_EK_TEXT];
	int64_t         until_s;	/* of that certificate */
	int64_t         made_ms;	/* the challenge */
	int64_t         answered_ms;	/* 0: not yet */
};

MUST_USE enum err enrolment_keep(const char *path, const struct enrolment *, struct why *);
/* ERR_INVALID or ERR_MALFORMED: it is none, or others could read it.  Answered: no secret. */
MUST_USE enum err enrolment_read(const char *path, struct enrolment *, struct why *);

#endif
