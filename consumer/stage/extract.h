/* SPDX-License-Identifier: Apache-2.0 */
/* extract.h: the extract stage as a processor: news items in, claims records out.
 *
 * A record whose raw bytes fail the gate and which is a plain first version ends here, unparsed and without output.
 * All others give one record on the claims topic, also without claims, since it may replace earlier ones.
 * No state, so any number of instances share the partitions.
 */
#ifndef SCOWIRE_STAGE_EXTRACT_H
#define SCOWIRE_STAGE_EXTRACT_H

#include "base/attr.h"
#include "stream/processor.h"

struct pack;
struct extract;

/* Borrows both, which must outlive it. claims_topic: where the records go. NULL when out of memory. */
struct extract *extract_new(const struct pack *pack, const char *claims_topic) MUST_CHECK;
void extract_free(struct extract *x); /* NULL is fine */

/* The processor, whose context is x. */
struct processor extract_processor(struct extract *x, const char *input_topic);

#endif
