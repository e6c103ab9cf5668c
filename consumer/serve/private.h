/* SPDX-License-Identifier: Apache-2.0 */
/* private.h: what the questions' files share. */
#ifndef SCOWIRE_SERVE_PRIVATE_H
#define SCOWIRE_SERVE_PRIVATE_H

#include "serve/questions.h"
#include "store/view.h"

enum { HTTP_BAD = 400, HTTP_CONFLICT = 409, HTTP_GONE = 410, HTTP_ERROR = 500, HTTP_UNAVAILABLE = 503 };

/* Makes the reply that error, with one line of text. */
void refuse(struct server_reply *reply, int status, const char *text);

/* The view for one request; NULL with the reply made an error. */
struct view *open_view(const struct questions *q, struct server_reply *reply);

/* The handler of /changes. */
void changes(void *ctx, const struct server_request *request, struct server_reply *reply);

#endif
