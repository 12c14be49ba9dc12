/* SPDX-License-Identifier: Apache-2.0 */
/* The plaintext question of HTTP/2 and its answer; see sbi_preface.h. */
#include <string.h>

#include "probes/wire/sbi_preface.h"

enum { FRAME_HEADER = 9, FRAME_SETTINGS = 4, SETTING = 6, FRAME_MAX = 16384, TLS_ALERT = 21 };

static const char question[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
static const char goodbye[] = "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0";

struct bytes
sbi_plain_question(void)
{
	return bytes_of(question, sizeof(question) - 1);
}

struct bytes
sbi_plain_goodbye(void)
{
	return bytes_of(goodbye, sizeof(goodbye) - 1);
}

/* RFC 9113 section 6.5: the server's preface is a SETTINGS frame on stream 0. */
static enum sbi_plain
judge_frame(struct bytes answer)
{
	struct reader reader = reader_of(answer);
	uint64_t len = read_be(&reader, 3), type = read_be(&reader, 1);
	uint64_t flags = read_be(&reader, 1), stream = read_be(&reader, 4);

	if (answer.len < FRAME_HEADER)
		return SBI_PLAIN_MORE;
	return len <= FRAME_MAX && len % SETTING == 0 && type == FRAME_SETTINGS && flags == 0 &&
	    stream == 0 ? SBI_PLAIN_ACCEPTED : SBI_PLAIN_OTHER;
}

/* "HTTP/1.1 426": what stands behind the number does not matter. */
static enum sbi_plain
judge_status(struct bytes answer)
{
	const uint8_t *at = answer.at;

	if (answer.len < SBI_PLAIN_NEED)
		return SBI_PLAIN_MORE;
	if (at[5] != '1' || at[6] != '.' || at[8] != ' ')
		return SBI_PLAIN_OTHER;
	for (size_t i = 9; i < 12; i++)
		if (at[i] < '0' || at[i] > '9')
			return SBI_PLAIN_OTHER;
	return memcmp(at + 9, "400", 3) == 0 || memcmp(at + 9, "426", 3) == 0 ?
	    SBI_PLAIN_OTHER : SBI_PLAIN_ACCEPTED;
}

enum sbi_plain
sbi_plain_judge(struct bytes answer)
{
	size_t len = answer.len < 5 ? answer.len : 5;

	if (answer.len == 0)
		return SBI_PLAIN_MORE;
	if (memcmp(answer.at, "HTTP/", len) == 0)
		return judge_status(answer);
	if (answer.at[0] == TLS_ALERT)
		return answer.len < 2 ? SBI_PLAIN_MORE :
		    answer.at[1] == 3 ? SBI_PLAIN_REFUSED : SBI_PLAIN_OTHER;
	return judge_frame(answer);
}
