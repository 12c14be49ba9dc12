/* SPDX-License-Identifier: Apache-2.0 */
/* Help, from the key table and the table of commands. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/judged.h"
#include "tui/order.h"
#include "tui/view.h"

enum help_kind { HELP_LETTERS, HELP_VERDICTS, HELP_BLANK, HELP_GROUP, HELP_ACTION, HELP_ORDERS,
	HELP_ORDER };

enum { LEFT = 26 };

static void
help_rows(struct view *view, const struct scene *scene)
{
	const struct action_row *row;

	(void)scene;
	view_add(view, (struct view_row){ .kind = HELP_LETTERS, .stop = true });
	view_add(view, (struct view_row){ .kind = HELP_VERDICTS, .stop = true });
	for (unsigned i = 1; (row = action_row((enum action)i)) != NULL; i++) {
		const struct action_row *before = action_row((enum action)(i - 1));

		if (before == NULL || before->group != row->group) {
			view_add(view, (struct view_row){ .kind = HELP_BLANK });
			view_add(view, (struct view_row){ .kind = HELP_GROUP, .id = row->group });
		}
		view_add(view, (struct view_row){ .kind = HELP_ACTION, .stop = true, .id = i });
	}
	view_add(view, (struct view_row){ .kind = HELP_BLANK });
	view_add(view, (struct view_row){ .kind = HELP_ORDERS });
	for (unsigned i = 0; order_at(i) != NULL; i++)
		view_add(view, (struct view_row){ .kind = HELP_ORDER, .stop = true, .id = i });
}

static void
help_letters(struct strip *strip)
{
	for (unsigned i = 0; i < HEALTH_COUNT; i++) {
		enum health health = (enum health)((i + 1) % HEALTH_COUNT);

		strip_print(strip, health_style(health), "%c %s", health_letter(health),
		    health_word(health));
		strip_text(strip, STYLE_NORMAL, "    ");
	}
	strip_text(strip, STYLE_NORMAL, _("* people and the monitor itself"));
}

static void
help_verdicts(struct strip *strip)
{
	for (unsigned rank = VERDICTS; rank-- > 0;) {
		enum verdict verdict = verdict_at(rank);

		strip_print(strip, verdict_style(verdict), "%c %s", verdict_letter(verdict),
		    _(verdict_text(verdict)));
		strip_text(strip, STYLE_NORMAL, rank > 0 ? "    " : "");
	}
}

static void
help_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct order *order;

	(void)view;
	(void)scene;
	switch ((enum help_kind)row->kind) {
	case HELP_LETTERS:
		help_letters(strip);
		break;
	case HELP_VERDICTS:
		help_verdicts(strip);
		break;
	case HELP_BLANK:
		break;
	case HELP_GROUP:
		strip_text(strip, STYLE_HEADING, _(action_group((enum action_group)row->id)));
		break;
	case HELP_ACTION:
		strip_field(strip, LEFT, ALIGN_LEFT, STYLE_KEY,
		    action_row((enum action)row->id)->keys);
		strip_text(strip, STYLE_NORMAL, _(action_row((enum action)row->id)->text));
		break;
	case HELP_ORDERS:
		strip_text(strip, STYLE_HEADING, _("Commands"));
		break;
	case HELP_ORDER:
		order = order_at((unsigned)row->id);
		strip_print(strip, STYLE_KEY, ":%s %s", order->name, order->usage);
		strip_to(strip, LEFT + 1);
		strip_text(strip, STYLE_NORMAL, _(order->text));
		break;
	}
}

const struct view_ops view_help = {
	.name  = "help",
	.title = N_("Help"),
	.alone = true,
	.rows  = help_rows,
	.line  = help_line,
};
