/* What of the strided transforms does not depend on the CPU tier: how many tiles there are, and
 * which points share a filter. */
#include "kern/strided.h"

enum { LINE = 9, OWN = 6 };

int strided_tiles_of_image(int h, int w)
{
    return winograd_tiles_of_image((h + 1) / 2, (w + 1) / 2);
}

static int own(int point)
{
    return point < OWN ? point : OWN - 1;
}

int strided_filter_of(int point)
{
    return own(point / LINE) * OWN + own(point % LINE);
}
