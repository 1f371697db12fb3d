/* Reports of scores at cuts: as a table and as JSON. */
#ifndef CLI_REPORT_OUT_H
#define CLI_REPORT_OUT_H

#include "base/json.h"
#include "metric/f1.h"

void report_out_table(const struct report *r, char names[][64]);
/* macro_f1, micro_f1, samples, classes [...] into the object. */
void report_out_json(struct json *j, const struct report *r, char names[][64]);

#endif
