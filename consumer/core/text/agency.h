/* SPDX-License-Identifier: Apache-2.0 */
/* agency.h: names of agencies in text. Private to core/text. */
#ifndef SCOWIRE_CORE_AGENCY_H
#define SCOWIRE_CORE_AGENCY_H

#include "core/text/origin.h"

struct agency_match {
	size_t start, end; /* bytes of the text */
	struct span name;  /* of the table */
};

/* Steps to the next name at or after m->end: the first, and the longest of those that begin there. Begin with a zeroed
 * struct. False when there is none left. */
bool agency_next(struct span text, const struct agency_table *agencies, struct agency_match *m);

/* The longest name that begins at byte `at`. False where none does. */
bool agency_at(struct span text, size_t at, const struct agency_table *agencies, struct agency_match *m);

#endif
