/* SPDX-License-Identifier: Apache-2.0 */
#include "dying_disk.h"
#include <stdbool.h>
#include <unistd.h>

static int calls_left;
static enum dying_disk_sync syncs;

void dying_disk_arm(int n, enum dying_disk_sync sync)
{
	calls_left = n;
	syncs = sync;
}

static bool dies(void)
{
	return calls_left > 0 && --calls_left == 0;
}

ssize_t __real_pwrite(int fd, const void *p, size_t n, off_t at);
int __real_ftruncate(int fd, off_t n);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_renameat(int from_dir, const char *from, int to_dir, const char *to);
ssize_t __wrap_pwrite(int fd, const void *p, size_t n, off_t at);
int __wrap_ftruncate(int fd, off_t n);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to);

ssize_t __wrap_pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (dies())
		_exit(__real_pwrite(fd, p, n / 2, at) < 0);
	return __real_pwrite(fd, p, n, at);
}

int __wrap_ftruncate(int fd, off_t n)
{
	if (dies())
		_exit(0);
	return __real_ftruncate(fd, n);
}

int __wrap_fdatasync(int fd)
{
	if (dies())
		_exit(0);
	return syncs == DYING_DISK_SYNCS ? __real_fdatasync(fd) : 0;
}

int __wrap_fsync(int fd)
{
	if (dies())
		_exit(0);
	return syncs == DYING_DISK_SYNCS ? __real_fsync(fd) : 0;
}

int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	if (dies())
		_exit(0);
	return __real_renameat(from_dir, from, to_dir, to);
}
