/* The dialogs as const tables; a letter answers at once, j/k and Enter choose. Escape never changes
 * anything: it is the answer that stays. */
#include "dialog.h"

#include <string.h>

#include "keymap.h"
#include "keys/key_codes.h"
#include "layout.h"

struct option {
    char key;
    const char *text;
    enum dialog_answer answer;
};

enum { OPTIONS_MAX = 8 };

struct question {
    const char *title, *text;
    struct option option[OPTIONS_MAX + 1];
};

static const struct question questions[DIALOG_MARK + 1];

static int count(const struct question *q)
{
    int n = 0;
    while (q->option[n].text)
        n++;
    return n;
}

void dialog_open(struct dialog *d, enum dialog_kind kind)
{
    *d = (struct dialog){kind, 0};
}

static enum dialog_answer answer(struct dialog *d, enum dialog_answer a)
{
    d->kind = DIALOG_NONE;
    return a;
}

enum dialog_answer dialog_key(struct dialog *d, int key)
{
    const struct question *q = &questions[d->kind];
    int n = count(q);
    if (key == INPUT_ESC || key == 'q' || key == ('C' & 31))
        return answer(d, ANSWER_STAY);
    if (key == INPUT_ENTER)
        return answer(d, q->option[d->chosen].answer);
    for (int i = 0; i < n; i++)
        if (key == q->option[i].key)
            return answer(d, q->option[i].answer);
    if (key == 'j' || key == INPUT_DOWN || key == '\t')
        d->chosen = (d->chosen + 1) % n;
    if (key == 'k' || key == INPUT_UP || key == INPUT_BACK_TAB)
        d->chosen = (d->chosen + n - 1) % n;
    return ANSWER_NONE;
}

static int width_of(const struct question *q)
{
    size_t w = strlen(q->text);
    for (int i = 0; i < count(q); i++)
        if (strlen(q->option[i].text) + 4 > w)
            w = strlen(q->option[i].text) + 4;
    return (int)w + 4;
}

static void draw_option(const struct question *q, int i, bool chosen, struct canvas *c,
                        struct rect row, const struct glyph_set *g)
{
    canvas_put(c, row.x, row.y, INK_FOCUS, chosen ? g->mark : ' ');
    canvas_put(c, row.x + 2, row.y, INK_KEY, (uint32_t)q->option[i].key);
    canvas_text(c, row.x + 4, row.y, INK_TEXT, q->option[i].text);
    canvas_paper(c, row, chosen ? PAPER_CURSOR : PAPER_DIALOG);
}

static struct rect box_of(const struct question *q, int columns, int rows)
{
    return layout_middle(columns, rows, width_of(q), count(q) + 4);
}

int dialog_key_at(const struct dialog *d, int columns, int rows, int x, int y)
{
    const struct question *q = &questions[d->kind];
    struct rect in = canvas_inside(box_of(q, columns, rows));
    int i = y - in.y - 2;
    return x >= in.x && x < in.x + in.w && i >= 0 && i < count(q) ? q->option[i].key : 0;
}

void dialog_draw(const struct dialog *d, struct canvas *c, const struct glyph_set *g)
{
    if (d->kind == DIALOG_NONE)
        return;
    const struct question *q = &questions[d->kind];
    int n = count(q);
    struct rect box = box_of(q, c->columns, c->rows);
    canvas_fill(c, box, INK_TEXT, ' ');
    canvas_box(c, box, INK_FOCUS, g);
    struct rect in = canvas_inside(box), old = canvas_set_clip(c, box);
    canvas_print(c, box.x + 2, box.y, INK_FOCUS, " %s ", q->title);
    canvas_text(c, in.x + 1, in.y, INK_TEXT, q->text);
    canvas_paper(c, box, PAPER_DIALOG);
    for (int i = 0; i < n; i++)
        draw_option(q, i, i == d->chosen, c, (struct rect){in.x, in.y + 2 + i, in.w, 1}, g);
    canvas_set_clip(c, old);
}

void dialog_draw_small(const struct dialog *d, struct canvas *c, const struct glyph_set *g)
{
    const struct question *q = &questions[d->kind];
    for (int i = 0; i < count(q); i++) {
        struct rect row = {0, i, c->columns, 1};
        canvas_fill(c, row, INK_TEXT, ' ');
        canvas_put(c, 0, i, INK_KEY, (uint32_t)q->option[i].key);
        canvas_text_cut(c, 2, i, c->columns - 2, INK_TEXT, g, q->option[i].text);
        canvas_paper(c, row, i == d->chosen ? PAPER_CURSOR : PAPER_DIALOG);
    }
}

static const struct question questions[] = {
    [DIALOG_QUIT] = {"Quit",
                     "A training is at work.",
                     {{'d', "detach: it goes on without this screen", ANSWER_DETACH},
                      {'e', "stop after this epoch, then quit", ANSWER_STOP_EPOCH},
                      {'c', "checkpoint and stop now, then quit", ANSWER_STOP_NOW},
                      {'s', "stay", ANSWER_STAY}}},
    [DIALOG_QUIT_SCAN] = {"Quit",
                          "A scan is at work.",
                          {{'e', "quit when it is done", ANSWER_WHEN_DONE},
                           {'c', "stop it, then quit; what it found is not kept", ANSWER_STOP_NOW},
                           {'s', "stay", ANSWER_STAY}}},
    [DIALOG_QUIT_PREDICTION] = {"Quit",
                                "The test set is being predicted.",
                                {{'e', "quit when it is written", ANSWER_WHEN_DONE},
                                 {'c', "stop it, then quit; nothing is written", ANSWER_STOP_NOW},
                                 {'s', "stay", ANSWER_STAY}}},
    [DIALOG_QUIT_CUTS] = {"Quit",
                          "The cuts are in no file yet.",
                          {{'e', "write them into a file", ANSWER_EXPORT},
                           {'c', "quit without them", ANSWER_QUIT},
                           {'s', "stay", ANSWER_STAY}}},
    [DIALOG_STOP] = {"Stop",
                     "Stop the training? It can be resumed.",
                     {{'e', "after this epoch", ANSWER_STOP_EPOCH},
                      {'c', "checkpoint and stop now", ANSWER_STOP_NOW},
                      {'s', "go on training", ANSWER_STAY}}},
    [DIALOG_STOP_SCAN] = {"Stop",
                          "Stop the scan? X begins it anew.",
                          {{'c', "stop it; what it found is not kept", ANSWER_STOP_NOW},
                           {'s', "let it go on", ANSWER_STAY}}},
    [DIALOG_STOP_PREDICTION] = {"Stop",
                                "Stop the prediction? P begins it anew.",
                                {{'c', "stop it; nothing is written", ANSWER_STOP_NOW},
                                 {'s', "let it go on", ANSWER_STAY}}},
    [DIALOG_TRAIN] = {"Train",
                      "This run has epochs left.",
                      {{'r', "resume it", ANSWER_RESUME},
                       {'n', "start a new run", ANSWER_NEW},
                       {'s', "stay", ANSWER_STAY}}},
    [DIALOG_TRAIN_BESIDE] = {"Train",
                             "Another process trains this run.",
                             {{'n', "start a new run beside it", ANSWER_NEW},
                              {'s', "stay", ANSWER_STAY}}},
    [DIALOG_OVERWRITE] = {"Overwrite",
                          "The file exists. Overwrite it?",
                          {{'n', "no: write nothing", ANSWER_STAY},
                           {'y', "yes: overwrite it", ANSWER_OVERWRITE}}},
    [DIALOG_REPLACE] = {"Replace",
                        "The set exists. Replace it?",
                        {{'n', "no: save nothing", ANSWER_STAY},
                         {'y', "yes: replace it", ANSWER_OVERWRITE}}},
    [DIALOG_MARK] = {"Mark",
                     "What is it with this sample?",
                     {{'w', "wrong label", ANSWER_MARK},
                      {'b', "bad image", ANSWER_MARK + 1},
                      {'a', "ambiguous: I am unsure, too", ANSWER_MARK + 2},
                      {'d', "duplicate of another", ANSWER_MARK + 3},
                      {'i', "interesting", ANSWER_MARK + 4},
                      {'n', "a note, nothing else", ANSWER_MARK + 5},
                      {'x', "take its marks away", ANSWER_UNMARK},
                      {'s', "leave it", ANSWER_STAY}}},
};
