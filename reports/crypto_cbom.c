/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inventory as CycloneDX 1.6 CBOM: one protocol asset for each interface, one algorithm asset
 * for each row of the table that is used or accepted, one certificate and one public key for each
 * chain seen, with references among them; and the instances they belong to.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/base/version.h"
#include "monitor/ledger/facts.h"
#include "reports/crypto.h"

enum { ROWS_OF_A_NAME = 16, REF_MAX = 256 };

struct writing {
	const struct crypto_inventory *inventory;
	const struct state            *state;
	json_t *components, *dependencies;
};

static json_t *
text_json(struct bytes text)
{
	json_t *json = json_stringn((const char *)text.at, text.len);

	return json != NULL ? json : json_string("");
}

static void
algorithm_ref(size_t row, char out[REF_MAX])
{
	const struct crypto_algorithm *algorithm;

	crypto_algorithms(&algorithm);
	snprintf(out, REF_MAX, "crypto/algorithm/%s", algorithm[row].name);
	for (char *at = out; *at != '\0'; at++)
		if (*at == ' ' || *at == '#')
			*at = '-';
}

static void
property_put(json_t *properties, const char *name, const char *value)
{
	json_array_append_new(properties, json_pack("{s:s,s:s}", "name", name, "value", value));
}

static const char *
standing_word(enum crypto_standing standing)
{
	static const char *const word[] = { "listed", "candidate", "monitored", "not listed" };

	return word[standing];
}

static void
algorithms_put(struct writing *w)
{
	const struct crypto_algorithm *algorithm;
	size_t count = crypto_algorithms(&algorithm);

	for (size_t i = 0; i < count; i++) {
		json_t *properties, *of;
		char ref[REF_MAX];

		if (w->inventory->used[i] + w->inventory->offered[i] == 0)
			continue;
		algorithm_ref(i, ref);
		of = json_pack("{s:s}", "primitive", algorithm[i].primitive);
		if (algorithm[i].classical > 0)
			json_object_set_new(of, "classicalSecurityLevel",
			    json_integer((json_int_t)algorithm[i].classical));
		json_object_set_new(of, "nistQuantumSecurityLevel",
		    json_integer((json_int_t)algorithm[i].level));
		properties = json_array();
		property_put(properties, "sekimori:cryptrec",
		    standing_word(algorithm[i].standing));
		json_array_append_new(w->components, json_pack("{s:s,s:s,s:s,s:{s:s,s:o},s:o}",
		    "type", "cryptographic-asset", "name", algorithm[i].name, "bom-ref", ref,
		    "cryptoProperties", "assetType", "algorithm", "algorithmProperties", of,
		    "properties", properties));
	}
}

/* References to the algorithms of a list of names, each once. */
static void
names_refs(json_t *refs, struct bytes names)
{
	size_t row[ROWS_OF_A_NAME], rows = crypto_classify(names, row, ROWS_OF_A_NAME);

	for (size_t i = 0; i < rows; i++) {
		char ref[REF_MAX];
		bool there = false;
		size_t at;
		json_t *one;

		algorithm_ref(row[i], ref);
		json_array_foreach(refs, at, one)
			there |= strcmp(json_string_value(one), ref) == 0;
		if (!there)
			json_array_append_new(refs, json_string(ref));
	}
}

/* The names of a buffer, which are apart by ", ". */
static void
list_refs(json_t *refs, const struct buffer *list)
{
	struct bytes rest = bytes_of_buffer(list);

	while (rest.len > 0) {
		const uint8_t *comma = memchr(rest.at, ',', rest.len);
		size_t len = comma != NULL ? (size_t)(comma - rest.at) : rest.len;

		names_refs(refs, bytes_slice(rest, 0, len));
		rest = bytes_slice(rest, len + 1, rest.len);
	}
}

static void
interface_name(const struct writing *w, const struct crypto_interface *interface,
    char out[REF_MAX])
{
	const struct target_state *target = &w->state->target[interface->place];

	if (target->replicas > 1)
		snprintf(out, REF_MAX, "%s#%u", target->plan->name, interface->replica + 1);
	else
		snprintf(out, REF_MAX, "%s", target->plan->name);
}

static void
basis_put(json_t *properties, const char *name, const struct buffer text[CRYPTO_ROLES])
{
	static const char *const role[] = { "version", "suite", "key-exchange", "authentication",
		"encryption", "integrity", "key" };

	for (size_t i = 0; i < CRYPTO_ROLES; i++) {
		char property[64];

		if (text[i].len == 0)
			continue;
		snprintf(property, sizeof(property), "sekimori:%s:%s", name, role[i]);
		json_array_append_new(properties, json_pack("{s:s,s:o}", "name", property, "value",
		    text_json(bytes_of_buffer(&text[i]))));
	}
}

/* Which facts tell of a certificate. */
struct certificate_facts { enum fact chain, spki, expiry, not_before, subject, issuer, key; };
static const struct certificate_facts tls_certificate = { FACT_TLS_CHAIN, FACT_TLS_SPKI,
    FACT_TLS_EXPIRY, FACT_TLS_NOT_BEFORE, FACT_TLS_SUBJECT, FACT_TLS_ISSUER, FACT_TLS_KEY };
static const struct certificate_facts ike_certificate = { FACT_IKE_AUTH_CHAIN, FACT_IKE_AUTH_SPKI,
    FACT_IKE_AUTH_EXPIRY, FACT_IKE_AUTH_NOT_BEFORE, FACT_IKE_AUTH_SUBJECT, FACT_IKE_AUTH_ISSUER,
    FACT_IKE_AUTH_KEY };

/* The certificate and key an interface showed; their references go into refs. */
static void
certificate_put(struct writing *w, const struct crypto_interface *interface,
    const struct certificate_facts *of, json_t *refs)
{
	const struct replica_state *replica =
	    &w->state->target[interface->place].replica[interface->replica];
	struct bytes facts = bytes_of_buffer(&replica->facts), subject = { 0 }, issuer = { 0 };
	struct bytes key = { 0 };
	struct hash chain, spki;
	char hex[2 * sizeof(chain.at) + 1], ref[REF_MAX], key_ref[REF_MAX], when[TIME_TEXT];
	int64_t before, after;
	json_t *certificate, *material;

	if (!fact_hash(facts, of->chain, &chain) || !fact_hash(facts, of->spki, &spki) ||
	    !fact_int(facts, of->expiry, &after) || !fact_int(facts, of->not_before, &before))
		return;
	fact_text(facts, of->subject, &subject);
	fact_text(facts, of->issuer, &issuer);
	fact_text(facts, of->key, &key);
	hex_of(bytes_of(chain.at, sizeof(chain.at)), hex);
	snprintf(ref, sizeof(ref), "crypto/certificate/%s/%u/%s",
	    w->state->target[interface->place].plan->name, interface->replica, hex);
	hex_of(bytes_of(spki.at, sizeof(spki.at)), hex);
	snprintf(key_ref, sizeof(key_ref), "crypto/key/%s/%u/%s",
	    w->state->target[interface->place].plan->name, interface->replica, hex);
	certificate = json_pack("{s:o,s:o,s:s,s:s}", "subjectName", text_json(subject),
	    "issuerName", text_json(issuer), "subjectPublicKeyRef", key_ref,
	    "certificateFormat", "X.509");
	time_utc(before, when);
	json_object_set_new(certificate, "notValidBefore", json_string(when));
	time_utc(after, when);
	json_object_set_new(certificate, "notValidAfter", json_string(when));
	json_array_append_new(w->components, json_pack("{s:s,s:o,s:s,s:{s:s,s:o}}", "type",
	    "cryptographic-asset", "name", text_json(subject), "bom-ref", ref, "cryptoProperties",
	    "assetType", "certificate", "certificateProperties", certificate));
	material = json_pack("{s:s,s:s}", "type", "public-key", "id", hex);
	json_array_append_new(w->components, json_pack("{s:s,s:o,s:s,s:{s:s,s:o}}", "type",
	    "cryptographic-asset", "name", text_json(key), "bom-ref", key_ref, "cryptoProperties",
	    "assetType", "related-crypto-material", "relatedCryptoMaterialProperties", material));
	json_array_append_new(refs, json_string(ref));
	json_array_append_new(refs, json_string(key_ref));
}

static json_t *
suites_json(const struct crypto_interface *interface)
{
	json_t *suites = json_array();
	struct bytes rest = bytes_of_buffer(&interface->text[CRYPTO_SUITE]);

	while (rest.len > 0) {
		const uint8_t *comma = memchr(rest.at, ',', rest.len);
		size_t len = comma != NULL ? (size_t)(comma - rest.at) : rest.len;
		json_t *refs = json_array();

		names_refs(refs, bytes_slice(rest, 0, len));
		json_array_append_new(suites, json_pack("{s:o,s:o}", "name",
		    text_json(bytes_slice(rest, 0, len)), "algorithms", refs));
		rest = bytes_slice(rest, len + 2, rest.len);
	}
	return suites;
}

static void
interface_put(struct writing *w, const struct crypto_interface *interface)
{
	char name[REF_MAX], ref[2 * REF_MAX], title[2 * REF_MAX];
	json_t *refs = json_array(), *properties = json_array(), *of;
	const char *title_of = crypto_protocol_title(interface->protocol);

	interface_name(w, interface, name);
	snprintf(ref, sizeof(ref), "crypto/protocol/%s/%s", title_of, name);
	snprintf(title, sizeof(title), "%s %s", title_of, name);
	for (size_t role = CRYPTO_SUITE; role < CRYPTO_ROLES; role++) {
		list_refs(refs, &interface->text[role]);
		list_refs(refs, &interface->offered[role]);
	}
	if (interface->protocol == CRYPTO_TLS)
		certificate_put(w, interface, &tls_certificate, refs);
	if (interface->protocol == CRYPTO_IKE)
		certificate_put(w, interface, &ike_certificate, refs);
	of = json_pack("{s:s}", "type", crypto_protocol_type(interface->protocol));
	if (interface->text[CRYPTO_VERSION].len > 0)
		json_object_set_new(of, "version",
		    text_json(bytes_of_buffer(&interface->text[CRYPTO_VERSION])));
	if (interface->text[CRYPTO_SUITE].len > 0)
		json_object_set_new(of, "cipherSuites", suites_json(interface));
	if (json_array_size(refs) > 0)
		json_object_set(of, "cryptoRefArray", refs);
	basis_put(properties, "used", interface->text);
	basis_put(properties, "accepted", interface->offered);
	json_array_append_new(w->components, json_pack("{s:s,s:s,s:s,s:{s:s,s:o},s:o}", "type",
	    "cryptographic-asset", "name", title, "bom-ref", ref, "cryptoProperties", "assetType",
	    "protocol", "protocolProperties", of, "properties", properties));
	json_array_append_new(w->dependencies, json_pack("{s:s,s:o}", "ref", ref, "dependsOn",
	    refs));
}

/* The network functions, each providing its interfaces. */
static void
instances_put(struct writing *w)
{
	const struct plan *plan = w->state->plan;

	for (uint32_t i = 0; i < plan->instances; i++) {
		json_t *on = json_array();
		char ref[REF_MAX];

		for (uint32_t k = 0; k < w->inventory->interfaces; k++) {
			const struct crypto_interface *interface = &w->inventory->interface[k];
			char name[REF_MAX], of[2 * REF_MAX];

			if (w->state->target[interface->place].plan->instance != i)
				continue;
			interface_name(w, interface, name);
			snprintf(of, sizeof(of), "crypto/protocol/%s/%s",
			    crypto_protocol_title(interface->protocol), name);
			json_array_append_new(on, json_string(of));
		}
		if (json_array_size(on) == 0) {
			json_decref(on);
			continue;
		}
		snprintf(ref, sizeof(ref), "instance/%s", plan->instance[i].name);
		json_array_append_new(w->components, json_pack("{s:s,s:s,s:s}", "type",
		    "application", "name", plan->instance[i].name, "bom-ref", ref));
		json_array_append_new(w->dependencies, json_pack("{s:s,s:o}", "ref", ref,
		    "dependsOn", on));
	}
}

/* A UUID of version 8 (RFC 9562): the ledger's root says which. */
static void
serial_number(struct hash seed, char out[64])
{
	char hex[2 * sizeof(seed.at) + 1];

	seed.at[6] = (uint8_t)((seed.at[6] & 0x0f) | 0x80);
	seed.at[8] = (uint8_t)((seed.at[8] & 0x3f) | 0x80);
	hex_of(bytes_of(seed.at, sizeof(seed.at)), hex);
	snprintf(out, 64, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
	    hex + 20);
}

json_t *
crypto_cbom(const struct crypto_inventory *inventory, const struct state *state, int64_t at_ms,
    const char *origin, struct hash seed)
{
	struct writing w = { .inventory = inventory, .state = state, .components = json_array(),
	    .dependencies = json_array() };
	char serial[64], when[TIME_TEXT];

	serial_number(seed, serial);
	time_utc(at_ms, when);
	instances_put(&w);
	for (uint32_t i = 0; i < inventory->interfaces; i++)
		interface_put(&w, &inventory->interface[i]);
	algorithms_put(&w);
	return json_pack("{s:s,s:s,s:s,s:i,s:{s:s,s:{s:[{s:s,s:s,s:s}]},s:{s:s,s:s}},s:o,s:o}",
	    "bomFormat", "CycloneDX", "specVersion", "1.6", "serialNumber", serial, "version", 1,
	    "metadata", "timestamp", when, "tools", "components", "type", "application", "name",
	    "sekimori", "version", SEKIMORI_VERSION, "component", "type", "application", "name",
	    origin, "components", w.components, "dependencies", w.dependencies);
}
