/* Every action of the screen, once: the enum, the keys, the commands, the help page, the hint line
 * and README's key table are generated from this list.
 *
 * X(ID, SCOPE, "command", "argument", "keys", "hint key", "hint word", "help")
 * keys: separated by blanks, "" for a command without a key. Entries with a hint word stand in the
 * hint line, in this order, as long as there is room. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include <stdint.h>

/* Where an action is in force: a tab, a pane (of every tab that shows it), the help page. */
#define SCOPE(bit)   (UINT64_C(1) << (bit))
#define SCOPE_BOARD  SCOPE(0) /* tab 1, any pane */
#define SCOPE_DATA   SCOPE(1) /* tab 2, any pane */
#define SCOPE_TRAIN  SCOPE(2) /* tab 3, any pane */
#define SCOPE_ERRORS SCOPE(4) /* tab 5, any pane */
#define SCOPE_RUNS   SCOPE(5) /* tab 6, any pane */
#define SCOPE_LOG    SCOPE(6) /* tab 7 */
#define SCOPE_HELP   SCOPE(7) /* the help page */
#define SCOPE_ANY    SCOPE(8) /* everywhere but on the help page */
#define SCOPE_LABELS SCOPE(16)
#define SCOPE_CURVES SCOPE(17)
#define SCOPE_F1     SCOPE(18)
#define SCOPE_CUTS   SCOPE(19)
/* Panes of the Data tab. */
#define SCOPE_LABELS_PER_SAMPLE SCOPE(24)
#define SCOPE_COOCCURRENCE      SCOPE(25)
#define SCOPE_INTENSITY         SCOPE(26)
#define SCOPE_SPLITS            SCOPE(27)
#define SCOPE_SAMPLES           SCOPE(28)
#define SCOPE_PICTURE           SCOPE(29)
#define SCOPE_FINDINGS          SCOPE(30)
/* Panes of the Train tab. */
#define SCOPE_FORM     SCOPE(54)
#define SCOPE_PROGRESS SCOPE(55)
#define SCOPE_RATES    SCOPE(56)
#define SCOPE_EVENTS   SCOPE(57)
#define SCOPE_QUEUE    SCOPE(58)
/* Panes of the Errors tab. */
#define SCOPE_TOP_LOSSES   SCOPE(60)
#define SCOPE_CLASS_ERRORS SCOPE(61)
#define SCOPE_CONFUSION    SCOPE(62)
#define SCOPE_SAMPLE       SCOPE(63)
#define SCOPE_PICTURES     (SCOPE_DATA | SCOPE_ERRORS) /* tabs with pictures */
/* Panes of the Runs tab. */
#define SCOPE_TABLE      SCOPE(48)
#define SCOPE_SETTINGS   SCOPE(49)
#define SCOPE_RUN_CURVES SCOPE(50)
#define SCOPE_F1_DELTA   SCOPE(51)
#define SCOPE_BARS       (SCOPE_LABELS | SCOPE_LABELS_PER_SAMPLE)
#define SCOPE_PANES                                                                                \
    (SCOPE_BOARD | SCOPE_DATA | SCOPE_TRAIN | SCOPE_TUNE | SCOPE_ERRORS |                          \
     SCOPE_RUNS) /* tabs with several panes */
/* Tab 4, Tune: all of it, its panes that show the selected class, and single panes. */
#define SCOPE_TUNE    SCOPE(3)
#define SCOPE_TUNED   SCOPE(40)
#define SCOPE_CLASSES SCOPE(41)
#define SCOPE_METHODS SCOPE(42)
#define SCOPE_SETS    SCOPE(43)
#define SCOPE_SLIDERS (SCOPE_BOARD | SCOPE_TUNED) /* where cuts are moved */
#define SCOPE_KEPT    (SCOPE_BOARD | SCOPE_TUNE)  /* what happens to the cuts as a whole */
#define SCOPE_LISTS   (SCOPE_LABELS | SCOPE_F1 | SCOPE_CUTS | SCOPE_CLASSES | SCOPE_CLASS_ERRORS)

#define ACTIONS(X)                                                                                 \
    X(CLASS_DOWN, SCOPE_SLIDERS, "class-down", "", "j Down", "jk", "class", "next class")          \
    X(CLASS_UP, SCOPE_SLIDERS, "class-up", "", "k Up", "", "", "previous class")                   \
    X(CLASS_FIRST, SCOPE_SLIDERS, "class-first", "", "g Home", "", "", "first class")              \
    X(CLASS_LAST, SCOPE_SLIDERS, "class-last", "", "G End", "", "", "last class")                  \
    X(PAGE_DOWN, SCOPE_SLIDERS, "page-down", "", "PgDn", "", "", "a page of classes down")         \
    X(PAGE_UP, SCOPE_SLIDERS, "page-up", "", "PgUp", "", "", "a page of classes up")               \
    X(CLASS, SCOPE_SLIDERS, "class", "NAME", "", "", "", "select a class by its number or name")   \
    X(CUT_DOWN, SCOPE_SLIDERS, "cut-down", "", "h Left", "hl", "cut", "lower the cut by .01")      \
    X(CUT_UP, SCOPE_SLIDERS, "cut-up", "", "l Right", "", "", "raise the cut by .01")              \
    X(CUT_FINE_DOWN, SCOPE_SLIDERS, "cut-fine-down", "", "<", "", "", "lower the cut by .001")     \
    X(CUT_FINE_UP, SCOPE_SLIDERS, "cut-fine-up", "", ">", "", "", "raise the cut by .001")         \
    X(CUT_PREVIOUS, SCOPE_SLIDERS, "cut-previous", "", "[", "", "",                                \
      "next cut below at which a count changes")                                                   \
    X(CUT_NEXT, SCOPE_SLIDERS, "cut-next", "", "]", "", "",                                        \
      "next cut above at which a count changes")                                                   \
    X(CUT, SCOPE_SLIDERS, "cut", "VALUE", "", "", "", "set the cut of the selected class, 0 to 1") \
    X(BEST, SCOPE_SLIDERS, "best", "", "o", "o", "best", "best cut of this class")                 \
    X(BEST_ALL, SCOPE_SLIDERS, "best-all", "", "O", "O", "all",                                    \
      "best cut of every unlocked class")                                                          \
    X(LOCK, SCOPE_SLIDERS, "lock", "", "*", "*", "lock", "lock or unlock the cut of this class")   \
    X(METHODS, SCOPE_TUNE, "methods", "", "m", "m", "method",                                      \
      "the methods side by side, in-sample and held-out; again: back")                             \
    X(UNDO, SCOPE_KEPT, "undo", "", "u", "u", "undo", "take the last change of a cut back")        \
    X(REDO, SCOPE_KEPT, "redo", "", "Ctrl-R", "", "", "change it again")                           \
    X(SAVE, SCOPE_KEPT, "save", "NAME", "w", "w", "save", "save the cuts as a set under a name")   \
    X(EXPORT, SCOPE_KEPT, "export", "FILE", "e", "", "", "write the cuts into a JSON file")        \
    X(PREDICT, SCOPE_ANY, "predict", "FILE", "P", "P", "submit",                                   \
      "predict the test set by this run with these cuts, and write the submission")                \
    X(SORT, SCOPE_LISTS, "sort", "ORDER", "s", "s", "sort",                                        \
      "order of the classes: rarity, index, F1, gain")                                             \
    X(LOG_COUNTS, SCOPE_BARS, "log-counts", "", "y", "y", "log", "bars in logarithmic scale")      \
    X(SMOOTH, SCOPE_CURVES, "smooth", "WEIGHT", "s", "s", "smooth",                                \
      "smoothing of the training loss: 0, .6, .9")                                                 \
    X(LOG_LOSS, SCOPE_CURVES, "log-loss", "", "y", "y", "log", "loss in logarithmic scale")        \
    X(CURVE_CURSOR, SCOPE_CURVES, "curve-cursor", "", "v", "v", "values",                          \
      "a cursor that shows the values of one epoch, or none")                                      \
    X(CURVE_LEFT, SCOPE_CURVES, "curve-left", "", ",", "", "", "the cursor an epoch back")         \
    X(CURVE_RIGHT, SCOPE_CURVES, "curve-right", "", ".", "", "", "the cursor an epoch on")         \
    X(CURVE_NEARER, SCOPE_CURVES, "curve-nearer", "", "+", "+-", "range",                          \
      "the later half of the epochs alone")                                                        \
    X(CURVE_FARTHER, SCOPE_CURVES, "curve-farther", "", "-", "", "", "twice as many epochs again") \
    X(ERROR_DOWN, SCOPE_ERRORS, "error-down", "", "j Down", "jk", "move",                          \
      "the next sample, class or pair; a magnified picture moves")                                 \
    X(ERROR_UP, SCOPE_ERRORS, "error-up", "", "k Up", "", "", "the previous one")                  \
    X(ERROR_LEFT, SCOPE_ERRORS, "error-left", "", "h Left", "", "",                                \
      "FN, FP or TP; the class taken instead; a page of samples; the picture to the left")         \
    X(ERROR_RIGHT, SCOPE_ERRORS, "error-right", "", "l Right", "", "", "the same to the right")    \
    X(ERROR_FIRST, SCOPE_ERRORS, "error-first", "", "g Home", "", "",                              \
      "first sample, class or pair")                                                               \
    X(ERROR_LAST, SCOPE_ERRORS, "error-last", "", "G End", "", "", "last sample, class or pair")   \
    X(ERROR_PAGE_DOWN, SCOPE_ERRORS, "error-page-down", "", "PgDn", "", "", "a page down")         \
    X(ERROR_PAGE_UP, SCOPE_ERRORS, "error-page-up", "", "PgUp", "", "", "a page up")               \
    X(ERROR_OPEN, SCOPE_ERRORS, "error-open", "", "Enter", "Enter", "open",                        \
      "the samples of this count or pair; the picture of this sample, alone")                      \
    X(ERROR_SHOW, SCOPE_ERRORS, "error-show", "WHICH", "f", "f", "which",                          \
      "samples: all, missed, wrong or right for this class, marked")                               \
    X(ERROR_ORDER, SCOPE_TOP_LOSSES, "error-order", "ORDER", "s", "s", "order",                    \
      "samples by loss, or by how far beyond the cut")                                             \
    X(GRADCAM, SCOPE_ERRORS, "gradcam", "", "H", "H", "heat",                                      \
      "Grad-CAM over the picture: where the network sees the selected class; again: not")          \
    X(SHARE, SCOPE_CONFUSION, "share", "", "y", "y", "share",                                      \
      "shades by the share of what is missed, or by count")                                        \
    X(SAMPLE_MARK, SCOPE_ERRORS, "mark-sample", "KIND NOTE", "M", "M", "mark",                     \
      "mark this sample: wrong-label, bad-image, ambiguous, duplicate, interesting, note")         \
    X(SAMPLE_UNMARK, SCOPE_ERRORS, "unmark-sample", "", "x", "", "",                               \
      "take the marks of this sample away")                                                        \
    X(ERROR_QUERY, SCOPE_ERRORS, "error-query", "CONDITION", "/", "/", "find",                     \
      "of these, samples that meet a condition as on the Data tab; Esc clears")                    \
    X(MARK_UNDO, SCOPE_ERRORS, "mark-undo", "", "u", "u", "undo",                                  \
      "take the last change of a mark back")                                                       \
    X(MARK_REDO, SCOPE_ERRORS, "mark-redo", "", "Ctrl-R", "", "", "change it again")               \
    X(MARKS, SCOPE_ERRORS, "marks", "FILE", "", "", "", "write all marks into a CSV file")         \
    X(PANE_NEXT, SCOPE_PANES, "pane-next", "", "Tab", "Tab", "pane", "next pane")                  \
    X(PANE_PREVIOUS, SCOPE_PANES, "pane-previous", "", "S-Tab", "", "", "previous pane")           \
    X(ZOOM, SCOPE_PANES, "zoom", "", "z", "z", "zoom", "this pane alone, or all of them")          \
    X(FILTER, SCOPE_SLIDERS, "filter", "TEXT", "/", "/", "find",                                   \
      "show only classes with this text (or number); Esc clears")                                  \
    X(ENTER, SCOPE_SLIDERS, "enter", "", "Enter", "", "", "this pane alone, or all of them")       \
    X(DATA_DOWN, SCOPE_DATA, "data-down", "", "j Down", "jk", "move",                              \
      "the next class, sample or row; a magnified picture moves")                                  \
    X(DATA_UP, SCOPE_DATA, "data-up", "", "k Up", "", "", "the previous one")                      \
    X(DATA_LEFT, SCOPE_DATA, "data-left", "", "h Left", "", "",                                    \
      "the other class of a pair, a page of samples, the picture to the left")                     \
    X(DATA_RIGHT, SCOPE_DATA, "data-right", "", "l Right", "", "", "the same to the right")        \
    X(DATA_FIRST, SCOPE_DATA, "data-first", "", "g Home", "", "", "first class, sample or row")    \
    X(DATA_LAST, SCOPE_DATA, "data-last", "", "G End", "", "", "last class, sample or row")        \
    X(DATA_PAGE_DOWN, SCOPE_DATA, "data-page-down", "", "PgDn", "", "", "a page down")             \
    X(DATA_PAGE_UP, SCOPE_DATA, "data-page-up", "", "PgUp", "", "", "a page up")                   \
    X(DATA_OPEN, SCOPE_DATA, "open", "", "Enter", "Enter", "open",                                 \
      "the samples of this class, pair, number or finding; the picture of this sample, alone")     \
    X(QUERY, SCOPE_DATA, "query", "CONDITION", "/", "/", "find",                                   \
      "samples that meet a condition: 21 and not 25, fold 0, id ab1, finding:any, predicted:3, "   \
      "missed:any, wrong:any, mark:any; in Findings those with a text; Esc clears")                \
    X(SCAN, SCOPE_DATA, "scan", "", "X", "X", "scan",                                              \
      "look at every training image in the background: what cannot be read or is there twice")     \
    X(FINDING_FILTER, SCOPE_FINDINGS, "finding-filter", "TEXT", "", "", "",                        \
      "only findings with this text in id, stain, kind or detail")                                 \
    X(FINDING_SORT, SCOPE_FINDINGS, "finding-sort", "ORDER", "s", "s", "sort",                     \
      "order of the findings: severity, kind, sample")                                             \
    X(SAMPLE_PREVIOUS, SCOPE_PICTURES, "sample-previous", "", "[", "[]", "sample",                 \
      "previous sample")                                                                           \
    X(SAMPLE_NEXT, SCOPE_PICTURES, "sample-next", "", "]", "", "", "next sample")                  \
    X(STAIN_NEXT, SCOPE_PICTURES, "stain-next", "", "c", "c", "stain",                             \
      "all stains, then each alone")                                                               \
    X(STAIN_PREVIOUS, SCOPE_PICTURES, "stain-previous", "", "C", "", "", "the same backwards")     \
    X(STAIN, SCOPE_PICTURES, "stain", "LETTERS", "", "", "",                                       \
      "any stains by their first letters: rgy, or all")                                            \
    X(BRIGHTER, SCOPE_PICTURES, "brighter", "", "+", "+-", "gain", "brighter pictures")            \
    X(DARKER, SCOPE_PICTURES, "darker", "", "-", "", "", "darker pictures")                        \
    X(CLOSER, SCOPE_PICTURES, "closer", "", ">", "><", "closer",                                   \
      "magnify, until every pixel is a dot or larger")                                             \
    X(FARTHER, SCOPE_PICTURES, "farther", "", "<", "", "", "back to the whole image")              \
    X(PLAIN_VIEW, SCOPE_PICTURES, "plain-view", "", "=", "", "",                                   \
      "the whole image, as bright as it is")                                                       \
    X(SHOW, SCOPE_DATA, "show", "HOW", "v", "v", "view", "pictures: one, a pair, a grid")          \
    X(MARK, SCOPE_DATA, "mark", "", "m", "", "",                                                   \
      "mark this sample, to see it beside others; again: not")                                     \
    X(AGAINST, SCOPE_INTENSITY, "against", "SET", "a", "a", "against",                             \
      "compare with the class, the test set, none")                                                \
    X(LOG_LEVELS, SCOPE_INTENSITY, "log-intensity", "", "y", "y", "log",                           \
      "shares of pixels in logarithmic scale")                                                     \
    X(SETS, SCOPE_TUNE, "sets", "", "n", "n", "sets",                                              \
      "the named sets, each against the cuts as they stand; again: back")                          \
    X(LOG_SCORES, SCOPE_TUNE, "log-scores", "", "y", "y", "log",                                   \
      "counts of the histogram in logarithmic scale")                                              \
    X(METHOD, SCOPE_TUNE, "method", "NAME", "", "", "", "choose the method that o and O apply")    \
    X(SET, SCOPE_TUNE, "set", "NAME", "", "", "",                                                  \
      "every unlocked class to the cut of a named set")                                            \
    X(COMPARE, SCOPE_TUNE, "compare", "NAME", "", "", "", "a named set against the cuts")          \
    X(IMPORT, SCOPE_TUNE, "import", "FILE", "", "", "", "cuts from a JSON file, as one change")    \
    X(METHOD_DOWN, SCOPE_METHODS, "method-down", "", "j Down", "jk", "method", "next method")      \
    X(METHOD_UP, SCOPE_METHODS, "method-up", "", "k Up", "", "", "previous method")                \
    X(METHOD_ALL, SCOPE_METHODS, "method-all", "", "Enter O", "Enter", "apply",                    \
      "choose it; every unlocked class to its cut")                                                \
    X(METHOD_ONE, SCOPE_METHODS, "method-one", "", "o", "o", "this class",                         \
      "choose it; the selected class to its cut")                                                  \
    X(SET_DOWN, SCOPE_SETS, "set-down", "", "j Down", "jk", "set", "next set")                     \
    X(SET_UP, SCOPE_SETS, "set-up", "", "k Up", "", "", "previous set")                            \
    X(SET_LOAD, SCOPE_SETS, "set-load", "", "Enter", "Enter", "load",                              \
      "every unlocked class to the cut of this set")                                               \
    X(LOG_DOWN, SCOPE_LOG, "log-down", "", "j Down", "jk", "scroll", "a line down")                \
    X(LOG_UP, SCOPE_LOG, "log-up", "", "k Up", "", "", "a line up")                                \
    X(LOG_FIRST, SCOPE_LOG, "log-first", "", "g Home", "g", "oldest", "oldest line")               \
    X(LOG_LAST, SCOPE_LOG, "log-last", "", "G End", "G", "newest", "newest line, and follow")      \
    X(LOG_PAGE_DOWN, SCOPE_LOG, "log-page-down", "", "PgDn Space", "", "", "a page down")          \
    X(LOG_PAGE_UP, SCOPE_LOG, "log-page-up", "", "PgUp", "", "", "a page up")                      \
    X(FIELD_DOWN, SCOPE_FORM, "field-down", "", "j Down", "jk", "field", "next field")             \
    X(FIELD_UP, SCOPE_FORM, "field-up", "", "k Up", "", "", "previous field")                      \
    X(FIELD_FIRST, SCOPE_FORM, "field-first", "", "g Home", "", "", "first field")                 \
    X(FIELD_LAST, SCOPE_FORM, "field-last", "", "G End", "", "", "last field")                     \
    X(FIELD_PAGE_DOWN, SCOPE_FORM, "field-page-down", "", "PgDn", "", "", "a page of fields down") \
    X(FIELD_PAGE_UP, SCOPE_FORM, "field-page-up", "", "PgUp", "", "", "a page of fields up")       \
    X(FIELD, SCOPE_FORM, "field", "VALUE", "Enter", "Enter", "edit",                               \
      "change this field; - empties it")                                                           \
    X(FIELD_NEXT, SCOPE_FORM, "field-next", "", "Space", "Space", "next value",                    \
      "the next of this field's choices")                                                          \
    X(FIELD_RESET, SCOPE_FORM, "field-reset", "", "r", "r", "reset",                               \
      "this field as the configuration has it")                                                    \
    X(RECIPE, SCOPE_FORM, "recipe", "NAME", "R", "R", "recipe",                                    \
      "several fields at once: plain, standard, rare, quick")                                      \
    X(SET_KEY, SCOPE_FORM, "set-key", "KEY=VALUE", "", "", "", "change a field by its name")       \
    X(RATES, SCOPE_RATES, "rates", "", "f", "f", "quantity",                                       \
      "learning rate, images/s, gradient norm or data wait")                                       \
    X(RUN_DOWN, SCOPE_TABLE, "run-down", "", "j Down", "jk", "run", "next run")                    \
    X(RUN_UP, SCOPE_TABLE, "run-up", "", "k Up", "", "", "previous run")                           \
    X(RUN_FIRST, SCOPE_TABLE, "run-first", "", "g Home", "", "", "first run")                      \
    X(RUN_LAST, SCOPE_TABLE, "run-last", "", "G End", "", "", "last run")                          \
    X(RUN_PAGE_DOWN, SCOPE_TABLE, "run-page-down", "", "PgDn", "", "", "a page of runs down")      \
    X(RUN_PAGE_UP, SCOPE_TABLE, "run-page-up", "", "PgUp", "", "", "a page of runs up")            \
    X(RUN_OPEN, SCOPE_TABLE, "run-open", "NAME", "Enter", "Enter", "open",                         \
      "show this run on every tab")                                                                \
    X(RUN_MARK, SCOPE_TABLE, "run-mark", "", "Space", "Space", "compare",                          \
      "compare this run, or no longer")                                                            \
    X(RUN_SORT, SCOPE_TABLE, "run-sort", "ORDER", "s", "s", "sort",                                \
      "order of the runs: time, F1, name, status")                                                 \
    X(RUN_FILTER, SCOPE_TABLE, "run-filter", "TEXT", "/", "/", "find",                             \
      "only runs with this text in name, status, model, note or tags")                             \
    X(RUN_NOTE, SCOPE_TABLE, "note", "TEXT", "n", "n", "note", "write a note on this run")         \
    X(RUN_TAG, SCOPE_TABLE, "tag", "WORDS", "T", "T", "tag",                                       \
      "give this run tags: words with blanks between")                                             \
    X(RUN_DELETE, SCOPE_TABLE, "run-delete", "", "x", "x", "delete",                               \
      "delete this run and its files when hpa ends")                                               \
    X(RUN_UNDELETE, SCOPE_TABLE, "run-undelete", "", "u", "", "",                                  \
      "bring back the run that was deleted last")                                                  \
    X(SETTINGS_DOWN, SCOPE_SETTINGS, "settings-down", "", "j Down", "jk", "scroll",                \
      "next setting")                                                                              \
    X(SETTINGS_UP, SCOPE_SETTINGS, "settings-up", "", "k Up", "", "", "previous setting")          \
    X(QUANTITY, SCOPE_RUN_CURVES, "quantity", "", "f", "f", "loss or F1",                          \
      "macro F1 or validation loss")                                                               \
    X(TRAIN, SCOPE_ANY, "train", "", "t", "t", "train", "start a training, or resume one")         \
    X(STOP, SCOPE_ANY, "stop", "", "S", "S", "stop", "stop the training: asks how")                \
    X(PAUSE, SCOPE_ANY, "pause", "", "p", "p", "pause", "pause the training, or go on")            \
    X(CHECKPOINT, SCOPE_ANY, "checkpoint", "", "", "", "",                                         \
      "let the training write a checkpoint and go on")                                             \
    X(LR, SCOPE_ANY, "lr", "VALUE", "", "", "",                                                    \
      "another learning rate from here on: the new peak, or x and a factor")                       \
    X(QUEUE, SCOPE_ANY, "queue", "", "", "", "",                                                   \
      "train the runs that wait in the queue, one after another")                                  \
    X(COMMAND, SCOPE_ANY, "command", "", ":", ":", "cmd", "type a command; Tab completes it")      \
    X(HELP, SCOPE_ANY, "help", "", "? F1", "?", "help", "this page")                               \
    X(QUIT, SCOPE_ANY, "quit", "", "q Ctrl-C F10", "q", "quit", "leave; asks while training")      \
    X(TAB_BOARD, SCOPE_ANY, "board", "", "1", "", "", "tab 1, Board")                              \
    X(TAB_DATA, SCOPE_ANY, "data", "", "2", "", "", "tab 2, Data")                                 \
    X(TAB_TRAIN, SCOPE_ANY, "train-tab", "", "3", "", "", "tab 3, Train")                          \
    X(TAB_TUNE, SCOPE_ANY, "tune", "", "4", "", "", "tab 4, Tune")                                 \
    X(TAB_ERRORS, SCOPE_ANY, "errors", "", "5", "", "", "tab 5, Errors")                           \
    X(TAB_RUNS, SCOPE_ANY, "runs", "", "6", "", "", "tab 6, Runs")                                 \
    X(TAB_LOG, SCOPE_ANY, "log", "", "7", "", "", "tab 7, Log")                                    \
    X(BACK, SCOPE_ANY, "back", "", "Esc", "", "", "clear the filter, or leave the zoomed pane")    \
    X(GLYPHS, SCOPE_ANY, "glyphs", "TIER", "Ctrl-G", "", "", "characters: braille, block, ascii")  \
    X(MOUSE, SCOPE_ANY, "mouse", "on|off", "", "", "",                                             \
      "take the mouse, or leave it to the terminal's selection")                                   \
    X(YANK, SCOPE_ANY, "yank", "FILE", "Y", "", "",                                                \
      "copy the id under the cursor or the focused pane's rows, to the clipboard or a file")       \
    X(SCREEN, SCOPE_ANY, "screen", "FILE", "", "", "",                                             \
      "this frame as text into a file; with colours when its name ends in .ansi")                  \
    X(THEME, SCOPE_ANY, "theme", "dark|light", "", "", "", "another palette")                      \
    X(COLOR, SCOPE_ANY, "color", "256|16|8|mono", "", "", "",                                      \
      "fewer colours, or all that the terminal has")                                               \
    X(REDRAW, SCOPE_ANY, "redraw", "", "Ctrl-L", "", "", "draw the whole screen again")            \
    X(SUSPEND, SCOPE_ANY, "suspend", "", "Ctrl-Z", "", "", "to the shell; asks while training")    \
    X(SOURCE, SCOPE_ANY, "source", "FILE", "", "", "",                                             \
      "run the commands of a file, one a line; an error ends it")                                  \
    X(WAIT, SCOPE_ANY, "wait", "SECONDS", "", "", "", "in a file of commands: go on later")        \
    X(HELP_DOWN, SCOPE_HELP, "help-down", "", "j Down", "jk", "scroll", "a line down")             \
    X(HELP_UP, SCOPE_HELP, "help-up", "", "k Up", "", "", "a line up")                             \
    X(HELP_PAGE_DOWN, SCOPE_HELP, "help-page-down", "", "PgDn Space", "", "", "a page down")       \
    X(HELP_PAGE_UP, SCOPE_HELP, "help-page-up", "", "PgUp", "", "", "a page up")                   \
    X(HELP_FIRST, SCOPE_HELP, "help-first", "", "g Home", "", "", "top of the page")               \
    X(HELP_LAST, SCOPE_HELP, "help-last", "", "G End", "", "", "end of the page")                  \
    X(HELP_CLOSE, SCOPE_HELP, "help-close", "", "Esc q ? F1", "Esc", "close", "close the page")

#endif
