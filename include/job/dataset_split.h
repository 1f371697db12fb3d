/* Folds of a dataset: those of the project's current split, of a run, or dealt by split.*; each
 * then has its parts. */
#ifndef JOB_DATASET_SPLIT_H
#define JOB_DATASET_SPLIT_H

#include "job/dataset.h"

/* How many folds split.* asks for: 2 with split.val. */
int dataset_split_count(const struct conf *c);
/* Deal d->fold by `method` and the rest of split.*; nothing is looked up or stored. */
int dataset_split_deal(struct dataset *d, const struct conf *c, const char *method, struct err *e);

/* For a training: the current split, which must hold all samples and agree with the settings;
 * without one, a split is made from split.*, stored as the current one, and the log says so. */
int dataset_split(struct dataset *d, struct job *j, struct err *e);
/* The folds of an Id,fold table; split.fold validates. */
int dataset_split_table(struct dataset *d, const struct conf *c, const char *path, struct err *e);
/* The same of a run's folder for the table of today: samples that left it and those that came to it
 * since are named in the log and left out. */
int dataset_split_of_run(struct dataset *d, struct work *w, const struct conf *c, const char *run,
                         const char *path, struct err *e);
/* For looking: the current split, else one dealt by split.*; nothing is stored, and settings that
 * contradict the split are not looked at. */
int dataset_split_look(struct dataset *d, const struct work *w, struct err *e);
/* The same, but settings that contradict the split are an error. */
int dataset_split_read(struct dataset *d, const struct work *w, struct err *e);

/* For `hpa split`: the split that the settings or an Id,fold table (`path`, or NULL) give becomes
 * the current one; waits until it is stored. d->split says what it is. ERR_LOCKED. */
int dataset_split_replace(struct dataset *d, struct job *j, const char *path, struct err *e);

#endif
