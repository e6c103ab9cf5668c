/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/group.h"
#include "kafka/client.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ASK_MS 10000

/* A client that has the group's name and never joins it. */
static rd_kafka_t *client(const struct kafka_settings *s, const char *group, struct kafka_owner *owner,
			  struct error *reterr)
{
	static const char *const reserved[] = {"group.id", "enable.auto.commit", NULL};
	rd_kafka_conf_t *conf CLEANUP(kafka_conf_destroyp) = NULL;

	if (kafka_conf_new(s, owner, reserved, &conf, reterr) < 0 ||
	    kafka_conf_set(conf, "group.id", group, reterr) < 0 ||
	    kafka_conf_set(conf, "enable.auto.commit", "false", reterr) < 0)
		return NULL;
	return kafka_client_new(RD_KAFKA_CONSUMER, TAKE_PTR(conf), reterr);
}

static int unreachable(const struct kafka_settings *s, const char *group, rd_kafka_resp_err_t code,
		       struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "group %s on %s: %s", group, s->brokers,
			 rd_kafka_err2str(code));
}

int kafka_group_members(const struct kafka_settings *s, const char *group, int *ret, struct error *reterr)
{
	struct kafka_owner owner = {s->log};
	const struct rd_kafka_group_list *list = NULL;
	rd_kafka_t *rk = client(s, group, &owner, reterr);

	if (!rk)
		return -EINVAL;
	rd_kafka_resp_err_t code = rd_kafka_list_groups(rk, group, &list, ASK_MS);
	if (!code) {
		*ret = 0;
		for (int i = 0; i < list->group_cnt; i++)
			*ret += list->groups[i].member_cnt;
		rd_kafka_group_list_destroy(list);
	}
	rd_kafka_destroy(rk);
	return code ? unreachable(s, group, code, reterr) : 0;
}

int kafka_group_committed(const struct kafka_settings *s, const char *group, const char *topic, size_t n, int64_t *ret,
			  struct error *reterr)
{
	struct kafka_owner owner = {s->log};
	rd_kafka_topic_partition_list_t *list CLEANUP(kafka_list_destroyp) = rd_kafka_topic_partition_list_new((int)n);
	rd_kafka_t *rk = client(s, group, &owner, reterr);
	char *full = NULL;

	if (!rk)
		return -EINVAL;
	if (asprintf(&full, "%s%s", s->topic_prefix, topic) < 0) {
		rd_kafka_destroy(rk);
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < n; i++)
		rd_kafka_topic_partition_list_add(list, full, (int32_t)i);
	rd_kafka_resp_err_t code = rd_kafka_committed(rk, list, ASK_MS);
	for (size_t i = 0; !code && i < n; i++)
		ret[i] = list->elems[i].offset >= 0 ? list->elems[i].offset : -1;
	free(full);
	rd_kafka_destroy(rk);
	return code ? unreachable(s, group, code, reterr) : 0;
}
