/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/chars.h"
#include "core/text/sentence.h"
#include "base/attr.h"

static bool starts_with_any(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_starts(s, span_str(words[i])))
			return true;
	return false;
}

static bool ends_with_any(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ends(s, span_str(words[i])))
			return true;
	return false;
}

/* 并 and 而 begin a clause where they are words of their own, not part of a longer one. */
static bool is_conjunction(struct span s, size_t i, uint32_t c)
{
	static const char *const before_bing[] = {"合", "兼", "吞", "一", "火", "相"};
	static const char *const after_bing[] = {"非", "不", "未", "无", "無", "没", "沒",
						 "列", "购", "購", "存", "行", "肩", "发"};
	static const char *const before_er[] = {"然", "因", "从", "從", "反", "进", "進",
						"时", "時", "故", "继", "繼", "幸"};
	static const char *const after_er[] = {"已", "立", "今", "言", "后", "後"};
	struct span before = span_sub(s, 0, i), after;

	if (c == 0x5E76 || c == 0x4E26) { /* 并 並 */
		after = span_sub(s, i + 3, s.n);
		return !ends_with_any(before, before_bing, ARRAY_SIZE(before_bing)) &&
		       !starts_with_any(after, after_bing, ARRAY_SIZE(after_bing));
	}
	if (c == 0x800C) { /* 而 */
		after = span_sub(s, i + 3, s.n);
		return !ends_with_any(before, before_er, ARRAY_SIZE(before_er)) &&
		       !starts_with_any(after, after_er, ARRAY_SIZE(after_er));
	}
	if (c == ' ') {
		static const char *const words[] = {" while ", " whereas "};
		return starts_with_any(span_sub(s, i, s.n), words, ARRAY_SIZE(words));
	}
	return false;
}

/* The mark at i, with its length; CLAUSE_END for none. */
static enum clause_mark mark_at(struct span s, size_t i, uint32_t c, size_t *len)
{
	size_t before_len, after_len;
	uint32_t before = char_before(s, i, &before_len), after = char_at(s, i + *len, &after_len);
	bool in_number = char_is_digit(before) && char_is_digit(after);

	switch (c) {
	case ',':
	case 0xFF0C:
		return in_number ? CLAUSE_END : CLAUSE_COMMA;
	case ';':
	case 0xFF1B:
		return CLAUSE_SEMICOLON;
	case ':':
	case 0xFF1A:
		return in_number ? CLAUSE_END : CLAUSE_COLON;
	case 0x2014: /* — */
		if (after == 0x2014) {
			*len += after_len;
			return CLAUSE_DASH;
		}
		__attribute__((fallthrough));
	case 0x2013: /* – */
	case '-':
		return char_is_space(before) && (char_is_space(after) || after == CHAR_NONE) ? CLAUSE_DASH : CLAUSE_END;
	default:
		return CLAUSE_END;
	}
}

bool clause_next(struct span sentence, struct clause *c)
{
	size_t i = c->next, start = c->next, len;
	uint32_t ch;

	if (i >= sentence.n)
		return false;
	for (; i < sentence.n; i += len) {
		enum clause_mark mark;
		ch = char_at(sentence, i, &len);
		mark = mark_at(sentence, i, ch, &len);
		if (mark != CLAUSE_END) {
			*c = (struct clause){start, i, i + len, mark};
			return true;
		}
		if (i > start && is_conjunction(sentence, i, ch)) {
			*c = (struct clause){start, i, i, CLAUSE_CONJUNCTION};
			return true;
		}
	}
	*c = (struct clause){start, sentence.n, sentence.n, CLAUSE_END};
	return true;
}
