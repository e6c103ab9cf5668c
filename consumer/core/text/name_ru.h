/* SPDX-License-Identifier: Apache-2.0 */
/* name_ru.h: personal names as Russian writes them: in which case one stands, and how English-language agencies spell
 * it.
 *
 * In:    a name as a text has it, one word or several, in any case: "Нурлана Ермекбаева", "Чжан Мином". Valid UTF-8.
 * Out:   the cases that its endings allow; the nominative in Latin letters: "Nurlan Yermekbaev", "Zhang Ming".
 * Rules: endings of men's names, since most holders of offices are men and the endings of women's names say something
 *        else; where an ending allows two readings ("Чандра" may be a nominative or a genitive) nothing is said of the
 *        case and the name stays as it is. Chinese names are told by their syllables, which Palladius' system spells,
 * and become pinyin; any other name goes letter by letter, in the way of the agencies and not of a library. Not here:
 * names that the pack knows (packs/sco/ru/names.yaml); they come first.
 */
#ifndef SCOWIRE_CORE_NAME_RU_H
#define SCOWIRE_CORE_NAME_RU_H

#include "base/arena.h"
#include "base/span.h"

enum name_case {
	NAME_NOM = 1 << 0,
	NAME_GEN = 1 << 1,
	NAME_DAT = 1 << 2,
	NAME_ACC = 1 << 3,
	NAME_INS = 1 << 4,
	NAME_LOC = 1 << 5,
};

/* The cases that a name may stand in, of enum name_case; 0 where its endings do not tell. */
unsigned name_ru_cases(struct span name);

/* The name in the nominative and in Latin letters, in the arena. A name with a word that is not Cyrillic is given back
 * as it is. SPAN_NONE when the arena is exhausted. */
struct span name_ru_latin(struct span name, struct arena *arena) MUST_CHECK;

#endif
