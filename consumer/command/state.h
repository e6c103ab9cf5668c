/* SPDX-License-Identifier: Apache-2.0 */
/* state.h: how `state` prints spells for people. */
#ifndef SCOWIRE_COMMAND_STATE_H
#define SCOWIRE_COMMAND_STATE_H

#include "base/strbuf.h"
#include "core/timeline/spell.h"

/* One line each; columns are padded by characters, not bytes, and the last one is a quote with the item it stands in.
 */
void state_table_header(struct strbuf *out);
void state_table_row(struct strbuf *out, struct span slot, const struct spell *s);

/* A bound as people write it: 2024-07-04; 2023-07, 2023 (some day in it); ..2024-01-15 (then or earlier); 2024-01-15..
 * (then or later, or never); 2023-07-01..2023-08-15; "?" where nothing is known. */
void state_bound(struct strbuf *out, struct day_range r);

#endif
