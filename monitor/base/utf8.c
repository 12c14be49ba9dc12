/* SPDX-License-Identifier: Apache-2.0 */
/* Well-formed UTF-8 by the table of RFC 3629 section 4: no overlong forms, no surrogates. */
#include <string.h>

#include "monitor/base/cbor.h"

/* The octets at the front that are ASCII, to the last whole eight: most text is nothing else. */
static size_t
ascii_front(struct bytes text)
{
	size_t i = 0;
	uint64_t eight;

	for (; text.len - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, text.at + i, sizeof(eight));
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	return i;
}

bool
utf8_valid(struct bytes text)
{
	size_t i = ascii_front(text);

	while (i < text.len) {
		uint8_t c = text.at[i];
		size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 :
		    c >= 0xf0 && c < 0xf5 ? 3 : SIZE_MAX;
		uint8_t low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
		uint8_t high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;

		if (more == SIZE_MAX || more > text.len - i - 1)
			return false;
		for (size_t j = 1; j <= more; j++) {
			uint8_t next = text.at[i + j];

			if (j == 1 ? next < low || next > high : next < 0x80 || next > 0xbf)
				return false;
		}
		i += more + 1;
	}
	return true;
}
