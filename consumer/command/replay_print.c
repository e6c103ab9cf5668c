/* SPDX-License-Identifier: Apache-2.0 */
#include "command/replay_print.h"
#include "codec/claims_json.h"
#include "codec/spell_json.h"
#include "feed/records.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void replay_print_done(struct replay_print *p)
{
	for (size_t i = 0; i < p->n_rules; i++)
		free(p->rules[i].rule);
	free(p->rules);
}

static int count_rule(struct replay_print *p, struct span rule)
{
	size_t i = 0;

	while (i < p->n_rules && !span_eq_str(rule, p->rules[i].rule))
		i++;
	if (i == p->n_rules) {
		if (i == p->cap_rules) {
			size_t cap = i ? 2 * i : 32;
			struct rule_count *v = reallocarray(p->rules, cap, sizeof(*v));
			if (!v)
				return -ENOMEM;
			p->rules = v;
			p->cap_rules = cap;
		}
		char *copy = strndup(rule.p ? rule.p : "", rule.n);
		if (!copy)
			return -ENOMEM;
		p->rules[p->n_rules++] = (struct rule_count){copy, 0};
	}
	p->rules[i].n++;
	return 0;
}

static int put_line(struct strbuf *b, struct error *reterr)
{
	strbuf_addch(b, '\n');
	int r = 0;

	if (b->failed)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	else if (fwrite(b->buf, 1, b->len, stdout) != b->len)
		r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %m");
	strbuf_done(b);
	return r;
}

static void put_claim(struct json_out *o, const char *key, const struct claim *c)
{
	struct strbuf json = STRBUF_INIT;

	json_out_key(o, key);
	if (c) {
		claims_json_claim(c, &json);
		json_out_raw(o, strbuf_span(&json));
		o->b->failed |= json.failed;
	} else {
		json_out_null(o);
	}
	strbuf_done(&json);
}

static const char *change_word(const struct claim_change *c)
{
	return !c->was ? "gained" : !c->now ? "lost" : "changed";
}

static void json_claim(struct strbuf *b, struct span key, const struct claim_change *c)
{
	struct json_out o = {.b = b};

	json_out_open(&o, '{');
	put_claim(&o, "after", c->now);
	put_claim(&o, "before", c->was);
	json_out_key(&o, "change");
	json_out_string(&o, span_str(change_word(c)));
	json_out_key(&o, "diff");
	json_out_string(&o, SPAN_LIT("claim"));
	json_out_key(&o, "key");
	json_out_string(&o, key);
	json_out_key(&o, "rule");
	json_out_string(&o, c->now ? c->now->rule : c->was->rule);
	json_out_close(&o, '}');
}

static void text_dates(struct strbuf *b, const struct claim *c)
{
	const struct {
		const char *name;
		struct edtf date;
	} dates[] = {{"begin", c->begin}, {"end", c->end}, {"at", c->holds_at}};
	char text[EDTF_STRLEN_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(dates); i++)
		if (edtf_is_set(dates[i].date)) {
			edtf_format(dates[i].date, text);
			strbuf_addf(b, " %s %s", dates[i].name, text);
		}
	strbuf_addf(b, " %s", claim_modality_name(c->modality));
}

static void text_claim(struct strbuf *b, struct span key, const struct claim_change *c)
{
	const struct claim *one = c->now ? c->now : c->was;

	strbuf_addf(b, "claim %-8s %-18.*s %.*s ", change_word(c), SPAN_FMT(one->slot), SPAN_FMT(one->value));
	if (c->was)
		text_dates(b, c->was);
	if (c->was && c->now)
		strbuf_addstr(b, "  ->");
	if (c->now)
		text_dates(b, c->now);
	strbuf_addf(b, "  [%.*s] %.*s", SPAN_FMT(one->rule), SPAN_FMT(key));
}

int replay_print_claims(struct replay_print *p, struct span key, const struct claims_diff *d, struct error *reterr)
{
	int r = 0;

	p->records++;
	for (size_t i = 0; r == 0 && i < d->n; i++) {
		const struct claim_change *c = &d->v[i];
		struct strbuf b = STRBUF_INIT;

		p->gained += !c->was;
		p->lost += !c->now;
		p->changed += c->was && c->now;
		if (count_rule(p, c->now ? c->now->rule : c->was->rule) < 0)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
		if (!p->lines)
			continue;
		if (p->text)
			text_claim(&b, key, c);
		else
			json_claim(&b, key, c);
		r = put_line(&b, reterr);
	}
	return r;
}

static void put_spell(struct json_out *o, const char *key, const struct spell *s)
{
	json_out_key(o, key);
	if (s)
		spell_json_put(o, SPAN_NONE, s);
	else
		json_out_null(o);
}

int replay_print_spell(struct replay_print *p, struct span slot, const struct change *c, struct error *reterr)
{
	struct strbuf b = STRBUF_INIT;
	struct json_out o = {.b = &b};

	p->spells++;
	if (!p->lines)
		return 0;
	if (p->text) {
		strbuf_addf(&b, "spell %-9s ", change_op_name(c->op));
		feed_line_spell(slot, c->after ? c->after : c->before, &b);
		return put_line(&b, reterr);
	}
	json_out_open(&o, '{');
	put_spell(&o, "after", c->after);
	put_spell(&o, "before", c->before);
	json_out_key(&o, "diff");
	json_out_string(&o, SPAN_LIT("spell"));
	json_out_key(&o, "op");
	json_out_string(&o, span_str(change_op_name(c->op)));
	json_out_key(&o, "slot");
	json_out_string(&o, slot);
	json_out_close(&o, '}');
	return put_line(&b, reterr);
}

static int by_rule(const void *a, const void *b)
{
	return strcmp(((const struct rule_count *)a)->rule, ((const struct rule_count *)b)->rule);
}

static void put_int(struct json_out *o, const char *key, int64_t v)
{
	json_out_key(o, key);
	json_out_int(o, v);
}

static void json_summary(const struct replay_print *p, struct strbuf *b)
{
	struct json_out o = {.b = b};

	json_out_open(&o, '{');
	json_out_key(&o, "claims");
	json_out_open(&o, '{');
	put_int(&o, "changed", p->changed);
	put_int(&o, "gained", p->gained);
	put_int(&o, "lost", p->lost);
	json_out_close(&o, '}');
	json_out_key(&o, "diff");
	json_out_string(&o, SPAN_LIT("summary"));
	put_int(&o, "items", p->items);
	put_int(&o, "records", p->records);
	put_int(&o, "refused", p->refused);
	json_out_key(&o, "rules");
	json_out_open(&o, '{');
	for (size_t i = 0; i < p->n_rules; i++)
		put_int(&o, p->rules[i].rule, p->rules[i].n);
	json_out_close(&o, '}');
	put_int(&o, "spells", p->spells);
	json_out_close(&o, '}');
}

int replay_print_summary(struct replay_print *p, struct error *reterr)
{
	struct strbuf b = STRBUF_INIT;

	if (p->n_rules)
		qsort(p->rules, p->n_rules, sizeof(*p->rules), by_rule);
	if (!p->text) {
		json_summary(p, &b);
		return put_line(&b, reterr);
	}
	strbuf_addf(&b,
		    "%" PRId64 " items read again, %" PRId64 " of them unreadable; claims of %" PRId64
		    " item versions differ: %" PRId64 " gained, %" PRId64 " lost, %" PRId64 " changed; %" PRId64
		    " changes of the state",
		    p->items, p->refused, p->records, p->gained, p->lost, p->changed, p->spells);
	for (size_t i = 0; i < p->n_rules; i++)
		strbuf_addf(&b, "\n  %-40s %" PRId64, p->rules[i].rule, p->rules[i].n);
	return put_line(&b, reterr);
}
