/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form in which metadata services and tools hand out binary statements: base64 (RFC 4648,
 * 4), in one line or in several, and nothing else around it.
 */
#ifndef ATTEST_BASE64_FORM_H
#define ATTEST_BASE64_FORM_H

#include "monitor/base/bytes.h"

/*
 * What the base64 holds, kept in *keep, which the caller frees; the octets themselves if they are
 * not base64 from the first to the last.  Never more than *keep's max: then they stay as they are.
 */
struct bytes base64_form_open(struct bytes octets, struct buffer *keep);

#endif
