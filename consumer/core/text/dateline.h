/* SPDX-License-Identifier: Apache-2.0 */
/* dateline.h: the line at the head of a body that says where, when and by whom it was filed.
 *
 * In:    a body, valid UTF-8, and the day it was published.
 * Out:   place, date and agency as far as they are there, and where the text proper begins.
 * Owner: the spans are bytes of the body.
 * The forms of a desk are recognised by their shape, no place or agency is known here by name:
 *     ASTANA, July 4 (Agency) —    МОСКВА, 4 июля. /АГЕНТСТВО/.    Астана. 4 июля. АГЕНТСТВО -
 * 某社阿斯塔纳7月4日电（记者…） KABUL (Agency) —             МОСКВА, 4 июл — Агентство.      ASTANA. AGENCY —
 * 某网消息（某栏目）： ISLAMABAD, Jul 4 (Agency):   09.12.2019.                     date 2024-07-04 ASTANA —
 * （某社記者某某某地4日電） The last but one is scowire's own plain text form. Not here: dates of running text (date/),
 * names of agencies (origin.h).
 */
#ifndef SCOWIRE_CORE_DATELINE_H
#define SCOWIRE_CORE_DATELINE_H

#include "base/span.h"
#include "edtf/edtf.h"

struct dateline {
	struct span place;  /* "ASTANA", "阿斯塔纳"; empty where none */
	struct edtf date;   /* to the day; EDTF_NONE where none, or where neither it nor `published` has a year */
	struct span agency; /* "TASS", "新华社"; empty where none, or where the paper means itself (本报) */
	size_t begin;	    /* offset of the text proper, past white space; 0 where there is no dateline */
};

/* Reads the dateline of body. A date without a year is the last such date not later than a month after
 * `published` (EDTF_NONE: unknown); a day without a month ("4日电") is the last such day not later than the day after
 * `published`. False, and *ret all empty, where the body begins with its text. Looks at the first few hundred bytes
 * only. */
bool dateline_read(struct span body, struct edtf published, struct dateline *ret);

#endif
