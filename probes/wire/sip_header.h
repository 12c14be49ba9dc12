/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers of a SIP message, one after another: names in their long and compact form (RFC 3261
 * 7.3.3), values with their folds (7.3.1).  For the files of the SIP codec.
 */
#ifndef PROBES_WIRE_SIP_HEADER_H
#define PROBES_WIRE_SIP_HEADER_H

#include "monitor/base/bytes.h"

enum sip_header_kind {
	SIP_OTHER, SIP_VIA, SIP_FROM, SIP_TO, SIP_CALL_ID, SIP_CSEQ, SIP_CONTENT_LENGTH, SIP_ALLOW,
	SIP_SERVER, SIP_CONTACT, SIP_CONTENT_TYPE,
	SIP_HEADER_COUNT
};

struct sip_header {
	enum sip_header_kind kind;
	struct bytes         row;	/* name, value and folds, without the last line end */
	struct bytes         value;	/* trimmed; folds are still in it; never a NULL view */
};

/* lines: each ended by CR LF.  False at the end, or where a line is no header: then failed. */
bool        sip_header_next(struct reader *lines, struct sip_header *);
const char *sip_header_name(enum sip_header_kind);	/* "Call-ID" */
bool        sip_is_token(struct bytes);			/* RFC 3261 25.1; not empty */
bool        sip_is_blank(uint8_t);			/* blank, tab, or a line end of a fold */
struct bytes sip_trim(struct bytes);

/*
 * Cuts the next part of a value at "separator", outside quoted strings and <>; trimmed.  False at
 * the end of the value.
 */
bool        sip_part_next(struct reader *value, uint8_t separator, struct bytes *part);
/* ";name=value" behind the first part of a row: false if there is none. */
bool        sip_parameter(struct bytes value, const char *name, struct bytes *found);

#endif
