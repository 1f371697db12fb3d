/* Commands: everything the screen can do, for a shell and for a batch queue. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* Called once, first thing: sets OPENBLAS_NUM_THREADS=1 and starts the program again when it was
 * not set, because the pthread build of OpenBLAS starts its threads while it is loaded. */
void cli_prepare(char **argv);

/* Does the command line name a command (or -h, -V)? If not, the workbench is meant. */
int cli_has_command(int argc, char **argv);

/* Run the command; returns the exit code. */
int cli_run(int argc, char **argv);

#endif
