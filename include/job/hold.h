/* Holds: a test that needs a job to be at a certain step makes the job wait there, so that it need
 * not hope for a machine of the right speed. With run.hold=FOLDER a job that comes to the step NAME
 * while FOLDER/NAME exists writes its process id into FOLDER/NAME.reached and waits until
 * FOLDER/NAME is removed. Then it removes FOLDER/NAME.reached and continues. Without run.hold
 * nothing happens. */
#ifndef JOB_HOLD_H
#define JOB_HOLD_H

#include "job/job.h"

/* What is to be done now and then while the job waits; true: wait no longer. */
typedef bool hold_attend(void *context);

/* Job's thread. `attend` NULL: a request to cancel that comes meanwhile ends the wait. */
void hold_at(struct job *j, hold_attend *attend, void *context, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* For work that is no job; `folder` is run.hold, "" for none. */
void hold_in(const char *folder, hold_attend *attend, void *context, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
