/* SPDX-License-Identifier: Apache-2.0 */
#include "command/topics.h"
#include <errno.h>

void topics_init(struct topics *t, const struct command *c, const struct log *log)
{
	const struct consumer_options *o = &c->values;

	*t = (struct topics){
		.options = o,
		.kafka = {.brokers = o->brokers,
			  .client_id = "scowire",
			  .topic_prefix = o->topic_prefix ? o->topic_prefix : "",
			  .properties = c->options.properties,
			  .n_properties = c->options.n_properties,
			  .log = log},
	};
	topic_names_init(&t->names, o->organisation);
}

int topics_open(const struct topics *t, enum topic which, struct tail **ret, struct error *reterr)
{
	if (t->options->transport == TRANSPORT_FILES)
		return tail_files_new(t->options->data, t->names.name[which], ret, reterr);
	return tail_kafka_new(&t->kafka, t->names.name[which], ret, reterr);
}

int topics_fail(const char *name, const struct error *err)
{
	int code = command_fail(name, err);

	return err->code == -ENOENT || err->code == -EUCLEAN || err->code == -EBADMSG ? COMMAND_CONFIG : code;
}
