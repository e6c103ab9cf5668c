/* SPDX-License-Identifier: Apache-2.0 */
#include "core/claim/claim.h"
#include <errno.h>

static const char *const modality_names[CLAIM_MODALITY_MAX_] = {"asserted", "planned", "proposed", "denied"};

const char *claim_modality_name(enum claim_modality m)
{
	return (unsigned)m < CLAIM_MODALITY_MAX_ ? modality_names[m] : "unknown";
}

int claim_modality_from_name(struct span name)
{
	for (int m = 0; m < CLAIM_MODALITY_MAX_; m++)
		if (span_eq_str(name, modality_names[m]))
			return m;
	return -EBADMSG;
}

static int cmp_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int cmp_date(struct edtf a, struct edtf b)
{
	char x[EDTF_STRLEN_MAX], y[EDTF_STRLEN_MAX];

	return span_cmp(span_of(x, edtf_format(a, x)), span_of(y, edtf_format(b, y)));
}

static int cmp_place(const struct evidence *a, const struct evidence *b)
{
	int c = (int)a->field - (int)b->field;

	if (!c)
		c = cmp_size(a->start, b->start);
	return c ? c : cmp_size(a->end, b->end);
}

int claim_cmp(const struct claim *a, const struct claim *b)
{
	int c = a->n_evidence && b->n_evidence ? cmp_place(a->evidence, b->evidence)
					       : cmp_size(a->n_evidence, b->n_evidence);

	if (!c)
		c = span_cmp(a->slot, b->slot);
	if (!c)
		c = span_cmp(a->value, b->value);
	if (!c)
		c = (int)a->modality - (int)b->modality;
	if (!c)
		c = cmp_date(a->begin, b->begin);
	if (!c)
		c = cmp_date(a->end, b->end);
	if (!c)
		c = cmp_date(a->holds_at, b->holds_at);
	if (!c)
		c = (a->number > b->number) - (a->number < b->number);
	return c ? c : span_cmp(a->rule, b->rule);
}
