/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are kept fresh.  What is fetched is read by the parser of its users and held against
 * the file in use before it takes its place, whole or not at all; what is kept out is told, and
 * the old file serves on and ages.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/fetch/poll.h"

enum { OTHERS_READ = 0644, MODE_BITS = 0777 };

void
keep_read(struct source *source)
{
	struct keep *keep = &source->keep;
	struct buffer octets = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct stat about;
	struct hash hash;

	if (stat(keep->plan->path, &about) == 0)
		keep->file_ms = (int64_t)about.st_mtim.tv_sec * 1000;
	if (file_read(keep->plan->path, download_max(keep->plan->form), &octets, &why) != ERR_OK) {
		log_line(LOG_LEVEL_WARNING, "%s: %s", keep->plan->name, why.text);
		keep->readable = false;
		keep->hash = (struct hash){ { 0 } };
		buffer_free(&octets);
		return;
	}
	hash = hash_of(bytes_of_buffer(&octets));
	/* One that ran out may have another end: the next entry's of a policy. */
	if (!hash_equal(hash, keep->hash) ||
	    (keep->content.until_ms != 0 && keep->content.until_ms <= clock_wall_ms())) {
		/* Put there by hand: what was kept out may be this one, or may follow it now. */
		if (hash_equal(hash, keep->refused))
			keep->refused = (struct hash){ { 0 } };
		source->have = (struct validators){ .etag = "" };
		keep->hash = hash;
		keep->readable = download_read(keep->plan->form, bytes_of_buffer(&octets),
		    clock_wall_ms(), &keep->content, &why) == ERR_OK;
	}
	buffer_free(&octets);
}

static void
refuse(struct source *source, struct bytes octets, const struct why *why)
{
	struct keep *keep = &source->keep;

	keep->refused = hash_of(octets);
	snprintf(keep->reason, sizeof(keep->reason), "%s", why->text);
	log_line(LOG_LEVEL_WARNING, "%s: what was fetched is kept out: %s", keep->plan->name,
	    why->text);
	keep_check(source, clock_wall_ms());
}

static enum err
exchange(struct source *source, struct bytes octets, const struct download_content *content,
    struct why *why)
{
	struct keep *keep = &source->keep, before = *keep;
	struct stat about;
	unsigned mode = stat(keep->plan->path, &about) == 0 ? about.st_mode & MODE_BITS :
	    OTHERS_READ;
	enum err err = file_write(keep->plan->path, octets, mode, why);

	if (err != ERR_OK)
		return err;
	keep->hash = hash_of(octets);
	keep->content = *content;
	keep->readable = true;
	keep->file_ms = clock_wall_ms();
	record_exchanged(source, &before, octets);
	source->poll->reload = true;
	return ERR_OK;
}

enum err
keep_take(struct source *source, struct bytes octets, struct why *why)
{
	struct keep *keep = &source->keep;
	struct download_content content;
	enum err err = ERR_OK;

	/* Somebody may have put another there by hand. */
	keep_read(source);
	if (!hash_equal(hash_of(octets), keep->hash)) {
		err = download_read(keep->plan->form, octets, clock_wall_ms(), &content, why);
		if (err != ERR_OK) {
			refuse(source, octets, why);
			return err;
		}
		/* It was served well, and is not asked for again before it changes. */
		if (keep->readable && download_newer(&keep->content, &content, clock_wall_ms(),
		    why) != ERR_OK) {
			refuse(source, octets, why);
			return ERR_OK;
		}
		err = exchange(source, octets, &content, why);
	}
	if (err == ERR_OK) {
		keep->refused = (struct hash){ { 0 } };
		keep_check(source, clock_wall_ms());
	}
	return err;
}

/* By its own date, or when it was written if it has none. */
static int64_t
age_of(const struct keep *keep, int64_t now_ms)
{
	int64_t made_ms = keep->content.date_ms != 0 ? keep->content.date_ms : keep->file_ms;

	return now_ms - made_ms;
}

static enum keep_state
state_of(const struct keep *keep, int64_t now_ms)
{
	if (keep->content.until_ms != 0 && now_ms >= keep->content.until_ms)
		return KEEP_ENDED;
	if (keep->plan->age_ms > 0 && age_of(keep, now_ms) > keep->plan->age_ms)
		return KEEP_STALE;
	if (!hash_is_zero(keep->refused))
		return KEEP_REFUSED;
	return now_ms >= download_alarm_ms(&keep->content, keep->plan->margin_ms) ?
	    KEEP_ENDS_SOON : KEEP_FINE;
}

void
keep_check(struct source *source, int64_t now_ms)
{
	struct keep *keep = &source->keep;
	enum keep_state state = state_of(keep, now_ms);

	if (keep->any_told && keep->told == state && hash_equal(keep->told_of, keep->refused))
		return;
	keep->any_told = true;
	keep->told = state;
	keep->told_of = keep->refused;
	record_kept(source, state);
}
