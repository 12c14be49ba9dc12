/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing as it was ordered, about the network or about one incident, and printed as a paper in
 * any format.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/accident_edition.h"
#include "reports/accident_paper.h"
#include "reports/filing_paper.h"
#include "reports/filing_write.h"
#include "reports/press_run.h"

static enum err
print_paper(const struct paper *paper, const char *format, struct buffer *out, struct why *why)
{
	enum err err = paper_check(paper, why);

	if (err != ERR_OK)
		return err;
	if (strcmp(format, "text") == 0)
		paper_print_text(paper, out);
	else if (strcmp(format, "json") == 0)
		paper_print_json(paper, out);
	else if (strcmp(format, "html") == 0)
		paper_print_html(paper, out);
	else
		return press_run(paper, format, out, why);
	return ERR_OK;
}

enum err
filing_print_paper(const struct filing *filing, const char *format, struct buffer *out,
    struct why *why)
{
	struct paper *paper = filing->accident != NULL ? accident_to_paper(filing) :
	    filing_to_paper(filing);
	enum err err = print_paper(paper, format, out, why);

	paper_free(paper);
	return err;
}

enum err
filing_of_order(const struct filing_source *source, const struct filing_order *order,
    const struct form *form, struct accident **accident, struct filing **filing, struct why *why)
{
	struct filing_source with = *source;
	enum err err = ERR_OK;

	*accident = NULL;
	*filing = NULL;
	if (order->accident != NULL)
		err = accident_open(order->accident, source, accident, why);
	with.accident = *accident;
	if (err == ERR_OK)
		err = filing_make(&with, form, i18n_language(), filing, why);
	return err == ERR_OK && order->accident != NULL && order->accident->previous != 0 ?
	    accident_changes(order->accident, form, *filing, why) : err;
}
