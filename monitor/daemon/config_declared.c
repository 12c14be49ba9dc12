/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the carrier says of itself: documents it holds, values it declares, who it is.  Declared
 * and dated, never taken for proven.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/state/condition.h"

static void
read_document(struct config_reader *reader, const struct config_group *group,
    struct plan_document *document)
{
	*document = (struct plan_document){ .id = config_group_text(group, "id"),
	    .path = config_group_text(group, "file"), .hash = "",
	    .date_ms = config_group_number(group, "date"),
	    .until_ms = config_group_number(group, "until"),
	    .author = config_group_text(group, "author") };
	document->title = config_group_either(group, "title", document->id);
	if (document->until_ms != 0 && document->date_ms != 0 &&
	    document->until_ms <= document->date_ms)
		config_fault(reader, config_group_line(group, "until"), "until must be after the "
		    "date of the document");
}

void
config_read_documents(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "documents", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->document = plan_array(plan, conf_count(list), sizeof(*plan->document));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_document_rows, &group);
		config_group_unknown(reader, entry, config_document_rows, NULL, NULL);
		read_document(reader, &group, &plan->document[plan->documents]);
		names[plan->documents++] = (struct config_name){ config_group_text(&group, "id"),
		    conf_line(entry) };
	}
	config_names_unique(reader, names, plan->documents, "document");
	free(names);
}

void
config_documents_check(struct config_reader *reader)
{
	struct plan *plan = reader->plan;
	struct buffer octets = { .max = 0 };

	for (uint32_t i = 0; i < plan->documents; i++)
		plan->document[i].hash = config_file_hash(reader, plan->document[i].path, &octets);
	buffer_free(&octets);
}

/* Entry i of what a subject of this kind can be; NULL behind the last. */
static const char *
subject_name(const struct plan *plan, enum subject_kind kind, uint32_t i)
{
	switch (kind) {
	case SUBJECT_PROVIDER:
		return i < plan->sites ? plan->site[i].provider : NULL;
	case SUBJECT_SITE:
		return i < plan->sites ? plan->site[i].name : NULL;
	case SUBJECT_FUNCTION:
		return i < FUNCTION_COUNT ? function_name((enum function)i) : NULL;
	case SUBJECT_REPLICA_SET:
		return i < plan->instances ? plan->instance[i].replica_set : NULL;
	case SUBJECT_INSTANCE:
		return i < plan->instances ? plan->instance[i].name : NULL;
	case SUBJECT_TARGET:
		return i < plan->targets ? plan->target[i].name : NULL;
	case SUBJECT_CUSTODY:
		return i < plan->keys ? plan->key[i].name : NULL;
	default:
		return NULL;
	}
}

static bool
subject_exists(const struct plan *plan, enum subject_kind kind, const char *name)
{
	const char *there;

	for (uint32_t i = 0; (there = subject_name(plan, kind, i)) != NULL; i++)
		if (strcmp(there, name) == 0 && name[0] != '\0')
			return true;
	return false;
}

static void
check_subject(struct config_reader *reader, const struct config_group *group, const char *subject)
{
	const char *colon = strchr(subject, ':');
	enum subject_kind kind = SUBJECT_CARRIER;
	bool known = colon != NULL && subject_kind_find(bytes_of(subject,
	    (size_t)(colon - subject)), &kind);

	if (subject[0] == '\0')
		return;
	if (!known || kind < SUBJECT_PROVIDER ||
	    (kind > SUBJECT_TARGET && kind != SUBJECT_CUSTODY))
		config_fault(reader, config_group_line(group, "subject"), "the subject \"%.100s\" "
		    "is not provider:NAME, site:NAME, function:NAME, replica_set:NAME, "
		    "instance:NAME, target:NAME or custody:NAME; leave it out for the carrier",
		    subject);
	else if (!subject_exists(reader->plan, kind, colon + 1))
		config_fault(reader, config_group_line(group, "subject"), "there is no %.*s "
		    "\"%.100s\"", (int)(colon - subject), subject, colon + 1);
}

/* The name under which a declaration is unique: its id and its subject. */
static const char *
declaration_key(struct config_reader *reader, const struct plan_declaration *declaration)
{
	char key[3 * NAME_MAX_LEN + 8];

	if (declaration->subject[0] == '\0')
		return declaration->id;
	snprintf(key, sizeof(key), "%s of %s", declaration->id, declaration->subject);
	return plan_text(reader->plan, bytes_of_text(key));
}

void
config_read_declarations(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "declarations", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->declaration = plan_array(plan, conf_count(list), sizeof(*plan->declaration));
	reader->declaration_line = plan_array(plan, conf_count(list), sizeof(unsigned));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct plan_declaration *declaration = &plan->declaration[plan->declarations];
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_declaration_rows, &group);
		config_group_unknown(reader, entry, config_declaration_rows, NULL, NULL);
		*declaration = (struct plan_declaration){ .id = config_group_text(&group, "id"),
		    .subject = config_group_text(&group, "subject"),
		    .value = config_group_text(&group, "value"),
		    .date_ms = config_group_number(&group, "date"),
		    .author = config_group_text(&group, "author") };
		check_subject(reader, &group, declaration->subject);
		reader->declaration_line[plan->declarations] = config_group_line(&group, "value");
		names[plan->declarations++] = (struct config_name){
		    declaration_key(reader, declaration), conf_line(entry) };
	}
	config_names_unique(reader, names, plan->declarations, "declaration");
	free(names);
}

/*
 * Ministry of Finance Ordinance No. 70 of 2014, Art. 2: the first digit is 9 less the
 * remainder by 9 of the other twelve, from the right once and twice by turns.
 */
static bool
corporate_number_right(const char *number)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 13; i++)
		if (!isdigit((unsigned char)number[i]))
			return false;
	for (unsigned i = 0; i < 12; i++)
		sum += (unsigned)(number[12 - i] - '0') * (i % 2 + 1);
	return (unsigned)(number[0] - '0') == 9 - sum % 9;
}

void
config_read_carrier(struct config_reader *reader, const struct conf_node *root)
{
	struct plan *plan = reader->plan;
	struct plan_carrier *carrier;
	struct config_group group;

	/* An empty group, as "init" writes it, says nothing. */
	if (!config_section_group(reader, root, "carrier", config_carrier_rows, &group) ||
	    conf_count(group.node) == 0)
		return;
	plan->carrier = carrier = plan_array(plan, 1, sizeof(*plan->carrier));
	plan->carriers = 1;
	*carrier = (struct plan_carrier){ .name = config_group_text(&group, "name"),
	    .address = config_group_text(&group, "address"),
	    .representative = config_group_text(&group, "representative"),
	    .corporate_number = config_group_text(&group, "corporate_number"),
	    .registration = config_group_text(&group, "registration"),
	    .services = config_group_text(&group, "services"),
	    .contact = config_group_text(&group, "contact"),
	    .users_previous_fy = (uint64_t)config_group_number(&group, "users_previous_fy"),
	    .users_half_first = (uint64_t)config_group_number(&group, "users_half_first"),
	    .users_half_last = (uint64_t)config_group_number(&group, "users_half_last"),
	    .designated_27_5 = config_group_flag(&group, "designated_27_5"),
	    .designated_public = config_group_flag(&group, "designated_public"),
	    .infrastructure_ms = config_group_number(&group, "infrastructure_since") };
	carrier->name_ja = config_group_either(&group, "name_ja", carrier->name);
	if (carrier->corporate_number[0] != '\0' &&
	    !corporate_number_right(carrier->corporate_number))
		config_fault(reader, config_group_line(&group, "corporate_number"),
		    "corporate_number \"%s\" is not thirteen digits of which the first is the "
		    "check digit of the others", carrier->corporate_number);
}
