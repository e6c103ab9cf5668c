/* SPDX-License-Identifier: Apache-2.0 */
/* han.h: traditional Chinese characters as the simplified ones that stand for them in print.
 *
 * For comparing only: one traditional word may read several ways in simplified print, and no word of a pack depends on
 * which. The table is that of ICU 72 (`uconv -x Hant-Hans`, of each ideograph by itself), with the variants of Hong
 * Kong and Taiwan print that it leaves alone (峯 衞 説 敍), and without chains: what a character stands for stands for
 * itself.
 */
#ifndef SCOWIRE_CORE_PACK_HAN_H
#define SCOWIRE_CORE_PACK_HAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character itself where it is no traditional one. */
uint32_t han_simple(uint32_t c);

/* Does another character stand for this one? */
bool han_has_others(uint32_t c);

/* How many characters stand for another one. */
size_t han_size(void);

#endif
