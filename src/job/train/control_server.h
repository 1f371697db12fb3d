/* The listener: a thread beside a training that looks about once a second whether another process
 * asks something of the run, gives signs of life, and sets the job's control as a key on the screen
 * would. A locked or lost store delays requests, never a step. */
#ifndef JOB_CONTROL_SERVER_H
#define JOB_CONTROL_SERVER_H

#include "job/control.h"
#include "job/work.h"
#include "store/run_rows.h"

struct control_server;

/* The store is open and knows the run, or will: its row was submitted to the writer. */
struct control_server *control_server_new(const struct work *w, const struct run_row *run,
                                          struct job_control *c, struct err *e);
/* Ends the thread; what nobody answered gets `last` as its answer. NULL `l` is fine. */
void control_server_free(struct control_server *l, const char *last);

/* Any thread: this was carried out, so everybody who asked for it is answered. */
void control_server_answer(struct control_server *l, enum control_kind kind, const char *format,
                           ...) __attribute__((format(printf, 3, 4)));

#endif
