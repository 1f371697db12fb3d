/* The temporary names of saves. Any thread. */
#ifndef BASE_FILE_SAVE_H
#define BASE_FILE_SAVE_H

#include "base/file.h"

enum { FILE_SAVE_TEMP_MAX = FILE_PATH_MAX + 32 };

/* NAME.<hex>.tmp beside `path`; another one for every attempt. */
void file_save_name_temp(const char *path, int attempt, char out[FILE_SAVE_TEMP_MAX]);

#endif
