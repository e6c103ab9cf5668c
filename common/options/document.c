/* SPDX-License-Identifier: Apache-2.0 */
/* What a table of options says of itself: the --help of a command and docs/CONFIGURATION.md. */
#include "options/options.h"
#include <ctype.h>
#include <stdio.h>

#define HELP_COLUMN 34

static void add_choices(const struct option_spec *s, const char *separator, struct strbuf *out)
{
	for (int i = 0; s->choices[i]; i++)
		strbuf_addf(out, "%s%s", i ? separator : "", s->choices[i]);
}

/* "--name VALUE", "--[no-]name" */
static void add_flag(const struct option_spec *s, struct strbuf *out)
{
	if (s->type == OPTION_BOOL) {
		strbuf_addf(out, "--%s%s", s->fallback && !strcmp(s->fallback, "true") ? "[no-]" : "", s->name);
		return;
	}
	strbuf_addf(out, "--%s ", s->name);
	if (s->type == OPTION_CHOICE)
		add_choices(s, "|", out);
	else
		strbuf_addstr(out, s->placeholder ? s->placeholder : s->type == OPTION_INTEGER ? "N" : "TEXT");
}

static void add_help_line(const struct option_spec *s, struct strbuf *out)
{
	size_t start = out->len;

	strbuf_addstr(out, "  ");
	add_flag(s, out);
	if (out->len - start >= HELP_COLUMN) {
		strbuf_addch(out, '\n');
		start = out->len;
	}
	while (!out->failed && out->len - start < HELP_COLUMN)
		strbuf_addch(out, ' ');
	strbuf_addstr(out, s->help);
	if (s->fallback && s->type != OPTION_BOOL)
		strbuf_addf(out, " (%s)", s->fallback);
	strbuf_addch(out, '\n');
}

void options_help(const struct option_table *table, unsigned command, struct strbuf *out)
{
	for (size_t i = 0; i < table->n_commands; i++)
		if (table->commands[i].bit == command)
			strbuf_addf(out, "usage: %s%s%s %s\n\n%s\n\noptions:\n", table->program,
				    table->commands[i].name[0] ? " " : "", table->commands[i].name,
				    table->commands[i].usage, table->commands[i].help);
	for (size_t i = 0; i < table->n_specs; i++)
		if (table->specs[i].commands & command)
			add_help_line(&table->specs[i], out);
	if (table->property_commands & command)
		strbuf_addf(out, "  %-*s%s\n", HELP_COLUMN - 2, "-X NAME=VALUE",
			    "any librdkafka property, as kcat takes it; wins over what scowire sets, where it may");
	strbuf_addf(out, "  %-*s%s\n", HELP_COLUMN - 2, "-h, --help", "this text");
	strbuf_addstr(out, "\nEvery option can also stand in the --config file (name = value) or in the environment "
			   "(SCOWIRE_NAME).\nexit codes: 0 done, 1 failure while running, 2 usage, 3 configuration, "
			   "4 broker unreachable\n");
}

static void add_takes(const struct option_spec *s, struct strbuf *out)
{
	switch (s->type) {
	case OPTION_INTEGER:
		strbuf_addf(out, "integer, %lld to %lld", (long long)s->min, (long long)s->max);
		break;
	case OPTION_BOOL:
		strbuf_addstr(out, "true or false");
		break;
	case OPTION_CHOICE:
		add_choices(s, ", ", out);
		break;
	case OPTION_STRING:
		strbuf_addstr(out, s->placeholder ? s->placeholder : "text");
		break;
	}
}

/* Text in a table cell: a bar would end the cell. */
static void add_cell(const char *text, struct strbuf *out)
{
	for (const char *p = text; *p; p++) {
		if (*p == '|')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *p);
	}
}

void options_markdown(const struct option_table *table, struct strbuf *out)
{
	strbuf_addf(out, "## %s\n\n| name | takes | default | commands | what it does |\n|---|---|---|---|---|\n",
		    table->program);
	for (size_t i = 0; i < table->n_specs; i++) {
		const struct option_spec *s = &table->specs[i];
		struct strbuf takes = STRBUF_INIT;
		const char *separator = "";

		add_takes(s, &takes);
		strbuf_addf(out, "| `%s` | ", s->name);
		add_cell(takes.buf, out);
		strbuf_addf(out, " | %s%s%s | ", s->fallback ? "`" : "", s->fallback ? s->fallback : "",
			    s->fallback ? "`" : "");
		for (size_t c = 0; c < table->n_commands; c++)
			if (s->commands & table->commands[c].bit) {
				strbuf_addf(out, "%s%s", separator, table->commands[c].name);
				separator = ", ";
			}
		strbuf_addstr(out, " | ");
		add_cell(s->help, out);
		strbuf_addstr(out, " |\n");
		strbuf_done(&takes);
	}
	strbuf_addch(out, '\n');
}
