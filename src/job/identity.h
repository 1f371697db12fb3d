/* Who and where this process is: for telling live runs from dead ones. Any thread. */
#ifndef JOB_IDENTITY_H
#define JOB_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "store/run_rows.h"

void identity_new_uuid(char out[40]);
/* host, boot_id, pid, heartbeat of this process into the row. */
void identity_stamp(struct run_row *row);
/* Is the process that runs `row` alive, as far as can be told from here (same host and boot: its
 * pid exists; elsewhere: its heartbeat is younger than two minutes)? */
bool identity_alive(const struct run_row *row);

#endif
