#include "write_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "errors_link.h"
#include "workbench.h"

static void export_to(struct workbench *w, const char *path, enum output_mode mode)
{
    struct app_model *b = &w->board;
    if (!b->labels || b->labels->error.code != ERR_NONE) {
        app_model_say(b, INK_WARN, "the class names are not known: nothing exported");
        return;
    }
    struct threshold_set set = cuts_set(&b->cuts, b->cuts.name);
    run_query_export_set(w->service, b->labels, &set, path, mode);
    b->cuts.changed &= !b->table[0]; /* a run is given them by workbench_save */
    w->listening = true;
}

static void save_as(struct workbench *w, const char *name)
{
    struct app_model *b = &w->board;
    const char *uuid = app_model_run_uuid(b);
    if (!uuid[0] && !b->table[0]) {
        app_model_say(b, INK_WARN, "there is no run to save the set with");
        return;
    }
    struct threshold_set set = cuts_set(&b->cuts, name);
    bool kept = uuid[0] && !b->read_only;
    if (kept) {
        run_query_save_set(w->service, uuid, &set);
        run_query_keep_sets(w->service, uuid);
    }
    tune_view_keep_set(&b->tune, &set);
    cuts_name(&b->cuts, name, set.cuts);
    if (kept)
        app_model_say(b, INK_GOOD, "cuts saved as set %s", name);
    else
        app_model_say(b, INK_TEXT, "set %s is kept until the end: e writes it into a file", name);
}

/* With the frame that is drawn next. */
static void write_frame(struct workbench *w, char to[PROMPT_MAX], const char *path,
                        enum output_mode mode)
{
    snprintf(to, PROMPT_MAX, "%s", path);
    w->frame_mode = mode;
}

static void carry_out(struct workbench *w, const struct wish *wish, enum output_mode mode)
{
    switch (wish->kind) {
    case WISH_PREDICT:
        workbench_predict(w, wish->text, mode);
        break;
    case WISH_SAVE:
        save_as(w, wish->text);
        break;
    case WISH_EXPORT:
        export_to(w, wish->text, mode);
        break;
    case WISH_MARKS:
        errors_link_export(w->errors, wish->text, mode);
        w->listening = true;
        break;
    case WISH_YANK:
        w->yank = true;
        write_frame(w, w->yank_path, wish->text, mode);
        break;
    default:
        write_frame(w, w->screen_path, wish->text, mode);
        break;
    }
}

static void ask_next(struct workbench *w)
{
    const struct wish *first = &w->writes.queue[0];
    if (w->writes.n == 0)
        return;
    if (first->kind == WISH_SAVE)
        paths_ask_set(w->paths, w->work.database, app_model_run_uuid(&w->board), first->text);
    else
        paths_ask_place(w->paths, first->text);
}

void write_link_want(struct workbench *w, const struct wish *wish)
{
    struct write_link *l = &w->writes;
    if (!wish->text[0] || wish->overwrite) {
        carry_out(w, wish, wish->overwrite ? OUTPUT_REPLACE : OUTPUT_NEW);
        return;
    }
    if (l->n == WISHES_MAX) {
        app_model_say(&w->board, INK_WARN, "%s is not written: too many files at once", wish->text);
        return;
    }
    l->queue[l->n++] = *wish;
    if (l->n == 1)
        ask_next(w);
}

static struct wish take_first(struct write_link *l)
{
    struct wish first = l->queue[0];
    memmove(l->queue, l->queue + 1, (size_t)--l->n * sizeof *l->queue);
    return first;
}

/* What was just saved may not be in the store yet, and a table's sets never are. */
static bool is_listed(const struct app_model *b, const char *set)
{
    return tune_view_set_named(&b->tune, set) >= 0;
}

static void decide(struct workbench *w, const struct wish *wish, const struct paths_place *place)
{
    struct app_model *b = &w->board;
    bool set = wish->kind == WISH_SAVE;
    if (place->error.code != ERR_NONE) {
        app_model_say(b, INK_ERROR, "%s", place->error.text);
    } else if (place->taken || (set && is_listed(b, wish->text))) {
        b->to_overwrite = *wish;
        dialog_open(&b->dialog, set ? DIALOG_REPLACE : DIALOG_OVERWRITE);
        app_model_say(b, INK_WARN, "%s exists", wish->text);
    } else {
        carry_out(w, wish, OUTPUT_NEW);
    }
}

static bool take_place(struct workbench *w)
{
    struct paths_place *place = paths_take_place(w->paths);
    if (!place)
        return false;
    struct wish wish = take_first(&w->writes);
    decide(w, &wish, place);
    free(place);
    ask_next(w);
    return true;
}

static bool take_saved(struct workbench *w)
{
    struct paths_saved *saved = paths_take_saved(w->paths);
    if (!saved)
        return false;
    if (saved->error.code == ERR_NONE)
        app_model_say(&w->board, INK_GOOD, "%s is written", saved->path);
    else
        app_model_say(&w->board, INK_ERROR, "%s", saved->error.text);
    free(saved);
    return true;
}

bool write_link_news(struct workbench *w)
{
    bool any = w->writes.n > 0 && take_place(w);
    return take_saved(w) || any;
}

static bool is_there(struct workbench *w, const char *set)
{
    struct paths_place place;
    paths_look_set(w->work.database, app_model_run_uuid(&w->board), set, &place);
    return place.taken || is_listed(&w->board, set);
}

void write_link_finish(struct workbench *w)
{
    while (w->writes.n > 0) {
        struct wish wish = take_first(&w->writes);
        if (wish.kind == WISH_SAVE && is_there(w, wish.text))
            log_error("set %s exists: these cuts are not saved under its name", wish.text);
        else if (wish.kind != WISH_PREDICT) /* would only begin to work */
            carry_out(w, &wish, OUTPUT_NEW);
    }
}
