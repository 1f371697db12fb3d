/* The files of a run's directory, runs/NAME/: the only place that names them. trainer_save.c says
 * what is in each; README tells users. */
#ifndef JOB_RUN_FILES_H
#define JOB_RUN_FILES_H

#define RUN_FILES_LAST           "last.safetensors"     /* all that resuming needs */
#define RUN_FILES_PREVIOUS       "previous.safetensors" /* the checkpoint before it */
#define RUN_FILES_BEST           "best.safetensors"     /* weights of the best epoch */
#define RUN_FILES_BEST_SCORES    "best_scores.npy"      /* validation scores of that epoch */
#define RUN_FILES_NEWEST_SCORES  "val_scores.npy"
#define RUN_FILES_TRUTH          "val.csv"    /* Id,Target of the rows of both */
#define RUN_FILES_FOLDS          "folds.csv"  /* Id,fold of every sample */
#define RUN_FILES_SPLIT          "split.json" /* what the folds were made from */
#define RUN_FILES_PIXELS         "pixels.csv" /* digests of the images */
#define RUN_FILES_SAMPLE_WEIGHTS "sample_weights.csv"
#define RUN_FILES_EXCLUDED       "excluded.csv"    /* samples that could not be read */
#define RUN_FILES_METADATA       "run.json"        /* written by the trainer */
#define RUN_FILES_NOTES          "notes.json"      /* written by whoever notes */
#define RUN_FILES_CLASSES        "classes.csv"     /* figures of each class and epoch */
#define RUN_FILES_THRESHOLDS     "thresholds.json" /* the stored sets */
#define RUN_FILES_LOCK           "lock"            /* held by who trains the run */
#define RUN_FILES_DETACHED_LOG   "detached.log"    /* of a training without a terminal */

#endif
