/* SPDX-License-Identifier: Apache-2.0 */
/* past_ru.h: Russian verbs of the past by their form, for words that no table has. */
#ifndef SCOWIRE_CORE_PAST_RU_H
#define SCOWIRE_CORE_PAST_RU_H

#include "base/span.h"

/* Does the word, in small letters, end in -л, -ла, -ло, -ли, or in those with -ся or -сь? So do nouns: the caller says
 * how long a word must be. */
bool past_ru_ends(struct span word);

#endif
