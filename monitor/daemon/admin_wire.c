/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers of the admin socket, and who may ask what.  The client may be anybody. */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/daemon/admin.h"

void
admin_request_put(struct buffer *out, enum act act, uint64_t incident, struct bytes text)
{
	cbor_put_array(out, 3);
	cbor_put_uint(out, (uint64_t)act);
	cbor_put_uint(out, incident);
	cbor_put_text(out, text);
}

static bool
is_plain(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((text.at[i] < ' ' && text.at[i] != '\n' && text.at[i] != '\t') ||
		    text.at[i] == 0x7f)
			return false;
	return true;
}

enum err
admin_request_read(struct bytes body, struct admin_request *request, struct why *why)
{
	struct cbor in = cbor_of(body, true);
	bool three = cbor_array(&in) == 3;
	uint64_t act = cbor_uint(&in);

	request->incident = cbor_uint(&in);
	request->text = cbor_text(&in);
	request->act = ACT_NONE;
	if (!three || !cbor_done(&in))
		return why_set(why, ERR_MALFORMED, "the request is not CBOR [act, incident, text]");
	if (act_name(act) == NULL)
		return why_set(why, ERR_UNSUPPORTED, "this daemon does not know act %" PRIu64, act);
	request->act = (enum act)act;
	if (request->text.len > NOTE_TEXT_MAX)
		return why_set(why, ERR_LIMIT,
		    "the text is longer than %d octets: nothing was recorded",
		    NOTE_TEXT_MAX);
	if (!is_plain(request->text))
		return why_set(why, ERR_INVALID,
		    "the text holds control characters: nothing was recorded");
	if (act == ACT_ACK && request->incident == 0)
		return why_set(why, ERR_INVALID, "say which incident is acknowledged");
	if (act == ACT_NOTE && request->text.len == 0)
		return why_set(why, ERR_INVALID, "a note needs a text");
	if (act == ACT_AGREE && request->incident == 0)
		return why_set(why, ERR_INVALID, "say which waiver");
	return ERR_OK;
}

void
admin_reply_put(struct buffer *out, enum err err, struct bytes sentence, uint64_t seq)
{
	cbor_put_array(out, 3);
	cbor_put_uint(out, (uint64_t)err);
	cbor_put_text(out, sentence);
	cbor_put_uint(out, seq);
}

enum err
admin_reply_read(struct bytes body, enum err *err, struct bytes *sentence, uint64_t *seq,
    struct why *why)
{
	struct cbor in = cbor_of(body, true);
	bool three = cbor_array(&in) == 3;
	uint64_t number = cbor_uint(&in);

	*sentence = cbor_text(&in);
	*seq = cbor_uint(&in);
	if (!three || !cbor_done(&in))
		return why_set(why, ERR_MALFORMED,
		    "the daemon's answer is not CBOR [err, sentence, seq]");
	*err = number < ERR_COUNT ? (enum err)number : ERR_UNSUPPORTED;
	return ERR_OK;
}

static struct admin_user *
user_add(struct admin_users *users, uid_t uid, const char *name)
{
	struct admin_user *user;

	for (size_t i = 0; i < users->count; i++)
		if (users->user[i].uid == uid)
			return &users->user[i];
	if (users->count == ADMIN_USERS_MAX)
		return NULL;
	user = &users->user[users->count++];
	*user = (struct admin_user){ .uid = uid };
	if (name != NULL)
		snprintf(user->name, sizeof(user->name), "%s", name);
	else
		snprintf(user->name, sizeof(user->name), "uid %lu", (unsigned long)uid);
	return user;
}

static void
user_add_always(struct admin_users *users, uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);
	struct admin_user *user = user_add(users, uid, entry != NULL ? entry->pw_name : NULL);

	if (user != NULL)
		user->acts = UINT64_MAX;
}

void
admin_users_make(struct admin_users *users, const struct plan *plan, uid_t own)
{
	users->count = 0;
	user_add_always(users, 0);
	user_add_always(users, own);
	for (uint32_t i = 0; plan != NULL && i < plan->rights; i++) {
		const struct plan_right *right = &plan->right[i];
		const struct passwd *entry = getpwnam(right->user);
		struct admin_user *user = entry == NULL ? NULL :
		    user_add(users, entry->pw_uid, right->user);

		if (user != NULL)
			user->acts |= right->acts;
		else
			log_line(LOG_LEVEL_WARNING,
			    "the configuration gives rights to the user %s, whom "
			    "the system does not know", right->user);
	}
}

enum err
admin_permit(const struct admin_users *users, uid_t uid, enum act act, char author[64],
    struct why *why)
{
	const struct admin_user *found = NULL;

	for (size_t i = 0; i < users->count; i++)
		if (users->user[i].uid == uid)
			found = &users->user[i];
	if (found != NULL)
		snprintf(author, 64, "%s", found->name);
	else
		snprintf(author, 64, "uid %lu", (unsigned long)uid);
	if (found != NULL && (found->acts & (UINT64_C(1) << act)) != 0)
		return ERR_OK;
	return why_set(why, ERR_DENIED, "%s may not %s: the configuration's rights do not say so",
	    author, act_name(act) != NULL ? act_name(act) : "do that");
}
