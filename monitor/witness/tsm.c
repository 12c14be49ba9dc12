/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports by the kernel's configfs-tsm (Documentation/ABI/testing/configfs-tsm), and Intel TDX
 * quotes by it.  Not tried on such hardware yet.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/witness/witness.h"

enum { PROVIDER_MAX = 64, PATH_MAX_HERE = 200 };

void
report_data(const struct asked *asked, uint8_t out[REPORT_DATA])
{
	memset(out, 0, REPORT_DATA);
	memcpy(out, asked->challenge.at, HASH_LEN);
}

static enum err
attribute_read(const char *instance, const char *name, size_t max, struct buffer *out,
    struct why *why)
{
	char path[PATH_MAX_HERE + 32];

	snprintf(path, sizeof(path), "%s/%s", instance, name);
	return file_read(path, max, out, why);
}

static enum err
inblob_write(const char *instance, const uint8_t data[REPORT_DATA], struct why *why)
{
	char path[PATH_MAX_HERE + 32];
	ssize_t put = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/inblob", instance);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		put = write(fd, data, REPORT_DATA);
		/* A binary attribute takes effect, or fails, when it is closed. */
		if (close(fd) != 0)
			put = -1;
	}
	return put == REPORT_DATA ? ERR_OK : why_set(why, ERR_IO, "%s cannot be written: %s", path,
	    strerror(errno));
}

static enum err
instance_ask(const char *instance, const char *provider, const uint8_t data[REPORT_DATA],
    struct buffer *out, struct buffer *aux, struct why *why)
{
	struct buffer name = { .max = PROVIDER_MAX };
	enum err err = inblob_write(instance, data, why);

	if (err == ERR_OK)
		err = attribute_read(instance, "outblob", DOCUMENT_OCTETS, out, why);
	/* Not all providers have one. */
	if (err == ERR_OK && attribute_read(instance, "auxblob", DOCUMENT_OCTETS, aux, NULL) !=
	    ERR_OK)
		buffer_reset(aux);
	if (err == ERR_OK)
		err = attribute_read(instance, "provider", PROVIDER_MAX, &name, why);
	if (err == ERR_OK && (name.len < strlen(provider) ||
	    memcmp(name.at, provider, strlen(provider)) != 0))
		err = why_set(why, ERR_MISMATCH, "this machine's reports are by \"%.*s\", not by "
		    "\"%s\"", (int)strcspn(buffer_text(&name), "\n"), buffer_text(&name), provider);
	if (err == ERR_OK && out->len == 0)
		err = why_set(why, ERR_IO, "%s/outblob is empty", instance);
	buffer_free(&name);
	return err;
}

enum err
tsm_report(const char *folder, const char *provider, const uint8_t data[REPORT_DATA],
    struct buffer *out, struct buffer *aux, struct why *why)
{
	char instance[PATH_MAX_HERE];
	enum err err;

	snprintf(instance, sizeof(instance), "%s/sekimori-witness", folder);
	/* One of an earlier life is as good. */
	if (mkdir(instance, 0700) != 0 && errno != EEXIST)
		return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_DENIED, errno == ENOENT ?
		    "no %s: this kernel (configfs-tsm is of Linux 6.7) or this machine gives no "
		    "reports" : "the witness may not make %s/sekimori-witness", folder);
	err = instance_ask(instance, provider, data, out, aux, why);
	rmdir(instance);
	return err;
}

/* /dev/tdx_guest alone gives a report for this machine only; the kernel has the quote made. */
enum err
tdx_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	struct buffer aux = { .max = DOCUMENT_OCTETS }, *piece = evidence_add(out, "quote");
	uint8_t data[REPORT_DATA];
	enum err err;

	if (piece == NULL)
		return why_set(why, ERR_LIMIT, "more pieces of evidence than a message takes");
	report_data(asked, data);
	err = tsm_report(w->settings.tsm, "tdx_guest", data, piece, &aux, why);
	buffer_free(&aux);
	return err;
}
