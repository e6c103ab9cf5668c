/* SPDX-License-Identifier: Apache-2.0 */
/* json.h: the canonical JSON writer under its former name; it moved to common/ninjs, where the producer can have it. */
#ifndef SCOWIRE_CODEC_JSON_H
#define SCOWIRE_CODEC_JSON_H

#include "ninjs/json_out.h"

#endif
