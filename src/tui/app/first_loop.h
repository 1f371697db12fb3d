/* The loop of the first page. */
#ifndef TUI_FIRST_LOOP_H
#define TUI_FIRST_LOOP_H

#include "base/conf.h"
#include "base/err.h"

enum first_end { FIRST_END_BEGIN, FIRST_END_QUIT, FIRST_END_SIGNAL, FIRST_END_HANG_UP };

/* On the open screen. FIRST_END_BEGIN: *made is the configuration to go on with, conf_free() it. */
enum first_end first_loop(const struct conf *c, struct conf **made, struct err *e);

#endif
