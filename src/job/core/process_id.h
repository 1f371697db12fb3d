/* Who and where this process is. Any thread. */
#ifndef JOB_PROCESS_ID_H
#define JOB_PROCESS_ID_H

#include <stddef.h>

#include "store/run_rows.h"

void process_id_new_uuid(char out[40]);
/* host, boot_id, pid, heartbeat of this process into the row. */
void process_id_stamp(struct run_row *row);
#endif
