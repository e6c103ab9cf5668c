/* SPDX-License-Identifier: Apache-2.0 */
/* questions.h: what the state says, over HTTP, read from the SQLite view beside its writer.
 *
 *     /state     ?slot=SLOT or a kind of slots; ?at=YYYY-MM-DD valid time; ?known-at=TIME log time; ?history=1 all
 * spells.
 *                {"day","epoch","recorded","sequence","spells":[...]}: spells as `state --json` prints them. Without
 *                `at`: what holds on the day that the news has reached, and what is expected.
 *     /changes   server-sent events: each change as a CloudEvent in JSON, id EPOCH-SEQUENCE. ?from=SEQUENCE (of this
 *                epoch) or the header Last-Event-ID; else from now on. A comment every ten seconds on a quiet feed.
 *                409 a position that this feed has not reached: another feed's; 410 one that is no longer kept.
 *     /timeline  a page for people, with /timeline.js and /timeline.css
 *
 * A wrong question is a 400 that names the parameter and what it takes; a view that is not there yet is a 503.
 */
#ifndef SCOWIRE_SERVE_QUESTIONS_H
#define SCOWIRE_SERVE_QUESTIONS_H

#include "serve/server.h"

#define QUESTIONS_ROUTES 5

struct questions {
	const char *view;   /* file */
	const char *source; /* ce_source of the feed */
};

/* The routes; q is borrowed. Each request opens the view for itself. */
void questions_routes(struct questions *q, struct server_route ret[QUESTIONS_ROUTES]);

#endif
