/* SPDX-License-Identifier: Apache-2.0 */
/* dying_disk.h: a process that is killed at its n-th change of the disk.
 *
 * Linked with --wrap for every call by which the journal changes the disk (scowire_dying_disk() in
 * tests/CMakeLists.txt). A write that dies has written its first half. Fork first: it is the process that dies. */
#ifndef SCOWIRE_TESTS_DYING_DISK_H
#define SCOWIRE_TESTS_DYING_DISK_H

/* Whether a sync that the process survives goes to the disk. It matters to who reads after a power cut, not to who
 * reads after a kill, and takes minutes where a test kills at every call. */
enum dying_disk_sync { DYING_DISK_SYNCS, DYING_DISK_SKIPS_SYNCS };

/* This process ends with status 0 at the n-th call from now, counted from 1; 0: never. */
void dying_disk_arm(int n, enum dying_disk_sync sync);

#endif
