/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/item.h"
#include "core/claim/meter.h"
#include "core/pack/pack.h"
#include "core/text/dateline.h"
#include "ninjs/ninjs.h"
#include <errno.h>

static void read_head(const struct ninjs_item *n, const struct pack *pack, struct claims_record *r)
{
	static const uint8_t status[] = {[NINJS_USABLE] = PUBSTATUS_USABLE,
					 [NINJS_WITHHELD] = PUBSTATUS_WITHHELD,
					 [NINJS_CANCELED] = PUBSTATUS_CANCELED};

	r->uri = n->uri;
	r->version = n->version;
	r->versioncreated = n->versioncreated;
	r->published = n->published;
	r->status = (enum pubstatus)status[n->status];
	r->source = n->source;
	r->pack = pack_name(pack);
}

/* Who is credited, and what copies of the text have in common; of an item that says nothing of the organisation only
 * what is cheap, since nobody weighs it. */
static int read_origin(const struct ninjs_item *n, const struct dateline *line, const struct pack *pack, bool weighed,
		       struct arena *arena, struct claims_record *r)
{
	const struct agency_table agencies = pack_agencies(pack);

	if (!weighed) {
		r->cited = line->agency;
		r->fingerprint = digest_of(n->body.n ? n->body : n->headline);
		return 0;
	}
	(void)origin_cited(n->headline, n->body, line, &agencies, &r->cited);
	return origin_fingerprint(n->headline, n->body, line, &agencies, arena, &r->fingerprint);
}

/* Claims count in the plain text; where that came out of mark-up, their quotes are moved to the text as published. */
static int quote_as_published(const struct ninjs_item *n, struct claim_list *claims, struct arena *arena,
			      struct error *reterr)
{
	for (size_t i = 0; (n->headline_markup || n->body_markup) && i < claims->n; i++) {
		struct claim *c = &claims->v[i];
		struct evidence *e = arena_array(arena, c->n_evidence, sizeof(*e));
		if (!e)
			return error_set(reterr, ERROR_ACTION_SKIP, -ENOMEM, "needs more memory than one item may");
		for (size_t k = 0; k < c->n_evidence; k++) {
			e[k] = c->evidence[k];
			e[k].exact = ninjs_quote(n, e[k].field == CLAIM_HEADLINE, &e[k].start, &e[k].end);
		}
		c->evidence = e;
	}
	return 0;
}

int item_read(struct extractor *x, const struct pack *pack, struct span raw, bool gate, struct arena *arena,
	      struct item_read *ret, struct extract_trace *trace, struct error *reterr)
{
	struct meter *meter = extractor_meter(x);
	meter_to(meter, METER_GATE);
	struct item_read out = {.gate = !gate || extractor_gate(x, raw)};
	struct ninjs_item n;
	struct dateline line = {0};
	struct claim_list claims = {0};
	meter_to(meter, METER_PARSE);
	int rc = ninjs_parse(raw, arena, &n, reterr);

	meter_to(meter, METER_ORIGIN);
	if (rc < 0)
		return rc;
	read_head(&n, pack, &out.record);
	out.correction = n.status != NINJS_USABLE || (n.version.n && !span_eq_str(n.version, "1"));
	struct document doc = {.headline = n.headline, .body = n.body, .published = n.published};
	doc.language = language_from_tag(n.language);
	if (doc.language == LANGUAGE_UNKNOWN)
		doc.language = language_detect(n.body.n ? n.body : n.headline);
	out.record.language = span_str(language_tag(doc.language));
	if (dateline_read(n.body, n.published, &line)) {
		doc.dateline = line.date;
		doc.dateline_place = line.place;
	}
	if (read_origin(&n, &line, pack, out.gate || out.correction, arena, &out.record) < 0)
		return error_set(reterr, ERROR_ACTION_SKIP, -ENOMEM, "needs more memory than one item may");
	if (out.gate && n.status == NINJS_USABLE)
		rc = extractor_claims(x, &doc, arena, &claims, trace, reterr);
	meter_to(meter, METER_OTHER);
	if (rc >= 0)
		rc = quote_as_published(&n, &claims, arena, reterr);
	if (rc < 0)
		return rc;
	out.record.claims = claims.v;
	out.record.n_claims = claims.n;
	*ret = out;
	return 0;
}
