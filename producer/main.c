/* SPDX-License-Identifier: Apache-2.0 */
/* scowire-producer: publishes news items. options.c has the table that --help is made from. */
#include "inputs.h"
#include "readers/fetch.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 3, EXIT_BROKER = 4 };

/* Written by the signal handler; the other end is readable from then on. A pipe, and not a flag that interrupted calls
 * look at, because a signal may come just before a call. */
static int stop_pipe[2];

static void on_signal(int number)
{
	int keep = errno;
	ssize_t n = write(stop_pipe[1], "", 1);

	(void)number;
	(void)n;
	errno = keep;
}

/* SIGTERM and SIGINT end when what was read is safe; a second one ends at once. */
static int handle_signals(struct error *reterr)
{
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "pipe: %s", strerror(errno));
	sigemptyset(&a.sa_mask);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGINT, &a, NULL);
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write */
	return 0;
}

static int fail(const struct error *err, int code)
{
	fprintf(stderr, "scowire-producer: %s\n", err->text);
	return code;
}

static int exit_of(const struct error *err)
{
	return err->code == -ENOTCONN ? EXIT_BROKER : err->code == -EINVAL ? EXIT_CONFIG : EXIT_FAILED;
}

static int sink_open(const struct producer_options *o, const struct options *options, const struct log *log,
		     struct sink **ret, struct error *reterr)
{
	const struct kafka_settings settings = {.brokers = o->brokers,
						.client_id = "scowire-producer",
						.topic_prefix = "",
						.properties = options->properties,
						.n_properties = options->n_properties,
						.log = log};

	if (o->dry_run || o->output)
		return sink_lines_new(stdout, ret, reterr);
	if (o->transport == PRODUCER_KAFKA)
		return sink_kafka_new(&settings, o->topic, (int)o->partitions, (int)o->replication, ret, reterr);
	return sink_journal_new(o->data, o->topic, ret, reterr);
}

/* Publishes everything; the exit code. */
static int publish(const struct producer_options *o, const struct options *options, char **arguments, int n)
{
	const struct log log = {STDERR_FILENO, (enum log_level)o->log_level, "producer"};
	struct error err = ERROR_INIT;
	struct publisher p;
	struct sink *sink;

	if (sink_open(o, options, &log, &sink, &err) < 0)
		return fail(&err, exit_of(&err));
	publisher_init(&p, sink, o, getenv("SOURCE_DATE_EPOCH"));
	p.stop_fd = stop_pipe[0];
	int r = inputs_publish(&p, arguments, n, &err);
	publisher_summary(&p);
	int code = r < 0 ? fail(&err, exit_of(&err)) : p.failed ? EXIT_FAILED : EXIT_DONE;
	publisher_done(&p);
	sink_close(sink);
	return code;
}

static int usage(const char *text)
{
	fprintf(stderr, "scowire-producer: %s: see 'scowire-producer --help'\n", text);
	return EXIT_USAGE;
}

static int run(struct options *options, struct producer_options *o, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct strbuf help = STRBUF_INIT;
	char **arguments;
	int n;

	int r = options_load(options, 1, argc, argv, environ, &arguments, &n, &err);
	if (r < 0)
		return fail(&err, r == -EINVAL ? EXIT_USAGE : EXIT_CONFIG);
	if (options->help) {
		options_help(&producer_option_table, 1, &help);
		fputs(help.buf, stdout);
		strbuf_done(&help);
		return EXIT_DONE;
	}
	if (o->output && strcmp(o->output, "-") != 0)
		return usage("--output takes only - (stdout); --data DIR names the directory of the file transport");
	if (n == 0)
		return usage("no input: name files, folders or URLs, or - for standard input");
	if (handle_signals(&err) < 0)
		return fail(&err, EXIT_FAILED);
	fetch_init();
	int code = publish(o, options, arguments, n);
	fetch_done();
	return code;
}

static int print_configuration(void)
{
	struct strbuf out = STRBUF_INIT;

	options_markdown(&producer_option_table, &out);
	fputs(out.buf, stdout);
	strbuf_done(&out);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	static char output[] = "--output";
	struct producer_options values = {0};
	struct options options;
	struct error err = ERROR_INIT;
	int code;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "-o") == 0)
			argv[i] = output;
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("scowire-producer %s\n", SCOWIRE_VERSION);
		code = EXIT_DONE;
	} else if (argc == 2 && strcmp(argv[1], "--configuration") == 0) {
		code = print_configuration();
	} else if (options_init(&options, &producer_option_table, &values, &err) < 0) {
		code = fail(&err, EXIT_FAILED);
	} else {
		code = run(&options, &values, argc, argv);
		options_done(&options);
	}
	/* A full disk shows only here (after git's run_builtin). */
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "scowire-producer: standard output: %s\n", strerror(errno));
		return code ? code : EXIT_FAILED;
	}
	return code;
}
