/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.h: canonical JSON, written straight into a string buffer.
 *
 * Out:   RFC 8785 (JCS) restricted to what scowire emits: no white space, keys in byte order, integers only, UTF-8
 *        unescaped, control characters as \b \t \n \f \r or \u00xx. The same bytes as Python's
 *        json.dumps(x, sort_keys=True, ensure_ascii=False, separators=(",", ":")).
 * Rules: the caller writes keys in order (tests compare with a sorting writer that is not ours). Strings are valid
 *        UTF-8. Commas come by themselves. Out of memory shows in the buffer's `failed`.
 * Why not jansson's dump: it needs a tree first; this runs for every relevant item.
 *
 *     struct json_out o = {.b = &buf};
 *     json_out_open(&o, '{');
 *     json_out_key(&o, "begin"), json_out_edtf(&o, spell->begin);
 *     json_out_key(&o, "value"), json_out_string(&o, spell->value);
 *     json_out_close(&o, '}');
 */
#ifndef SCOWIRE_JSON_OUT_H
#define SCOWIRE_JSON_OUT_H

#include "base/strbuf.h"
#include "edtf/edtf.h"

struct json_out {
	struct strbuf *b;
	bool comma; /* private: a value stands before */
};

void json_out_open(struct json_out *o, char bracket);	     /* '{' or '[' */
void json_out_close(struct json_out *o, char bracket);	     /* '}' or ']' */
void json_out_key(struct json_out *o, const char *key);	     /* printable ASCII without quote and backslash */
void json_out_key_span(struct json_out *o, struct span key); /* the same */
void json_out_string(struct json_out *o, struct span s);
void json_out_string_or_null(struct json_out *o, struct span s); /* empty: null */
void json_out_int(struct json_out *o, int64_t v);
void json_out_bool(struct json_out *o, bool v);
void json_out_null(struct json_out *o);
void json_out_edtf(struct json_out *o, struct edtf d);	  /* EDTF_NONE: null */
void json_out_day(struct json_out *o, edtf_day day);	  /* "YYYY-MM-DD"; EDTF_DAY_MIN and EDTF_DAY_MAX: null */
void json_out_raw(struct json_out *o, struct span value); /* canonical JSON of one value */

#endif
