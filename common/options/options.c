/* SPDX-License-Identifier: Apache-2.0 */
#include "options/options.h"
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define PROPERTY_PREFIX "kafka."
#define VARIABLE_PREFIX "SCOWIRE_"
enum { FLAG_SET = 1000, FLAG_UNSET = 5000 }; /* plus the row, as getopt's value */

static const struct option_spec *spec_find(const struct option_table *t, const char *name)
{
	for (size_t i = 0; i < t->n_specs; i++)
		if (!strcmp(t->specs[i].name, name))
			return &t->specs[i];
	return NULL;
}

static int set_integer(const struct option_spec *s, const char *value, int64_t *field, const char *origin,
		       struct error *reterr)
{
	char *end;

	errno = 0;
	long long v = strtoll(value, &end, 10);
	if (errno || end == value || *end || v < s->min || v > s->max)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "%s: %s takes an integer from %lld to %lld, not '%s'", origin, s->name,
				 (long long)s->min, (long long)s->max, value);
	*field = v;
	return 0;
}

static int set_choice(const struct option_spec *s, const char *value, int *field, const char *origin,
		      struct error *reterr)
{
	char list[200] = "";
	size_t n = 0;

	for (int i = 0; s->choices[i]; i++) {
		if (!strcmp(s->choices[i], value)) {
			*field = i;
			return 0;
		}
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "", s->choices[i]);
	}
	return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "%s: %s takes one of %s, not '%s'", origin, s->name, list,
			 value);
}

static int set_property(struct options *o, const char *name, const char *value, const char *origin,
			struct error *reterr)
{
	if (!*name)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "%s: a librdkafka property has a name", origin);
	if (arena_grow(&o->arena, &o->properties, o->n_properties, &o->cap_properties, sizeof(*o->properties)) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	o->properties[o->n_properties++] = (struct option_property){name, value};
	return 0;
}

int options_set(struct options *o, const char *name, const char *value, const char *origin, struct error *reterr)
{
	size_t prefix = strlen(PROPERTY_PREFIX);

	if (!strncmp(name, PROPERTY_PREFIX, prefix))
		return set_property(o, name + prefix, value, origin, reterr);

	const struct option_spec *s = spec_find(o->table, name);
	if (!s)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOENT, "%s: %s has no option '%s'", origin,
				 o->table->program, name);
	void *field = (char *)o->values + s->offset;
	switch (s->type) {
	case OPTION_STRING:
		*(const char **)field = value;
		return 0;
	case OPTION_INTEGER:
		return set_integer(s, value, field, origin, reterr);
	case OPTION_CHOICE:
		return set_choice(s, value, field, origin, reterr);
	case OPTION_BOOL:
		if (strcmp(value, "true") && strcmp(value, "false"))
			return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "%s: %s takes true or false, not '%s'",
					 origin, s->name, value);
		*(bool *)field = !strcmp(value, "true");
		return 0;
	}
	return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "%s: option of unknown type", s->name);
}

int options_init(struct options *o, const struct option_table *table, void *values, struct error *reterr)
{
	*o = (struct options){.table = table, .values = values};
	arena_init(&o->arena, 0);
	for (size_t i = 0; i < table->n_specs; i++) {
		const struct option_spec *s = &table->specs[i];
		const char *fallback = s->fallback ? s->fallback : s->type == OPTION_BOOL ? "false" : NULL;
		int r;

		if (!fallback) {
			*(const char **)((char *)values + s->offset) = NULL;
			continue;
		}
		r = options_set(o, s->name, fallback, "default", reterr);
		if (r < 0)
			return r;
	}
	return 0;
}

void options_done(struct options *o)
{
	if (!o)
		return;
	arena_done(&o->arena);
	o->properties = NULL;
	o->n_properties = o->cap_properties = 0;
}

/* One line of a file: "name = value", white space around either ignored. */
static int set_line(struct options *o, struct span line, const char *origin, struct error *reterr)
{
	size_t eq = span_find(line, SPAN_LIT("="), 0);

	if (eq == SIZE_MAX)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "%s: not of the form name = value", origin);
	struct span name = arena_copy(&o->arena, span_trim(span_sub(line, 0, eq)));
	struct span value = arena_copy(&o->arena, span_trim(span_sub(line, eq + 1, line.n)));
	if (!name.p || !value.p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return options_set(o, name.p, value.p, origin, reterr);
}

static int load_file(struct options *o, const char *path, struct error *reterr)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;
	int number = 0, r = 0;
	ssize_t n;

	if (!f)
		return error_set(reterr, ERROR_ACTION_STOP, -errno, "%s: %s", path, strerror(errno));
	while (r == 0 && (n = getline(&text, &cap, f)) >= 0) {
		struct span line = span_trim(span_of(text, (size_t)n));
		struct span origin = arena_printf(&o->arena, "%s:%d", path, ++number);

		if (line.n == 0 || line.p[0] == '#')
			continue;
		r = origin.p ? set_line(o, line, origin.p, reterr) : -ENOMEM;
	}
	if (r == 0 && ferror(f))
		r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: cannot be read", path);
	free(text);
	fclose(f);
	return r;
}

/* "SCOWIRE_KAFKA_SASL_PASSWORD" to "kafka.sasl.password", "SCOWIRE_HTTP" to "http"; p == NULL when out of memory. */
static struct span variable_option(struct options *o, struct span variable)
{
	struct span name = arena_copy(&o->arena, span_sub(variable, strlen(VARIABLE_PREFIX), variable.n));
	bool property = span_starts(name, SPAN_LIT("KAFKA_"));

	for (size_t i = 0; name.p && i < name.n; i++) {
		char *c = (char *)&name.p[i];
		*c = *c == '_' ? (property ? '.' : '-') : (char)tolower((unsigned char)*c);
	}
	return name;
}

static int load_environment(struct options *o, char **environment, struct error *reterr)
{
	for (char **e = environment; e && *e; e++) {
		struct span variable = span_str(*e);
		size_t eq = span_find(variable, SPAN_LIT("="), 0);

		if (!span_starts(variable, SPAN_LIT(VARIABLE_PREFIX)) || eq == SIZE_MAX)
			continue;
		struct span origin = arena_copy(&o->arena, span_sub(variable, 0, eq));
		struct span name = variable_option(o, span_sub(variable, 0, eq));
		if (!origin.p || !name.p)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
		if (!span_starts(name, SPAN_LIT(PROPERTY_PREFIX)) && !spec_find(o->table, name.p))
			continue;
		int r = options_set(o, name.p, *e + eq + 1, origin.p, reterr);
		if (r < 0)
			return r;
	}
	return 0;
}

/* getopt's table for one command: --name and, for a bool, --no-name. NULL when out of memory. */
static struct option *flags_new(struct options *o, unsigned command)
{
	const struct option_table *t = o->table;
	struct option *flags = arena_array(&o->arena, 2 * t->n_specs + 2, sizeof(*flags));
	size_t n = 0;

	if (!flags)
		return NULL;
	for (size_t i = 0; i < t->n_specs; i++) {
		const struct option_spec *s = &t->specs[i];
		bool is_bool = s->type == OPTION_BOOL;

		if (!(s->commands & command))
			continue;
		flags[n++] =
			(struct option){s->name, is_bool ? no_argument : required_argument, NULL, FLAG_SET + (int)i};
		if (!is_bool)
			continue;
		struct span negation = arena_printf(&o->arena, "no-%s", s->name);
		if (!negation.p)
			return NULL;
		flags[n++] = (struct option){negation.p, no_argument, NULL, FLAG_UNSET + (int)i};
	}
	flags[n++] = (struct option){"help", no_argument, NULL, 'h'};
	return flags;
}

static int set_flag_property(struct options *o, char *pair, struct error *reterr)
{
	char *eq = strchr(pair, '=');

	if (!eq)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "-X takes name=value, not '%s'", pair);
	struct span name = arena_copy(&o->arena, span_of(pair, (size_t)(eq - pair)));
	if (!name.p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return set_property(o, name.p, eq + 1, "-X", reterr);
}

static int set_flag(struct options *o, int value, struct error *reterr)
{
	const struct option_spec *s = &o->table->specs[value >= FLAG_UNSET ? value - FLAG_UNSET : value - FLAG_SET];
	const char *text = s->type != OPTION_BOOL ? optarg : value >= FLAG_UNSET ? "false" : "true";
	struct span origin = arena_printf(&o->arena, "--%s", s->name);

	if (!origin.p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return options_set(o, s->name, text, origin.p, reterr);
}

/* "" for a program that has but one command, which then has no name. */
static const char *command_name(const struct option_table *t, unsigned command)
{
	for (size_t i = 0; i < t->n_commands; i++)
		if (t->commands[i].bit == command)
			return t->commands[i].name;
	return "?";
}

/* Reads the flags. With config_only just looks for --config and --help, so that the file can be read before. */
static int load_flags(struct options *o, unsigned command, int argc, char **argv, const char **config_only,
		      struct error *reterr)
{
	const struct option *flags = flags_new(o, command);
	const char *letters = o->table->property_commands & command ? ":hX:" : ":h";
	int c, r = 0;

	if (!flags)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	optind = 0; /* glibc: start anew */
	opterr = 0;
	while (r == 0 && (c = getopt_long(argc, argv, letters, flags, NULL)) != -1) {
		bool is_config =
			c >= FLAG_SET && c < FLAG_UNSET && !strcmp(o->table->specs[c - FLAG_SET].name, "config");

		if (c == 'h')
			o->help = true;
		else if (c == '?' || c == ':')
			r = error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "%s %s: see '%s%s%s --help'",
				      argv[optind - 1],
				      c == ':' ? "takes a value" : "is no option (or a cut one that could be several)",
				      o->table->program, command_name(o->table, command)[0] ? " " : "",
				      command_name(o->table, command));
		else if (config_only && is_config)
			*config_only = optarg;
		else if (!config_only)
			r = c == 'X' ? set_flag_property(o, optarg, reterr) : set_flag(o, c, reterr);
	}
	return r;
}

int options_load(struct options *o, unsigned command, int argc, char **argv, char **environment, char ***ret_arguments,
		 int *ret_n, struct error *reterr)
{
	const char *config = getenv(VARIABLE_PREFIX "CONFIG");
	int r = load_flags(o, command, argc, argv, &config, reterr);

	if (r < 0 || o->help)
		return r;
	if (config) {
		r = load_file(o, config, reterr);
		if (r < 0)
			return r == -EINVAL || r == -ENOENT ? -EBADMSG : r;
	}
	r = load_environment(o, environment, reterr);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	r = load_flags(o, command, argc, argv, NULL, reterr);
	if (r < 0)
		return r;
	*ret_arguments = argv + optind;
	*ret_n = argc - optind;
	return 0;
}
