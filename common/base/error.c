/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Drops a UTF-8 sequence that the buffer's end has cut, and what would break a log line. */
static void tidy(char *text)
{
	size_t n = strlen(text);
	size_t lead = n;

	while (lead > 0 && n - lead < 4 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
		lead--;
	if (lead > 0) {
		unsigned char c = (unsigned char)text[lead - 1];
		size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
		if (n - lead + 1 < want)
			text[lead - 1] = '\0';
	}
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			*p = '?';
}

static int set(struct error *err, enum error_action action, int code, size_t offset, const char *fmt, va_list ap)
{
	if (!err || err->code)
		return code;
	err->action = action;
	err->code = code;
	err->offset = offset;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	tidy(err->text);
	return code;
}

int error_set(struct error *err, enum error_action action, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, action, code, ERROR_NO_OFFSET, fmt, ap);
	va_end(ap);
	return code;
}

int error_set_at(struct error *err, enum error_action action, int code, size_t offset, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, action, code, offset, fmt, ap);
	va_end(ap);
	return code;
}

void error_prefix(struct error *err, const char *fmt, ...)
{
	char context[ERROR_TEXT_MAX], joined[2 * ERROR_TEXT_MAX + 2];
	va_list ap;

	if (!err || !err->code)
		return;
	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	snprintf(joined, sizeof(joined), "%s: %s", context, err->text);
	memcpy(err->text, joined, sizeof(err->text) - 1);
	err->text[sizeof(err->text) - 1] = '\0';
	tidy(err->text);
}

void error_escalate(struct error *err, enum error_action action)
{
	if (err && err->code)
		err->action = action;
}

const char *error_code_name(int code)
{
	const char *name = code ? strerrorname_np(-code) : "OK";

	return name ? name : "EUNKNOWN";
}

const char *error_action_name(enum error_action action)
{
	static const char *const names[ERROR_ACTION_MAX_] = {"none", "skip", "retry", "reopen", "stop"};

	return (unsigned)action < ERROR_ACTION_MAX_ ? names[action] : "unknown";
}
