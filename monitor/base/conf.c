/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libconfig 1.5.  A settings tree is only looked at, never changed, so nodes are
 * libconfig's own under another name.
 */
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/conf.h"
#include "monitor/base/conf_scan.h"
#include "monitor/base/i18n.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
/* libconfig 1.5 loses the text it was reading when it finds a syntax error; that is not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

const char *
__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}
#endif

struct conf {
	config_t config;
};

enum err
conf_read(const char *name, struct bytes text, struct conf **out, struct why *why)
{
	struct conf *conf;
	enum err err = conf_scan(text, why);
	char *copy;

	*out = NULL;
	if (err != ERR_OK) {
		why_in(why, "%s:%llu", name, (unsigned long long)why->offset);
		return err;
	}
	conf = memory_new(1, sizeof(*conf));
	copy = memory_text(text);
	config_init(&conf->config);
	if (config_read_string(&conf->config, copy) != CONFIG_TRUE) {
		int line = config_error_line(&conf->config);

		err = why_at(why, ERR_INVALID, (uint64_t)line, "%s:%d: %s", name, line,
		    config_error_text(&conf->config));
		conf_free(conf);
		conf = NULL;
	}
	free(copy);
	*out = conf;
	return err;
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	config_destroy(&conf->config);
	free(conf);
}

static const config_setting_t *
setting_of(const struct conf_node *node)
{
	return (const config_setting_t *)node;
}

const struct conf_node *
conf_root(const struct conf *conf)
{
	return (const struct conf_node *)config_root_setting(&conf->config);
}

enum conf_kind
conf_kind(const struct conf_node *node)
{
	switch (config_setting_type(setting_of(node))) {
	case CONFIG_TYPE_GROUP:
		return CONF_GROUP;
	case CONFIG_TYPE_LIST:
	case CONFIG_TYPE_ARRAY:
		return CONF_LIST;
	case CONFIG_TYPE_STRING:
		return CONF_TEXT;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return CONF_INTEGER;
	case CONFIG_TYPE_BOOL:
		return CONF_FLAG;
	default:
		return CONF_OTHER;
	}
}

const char *
conf_name(const struct conf_node *node)
{
	const char *name = config_setting_name(setting_of(node));

	return name != NULL ? name : "";
}

unsigned
conf_line(const struct conf_node *node)
{
	return config_setting_source_line(setting_of(node));
}

size_t
conf_count(const struct conf_node *node)
{
	enum conf_kind kind = conf_kind(node);

	return kind == CONF_GROUP || kind == CONF_LIST ?
	    (size_t)config_setting_length(setting_of(node)) : 0;
}

const struct conf_node *
conf_at(const struct conf_node *node, size_t index)
{
	return (const struct conf_node *)config_setting_get_elem(setting_of(node), (unsigned)index);
}

const struct conf_node *
conf_member(const struct conf_node *node, const char *name)
{
	if (conf_kind(node) != CONF_GROUP)
		return NULL;
	return (const struct conf_node *)config_setting_get_member(setting_of(node), name);
}

const char *
conf_text(const struct conf_node *node)
{
	const char *text = config_setting_get_string(setting_of(node));

	return text != NULL ? text : "";
}

int64_t
conf_integer(const struct conf_node *node)
{
	return conf_kind(node) == CONF_INTEGER ? config_setting_get_int64(setting_of(node)) : 0;
}

bool
conf_flag(const struct conf_node *node)
{
	return conf_kind(node) == CONF_FLAG &&
	    config_setting_get_bool(setting_of(node)) == CONFIG_TRUE;
}

const char *
conf_kind_text(enum conf_kind kind)
{
	switch (kind) {
	case CONF_GROUP:   return N_("a group in { }");
	case CONF_LIST:    return N_("a list in ( )");
	case CONF_TEXT:    return N_("a text in quotes");
	case CONF_INTEGER: return N_("a whole number");
	case CONF_FLAG:    return N_("true or false");
	case CONF_OTHER:   break;
	}
	return N_("a number with a point");
}
