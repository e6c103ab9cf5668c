/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/gold_json.h"
#include "codec/json_get.h"
#include "ninjs/json_in.h"
#include <errno.h>

#define GOLD_SIZE_MAX ((size_t)1024 * 1024)

static const char *const modality_words[] = {"asserted", "planned", "proposed", "denied", NULL};

static int get_claim(struct json_get *g, const struct json_at *at, struct gold_claim *c)
{
	int rc = json_get_string(g, at, "slot", JSON_NEEDED, &c->slot);

	if (rc == 0)
		rc = json_get_string(g, at, "value", JSON_NULLABLE, &c->value);
	if (rc == 0)
		rc = json_get_string(g, at, "value_src", JSON_OPTIONAL, &c->source);
	if (rc == 0)
		rc = json_get_edtf(g, at, "begin", JSON_NULLABLE, &c->begin);
	if (rc == 0)
		rc = json_get_edtf(g, at, "end", JSON_NULLABLE, &c->end);
	if (rc == 0)
		rc = json_get_edtf(g, at, "holds_at", JSON_NULLABLE, &c->holds_at);
	if (rc == 0)
		rc = json_get_word(g, at, "modality", JSON_NEEDED, modality_words, &c->modality);
	if (rc == 0)
		rc = json_get_bool(g, at, "optional", JSON_OPTIONAL, &c->optional);
	return rc;
}

static int get_item(struct json_get *g, const struct json_at *root, struct gold_item *ret)
{
	struct json_at claims;
	int rc = json_get_string(g, root, "id", JSON_NEEDED, &ret->id);

	if (rc == 0)
		rc = json_get_array(g, root, "claims", JSON_NEEDED, &claims);
	if (rc < 0)
		return rc;
	ret->n_claims = json_array_size(claims.value);
	ret->claims = arena_array(g->arena, ret->n_claims, sizeof(*ret->claims));
	if (!ret->claims)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "out of memory");
	for (size_t i = 0; rc == 0 && i < ret->n_claims; i++) {
		struct json_at one = json_get_element(&claims, i);

		rc = get_claim(g, &one, &ret->claims[i]);
	}
	return rc;
}

int gold_json_decode(struct span raw, struct arena *arena, struct gold_item *ret, struct error *reterr)
{
	static const struct json_limits limits = {GOLD_SIZE_MAX, 8, 100 * 1000, true};
	struct json_get g = {raw, arena, reterr};
	struct gold_item item = {0};
	json_t *root;
	int rc = json_in_object(raw, &limits, &root, reterr);

	if (rc < 0)
		return rc;
	rc = get_item(&g, &(struct json_at){.value = root}, &item);
	json_decref(root);
	if (rc == 0)
		*ret = item;
	return rc;
}
