/* Every configuration key, once: the parser, `hpa config`, hpa.conf.example and README's key table
 * are generated from this list.
 *
 * X(ID, "section.name", KIND, "default", "allowed", "what it means")
 * KIND: TEXT, INT, REAL, FLAG (yes|no), CHOICE. `allowed`: "low..high" for numbers ("" any),
 * "a|b|c" for CHOICE, "" for TEXT. An empty default of a number means: chosen by the program. */
#ifndef BASE_CONF_KEYS_H
#define BASE_CONF_KEYS_H

#define CONF_KEYS(X)                                                                               \
    X(DATA_TRAIN_CSV, "data.train_csv", TEXT, "train.csv", "", "table of ids and labels")          \
    X(DATA_TRAIN_DIR, "data.train_dir", TEXT, "train", "", "folder of the training images")        \
    X(DATA_TEST_DIR, "data.test_dir", TEXT, "test", "", "folder of the test images")               \
    X(DATA_SAMPLE_SUBMISSION, "data.sample_submission", TEXT, "sample_submission.csv", "",         \
      "table whose ids and order a submission keeps")                                              \
    X(DATA_CHANNELS, "data.channels", TEXT, "red,green,blue,yellow", "",                           \
      "stains, in the order the network sees them")                                                \
    X(DATA_PATTERN, "data.pattern", TEXT, "{id}_{channel}.png", "", "file name of one stain")      \
    X(DATA_CLASSES, "data.classes", TEXT, "hpa28", "", "hpa28, hpa19 or a file, one name a line")  \
    X(DATA_ID_COLUMN, "data.id_column", TEXT, "Id", "", "column of the sample id")                 \
    X(DATA_TARGET_COLUMN, "data.target_column", TEXT, "Target", "", "column of the labels")        \
    X(DATA_SEPARATOR, "data.separator", TEXT, " ", "", "character between two labels")             \
    X(DATA_EXCLUDE, "data.exclude", TEXT, "", "", "file of ids to leave out, one a line")          \
    X(DATA_PRESET, "data.preset", CHOICE, "hpa2018", "hpa2018|hpa2021",                            \
      "defaults of the columns, separator and classes of a competition")                           \
    X(DATA_PROJECT, "data.project", TEXT, "", "",                                                  \
      "name of the project's folder, for a copy of this file that is beside it")                   \
    X(WORK_DIR, "work.dir", TEXT, "hpa-work", "", "where runs, cache and database lie")            \
    X(WORK_CACHE_DIR, "work.cache_dir", TEXT, "", "", "packed pixels; empty: cache in work.dir")   \
    X(SPLIT_METHOD, "split.method", CHOICE, "swap", "random|iterative|iterative2|swap",            \
      "how samples are dealt to folds")                                                            \
    X(SPLIT_FOLDS, "split.folds", INT, "5", "2..100", "number of folds")                           \
    X(SPLIT_FOLD, "split.fold", INT, "0", "0..99", "the fold that validates")                      \
    X(SPLIT_SEED, "split.seed", INT, "1", "0..", "seed of the split")                              \
    X(SPLIT_VAL, "split.val", REAL, "", "0.001..0.999",                                            \
      "instead of folds: fold 0 validates and has this fraction")                                  \
    X(SPLIT_GROUPS, "split.groups", TEXT, "", "",                                                  \
      "table Id,group: samples of one group stay in one fold")                                     \
    X(TRAIN_MODEL, "train.model", CHOICE, "resnet34", "resnet18|resnet34", "network")              \
    X(TRAIN_WIDTH, "train.width", INT, "64", "8..256",                                             \
      "channels of the first stage: 64 as published, fewer for a quick trial")                     \
    X(TRAIN_CONVOLUTION, "train.convolution", CHOICE, "auto", "auto|gemm",                         \
      "how to convolve; auto: the fastest for each layer, gemm: the general way, to compare")      \
    X(TRAIN_SIZE, "train.size", INT, "256", "32..2048", "image side in pixels")                    \
    X(TRAIN_BATCH, "train.batch", INT, "16", "1..1024", "samples in a batch")                      \
    X(TRAIN_EPOCHS, "train.epochs", INT, "20", "1..10000", "passes over the training part")        \
    X(TRAIN_INIT, "train.init", TEXT, "he", "",                                                    \
      "weights to begin with: he (random) or a safetensors file")                                  \
    X(TRAIN_STEM, "train.stem", CHOICE, "mean", "mean|repeat|rb",                                  \
      "what channels beyond three get of a file's first convolution")                              \
    X(TRAIN_FROZEN_EPOCHS, "train.frozen_epochs", INT, "", "0..10000",                             \
      "first epochs in which only a part learns (2 with a file as train.init, else 0)")            \
    X(TRAIN_FROZEN, "train.frozen", CHOICE, "trunk", "trunk|all",                                  \
      "what stays meanwhile: all but the first convolution and the head, or all but the head")     \
    X(TRAIN_FIRST_SIZE, "train.first_size", INT, "", "32..2048",                                   \
      "smaller image side of the first epochs; empty: none")                                       \
    X(TRAIN_FIRST_SIZE_EPOCHS, "train.first_size_epochs", INT, "", "1..10000",                     \
      "how many epochs see it (half of them)")                                                     \
    X(TRAIN_SEED, "train.seed", INT, "1", "0..", "seed of weights, order and augmentation")        \
    X(TRAIN_OPTIMIZER, "train.optimizer", CHOICE, "adamw", "adamw|sgd", "optimiser")               \
    X(TRAIN_LR, "train.lr", REAL, "", "0..100", "peak learning rate (adamw .001, sgd .05)")        \
    X(TRAIN_MOMENTUM, "train.momentum", REAL, "0.9", "0..1", "momentum of sgd")                    \
    X(TRAIN_WEIGHT_DECAY, "train.weight_decay", REAL, "", "0..10",                                 \
      "weight decay (adamw .01, decoupled; sgd .0001, in the gradient)")                           \
    X(TRAIN_BACKBONE_LR_SCALE, "train.backbone_lr_scale", TEXT, "", "",                            \
      "part of the learning rate for all but the head, once all learns; or three parts: up to "    \
      "layer2, layer3 and layer4, head (0.1,0.3,1 with a file as train.init, else 1)")             \
    X(TRAIN_SCHEDULE, "train.schedule", CHOICE, "cosine", "cosine|onecycle|restarts|constant",     \
      "course of the learning rate after warm-up; onecycle has a rise of its own")                 \
    X(TRAIN_WARMUP_EPOCHS, "train.warmup_epochs", REAL, "1", "0..100", "linear warm-up")           \
    X(TRAIN_ONECYCLE_RISE, "train.onecycle_rise", REAL, "0.3", "0..1",                             \
      "onecycle: part of all steps in which the rate rises")                                       \
    X(TRAIN_CYCLE_MOMENTUM, "train.cycle_momentum", FLAG, "yes", "",                               \
      "onecycle: momentum (adamw: beta1) falls from .95 to .85 meanwhile, and rises again")        \
    X(TRAIN_RESTART_EPOCHS, "train.restart_epochs", REAL, "5", "0.01..10000",                      \
      "restarts: epochs of the first cosine cycle")                                                \
    X(TRAIN_RESTART_FACTOR, "train.restart_factor", INT, "1", "1..100",                            \
      "restarts: each cycle is so many times as long as the one before")                           \
    X(TRAIN_CLIP, "train.clip", REAL, "0", "0..1000000",                                           \
      "most norm of all gradients together; longer ones are shortened; 0: never")                  \
    X(TRAIN_EMA, "train.ema", REAL, "0.999", "0..0.999999",                                        \
      "decay of averaged weights, used to validate and predict; 0: none")                          \
    X(TRAIN_ACCUMULATE, "train.accumulate", INT, "1", "1..1024",                                   \
      "batches in a step: their gradients are averaged")                                           \
    X(TRAIN_DROPOUT, "train.dropout", REAL, "0.5", "0..0.99", "dropout before the last layer")     \
    X(TRAIN_SHUFFLE, "train.shuffle", FLAG, "yes", "", "new order of samples every epoch")         \
    X(TRAIN_SAMPLER, "train.sampler", CHOICE, "balanced", "shuffle|balanced|weights|oversample",   \
      "samples of an epoch: each once; as many drawn, rare classes or weights first; repeats")     \
    X(TRAIN_SAMPLE_WEIGHTS, "train.sample_weights", TEXT, "", "",                                  \
      "table Id,weight of sampler=weights")                                                        \
    X(TRAIN_OVERSAMPLE, "train.oversample", TEXT, "", "",                                          \
      "repeats of sampler=oversample, CLASS:TIMES,...: 8:4,9:4,10:4,15:4,27:4,20:2")               \
    X(TRAIN_MAX_STEPS, "train.max_steps", INT, "0", "0..", "end after so many steps; 0: never")    \
    X(TRAIN_PATIENCE, "train.patience", INT, "0", "0..10000",                                      \
      "end when so many epochs brought no better one; 0: never")                                   \
    X(TRAIN_VALIDATE_STEPS, "train.validate_steps", INT, "0", "0..",                               \
      "validate after every so many steps too; 0: at epoch ends only")                             \
    X(LOSS_GAMMA, "loss.gamma", REAL, "2", "0..10", "focusing of the focal loss; 0: plain BCE")    \
    X(LOSS_ALPHA, "loss.alpha", TEXT, "off", "",                                                   \
      "weight of positives, 1 less it of negatives: 0 to 1, or off")                               \
    X(LOSS_CLASS_WEIGHTS, "loss.class_weights", TEXT, "none", "",                                  \
      "none, inverse (of the counts), effective (number of samples) or a table class,weight")      \
    X(LOSS_EFFECTIVE_BETA, "loss.effective_beta", REAL, "0.999", "0..0.9999999",                   \
      "beta of class_weights=effective")                                                           \
    X(LOSS_LABEL_SMOOTHING, "loss.label_smoothing", REAL, "0", "0..0.9",                           \
      "a target y becomes y (1-N) + N/2")                                                          \
    X(LOSS_REDUCTION, "loss.reduction", CHOICE, "mean", "mean|sum_classes",                        \
      "mean over all, or sum over classes and mean over the batch")                                \
    X(AUGMENT_PRESET, "augment.preset", CHOICE, "standard", "none|dihedral|standard|strong",       \
      "what happens to training images; each part below may be set by itself")                     \
    X(AUGMENT_FLIP, "augment.flip", FLAG, "yes", "", "mirrored at random, in both directions")     \
    X(AUGMENT_TURN, "augment.turn", FLAG, "yes", "", "turned by a quarter at random")              \
    X(AUGMENT_ROTATE, "augment.rotate", REAL, "30", "0..180", "turned by up to so many degrees")   \
    X(AUGMENT_SCALE, "augment.scale", TEXT, "0.9,1.1", "",                                         \
      "magnified by LOW,HIGH; one number N: 1-N,1+N")                                              \
    X(AUGMENT_SHIFT, "augment.shift", REAL, "0.05", "0..0.5",                                      \
      "moved by up to this part of the side, in both directions")                                  \
    X(AUGMENT_BRIGHTNESS, "augment.brightness", REAL, "0.1", "0..1",                               \
      "each stain times 1-N to 1+N")                                                               \
    X(AUGMENT_CONTRAST, "augment.contrast", REAL, "0", "0..1",                                     \
      "each stain's distance from its mean times 1-N to 1+N")                                      \
    X(AUGMENT_CUTOUT, "augment.cutout", REAL, "0", "0..1",                                         \
      "a square is blanked whose side is this part of the image's")                                \
    X(TUNE_METHOD, "tune.method", CHOICE, "best",                                                  \
      "fixed|global|exact|halves|proportion|softf1|calibrated|consensus|support|best",             \
      "how cuts are chosen")                                                                       \
    X(TUNE_EMPTY_ROW, "tune.empty_row", TEXT, "argmax", "",                                        \
      "labels of a sample with no score above its cut: argmax, none or class:N")                   \
    X(PREDICT_TTA, "predict.tta", INT, "8", "1..8", "flips and turns averaged per test image")     \
    X(RUN_THREADS, "run.threads", INT, "0", "0..256", "compute threads; 0: all cores allowed")     \
    X(RUN_CPU_TIER, "run.cpu_tier", CHOICE, "auto", "auto|scalar|vector|avx2|avx512",              \
      "instructions of the vector kernels; auto: the fastest of this CPU")                         \
    X(RUN_ON_HANGUP, "run.on_hangup", CHOICE, "continue", "continue|checkpoint|stop",              \
      "what a training does when the terminal is lost")                                            \
    X(RUN_CHECKPOINT_MINUTES, "run.checkpoint_minutes", REAL, "10", "0.01..1440",                  \
      "a checkpoint inside long epochs at least this often")                                       \
    X(RUN_KEEP, "run.keep", TEXT, "last,best", "",                                                 \
      "checkpoints that stay: last, the one before and best always; every:N, newest:N epochs")     \
    X(UI_COLOR, "ui.color", CHOICE, "auto", "auto|256|16|8|mono", "colours of the screen")         \
    X(UI_GLYPHS, "ui.glyphs", CHOICE, "auto", "auto|braille|block|ascii", "characters for plots")  \
    X(UI_THEME, "ui.theme", CHOICE, "dark", "dark|light", "palette")                               \
    X(UI_MOUSE, "ui.mouse", CHOICE, "auto", "auto|on|off",                                         \
      "click, wheel and drag; auto: not inside tmux, whose own selection stays")                   \
    X(UI_BELL, "ui.bell", FLAG, "yes", "", "ring the terminal's bell when a training ends")        \
    X(UI_TITLE, "ui.title", FLAG, "yes", "", "run and epoch in the terminal's title")              \
    X(UI_ESCAPE_MS, "ui.escape_ms", INT, "50", "10..2000",                                         \
      "milliseconds until Esc alone is a key; more where a slow connection splits keys")           \
    X(UI_FPS, "ui.fps", INT, "15", "1..60", "most frames drawn in a second")

/* Keys for the project's own tests: set as any other, but never listed, suggested or recorded. */
#define CONF_HIDDEN_KEYS(X)                                                                        \
    X(RUN_HOLD, "run.hold", TEXT, "", "",                                                          \
      "folder in which a file named after a step makes a job wait there (job/hold.h)")

#endif
