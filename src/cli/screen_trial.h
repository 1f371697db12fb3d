/* What a user feels of the screen, measured on the running program: how soon a frame stands, how
 * soon a key is answered, what that costs on the line, what it costs to do nothing. */
#ifndef CLI_SCREEN_TRIAL_H
#define CLI_SCREEN_TRIAL_H

#include "terminal.h"

enum { SCREEN_TRIAL_KEYS_MAX = 10000, SCREEN_TRIAL_COURSES = 10, SCREEN_TRIAL_PICTURES = 2 };

struct screen_trial_plan {
    char *const *argv; /* of the workbench */
    int columns, rows;
    int keys;       /* pressed on each tab */
    int rounds;     /* times it is opened */
    double idle;    /* seconds of doing nothing on each tab */
    bool training;  /* argv starts one: what needs a silent line is left out */
    bool pictures;  /* there are images */
    bool untouched; /* it is somebody\'s work: no cut is moved */
};

/* NaN: not measured. */
struct screen_trial_opening {
    double first_ms; /* median until the first frame stands */
    double whole_ms; /* ... until all of it is there */
    double peak_mb;  /* memory since the start, after the filter was typed */
};

/* Keys of one kind on one tab. A key without effect (a list of one row) is not answered. */
struct screen_trial_course {
    const char *tab, *what;
    int keys, answered;
    double median_ms, p99_ms, most_ms;
    double bytes;       /* a key, all that it brings and what comes by itself meanwhile */
    double idle_bytes;  /* a second without a key */
    double cpu_percent; /* of one core meanwhile */
};

/* Until the last byte of it. */
struct screen_trial_pictures {
    const char *tab;
    int n;
    double new_ms, new_most_ms;       /* of samples that were not looked at, nor are neighbours */
    double cached_ms, cached_most_ms; /* a step to a neighbour, and back */
    double bytes;                     /* such a step */
};

struct screen_trial {
    struct screen_trial_opening opening;
    struct screen_trial_course filter; /* letters of a condition on the Data tab */
    struct screen_trial_course courses[SCREEN_TRIAL_COURSES];
    int courses_n;
    struct screen_trial_pictures pictures[SCREEN_TRIAL_PICTURES];
    int pictures_n;
    double peak_mb; /* at the end */
};

/* Fills `opening` and `filter`. */
int screen_trial_open(const struct screen_trial_plan *p, struct screen_trial *out, struct err *e);
/* Fills the rest. */
int screen_trial_tabs(const struct screen_trial_plan *p, struct screen_trial *out, struct err *e);

#endif
