/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every role does first: it takes descriptor 3 for its link to the supervisor, sets itself to
 * end with it, and gathers plan, files and links until START.  Signals meant for the supervisor
 * are ignored here, so that one Ctrl-C or service stop ends the roles in order, the ledger last.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/version.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"

static bool
control_usable(void)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(ROLE_CONTROL_FD, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_SEQPACKET;
}

/* The death signal is lost if the parent went before it was set: the closed link then tells. */
static void
process_settle(const char *name)
{
	char title[16];

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(title, sizeof(title), "sekimori-%s", name);
	prctl(PR_SET_NAME, title);
}

static void
text_take(char *out, size_t out_len, struct bytes text)
{
	snprintf(out, out_len, "%.*s", (int)text.len, (const char *)text.at);
}

static enum err
start_take(struct role_start *start, struct bytes body, struct why *why)
{
	struct cbor in = cbor_of(body, true);
	uint64_t pairs = cbor_map(&in);

	for (uint64_t i = 0; i < pairs; i++) {
		struct bytes key = cbor_text(&in), value = cbor_text(&in);

		if (value.len >= PATH_TEXT_MAX)
			return why_set(why, ERR_LIMIT, "a path in START is longer than %d octets",
			    PATH_TEXT_MAX);
		if (bytes_equal(key, bytes_of_text("state")))
			text_take(start->state, sizeof(start->state), value);
		if (bytes_equal(key, bytes_of_text("config")))
			text_take(start->config, sizeof(start->config), value);
		if (bytes_equal(key, bytes_of_text("libexec")))
			text_take(start->libexec, sizeof(start->libexec), value);
		if (bytes_equal(key, bytes_of_text("key")))
			text_take(start->key, sizeof(start->key), value);
		if (bytes_equal(key, bytes_of_text("sandbox")))
			start->sandbox_report = bytes_equal(value, bytes_of_text("report"));
		if (bytes_equal(key, bytes_of_text("log")) && value.len == 1)
			log_open(role_name(start->role), (enum log_level)(value.at[0] - '0'));
		if (bytes_equal(key, bytes_of_text("newest_note")))
			text_take(start->newest_note, sizeof(start->newest_note), value);
	}
	if (!cbor_done(&in))
		return why_set(why, ERR_MALFORMED, "START is not a map of texts");
	return ERR_OK;
}

enum err
role_begin(struct role_start *start, enum role role, uint32_t index, struct why *why)
{
	const char *name = role_name(role) != NULL ? role_name(role) : "role";
	struct buffer octets = { .max = 0 };
	enum err err = ERR_OK;

	*start = (struct role_start){ .role = role, .index = index, .control = ROLE_CONTROL_FD };
	log_open(name, LOG_LEVEL_INFO);
	if (!control_usable()) {
		why_set(why, ERR_INVALID, "descriptor %d is not a link to the supervisor; this "
		    "command is started by \"sekimori run\" only", ROLE_CONTROL_FD);
		log_line(LOG_LEVEL_ERROR, "%s", why->text);
		return ERR_INVALID;
	}
	process_settle(name);
	if (file_read("/proc/self/exe", BUFFER_MAX, &octets, why) == ERR_OK)
		start->program = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	for (;;) {
		struct pollfd wait = { .fd = ROLE_CONTROL_FD, .events = POLLIN };
		enum message message;
		int attached;

		err = link_receive(ROLE_CONTROL_FD, &message, &octets, &attached);
		if (err == ERR_CLOSED) {
			why_set(why, err, "the supervisor ended before this role began");
			break;
		}
		if (err == ERR_BUSY && poll(&wait, 1, -1) < 0 && errno != EINTR)
			break;
		if (err != ERR_OK)
			continue;
		if (message == MESSAGE_START) {
			err = start_take(start, bytes_of_buffer(&octets), why);
			break;
		}
		if (role_take(start, message, bytes_of_buffer(&octets), attached, why) != ERR_OK)
			log_line(LOG_LEVEL_WARNING, "%s passed over: %s", message_name(message),
			    why->text);
	}
	buffer_free(&octets);
	return err;
}

static enum err
plan_take(struct role_start *start, struct bytes body, struct why *why)
{
	struct buffer octets = { .max = 0 };
	struct plan *plan = NULL;
	enum err err;

	buffer_put(&octets, body.at, body.len);
	err = plan_decode(bytes_of_buffer(&octets), &plan, why);
	if (err != ERR_OK) {
		buffer_free(&octets);
		return err;
	}
	plan_free(start->plan);
	buffer_free(&start->plan_octets);
	start->plan = plan;
	start->plan_octets = octets;
	return ERR_OK;
}

/* Secrets travel among the files: they do not stay in memory that is given back. */
static void
files_wipe(struct role_start *start)
{
	if (start->files.cap > 0)
		explicit_bzero(start->files.at, start->files.cap);
	buffer_free(&start->files);
}

static void
shared_drop(struct role_start *start)
{
	for (uint32_t i = 0; i < start->shares; i++) {
		close(start->shared[i].fd);
		free(start->shared[i].path);
	}
	start->shares = 0;
}

/* One that could shrink under a mapping would end whoever reads it. */
static enum err
shared_take(struct role_start *start, struct bytes path, int attached, struct why *why)
{
	int seals = attached >= 0 ? fcntl(attached, F_GET_SEALS) : -1;

	if (seals < 0 || (seals & (F_SEAL_SHRINK | F_SEAL_WRITE)) != (F_SEAL_SHRINK | F_SEAL_WRITE))
		return why_set(why, ERR_MALFORMED, "FILE without a sealed memfd");
	if (start->shares == PLAN_FEED_MAX)
		return why_set(why, ERR_LIMIT, "more than %d shared files", PLAN_FEED_MAX);
	start->shared[start->shares++] = (struct role_shared){ memory_text(path), attached };
	return ERR_OK;
}

static enum err
files_take(struct role_start *start, struct bytes body, struct why *why)
{
	struct cbor in = cbor_of(body, true);
	uint64_t pairs = cbor_map(&in);

	for (uint64_t i = 0; i < pairs; i++) {
		cbor_text(&in);
		cbor_bytes(&in);
	}
	if (!cbor_done(&in))
		return why_set(why, ERR_MALFORMED, "FILES is not a map of path to octets");
	files_wipe(start);
	shared_drop(start);
	buffer_put(&start->files, body.at, body.len);
	return ERR_OK;
}

static struct role_link *
link_find(const struct role_start *start, uint64_t role, uint64_t index)
{
	for (uint32_t i = 0; i < start->links; i++)
		if (start->link[i].role == role && start->link[i].index == index)
			return (struct role_link *)&start->link[i];
	return NULL;
}

bool
role_link_read(struct bytes body, uint64_t *role, uint64_t *index)
{
	struct cbor in = cbor_of(body, true);
	bool pair = cbor_array(&in) == 2;

	*role = cbor_uint(&in);
	*index = cbor_uint(&in);
	return pair && cbor_done(&in);
}

static enum err
link_take(struct role_start *start, struct bytes body, int attached, struct why *why)
{
	struct role_link *old;
	uint64_t role, index;

	if (!role_link_read(body, &role, &index) || attached < 0)
		return why_set(why, ERR_MALFORMED, "LINK without role, index and descriptor");
	old = link_find(start, role, index);
	if (old == NULL && start->links == ROLE_LINKS_MAX)
		return why_set(why, ERR_LIMIT, "more than %d links", ROLE_LINKS_MAX);
	if (old != NULL)
		close(old->fd);
	else
		old = &start->link[start->links++];
	*old = (struct role_link){ .role = role, .index = index, .fd = attached };
	return ERR_OK;
}

enum err
role_take(struct role_start *start, unsigned message, struct bytes body, int attached,
    struct why *why)
{
	enum err err = ERR_OK;

	if (message == MESSAGE_LINK) {
		err = link_take(start, body, attached, why);
		if (err == ERR_OK)
			return ERR_OK;
	}
	if (message == MESSAGE_FILE) {
		err = shared_take(start, body, attached, why);
		if (err == ERR_OK)
			return ERR_OK;
	}
	if (attached >= 0)
		close(attached);
	if (message == MESSAGE_PLAN)
		return plan_take(start, body, why);
	if (message == MESSAGE_FILES)
		return files_take(start, body, why);
	return err;
}

int
role_link_fd(const struct role_start *start, enum role role, uint32_t index)
{
	const struct role_link *link = link_find(start, role, index);

	return link != NULL ? link->fd : -1;
}

void
role_link_drop(struct role_start *start, enum role role, uint32_t index)
{
	struct role_link *link = link_find(start, role, index);

	if (link == NULL)
		return;
	close(link->fd);
	*link = start->link[--start->links];
}

struct bytes
role_file(const struct role_start *start, const char *path)
{
	struct cbor in = cbor_of(bytes_of_buffer(&start->files), true);
	uint64_t pairs = start->files.len > 0 ? cbor_map(&in) : 0;

	for (uint64_t i = 0; i < pairs; i++) {
		struct bytes key = cbor_text(&in), octets = cbor_bytes(&in);

		if (bytes_equal(key, bytes_of_text(path)))
			return octets;
	}
	return bytes_of(NULL, 0);
}

struct bytes
role_map(const struct role_start *start, const char *path)
{
	struct stat about;

	for (uint32_t i = 0; i < start->shares; i++) {
		void *at;

		if (strcmp(start->shared[i].path, path) != 0 ||
		    fstat(start->shared[i].fd, &about) != 0 || about.st_size <= 0)
			continue;
		at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, start->shared[i].fd,
		    0);
		if (at != MAP_FAILED)
			return bytes_of(at, (size_t)about.st_size);
	}
	return bytes_of(NULL, 0);
}

void
role_unmap(struct bytes mapped)
{
	if (mapped.len > 0)
		munmap((void *)(uintptr_t)mapped.at, mapped.len);
}

enum err
role_ready(const struct role_start *start, uint64_t silent_ms)
{
	struct buffer body = { .max = 0 };
	enum err err;

	cbor_put_uint(&body, silent_ms);
	err = link_send(start->control, MESSAGE_READY, bytes_of_buffer(&body), -1);
	buffer_free(&body);
	return err;
}

static struct bytes
scratch_text(struct buffer *scratch, size_t *at, const char *text)
{
	*at = scratch->len;
	buffer_put_text(scratch, text);
	return bytes_of(NULL, scratch->len - *at);
}

void
role_self(const struct role_start *start, struct record *record, struct buffer *scratch,
    const char *sandbox)
{
	struct clock_quality quality = clock_quality();
	struct record_self *self = &record->self;
	size_t sandbox_at, source_at;

	*record = (struct record){ .kind = RECORD_SELF, .observed_ms = clock_wall_ms(),
	    .role = start->role, .index = start->index };
	self->version = bytes_of_text(SEKIMORI_VERSION);
	self->program = start->program;
	if (start->plan_octets.len > 0)
		self->plan = hash_of(bytes_of_buffer(&start->plan_octets));
	self->process = (uint64_t)getpid();
	buffer_reset(scratch);
	self->sandbox = scratch_text(scratch, &sandbox_at, sandbox);
	self->clock_source = scratch_text(scratch, &source_at, quality.source);
	self->sandbox.at = scratch->at + sandbox_at;
	self->clock_source.at = scratch->at + source_at;
	self->clock_offset_us = quality.offset_us;
	self->clock_error_us = quality.max_error_us;
}

void
role_end(struct role_start *start)
{
	for (uint32_t i = 0; i < start->links; i++)
		close(start->link[i].fd);
	close(start->control);
	plan_free(start->plan);
	buffer_free(&start->plan_octets);
	files_wipe(start);
	shared_drop(start);
	*start = (struct role_start){ .control = -1 };
}
