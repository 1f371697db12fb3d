/* One function, with a case for each command and for each option that takes a value. */
#include <string.h>

#include "completion.h"

static void put_name(void *context, const struct flag *f)
{
    FILE *out = context;
    if (f->letter)
        fprintf(out, " -%c", f->letter);
    fprintf(out, " --%s", f->name);
}

struct values {
    FILE *out;
    const char *command; /* "*" for options of every command */
};

static void put_value(void *context, const struct flag *f)
{
    const struct values *v = context;
    char words[512];
    if (!f->value)
        return;
    enum completion_kind kind = completion_value(f, words, sizeof words);
    fprintf(v->out, "    %s:--%s", v->command, f->name);
    if (f->letter)
        fprintf(v->out, " | %s:-%c", v->command, f->letter);
    fputs(") ", v->out);
    switch (kind) {
    case COMPLETION_WORDS:
        fprintf(v->out, "words=\"%s\" ;;\n", words);
        break;
    case COMPLETION_FILES:
        fputs("takes=files ;;\n", v->out);
        break;
    case COMPLETION_RUNS:
        fputs("takes=runs ;;\n", v->out);
        break;
    case COMPLETION_KEYS:
        fputs("takes=keys ;;\n", v->out);
        break;
    case COMPLETION_NONE:
        fputs("return ;;\n", v->out);
        break;
    }
}

static void put_skipped(void *context, const struct flag *f)
{
    FILE *out = context;
    if (f->value && f->letter)
        fprintf(out, "-%c | ", f->letter);
    if (f->value)
        fprintf(out, "--%s | ", f->name);
}

static void put_values(FILE *out)
{
    fputs("    case $command:$previous in\n", out);
    for (int i = 0; i < command_count(); i++)
        flags_own(command_at(i), put_value, &(struct values){out, command_at(i)->name});
    flags_own(NULL, put_value, &(struct values){out, ""});
    flags_global(put_value, &(struct values){out, "*"});
    fputs("    *) value=no ;;\n    esac\n", out);
}

static void put_command(FILE *out, const struct command *c)
{
    char actions[256];
    completion_actions(c, actions, sizeof actions);
    fprintf(out, "        %s) words=\"%s\" flags=\"$flags", c->name, actions);
    flags_own(c, put_name, out);
    fputs("\"", out);
    if (completion_takes_runs(c) || completion_takes_files(c))
        fprintf(out, " takes=\"%s%s\"", completion_takes_runs(c) ? "runs " : "",
                completion_takes_files(c) ? "files" : "");
    fputs(" ;;\n", out);
}

static void put_commands(FILE *out)
{
    fputs("    if [[ $value == no ]]; then\n        flags=\"", out);
    flags_global(put_name, out);
    fputs("\"\n        case $command in\n        \"\") words=\"help", out);
    for (int i = 0; i < command_count(); i++)
        fprintf(out, " %s", command_at(i)->name);
    fputs("\" flags=\"$flags", out);
    flags_own(NULL, put_name, out);
    fputs("\" ;;\n        help) words=\"keys", out);
    for (int i = 0; i < command_count(); i++)
        fprintf(out, " %s", command_at(i)->name);
    fputs("\" ;;\n", out);
    for (int i = 0; i < command_count(); i++)
        put_command(out, command_at(i));
    fputs("        esac\n        [[ $current == -* ]] && words=$flags takes=\n    fi\n", out);
}

static void put_keys(FILE *out)
{
    fputs("    [[ $takes == keys ]] && words=\"", out);
    for (int k = 0; k < CONF_KEY_COUNT; k++)
        fprintf(out, "%s%s=", k ? " " : "", conf_info(k)->name);
    fputs("\" && compopt -o nospace\n", out);
}

void completion_bash(FILE *out)
{
    fprintf(out,
            "# bash completion of hpa; to use it now: source <(hpa completion bash)\n"
            "_hpa() {\n"
            "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
            "    local command= words= flags= takes= value=yes i\n"
            "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
            "        case ${COMP_WORDS[i]} in\n        ");
    flags_global(put_skipped, out);
    fputs("--) i=$((i + 1)) ;;\n"
          "        -*) ;;\n"
          "        *)\n"
          "            command=${COMP_WORDS[i]}\n"
          "            break\n"
          "            ;;\n"
          "        esac\n"
          "    done\n",
          out);
    put_values(out);
    put_commands(out);
    put_keys(out);
    fprintf(out,
            "    [[ $takes == *runs* ]] && words=\"$words $(%s)\"\n"
            "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
            "    if [[ $takes == *files* ]]; then\n"
            "        compopt -o filenames\n"
            "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$current\")\n"
            "    fi\n"
            "}\n"
            "complete -F _hpa hpa\n",
            completion_run_names);
}
