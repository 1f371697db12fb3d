/* Which checkpoints of finished epochs stay (run.keep). Pure functions. */
#ifndef BASE_RETENTION_RULE_H
#define BASE_RETENTION_RULE_H

#include <stdbool.h>
#include <stdint.h>

struct retention_rule {
    int64_t every;  /* each epoch that this divides; 0: none */
    int64_t newest; /* that many of the newest epochs; 0: none */
};

/* Words with commas between: last, previous, best (which stay in any case), every:N, newest:N. */
bool retention_rule_parse(const char *text, struct retention_rule *rule);
/* Does the checkpoint of `epoch` (1, 2, ...) stay when `done` epochs are done? */
bool retention_rule_holds(const struct retention_rule *rule, int64_t epoch, int64_t done);

#endif
