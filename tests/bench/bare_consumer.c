/* SPDX-License-Identifier: Apache-2.0 */
/* bare_consumer.c: reads a topic to its end and does nothing with it: the ceiling that ./dev bench holds the stages to.
 *
 * usage: bare_consumer BROKERS TOPIC
 * Prints one JSON object: records, bytes (keys and values), seconds from the first record to the last. The consumer
 * has the settings of the stages (read_committed, one poll a record), so the difference is what the stages do.
 */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char text[512];

	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) != RD_KAFKA_CONF_OK) {
		fprintf(stderr, "bare_consumer: %s\n", text);
		exit(3);
	}
}

static rd_kafka_t *connect_to(const char *brokers)
{
	char text[512];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	set(conf, "bootstrap.servers", brokers);
	set(conf, "group.id", "bench-bare");
	set(conf, "enable.auto.commit", "false");
	set(conf, "isolation.level", "read_committed");
	set(conf, "enable.partition.eof", "true");
	set(conf, "auto.offset.reset", "earliest");
	rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
	if (!rk) {
		fprintf(stderr, "bare_consumer: %s\n", text);
		exit(1);
	}
	rd_kafka_poll_set_consumer(rk);
	return rk;
}

/* Assigns every partition of the topic from its beginning and returns how many there are. */
static int assign(rd_kafka_t *rk, const char *topic)
{
	const struct rd_kafka_metadata *md;
	rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
	rd_kafka_resp_err_t err = rd_kafka_metadata(rk, 0, handle, &md, 10000);

	if (err || md->topic_cnt != 1 || md->topics[0].partition_cnt == 0) {
		fprintf(stderr, "bare_consumer: %s: %s\n", topic, err ? rd_kafka_err2str(err) : "no such topic");
		exit(4);
	}
	int n = md->topics[0].partition_cnt;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(n);
	for (int i = 0; i < n; i++)
		rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_assign(rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_metadata_destroy(md);
	rd_kafka_topic_destroy(handle);
	return n;
}

int main(int argc, char **argv)
{
	uint64_t records = 0, bytes = 0;
	double first = 0, last = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: bare_consumer BROKERS TOPIC\n");
		return 2;
	}
	rd_kafka_t *rk = connect_to(argv[1]);
	for (int open = assign(rk, argv[2]); open > 0;) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 10000);
		if (!m) {
			fprintf(stderr, "bare_consumer: nothing came for ten seconds\n");
			return 1;
		}
		if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
			open--;
		} else if (m->err) {
			fprintf(stderr, "bare_consumer: %s\n", rd_kafka_message_errstr(m));
			return 1;
		} else {
			last = now();
			if (records++ == 0)
				first = last;
			bytes += m->len + m->key_len;
		}
		rd_kafka_message_destroy(m);
	}
	printf("{\"records\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"seconds\": %.6f}\n", records, bytes, last - first);
	rd_kafka_consumer_close(rk);
	rd_kafka_destroy(rk);
	return 0;
}
