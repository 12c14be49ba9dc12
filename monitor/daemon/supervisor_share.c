/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds are large and every worker needs them: they are read once into sealed memory, whose pages
 * all workers map, so that sixty of them cost no more than one.
 */
#include <stdlib.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/supervisor.h"

void
share_drop(struct supervisor *s)
{
	for (uint32_t i = 0; i < s->shares; i++) {
		close(s->shared[i].fd);
		free(s->shared[i].path);
	}
	s->shares = 0;
	s->shared_known = false;
}

static void
share_make(struct supervisor *s)
{
	const struct plan *plan = s->config->plan;

	share_drop(s);
	s->shared_known = true;
	for (uint32_t i = 0; i < plan->feeds; i++) {
		const char *path = plan->feed[i].path;
		struct buffer octets = { .max = 0 };
		struct why why = { .err = ERR_OK };
		int fd = -1;

		if (file_read(path, config_file_max(plan, path), &octets, &why) == ERR_OK)
			fd = link_memfd(bytes_of_buffer(&octets));
		else
			log_line(LOG_LEVEL_ERROR, "workers go without a feed: %s", why.text);
		buffer_free(&octets);
		if (fd >= 0)
			s->shared[s->shares++] = (struct role_shared){
			    memory_text(bytes_of_text(path)), fd };
	}
	if (plan->feeds > 0)
		memory_trim();
}

void
share_send(struct supervisor *s, struct child *child)
{
	if (!s->shared_known)
		share_make(s);
	for (uint32_t i = 0; i < s->shares; i++)
		if (!order_send(child, MESSAGE_FILE, bytes_of_text(s->shared[i].path),
		    s->shared[i].fd))
			return;
}
