/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever an NRF says: its stanzas are a configuration text with one instance for each that was
 * found, each with a name of its own, and nothing that a stranger wrote in them.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/conf.h"
#include "monitor/daemon/discover_core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_stanzas(const struct discovered_core *core, const struct buffer *text)
{
	struct conf *conf;
	struct why why;
	const struct conf_node *instances;

	must(conf_read("stanzas", bytes_of_buffer(text), &conf, &why) == ERR_OK);
	instances = conf_member(conf_root(conf), "instances");
	must((instances == NULL && core->count == 0) || conf_count(instances) == core->count);
	for (size_t i = 0; i < core->count; i++) {
		const struct conf_node *name = conf_member(conf_at(instances, i), "name");

		must(name != NULL && strcmp(conf_text(name), core->nf[i].name) == 0);
		for (size_t k = 0; k < i; k++)
			must(strcmp(core->nf[k].name, core->nf[i].name) != 0 ||
			    strcmp(core->nf[k].id, core->nf[i].id) == 0);
	}
	conf_free(conf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct discovered_core core;
	struct buffer out = { .max = 0 };
	struct why why = { .err = ERR_OK };

	if (discovered_core_read(bytes_of(data, size), &core, &why) != ERR_OK) {
		must(why.text[0] != '\0');
	} else {
		discovered_core_stanzas(&core, NULL, "site",
		    &(struct stanza_options){ "/a", "/b", "/c" }, &out);
		check_stanzas(&core, &out);
	}
	discovered_core_free(&core);
	buffer_free(&out);
	return 0;
}
