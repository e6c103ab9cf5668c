/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/origin.h"
#include "core/text/agency.h"
#include "core/text/chars.h"
#include "base/attr.h"

#define BODY_BYTES_MAX ((size_t)16 * 1024) /* credits stand in the first paragraphs or at the end of short items */
#define GAP_BYTES_MAX 48		   /* "citing the state news agency X" */

/* How plainly the words around a name credit it, best first. */
enum credit { CREDIT_CITED, CREDIT_REPORTED, CREDIT_BRACKETED, CREDIT_NONE };

/* Words that credit the name after them; between the two stand at most words like those of `fillers`. */
static const char *const cite_before[] = {
	"Citing",
	"Quoting",
	"Со ссылкой на",
	"По сообщению",
	"По информации",
	"citing",
	"cited by",
	"quoting",
	"quoted by",
	"with reference to",
	"referring to",
	"со ссылкой на",
	"ссылаясь на",
	"цитирует",
	"по сообщению",
	"по информации",
	"援引",
	"引述",
	"转引",
	"轉引",
	"据",
	"據",
	"来源：",
	"來源：",
	"来源:",
	"來源:",
};
static const char *const report_before[] = {
	"according to", "According to", "По данным", "reported by", "told",	"report by", "source:", "Source:",
	"сообщает",	"сообщили",	"сообщило",  "сообщил",	    "передает", "передаёт",  "передал", "пишет",
	"по данным",	"заявил",	"рассказал", "告诉",	    "告訴",	"对",	     "接受",
};
/* Words that credit the name before them. */
static const char *const report_after[] = {
	"reports",  "reported", "has learned", "news agency reports",
	"сообщает", "сообщило", "передает",    "передаёт",
	"报道",	    "報道",	"報導",	       "消息",
	"记者",	    "記者",	"专访",	       "專訪",
};
/* What may stand between a cue and a name. */
static const char *const fillers[] = {
	"the",
	"a",
	"state",
	"news",
	"agency",
	"state-run",
	"national",
	"official",
	"website",
	"local",
	"media",
	"outlet",
	"its",
	"own",
	"в",
	"на",
	"интервью",
	"агентство",
	"агентства",
	"агентству",
	"информационное",
	"информационного",
	"корреспонденту",
	"портал",
	"портала",
	"外媒",
	"媒体",
	"媒體",
};

static bool is_filler(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(fillers); i++)
		if (span_eq_str(word, fillers[i]))
			return true;
	return false;
}

/* Does one of the cues end at or shortly before `at`, with nothing but fillers between? */
static bool cue_before(struct span text, size_t at, const char *const *cues, size_t n)
{
	size_t limit = at > GAP_BYTES_MAX ? at - GAP_BYTES_MAX : 0, len;

	for (;;) {
		size_t end = at, word;
		while (end > limit &&
		       (char_is_space(char_before(text, end, &len)) || char_before(text, end, &len) == '"' ||
			char_before(text, end, &len) == 0xAB /* « */))
			end -= len;
		for (size_t i = 0; i < n; i++) {
			struct span cue = span_str(cues[i]);
			if (!span_ends(span_sub(text, 0, end), cue))
				continue;
			if (!char_is_letter(char_at(cue, 0, &len)) ||
			    !char_is_letter(char_before(text, end - cue.n, &len)))
				return true;
		}
		for (word = end; word > limit && !char_is_space(char_before(text, word, &len));)
			word -= len;
		if (word == end || word <= limit || !is_filler(span_sub(text, word, end)))
			return false;
		at = word;
	}
}

static bool cue_after(struct span text, size_t at)
{
	size_t len;

	while (char_is_space(char_at(text, at, &len)) || char_at(text, at, &len) == '"' ||
	       char_at(text, at, &len) == 0xBB)
		at += len;
	for (size_t i = 0; i < ARRAY_SIZE(report_after); i++)
		if (span_starts(span_sub(text, at, text.n), span_str(report_after[i])))
			return true;
	return false;
}

static enum credit credit_of(struct span text, size_t start, size_t end)
{
	size_t len;
	uint32_t before, after;

	if (cue_before(text, start, cite_before, ARRAY_SIZE(cite_before)))
		return CREDIT_CITED;
	if (cue_before(text, start, report_before, ARRAY_SIZE(report_before)) || cue_after(text, end))
		return CREDIT_REPORTED;
	before = char_before(text, start, &len);
	after = char_at(text, end, &len);
	if ((before == '(' && after == ')') || (before == '/' && after == '/') || (before == 0xFF08 && after == 0xFF09))
		return CREDIT_BRACKETED;
	return CREDIT_NONE;
}

/* The best credit in text; at equal plainness the first. */
static enum credit best_in(struct span text, const struct agency_table *agencies, enum credit best, struct span *ret)
{
	struct agency_match m = {0};

	while (best > CREDIT_CITED && agency_next(text, agencies, &m)) {
		enum credit c = credit_of(text, m.start, m.end);
		if (c < best) {
			best = c;
			*ret = m.name;
		}
	}
	return best;
}

bool origin_cited(struct span headline, struct span body, const struct dateline *dateline,
		  const struct agency_table *agencies, struct span *ret)
{
	struct span name = SPAN_NONE;
	struct agency_match m = {0};
	enum credit best;

	best = best_in(headline, agencies, CREDIT_NONE, &name);
	best = best_in(span_sub(body, dateline->begin, BODY_BYTES_MAX), agencies, best, &name);
	if (best > CREDIT_REPORTED && dateline->agency.n > 0) {
		name = agency_next(dateline->agency, agencies, &m) ? m.name : dateline->agency;
		best = CREDIT_REPORTED;
	}
	*ret = name;
	return best != CREDIT_NONE;
}
