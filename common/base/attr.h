/* SPDX-License-Identifier: Apache-2.0 */
/* attr.h: the compiler attributes that headers use, by names that say what they promise. */
#ifndef SCOWIRE_BASE_ATTR_H
#define SCOWIRE_BASE_ATTR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Calls `fn(&variable)` when the variable leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Defines fn##p(), which CLEANUP() takes, for a destructor that accepts NULL. */
#define DEFINE_CLEANUP(type, fn)                                                                                       \
	static inline void fn##p(type *p) /* NOLINT(bugprone-macro-parentheses) */                                     \
	{                                                                                                              \
		if (*p)                                                                                                \
			fn(*p);                                                                                        \
	}

/* The value of a pointer variable, which is NULL afterwards: hands ownership out of a CLEANUP() scope. */
#define TAKE_PTR(p)                                                                                                    \
	({                                                                                                             \
		__typeof__(p) taken_ = (p);                                                                            \
		(p) = NULL;                                                                                            \
		taken_;                                                                                                \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
