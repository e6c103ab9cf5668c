/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/past_ru.h"
#include "base/attr.h"

#define ENDING(text)                                                                                                   \
	{                                                                                                              \
		sizeof(text) - 1, text                                                                                 \
	}

bool past_ru_ends(struct span word)
{
	/* Asked of most words in vain: the lengths are known, and no pointer is followed. */
	static const struct {
		size_t n;
		char text[12];
	} endings[] = {ENDING("л"),   ENDING("ла"),   ENDING("ло"),   ENDING("ли"),
		       ENDING("лся"), ENDING("лась"), ENDING("лось"), ENDING("лись")};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (span_ends(word, span_of(endings[i].text, endings[i].n)))
			return true;
	return false;
}
