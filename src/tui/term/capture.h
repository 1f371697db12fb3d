/* Standard error as log lines: what libraries print would destroy the screen. UI thread. */
#ifndef TUI_CAPTURE_H
#define TUI_CAPTURE_H

/* From now on what is printed to standard error lands in the log (when capture_read is called). */
void capture_begin(void);
int capture_fd(void); /* readable when something was printed; -1 when not capturing */
void capture_read(void);
void capture_end(void); /* standard error as before; what still waited goes there */

#endif
