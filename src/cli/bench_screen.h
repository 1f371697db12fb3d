/* hpa bench screen: the workbench, run as always, behind a pseudo-terminal. */
#ifndef CLI_BENCH_SCREEN_H
#define CLI_BENCH_SCREEN_H

#include "command.h"

int bench_screen(const struct call *call, int rounds, struct err *e);

#endif
