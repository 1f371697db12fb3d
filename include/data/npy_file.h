/* NumPy arrays on disk: version 1.0, '<f4', C order, two dimensions (the format's own description:
 * numpy.lib.format). Reading is strict with checked sizes; writing is durable. Any thread. */
#ifndef DATA_NPY_FILE_H
#define DATA_NPY_FILE_H

#include "base/err.h"
#include "base/output.h"

/* `*data` [rows, columns], free() it. ERR_NOINPUT, ERR_DATA with the reason. */
int npy_file_read(const char *path, float **data, int *rows, int *columns, struct err *e);
int npy_file_write(const char *path, enum output_mode mode, const float *data /* [rows,columns] */,
                   int rows, int columns, struct err *e);

#endif
