/* SPDX-License-Identifier: Apache-2.0 */
/* export.h: `state --export`: the snapshot of the feed as a file (feed/snapshot_file.h), on stdout. */
#ifndef SCOWIRE_COMMAND_EXPORT_H
#define SCOWIRE_COMMAND_EXPORT_H

#include "command/command.h"

/* From sco.state and sco.changes, not from a view. Errors as subscription_open() and subscription_snapshot(). */
int export_snapshot(const struct command *c, struct error *reterr) MUST_CHECK;

#endif
