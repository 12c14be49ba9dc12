/* SPDX-License-Identifier: Apache-2.0 */
/* One line for each instance in use and each store at rest; see closed.h. */
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/enclosure.h"
#include "tui/closed.h"

static void
state_set(struct closed_line *line, enum enclosure_verdict verdict)
{
	static const enum style styles[ENCLOSURE_VERDICTS] = {
		[ENCLOSURE_HOLDS] = STYLE_UP, [ENCLOSURE_UNKNOWN] = STYLE_UNKNOWN,
		[ENCLOSURE_OPEN] = STYLE_DOWN, [ENCLOSURE_CONTRADICTED] = STYLE_DOWN,
	};

	snprintf(line->state, sizeof(line->state), "%c %s", enclosure_verdict_letter(verdict),
	    _(enclosure_verdict_text(verdict)));
	line->style = styles[verdict];
	line->problem = verdict >= ENCLOSURE_OPEN;
}

bool
closed_use_line(const struct scene *scene, uint32_t instance, struct closed_line *line)
{
	struct enclosure_use use;
	bool shown;

	*line = (struct closed_line){ .link = _("in use") };
	enclosure_use_make(&use, scene->state, instance);
	shown = use.declared != USE_LEVEL_UNSAID || use.sightings > 0;
	state_set(line, use.verdict);
	line->why = _(use_why_text(use.why));
	buffer_print(&line->what, _("%s: declared %s, proven %s"),
	    scene->state->plan->instance[instance].name, _(use_level_text(use.declared)),
	    _(use_level_text(use.proven)));
	enclosure_use_free(&use);
	return shown;
}

bool
closed_rest_line(const struct scene *scene, uint32_t store, struct closed_line *line)
{
	static const char *const words[] = { [REST_UNSAID] = N_("nothing"),
		[REST_NO] = N_("not encrypted"), [REST_YES] = N_("encrypted") };
	struct enclosure_rest rest;
	bool shown;

	*line = (struct closed_line){ .link = _("at rest") };
	enclosure_rest_make(&rest, scene->state, store);
	shown = rest.encrypted != REST_UNSAID || rest.sightings > 0;
	state_set(line, rest.verdict);
	line->why = _(rest_why_text(rest.why));
	buffer_print(&line->what, _("%s: declared %s, observed %s"),
	    scene->state->plan->store[store].name, _(words[rest.encrypted]),
	    _(words[rest.seen]));
	enclosure_rest_free(&rest);
	return shown;
}
