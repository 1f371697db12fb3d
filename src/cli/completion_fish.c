/* One `complete` for each command, option and action. */
#include <string.h>

#include "completion.h"

struct place {
    FILE *out;
    const char *when; /* the condition under which the option is offered */
};

/* Inside '...'. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("'\\", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void put_arguments(FILE *out, const struct flag *f)
{
    char words[512];
    switch (completion_value(f, words, sizeof words)) {
    case COMPLETION_WORDS:
        fprintf(out, " -x -a '%s'", words);
        break;
    case COMPLETION_FILES:
        fputs(" -r -F", out);
        break;
    case COMPLETION_RUNS:
        fputs(" -x -a '(__hpa_runs)'", out);
        break;
    case COMPLETION_KEYS:
        fputs(" -x -a '(__hpa_keys)'", out);
        break;
    case COMPLETION_NONE:
        fputs(f->value ? " -x" : "", out);
        break;
    }
}

static void put_flag(void *context, const struct flag *f)
{
    const struct place *p = context;
    fprintf(p->out, "complete -c hpa%s -l %s", p->when, f->name);
    if (f->letter)
        fprintf(p->out, " -s %c", f->letter);
    put_arguments(p->out, f);
    fputs(" -d '", p->out);
    put_text(p->out, f->help);
    fputs("'\n", p->out);
}

static void put_command(FILE *out, const struct command *c)
{
    char when[96], actions[256];
    fprintf(out, "complete -c hpa -n __fish_use_subcommand -x -a %s -d '", c->name);
    put_text(out, c->summary);
    fputs("'\n", out);
    snprintf(when, sizeof when, " -n '__fish_seen_subcommand_from %s'", c->name);
    completion_actions(c, actions, sizeof actions);
    if (*actions)
        fprintf(out, "complete -c hpa%s -f -a '%s'\n", when, actions);
    if (completion_takes_runs(c))
        fprintf(out, "complete -c hpa%s -f -a '(__hpa_runs)'\n", when);
    if (completion_takes_files(c))
        fprintf(out, "complete -c hpa%s -F\n", when);
    flags_own(c, put_flag, &(struct place){out, when});
}

void completion_fish(FILE *out)
{
    fprintf(out,
            "# fish completion of hpa; to use it now: hpa completion fish | source\n"
            "function __hpa_runs\n"
            "    %s\n"
            "end\n"
            "function __hpa_keys\n"
            "    printf '%%s\\n'",
            completion_run_names);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        fprintf(out, " %s=", conf_info(k)->name);
    fputs("\nend\n"
          "complete -c hpa -f\n",
          out);
    flags_global(put_flag, &(struct place){out, ""});
    flags_own(NULL, put_flag, &(struct place){out, " -n __fish_use_subcommand"});
    for (int i = 0; i < command_count(); i++)
        put_command(out, command_at(i));
}
