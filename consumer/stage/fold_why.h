/* SPDX-License-Identifier: Apache-2.0 */
/* fold_why.h: why a slot is believed to be as it is: every statement about it, for and against. */
#ifndef SCOWIRE_STAGE_FOLD_WHY_H
#define SCOWIRE_STAGE_FOLD_WHY_H

#include "base/strbuf.h"
#include "store/view.h"

/* Resolves the slot again from the cells in the view, which gives what is believed now, and appends one line for each
 * statement: verdict (resolve.h), margin, weight, statement, who says it and the quote; as JSON lines or for people.
 * -ENOENT when the view has no such slot; else the errors of the view. */
int fold_why(struct view *v, struct span slot, bool json, struct strbuf *out, struct error *reterr) MUST_CHECK;

#endif
