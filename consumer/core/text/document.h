/* SPDX-License-Identifier: Apache-2.0 */
/* document.h: what the extractor is given of a news item, free of JSON. */
#ifndef SCOWIRE_CORE_DOCUMENT_H
#define SCOWIRE_CORE_DOCUMENT_H

#include "base/span.h"
#include "edtf/edtf.h"

enum language { LANGUAGE_UNKNOWN, LANGUAGE_EN, LANGUAGE_RU, LANGUAGE_ZH, LANGUAGE_MAX_ };

/* "en", "ru", "zh", "und"; never NULL. */
const char *language_tag(enum language l);
/* Of a BCP 47 tag: "en-GB" is EN, "zh-Hant" is ZH; anything else, and the empty span, is UNKNOWN. */
enum language language_from_tag(struct span tag);
/* By script and function words of valid UTF-8 text; UNKNOWN when neither decides. */
enum language language_detect(struct span text);

struct document {
	struct span headline, body; /* valid UTF-8 as published, either may be empty; evidence offsets count in these */
	enum language language;	    /* detected where the item does not say */
	struct edtf published;	    /* publication day, EDTF_NONE where unknown: anchor of relative dates */
	struct edtf dateline; /* date of the dateline, which takes precedence as the anchor; EDTF_NONE where none */
	struct span dateline_place; /* "ASTANA", as written; empty where none */
};

#endif
