/* SPDX-License-Identifier: Apache-2.0 */
#include "probes/gtp.h"

void
gtp_ignore(struct exchange *exchange, const struct gtp_message *message, const char *reason)
{
	const char *name = gtp_type_name(message->version, message->type);
	struct why why = { .err = ERR_OK };

	if (reason != NULL)
		(void)why_set(&why, ERR_MISMATCH, "%s", reason);
	else if (name != NULL)
		(void)why_set(&why, ERR_MISMATCH, "it is a message \"%s\"", name);
	else
		(void)why_set(&why, ERR_MISMATCH, "it is a message of type %u", message->type);
	exchange_ignore(exchange, &why);
}

bool
gtp_take(struct exchange *exchange, struct bytes data, struct gtp_message *message)
{
	struct why why = { .err = ERR_OK };

	if (gtp_read(data, message, &why) != ERR_OK) {
		exchange_ignore(exchange, &why);
		return false;
	}
	if (message->prime) {
		gtp_ignore(exchange, message, "it is of GTP', the charging protocol");
		return false;
	}
	return true;
}
