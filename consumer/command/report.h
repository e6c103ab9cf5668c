/* SPDX-License-Identifier: Apache-2.0 */
/* report.h: what each rule of a pack is worth on a gold file, for `check --report`. */
#ifndef SCOWIRE_COMMAND_REPORT_H
#define SCOWIRE_COMMAND_REPORT_H

#include "base/error.h"

struct pack;

struct report_files {
	const char *gold, *items; /* JSON lines; both needed */
	const char *against;	  /* what `extract` printed for the same items before, or NULL */
};

/* Reads the items with the pack and prints, for each rule: how many claims it made, how many are right (slot, value,
 * modality and dates as in the gold), how many only their dates wrong, how many wrong, with the items, and how many of
 * the right ones no other rule made. Then every claim that differs from the stored run.
 * Returns 0, or with ERROR_ACTION_STOP -EIO, -ENOENT a file, -EBADMSG a line of it, -ENOMEM. */
int report_print(const struct pack *pack, const struct report_files *files, struct error *reterr) MUST_CHECK;

#endif
