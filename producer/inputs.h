/* SPDX-License-Identifier: Apache-2.0 */
/* inputs.h: the arguments of the command line: what each is, and which reader takes it, once and again. */
#ifndef SCOWIRE_PRODUCER_INPUTS_H
#define SCOWIRE_PRODUCER_INPUTS_H

#include "publisher.h"

/* Publishes from all arguments in order, flushes, and with --watch or --every goes on until p->stop_fd is readable.
 * A file, folder or URL that fails is told and left out. Returns 0 or the error of the sink, or -EBADMSG after
 * --malformed stop. */
int inputs_publish(struct publisher *p, char **arguments, int n, struct error *reterr) MUST_CHECK;

#endif
