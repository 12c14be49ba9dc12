/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audit logs and the file of countries: the first octet says which.  What is read is summed up within
 * its bounds, sessions are told apart, and what is refused says why.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "probes/audit_tally.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_tally(const struct audit_tally *tally)
{
	size_t regions = 0;

	must(tally->sessions <= AUDIT_SESSIONS_MAX && tally->acts <= AUDIT_NAMES_MAX);
	must(tally->sessions + tally->staff <= tally->entries);
	must(tally->acts <= tally->acts_outside && tally->notices <= tally->staff);
	for (size_t i = 0; i < tally->region_groups; i++)
		regions += tally->region[i].count;
	must(regions + tally->acts_unplaced <= tally->entries);
	for (size_t i = 0; i < tally->sessions && i < 64; i++) {
		const struct audit_session *one = &tally->session[i];

		must(strlen(one->country) == 0 || strlen(one->country) == 2);
		for (size_t j = 0; j < i; j++)
			must(strcmp(one->actor, tally->session[j].actor) != 0 ||
			    strcmp(one->address, tally->session[j].address) != 0);
		for (const char *at = one->actor; *at != '\0'; at++)
			must((uint8_t)*at >= ' ');
	}
}

static void
places(struct bytes octets)
{
	struct audit_places *made = NULL;
	struct why why = { .err = ERR_OK };
	char country[3] = "";

	if (audit_places_read(octets, &made, &why) != ERR_OK) {
		must(why.text[0] != '\0' && made == NULL);
		return;
	}
	if (audit_places_find(made, bytes_of_text("192.0.2.1"), country))
		must(strlen(country) == 2);
	if (audit_places_find(made, bytes_of_text("2001:db8::1"), country))
		must(strlen(country) == 2);
	audit_places_free(made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const forms[] = { "cloudtrail", "azure", "google" };
	struct why why = { .err = ERR_OK };
	struct audit_tally *tally;
	struct audit_places *known = NULL;
	size_t unread = 0;

	json_object_seed(1);
	if (len == 0)
		return 0;
	if (data[0] % 4 == 3) {
		places(bytes_of(data + 1, len - 1));
		return 0;
	}
	must(audit_places_read(bytes_of_text("192.0.2.0/24,JP\n0.0.0.0/0,US\n"), &known, &why) ==
	    ERR_OK);
	tally = memory_new(1, sizeof(*tally));
	tally->provider = audit_provider(forms[data[0] % 4]);
	tally->places = known;
	tally->regions = bytes_of_text("aws/ap-northeast-1");
	tally->jurisdictions = bytes_of_text("JP");
	tally->until_ms = INT64_MAX;
	if (audit_read(forms[data[0] % 4], bytes_of(data + 1, len - 1), audit_tally_take, tally,
	    &unread, &why) != ERR_OK)
		must(why.text[0] != '\0');
	check_tally(tally);
	audit_tally_free(tally);
	audit_places_free(known);
	free(tally);
	return 0;
}
