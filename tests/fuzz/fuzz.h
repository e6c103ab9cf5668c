/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h: what every target has: the entry that libFuzzer calls, and a promise that must hold. */
#ifndef SCOWIRE_TESTS_FUZZ_H
#define SCOWIRE_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool holds)
{
	if (!holds)
		abort();
}

#endif
