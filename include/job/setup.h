/* What a folder needs before the first look: a table and its images tried, hpa.conf written, or a
 * demo set drawn. A worker; the newest question of each kind wins. */
#ifndef JOB_SETUP_H
#define JOB_SETUP_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/wake.h"
#include "job/paths.h"

/* As typed: relative to where hpa was started, or below "~/". */
struct setup_choice {
    char csv[PATHS_TEXT], folder[PATHS_TEXT];
};

/* What a table and a folder of images hold. */
struct setup_found {
    struct setup_choice choice;
    struct err error;           /* code ERR_NONE: the rest is valid */
    char preset[16];            /* "hpa2021" when the table is of that kind, else "" */
    int samples, k, classes;    /* classes: those that occur */
    int images, looked, absent; /* wanted; looked for; not there */
    bool whole;                 /* all were looked for */
    char first_absent[512];     /* path, "" when none is absent */
};

struct setup_done {
    struct err error; /* code ERR_NONE: hpa.conf is there */
    int done, total;  /* drawn samples of a demo set */
    bool whole;       /* nothing more will come */
};

enum { SETUP_DEMO_SAMPLES = 480, SETUP_DEMO_TEST = 60, SETUP_DEMO_SIZE = 96 };
#define SETUP_DEMO_FOLDER "demo"

/* Is this an unused folder: the configured table absent and of no file, no hpa.conf, no runs? */
bool setup_wanted(const struct conf *c);
/* `c` and what ./hpa.conf says where `c` says nothing; conf_free() it. NULL: error. */
struct conf *setup_result(const struct conf *c, struct err *e);

struct setup;

/* `c` is copied. */
struct setup *setup_open(const struct conf *c, struct wake *wake, struct err *e);
void setup_close(struct setup *s); /* a demo set at work is given up */

void setup_ask_found(struct setup *s, const struct setup_choice *choice);
/* The newest, in parts; NULL when none has come; free() it. */
struct setup_found *setup_take_found(struct setup *s);

/* Write ./hpa.conf (mode 0600), which must not be there yet. `preset`: as found. */
void setup_ask_write(struct setup *s, const struct setup_choice *choice, const char *preset);
/* Draw a demo set into ./demo, and an hpa.conf for it. */
void setup_ask_demo(struct setup *s);
void setup_stop(struct setup *s); /* the demo set */
struct setup_done *setup_take_done(struct setup *s);

#endif
