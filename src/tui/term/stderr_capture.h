/* Standard error as log lines: what libraries print would destroy the screen. UI thread. */
#ifndef TUI_STDERR_CAPTURE_H
#define TUI_STDERR_CAPTURE_H

/* From now on what is printed to standard error lands in the log (when stderr_capture_read is
 * called). */
void stderr_capture_begin(void);
int stderr_capture_fd(void); /* readable when something was printed; -1 when not capturing */
void stderr_capture_read(void);
void stderr_capture_end(void); /* standard error as before; what still waited goes there */

#endif
