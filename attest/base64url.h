/* SPDX-License-Identifier: Apache-2.0 */
/* base64url without padding (RFC 7515, 2), as signed JSON tokens have it. */
#ifndef ATTEST_BASE64URL_H
#define ATTEST_BASE64URL_H

#include "monitor/base/bytes.h"

void base64url_put(struct buffer *, struct bytes);
/* Strict: no padding, no other letters.  ERR_MALFORMED; ERR_LIMIT: over the buffer's max. */
MUST_USE enum err base64url_read(struct bytes text, struct buffer *out);

#endif
