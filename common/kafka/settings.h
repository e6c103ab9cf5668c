/* SPDX-License-Identifier: Apache-2.0 */
/* settings.h: what every Kafka client of a process is given. No rdkafka.h here, so that any room may fill it. */
#ifndef SCOWIRE_KAFKA_SETTINGS_H
#define SCOWIRE_KAFKA_SETTINGS_H

#include "base/strbuf.h"
#include "log/log.h"
#include "options/options.h"

struct kafka_settings {
	const char *brokers;			  /* bootstrap list */
	const char *client_id;			  /* short: librdkafka 2.0.2 may crash on a long one (#4689) */
	const char *topic_prefix;		  /* put before the name of every topic on the broker; "" for none */
	const struct option_property *properties; /* -X */
	size_t n_properties;
	const struct log *log; /* of librdkafka's own messages */
	/* Asked while a call waits for a broker: true gives up. NULL: waits as long as it takes. */
	bool (*stopped)(void *ctx);
	void *stopped_ctx;
};

static inline bool kafka_stopped(const struct kafka_settings *s)
{
	return s->stopped && s->stopped(s->stopped_ctx);
}

/* "librdkafka 2.0.2 (gzip, snappy, ssl, ...)", appended. */
void kafka_features(struct strbuf *out);

#endif
