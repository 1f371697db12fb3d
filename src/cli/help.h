/* Help, built from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "command.h"

void help_program(FILE *out);
void help_command(FILE *out, const struct command *c);

#endif
