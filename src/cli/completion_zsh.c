/* _arguments for hpa itself and for each command. */
#include <string.h>

#include "completion.h"

/* Inside '...' and [...] of a specification. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", out);
            continue;
        }
        if (strchr("[]:\\", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void put_action(FILE *out, const struct flag *f)
{
    char words[512];
    switch (completion_value(f, words, sizeof words)) {
    case COMPLETION_WORDS:
        fprintf(out, "(%s)", words);
        break;
    case COMPLETION_FILES:
        fputs("_files", out);
        break;
    case COMPLETION_RUNS:
        fputs("_hpa_runs", out);
        break;
    case COMPLETION_KEYS:
        fputs("_hpa_keys", out);
        break;
    case COMPLETION_NONE:
        fputc(' ', out);
        break;
    }
}

static void put_flag(void *context, const struct flag *f)
{
    FILE *out = context;
    const char *repeated = f->value ? "*" : "";
    if (f->letter)
        fprintf(out, " \\\n        '%s'{-%c,--%s}'[", repeated, f->letter, f->name);
    else
        fprintf(out, " \\\n        '%s--%s[", repeated, f->name);
    put_text(out, f->help);
    fputc(']', out);
    if (f->value) {
        fputc(':', out);
        put_text(out, f->value);
        fputc(':', out);
        put_action(out, f);
    }
    fputc('\'', out);
}

static void put_command(FILE *out, const struct command *c)
{
    char actions[256];
    completion_actions(c, actions, sizeof actions);
    fprintf(out, "    %s) _arguments", c->name);
    flags_own(c, put_flag, out);
    flags_global(put_flag, out);
    fprintf(out, " \\\n        '*:argument: _hpa_arguments \"%s\" \"%s\" \"%s\"' ;;\n", actions,
            completion_takes_runs(c) ? "runs" : "", completion_takes_files(c) ? "files" : "");
}

static void put_list(FILE *out)
{
    fputs("    local -a commands=(\n        'help:Print help, of a command when one is named'\n",
          out);
    for (int i = 0; i < command_count(); i++) {
        fprintf(out, "        '%s:", command_at(i)->name);
        put_text(out, command_at(i)->summary);
        fputs("'\n", out);
    }
    fputs("    )\n", out);
}

void completion_zsh(FILE *out)
{
    fprintf(out,
            "#compdef hpa\n"
            "# zsh completion of hpa; to use it now: source <(hpa completion zsh)\n"
            "_hpa_runs() {\n"
            "    local -a runs=(${(f)\"$(%s)\"})\n"
            "    compadd -a runs\n"
            "}\n"
            "_hpa_keys() {\n"
            "    compadd -S = --",
            completion_run_names);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        fprintf(out, " %s", conf_info(k)->name);
    fputs("\n}\n"
          "_hpa_arguments() {\n"
          "    compadd -- ${=1}\n"
          "    [[ -n $2 ]] && _hpa_runs\n"
          "    [[ -n $3 ]] && _files\n"
          "}\n"
          "_hpa() {\n"
          "    local context state line\n",
          out);
    put_list(out);
    fputs("    _arguments -C", out);
    flags_own(NULL, put_flag, out);
    flags_global(put_flag, out);
    fputs(" \\\n        '1:command:->command' '*::argument:->argument'\n"
          "    [[ $state == command ]] && _describe command commands && return\n"
          "    [[ $state == argument ]] || return\n"
          "    case $line[1] in\n"
          "    help) _arguments '*:command:(keys",
          out);
    for (int i = 0; i < command_count(); i++)
        fprintf(out, " %s", command_at(i)->name);
    fputs(")' ;;\n", out);
    for (int i = 0; i < command_count(); i++)
        put_command(out, command_at(i));
    /* Loaded from a folder of functions, the file itself is the function. */
    fputs("    esac\n}\n"
          "if [[ $funcstack[1] == _hpa ]]; then\n"
          "    _hpa \"$@\"\n"
          "else\n"
          "    compdef _hpa hpa\n"
          "fi\n",
          out);
}
