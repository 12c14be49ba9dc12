/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any file as a control pack: it ends in a pack all of whose promises hold, or in one sentence
 * that names the file and a line of it.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, bool required)
{
	if (text == NULL || (required && text[0] == '\0') || strlen(text) > PACK_TEXT_MAX ||
	    !utf8_valid(bytes_of_text(text)))
		abort();
	for (; *text != '\0'; text++)
		if ((uint8_t)*text < 0x20 || *text == 0x7f)
			abort();
}

static void
check_condition(const struct condition *condition, const struct pack *pack)
{
	if (condition == NULL)
		return;
	if (condition_names(condition) == 0 && condition_quantifiers(condition) == 0)
		abort();
	for (size_t i = 0; i < condition_names(condition); i++) {
		const struct condition_name *name = condition_name_at(condition, i, NULL);

		if (name->source == NAME_DOCUMENT && name->number >= pack->documents)
			abort();
		if (name->source == NAME_DECLARATION && (name->number >= pack->declarations ||
		    name->type != pack->declaration[name->number].type))
			abort();
	}
}

static void
check_control(const struct pack_control *control, const struct pack *pack)
{
	check_text(control->id, true);
	check_text(control->clause, true);
	check_text(control->title, true);
	check_text(control->title_ja, true);
	check_text(control->requirement, true);
	check_text(control->limit, false);
	check_text(control->limit_ja, false);
	check_text(control->source, true);
	check_text(control->confidence, true);
	check_text(control->lacks, control->condition == NULL);
	if (control->condition != NULL && control->lacks[0] != '\0')
		abort();
	if ((unsigned)control->level >= LEVELS || (unsigned)control->subject >= SUBJECT_KINDS)
		abort();
	check_condition(control->applies, pack);
	check_condition(control->condition, pack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct why why = { .err = ERR_OK };
	struct pack *pack;
	enum err err = pack_read("fuzz.pack", bytes_of(data, size), &pack, &why);

	if ((err == ERR_OK) != (pack != NULL))
		abort();
	if (err != ERR_OK) {
		if ((err != ERR_INVALID && err != ERR_LIMIT) ||
		    strncmp(why.text, "fuzz.pack:", 10) != 0 ||
		    !utf8_valid(bytes_of_text(why.text)))
			abort();
		return 0;
	}
	check_text(pack->id, true);
	check_text(pack->edition, true);
	check_text(pack->standard, true);
	check_text(pack->standard_ja, true);
	if (pack->controls == 0)
		abort();
	for (uint32_t i = 0; i < pack->controls; i++)
		check_control(&pack->control[i], pack);
	pack_free(pack);
	return 0;
}
