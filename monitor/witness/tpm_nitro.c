/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NitroTPM: the hypervisor signs a document about the TPM's registers.  The question and the answer
 * go through an NV index that is made for it, by a command of AWS's own; the kernel's resource
 * manager does not pass it on, so the device is /dev/tpm0.  Tried on a simulated device only.
 */
#include <string.h>

#include "monitor/base/hash.h"
#include "monitor/witness/tpm_part.h"

enum {
	INDEX_FIRST  = 0x01815e00,	/* of the owner's range */
	INDEX_TRIES  = 8,
	INDEX_OCTETS = 8192,		/* a document and what we put into it */
	TURN_OCTETS  = 768,
	VENDOR_NSM   = 0x20000001,
	AUTH_OCTETS  = 32,
	HEAD_OCTETS  = 10		/* of a command and of an answer */
};

struct index { ESYS_TR handle; uint32_t number; TPM2B_AUTH auth; };

static enum err
index_define(struct tpm *tpm, struct index *index, struct why *why)
{
	TPM2B_NV_PUBLIC public = { .nvPublic = { .nameAlg = TPM2_ALG_SHA256,
		.attributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE, .dataSize = INDEX_OCTETS } };
	TSS2_RC rc = TPM2_RC_NV_DEFINED;

	index->auth.size = AUTH_OCTETS;
	random_fill(index->auth.buffer, AUTH_OCTETS);
	for (uint32_t i = 0; i < INDEX_TRIES && rc == TPM2_RC_NV_DEFINED; i++) {
		index->number = public.nvPublic.nvIndex = INDEX_FIRST + i;
		rc = Esys_NV_DefineSpace(tpm->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD,
		    ESYS_TR_NONE, ESYS_TR_NONE, &index->auth, &public, &index->handle);
	}
	return rc == TSS2_RC_SUCCESS ? ERR_OK :
	    tpm_refused(tpm, rc, "an NV index for a NitroTPM document", why);
}

static enum err
index_write(struct tpm *tpm, const struct index *index, struct bytes octets, struct why *why)
{
	TSS2_RC rc = TSS2_RC_SUCCESS;

	for (size_t at = 0; at < octets.len && rc == TSS2_RC_SUCCESS; at += TURN_OCTETS) {
		struct bytes part = bytes_slice(octets, at, TURN_OCTETS);
		TPM2B_MAX_NV_BUFFER data = { .size = (UINT16)part.len };

		memcpy(data.buffer, part.at, part.len);
		rc = Esys_NV_Write(tpm->esys, index->handle, index->handle, ESYS_TR_PASSWORD,
		    ESYS_TR_NONE, ESYS_TR_NONE, &data, (UINT16)at);
	}
	return rc == TSS2_RC_SUCCESS ? ERR_OK :
	    tpm_refused(tpm, rc, "room for the question to a NitroTPM", why);
}

/* TPM 2.0 Part 1, 18: no library has this command, so its octets are made here. */
static enum err
vendor_call(struct tpm *tpm, const struct index *index, struct why *why)
{
	struct buffer command = { .max = 128 };
	uint8_t answer[TPM2_MAX_RESPONSE_SIZE];
	size_t len = sizeof(answer);
	TSS2_RC rc;

	buffer_put_be(&command, TPM2_ST_SESSIONS, 2);
	buffer_put_be(&command, HEAD_OCTETS + 4 + 4 + 4 + 9 + AUTH_OCTETS, 4);
	buffer_put_be(&command, VENDOR_NSM, 4);
	buffer_put_be(&command, index->number, 4);	/* whose authorisation */
	buffer_put_be(&command, index->number, 4);
	buffer_put_be(&command, 9 + AUTH_OCTETS, 4);
	buffer_put_be(&command, TPM2_RS_PW, 4);
	buffer_put_be(&command, 0, 2);			/* no nonce */
	buffer_put_be(&command, 0, 1);
	buffer_put_be(&command, AUTH_OCTETS, 2);
	buffer_put(&command, index->auth.buffer, AUTH_OCTETS);
	rc = Tss2_Tcti_Transmit(tpm->link, command.len, command.at);
	if (rc == TSS2_RC_SUCCESS)
		rc = Tss2_Tcti_Receive(tpm->link, &len, answer, TSS2_TCTI_TIMEOUT_BLOCK);
	if (rc == TSS2_RC_SUCCESS && len >= HEAD_OCTETS) {
		struct reader in = reader_of(bytes_of(answer + 6, 4));

		rc = (TSS2_RC)read_be(&in, 4);
	}
	buffer_free(&command);
	return rc == TSS2_RC_SUCCESS ? ERR_OK : tpm_refused(tpm, rc, "a NitroTPM document; it "
	    "takes an instance with NitroTPM and --tpm device:/dev/tpm0", why);
}

/* As much as the answer has: what stands behind it is the rest of the index. */
static enum err
index_read(struct tpm *tpm, const struct index *index, struct evidence *out, struct why *why)
{
	struct buffer octets = { .max = INDEX_OCTETS };
	struct bytes document = { .len = 0 };
	enum err err = ERR_TRUNCATED;

	while (octets.len < INDEX_OCTETS && err != ERR_OK && err != ERR_REFUSED) {
		TPM2B_MAX_NV_BUFFER *part = NULL;
		size_t left = INDEX_OCTETS - octets.len;
		TSS2_RC rc = Esys_NV_Read(tpm->esys, index->handle, index->handle,
		    ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
		    (UINT16)(left < TURN_OCTETS ? left : TURN_OCTETS), (UINT16)octets.len, &part);

		if (rc != TSS2_RC_SUCCESS || part->size == 0) {
			Esys_Free(part);
			err = tpm_refused(tpm, rc, "the answer of a NitroTPM", why);
			break;
		}
		buffer_put(&octets, part->buffer, part->size);
		Esys_Free(part);
		err = nsm_response_read(bytes_of_buffer(&octets), &document, why);
	}
	if (err == ERR_OK)
		err = tpm_piece(out, "document", document, why);
	buffer_free(&octets);
	return err;
}

enum err
nitro_tpm_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	struct buffer question = { .max = INDEX_OCTETS };
	struct index index = { .handle = ESYS_TR_NONE };
	struct tpm *tpm = w->tpm;
	enum err err = tpm_open(tpm, why);

	if (err == ERR_OK)
		err = index_define(tpm, &index, why);
	if (err != ERR_OK)
		return err;
	nsm_request_write(&question, asked);
	err = index_write(tpm, &index, bytes_of_buffer(&question), why);
	buffer_free(&question);
	if (err == ERR_OK)
		err = vendor_call(tpm, &index, why);
	if (err == ERR_OK)
		err = index_read(tpm, &index, out, why);
	/* A failure closed the device: opened anew, so that the index does not stay. */
	if (tpm->esys == NULL && tpm_open(tpm, NULL) == ERR_OK && Esys_TR_FromTPMPublic(tpm->esys,
	    index.number, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &index.handle) !=
	    TSS2_RC_SUCCESS)
		return err;
	if (tpm->esys != NULL)
		Esys_NV_UndefineSpace(tpm->esys, ESYS_TR_RH_OWNER, index.handle, ESYS_TR_PASSWORD,
		    ESYS_TR_NONE, ESYS_TR_NONE);
	return err;
}
