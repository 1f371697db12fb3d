/* What computes a training, written down with the run and compared when another process resumes it:
 * products are rounded in other ways by other CPU tiers, other BLAS libraries and other kernels of
 * these, logarithms and cosines by other C libraries. Any thread. */
#ifndef JOB_ENGINE_H
#define JOB_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "kern/kern.h"
#include "store/run_rows.h"

enum { ENGINE_TEXT = 512 };

/* Of this process. */
void engine_here(const struct kern *kern, struct run_engine *out);

/* As members of a JSON object; what is absent there stays as it is. */
void engine_put(const struct run_engine *x, struct json *j);
void engine_take(struct run_engine *x, const struct json *j);

/* "avx512 kernels, OpenBLAS 0.3.21 with SkylakeX kernels, glibc 2.36, hpa 0.1.0, gcc 12.2.0"; ""
 * when nothing is known. */
void engine_text(const struct run_engine *x, char out[ENGINE_TEXT]);

/* What is known of both and differs: "BLAS kernels Haswell, before SkylakeX; ..."; false: nothing.
 */
bool engine_differs(const struct run_engine *before, const struct run_engine *now,
                    char out[ENGINE_TEXT]);

#endif
