/* The command line, taken apart by the tables of the commands. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "job/run_query_table.h"

struct command;

struct option {
    const char *name;  /* long name without the dashes */
    char letter;       /* 0: none */
    const char *value; /* what stands for its value in the help; NULL: it takes none */
    const char *key;   /* the configuration key it sets; NULL: the command reads it */
    const char *help;  /* NULL: the key's */
};

enum { OPTIONS_GIVEN_MAX = 128 };

struct options {
    const struct command *command; /* NULL: none was named */
    bool help;                     /* `help` was named, which takes any command as its argument */
    const char *args[OPTIONS_GIVEN_MAX];
    int args_n;
    struct {
        const char *name, *value; /* value NULL: takes none */
        const char *key;          /* NULL: not a key's */
    } given[OPTIONS_GIVEN_MAX];
    int given_n;
};

/* The options every command takes. */
const struct option *options_global(int *n);
/* The options of the workbench, which is no command. */
const struct option *options_workbench(int *n);
/* The flag that stands for a key ("train.weight_decay" -> "weight-decay"). */
void options_key_flag(const char *key, char *out, int size);

/* Borrow everything from `argv`. ERR_USAGE with a hint. */
int options_parse(struct options *o, int argc, char **argv, struct err *e);
/* Is `word`, `n` bytes of it, one of `words`, with blanks between? */
bool options_is_among(const char *word, size_t n, const char *words);
/* ERR_USAGE for an option of the command that this of its actions does not take, `takes`: the names
 * of those it does, blanks between. --force is always taken: there may be nothing to overwrite. */
int options_check_action(const struct options *o, const char *action, const char *takes,
                         struct err *e);
/* Load the configuration files and lay the flags over them. */
int options_configure(const struct options *o, struct conf *c, struct err *e);

bool options_has(const struct options *o, const char *name);
const char *options_text(const struct options *o, const char *name); /* the last one; or NULL */
/* The table of scores that --probs and --truth name; ERR_USAGE for one without the other. */
int options_table(const struct options *o, struct run_query_table *out, struct err *e);
/* `*value` keeps its default when the option was not given. */
int options_int(const struct options *o, const char *name, int64_t low, int64_t high,
                int64_t *value, struct err *e);
/* What --size says of a terminal, "160x48"; they keep their defaults without it. */
int options_size(const struct options *o, int *columns, int *rows, struct err *e);

#endif
