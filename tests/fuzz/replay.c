/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c: the main() of a fuzz target in an ordinary build: runs it over the files of the folders that are named, and
 * over the empty input. So seeds, and inputs that once failed, are tests in every preset. */
#include "fuzz.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>

static void run_file(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		exit(1);
	}
	size_t n = fread(data, 1, sizeof(data), f);
	fclose(f);
	/* A copy of its very size, so that reading beyond it is seen. */
	uint8_t *exact = malloc(n ? n : 1);
	must(exact != NULL);
	memcpy(exact, data, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

static int run_folder(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	char path[4096];
	int n = 0;

	while (d && (entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fprintf(stderr, "%s\n", path); /* the last line names the input of a crash */
		run_file(path);
		n++;
	}
	if (d)
		closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += run_folder(argv[i]);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("%d inputs\n", n);
	return n > 0 ? 0 : 1;
}
