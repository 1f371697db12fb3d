/* Who and where this process is. The kernel's boot id tells a pid of before a reboot from one of
 * now.
 */
#include "process_id.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

static void read_line(const char *path, char *out, size_t size)
{
    out[0] = '\0';
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    if (fgets(out, (int)size, f))
        out[strcspn(out, "\n")] = '\0';
    fclose(f);
}

void process_id_new_uuid(char out[40])
{
    uint8_t b[16];
    if (getentropy(b, sizeof b))
        mem_fatal("the system has no random numbers to give");
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4, random (RFC 4122) */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    for (int i = 0, at = 0; i < 16; i++)
        at += snprintf(out + at, 40 - (size_t)at, "%s%02x",
                       i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
}

void process_id_stamp(struct run_row *row)
{
    if (gethostname(row->host, sizeof row->host))
        row->host[0] = '\0';
    row->host[sizeof row->host - 1] = '\0';
    read_line("/proc/sys/kernel/random/boot_id", row->boot_id, sizeof row->boot_id);
    row->pid = (int)getpid();
    row->heartbeat_ms = clock_unix_ms();
}
