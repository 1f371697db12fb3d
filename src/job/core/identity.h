/* Who and where this process is. Any thread. */
#ifndef JOB_IDENTITY_H
#define JOB_IDENTITY_H

#include <stddef.h>

#include "store/run_rows.h"

void identity_new_uuid(char out[40]);
/* host, boot_id, pid, heartbeat of this process into the row. */
void identity_stamp(struct run_row *row);
#endif
