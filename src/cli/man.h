/* The manual pages, as roff, from the tables of commands, options and keys. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include <stdio.h>

void man_program(FILE *out); /* hpa(1) */
void man_conf(FILE *out);    /* hpa.conf(5) */

#endif
