/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "kafka/topics.h"
#include "stream/metrics.h"
#include <stdio.h>

static void configuration(struct strbuf *out)
{
	options_markdown(&consumer_option_table, out);
}

static void version(struct strbuf *out)
{
	strbuf_addf(out, "scowire-consumer %s\ntransports: files, kafka with ", SCOWIRE_VERSION);
	kafka_features(out);
	strbuf_addch(out, '\n');
}

/* Tables as pages: the consumer's parts of docs/. */
static const struct {
	const char *name;
	void (*print)(struct strbuf *out);
} pages[] = {
	{"--version", version},
	{"--configuration", configuration},
	{"--metrics", metrics_markdown},
	{"--topics", topics_markdown},
};

static int print_page(void (*print)(struct strbuf *out))
{
	struct strbuf out = STRBUF_INIT;
	int r;

	print(&out);
	r = out.failed || fputs(out.buf, stdout) < 0 ? COMMAND_FAILED : COMMAND_DONE;
	strbuf_done(&out);
	return r;
}

int command_page(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (!strcmp(pages[i].name, name))
			return print_page(pages[i].print);
	return -1;
}
