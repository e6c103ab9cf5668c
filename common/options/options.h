/* SPDX-License-Identifier: Apache-2.0 */
/* options.h: one table of options per program, one setter for every place that an option can be set in.
 *
 * In:    a table of option_spec rows; the same table makes --help, the file format and docs/CONFIGURATION.md.
 * Out:   the caller's struct, filled: a row names the offset of its field.
 * Order: defaults, then the file (--config FILE or SCOWIRE_CONFIG), then the environment, then flags: later wins.
 *
 *     flag         --transaction-records 5000, --transaction-records=5000, -X name=value
 *     file         transaction-records = 5000        one a line, # starts a comment line, kafka.NAME = value
 *     environment  SCOWIRE_TRANSACTION_RECORDS=5000, SCOWIRE_KAFKA_SASL_PASSWORD=... for kafka.sasl.password
 *
 * A flag that the command does not have is an error. A file may hold any option of the program, so that one file
 * serves all its commands; any other name is an error with file and line. Variables SCOWIRE_* that name no option are
 * left alone: one environment serves several programs.
 * Properties (-X, kafka.NAME) are not looked at here; librdkafka checks them.
 * Owner: struct options owns what it read from a file; argv and the environment are borrowed and must outlive it.
 */
#ifndef SCOWIRE_OPTIONS_H
#define SCOWIRE_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

enum option_type {
	OPTION_STRING,	/* const char *; NULL where it has no default */
	OPTION_INTEGER, /* int64_t in [min, max] */
	OPTION_BOOL,	/* bool: --name, --no-name; in a file or variable true or false */
	OPTION_CHOICE,	/* int: the index in `choices` */
};

struct option_spec {
	const char *name; /* lower case, words joined by '-' */
	enum option_type type;
	size_t offset;		    /* of the field in the program's struct */
	const char *fallback;	    /* default, as one would write it; NULL for a string that is unset, a false bool */
	int64_t min, max;	    /* OPTION_INTEGER */
	const char *const *choices; /* OPTION_CHOICE: ends with NULL */
	const char *placeholder;    /* in the help: "FILE", "MS" */
	unsigned commands;	    /* bit set of the commands that have it as a flag */
	const char *help;	    /* one sentence, without a full stop */
};

struct option_command {
	unsigned bit;
	const char *name, *usage; /* usage: what follows the name: "[options] FILE|-" */
	const char *help;	  /* paragraphs of --help, lines of at most 100 columns */
};

struct option_table {
	const char *program;
	const struct option_spec *specs;
	size_t n_specs;
	const struct option_command *commands;
	size_t n_commands;
	unsigned property_commands; /* the commands that take -X name=value */
};

struct option_property {
	const char *name, *value;
};

struct options {
	const struct option_table *table;
	void *values;
	struct arena arena;
	struct option_property *properties; /* in the order set; a later one of the same name wins */
	size_t n_properties, cap_properties;
	bool help; /* --help was given: nothing else was checked */
};

/* Sets every field of `values` to its default. Fails with -EINVAL only when the table itself is wrong. */
int options_init(struct options *o, const struct option_table *table, void *values, struct error *reterr) MUST_CHECK;
void options_done(struct options *o); /* strings in `values` may be invalid afterwards */

/* Sets one option, or a property when the name starts with "kafka.". `origin` starts the error text: "--http",
 * "scowire.conf:12". Returns 0; -ENOENT no such option; -EINVAL the value is not what it takes, which the text says. */
int options_set(struct options *o, const char *name, const char *value, const char *origin,
		struct error *reterr) MUST_CHECK;

/* All sources in order, for one command. argv[0] is the command's name; environment is NULL-terminated "NAME=value".
 * ret_arguments, ret_n: what is no option, in order, pointing into argv (which is permuted).
 * Returns 0; -EINVAL a wrong flag (exit code 2); -EBADMSG a wrong file or variable, -EIO, -ENOENT a file that cannot
 * be read (exit code 3); -ENOMEM. ERROR_ACTION_STOP in all cases. */
int options_load(struct options *o, unsigned command, int argc, char **argv, char **environment, char ***ret_arguments,
		 int *ret_n, struct error *reterr) MUST_CHECK;

/* The --help of a command, and the page docs/CONFIGURATION.md of a program, appended to `out`. */
void options_help(const struct option_table *table, unsigned command, struct strbuf *out);
void options_markdown(const struct option_table *table, struct strbuf *out);

#endif
