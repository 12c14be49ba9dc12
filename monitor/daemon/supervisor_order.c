/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the supervisor tells the roles: plan, files, links, START, and to the ledger CONFIG and
 * DIED.  A role gets no more than its work needs: the ledger and the signer see no secret of a
 * target or channel.  A role that does not take an order in time is ended, like a silent one.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/daemon/supervisor.h"

bool
order_send(struct child *child, enum message message, struct bytes body, int attach)
{
	enum err err;

	if (child->control < 0)
		return false;
	err = attach >= 0 ? link_send(child->control, message, body, attach) :
	    link_send_large(child->control, message, body);
	if (err == ERR_OK)
		return true;
	if (err == ERR_BUSY)
		child_kill(child, "it did not take orders");
	else if (err != ERR_CLOSED)
		log_line(LOG_LEVEL_ERROR, "%s cannot be sent to %s: %s", message_name(message),
		    role_name(child->role), err_text(err));
	return false;
}

static void
link_tell(struct child *child, const struct child *to, int fd)
{
	struct buffer body = { .max = 0 };

	cbor_put_array(&body, 2);
	cbor_put_uint(&body, to->role);
	cbor_put_uint(&body, to->index);
	order_send(child, MESSAGE_LINK, bytes_of_buffer(&body), fd);
	buffer_free(&body);
	close(fd);
}

static void
link_make(struct child *a, struct child *b)
{
	struct why why = { .err = ERR_OK };
	int fd[2];

	if (a == NULL || b == NULL || a->stopping || b->stopping)
		return;
	if (link_pair(fd, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return;
	}
	link_tell(a, b, fd[0]);
	link_tell(b, a, fd[1]);
}

static void
put_pair(struct buffer *body, const char *key, const char *value)
{
	cbor_put_cstr(body, key);
	cbor_put_cstr(body, value);
}

static void
order_start(struct supervisor *s, struct child *child)
{
	struct buffer body = { .max = 0 };
	const char log[] = { (char)('0' + s->config->log), '\0' };

	cbor_put_map(&body, 7);
	put_pair(&body, "key", child->role == ROLE_SIGNER ? s->config->key : "");
	put_pair(&body, "log", log);
	put_pair(&body, "state", s->config->state);
	put_pair(&body, "config", s->config_path);
	put_pair(&body, "libexec", s->libexec);
	put_pair(&body, "sandbox", s->sandbox_report ? "report" : "enforce");
	put_pair(&body, "newest_note", s->config->plan->newest_note);
	order_send(child, MESSAGE_START, bytes_of_buffer(&body), -1);
	buffer_free(&body);
}

static unsigned
files_of(enum role role, uint32_t index, bool drill)
{
	/* The worker of an exercise reads its scenario, and has no secret of anybody. */
	if (drill && role == ROLE_WORKER)
		return CONFIG_DOCUMENTS;
	switch (role) {
	case ROLE_WORKER:
		return CONFIG_PUBLIC | CONFIG_PROBE_SECRETS;
	case ROLE_FETCH:
		return CONFIG_PUBLIC | (index == FETCH_POLLS ? CONFIG_SOURCE_SECRETS :
		    index == FETCH_SERVES ? CONFIG_NOTICE_SECRETS : 0);
	case ROLE_INTAKE:
		return CONFIG_PUBLIC | CONFIG_INTAKE_SECRETS;
	case ROLE_SIGNER:
		return 0;
	case ROLE_LEDGER:
		return CONFIG_PUBLIC | CONFIG_FEEDS | CONFIG_PACKS | CONFIG_DUTIES |
		    CONFIG_DOCUMENTS;
	default:
		return CONFIG_PUBLIC | CONFIG_PACKS | CONFIG_DUTIES;
	}
}

static void
order_files(struct child *child, const struct config *config)
{
	struct buffer map = { .max = 0 };
	struct why why = { .err = ERR_OK };
	unsigned which = files_of(child->role, child->index, config->plan->drill[0] != '\0');

	if (which == 0)
		return;
	if (config_files(config->plan, which, &map, &why) != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "%s %u works without its files: %s",
		    role_name(child->role), child->index, why.text);
	else
		order_send(child, MESSAGE_FILES, bytes_of_buffer(&map), -1);
	if (map.cap > 0)
		explicit_bzero(map.at, map.cap);
	buffer_free(&map);
}

void
order_plan(struct supervisor *s, struct child *child)
{
	if (child->role == ROLE_LEDGER || child->role == ROLE_SIGNER)
		return;
	order_files(child, s->config);
	if (child->role == ROLE_WORKER && s->config->plan->drill[0] == '\0')
		share_send(s, child);
	order_send(child, MESSAGE_PLAN, bytes_of_buffer(&s->plan), -1);
}

void
order_config(struct supervisor *s, const struct config *config, const char *cause)
{
	struct child *ledger = child_running(s, ROLE_LEDGER, 0);
	struct buffer body = { .max = 0 }, plan = { .max = 0 };

	if (ledger == NULL)
		return;
	order_files(ledger, config);
	plan_encode(&plan, config->plan);
	cbor_put_array(&body, 4);
	cbor_put_cstr(&body, cause);
	cbor_put_bytes(&body, bytes_of_buffer(&config->source));
	cbor_put_bytes(&body, bytes_of_buffer(&plan));
	cbor_put_cstr(&body, config->origin);
	order_send(ledger, MESSAGE_CONFIG, bytes_of_buffer(&body), -1);
	buffer_free(&body);
	buffer_free(&plan);
}

static void
died_send(struct child *ledger, enum role role, uint32_t index, const char *sentence)
{
	struct buffer body = { .max = 0 };

	cbor_put_array(&body, 3);
	cbor_put_uint(&body, role);
	cbor_put_uint(&body, index);
	cbor_put_cstr(&body, sentence);
	order_send(ledger, MESSAGE_DIED, bytes_of_buffer(&body), -1);
	buffer_free(&body);
}

void
order_died(struct supervisor *s, const struct child *child, const char *sentence)
{
	struct child *ledger = child_running(s, ROLE_LEDGER, 0);

	if (ledger != NULL)
		died_send(ledger, child->role, child->index, sentence);
}

void
order_self(struct supervisor *s)
{
	struct child *ledger = child_running(s, ROLE_LEDGER, 0);
	struct role_start self = {
		.role = ROLE_SUPERVISOR, .program = s->program, .plan_octets = s->plan
	};
	struct buffer scratch = { .max = 0 }, bytes = { .max = 0 };
	struct record record;
	char text[128];

	if (ledger == NULL || s->self_told)
		return;
	snprintf(text, sizeof(text),
	    "user %u, no new privileges; it starts the other roles and parses "
	    "nothing a peer sent",
	    (unsigned)geteuid());
	role_self(&self, &record, &scratch, text);
	record_encode(&bytes, &record);
	s->self_told = order_send(ledger, MESSAGE_RECORD, bytes_of_buffer(&bytes), -1);
	buffer_free(&scratch);
	buffer_free(&bytes);
}

void
order_begin(struct supervisor *s, struct child *child)
{
	order_plan(s, child);
	if (child->role != ROLE_LEDGER)
		link_make(child, child_running(s, ROLE_LEDGER, 0));
	if (child->role == ROLE_ENGINE)
		link_make(child, child_running(s, ROLE_FETCH, 0));
	if (child->role == ROLE_FETCH && child->index == FETCH_SERVES)
		link_make(child, child_running(s, ROLE_ENGINE, 0));
	order_start(s, child);
	if (child->role == ROLE_LEDGER && s->ledger_died[0] != '\0')
		died_send(child, ROLE_LEDGER, 0, s->ledger_died);
}
