/* Written for man(7): .TH, .SH, .SS, .TP, .B. */
#include "man.h"

#include <string.h>

#include "base/version.h"
#include "command.h"
#include "flags.h"

static const struct exit_status {
    int code;
    const char *meaning;
} exits[11];

/* Text inside a line: what roff would take for its own is escaped. */
static void put(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
    }
}

/* Text that may begin a line. */
static void put_lines(FILE *out, const char *text)
{
    for (; *text; text++) {
        char one[2] = {*text, '\0'};
        if (*text == '.' || *text == '\'')
            fputs("\\&", out);
        put(out, one);
    }
}

static void put_range(FILE *out, const char *allowed, const char *initial)
{
    if (*allowed) {
        fputs(" [", out);
        put(out, allowed);
        fputc(']', out);
    }
    if (*initial) {
        fputs(" (default: ", out);
        put(out, strcmp(initial, " ") ? initial : "a space");
        fputc(')', out);
    }
}

static void put_flag(void *context, const struct flag *f)
{
    FILE *out = context;
    fputs(".TP\n", out);
    if (f->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", f->letter);
    fputs("\\fB\\-\\-", out);
    put(out, f->name);
    fputs("\\fR", out);
    if (f->value) {
        fputs(" \\fI", out);
        put(out, f->value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put_lines(out, f->help);
    put_range(out, f->allowed, "");
    fputc('\n', out);
}

static void put_command(FILE *out, const struct command *c)
{
    bool any = c->options_n > 0 || c->section;
    fprintf(out, ".SS \"hpa %s", c->name);
    if (*c->args) {
        fputc(' ', out);
        put(out, c->args);
    }
    fprintf(out, "%s\"\n", any ? " [options]" : "");
    put_lines(out, c->summary);
    fputs(".\n", out);
    if (c->more) {
        fputs(".PP\n.nf\n", out);
        put_lines(out, c->more);
        fputs("\n.fi\n", out);
    }
    flags_own(c, put_flag, out);
}

static void put_head(FILE *out, const char *name, int section, const char *title)
{
    fprintf(out, ".TH \"%s\" %d \"\" \"hpa %s\" \"%s\"\n", name, section, HPA_VERSION, title);
}

void man_program(FILE *out)
{
    put_head(out, "HPA", 1, "User Commands");
    fputs(
        ".SH NAME\n"
        "hpa \\- classify microscopy images with many labels, in the terminal\n"
        ".SH SYNOPSIS\n"
        ".B hpa\n[options]\n.br\n.B hpa\n[options] \\fICOMMAND\\fR [arguments]\n"
        ".SH DESCRIPTION\n"
        "Without a command, \\fBhpa\\fR is a workbench: explore the images, split them, train a network, "
        "choose a threshold for each class, look at what it gets wrong, and write the submission. Each "
        "step is a command, too. Every run is recorded in a database in the project's work folder.\n"
        ".SH OPTIONS\nOf the workbench:\n",
        out);
    flags_own(NULL, put_flag, out);
    fputs(".PP\nOf every command:\n", out);
    flags_global(put_flag, out);
    fputs(".SH COMMANDS\n", out);
    for (int i = 0; i < command_count(); i++)
        put_command(out, command_at(i));
    fputs(".SH FILES\n"
          ".TP\n\\fIhpa.conf\\fR\nThe project's configuration; see \\fBhpa.conf\\fR(5).\n"
          ".TP\n\\fIhpa\\-work/\\fR\nRuns, packed images and the database \\fIhpa.db\\fR.\n"
          ".SH EXIT STATUS\n",
          out);
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++)
        fprintf(out, ".TP\n%d\n%s.\n", exits[i].code, exits[i].meaning);
    fputs(".SH SEE ALSO\n\\fBhpa.conf\\fR(5)\n", out);
}

static void put_key(FILE *out, const struct conf_key_info *info)
{
    fputs(".TP\n\\fB", out);
    put(out, strchr(info->name, '.') + 1);
    fputs("\\fR\n", out);
    put_lines(out, info->help);
    put_range(out, info->kind == CONF_KIND_FLAG ? "yes|no" : info->allowed, info->initial);
    fputc('\n', out);
}

void man_conf(FILE *out)
{
    const char *before = "";
    put_head(out, "HPA.CONF", 5, "File Formats");
    fputs(
        ".SH NAME\nhpa.conf \\- configuration of hpa\n"
        ".SH DESCRIPTION\n"
        "Sections in brackets and lines of the form \\fIkey = value\\fR. A line that begins with # is a "
        "comment, and so is what follows \\(dq ;\\(dq after a value. Quotes keep spaces.\n"
        ".PP\n"
        "A key is looked for in flags (\\fB\\-s\\fR \\fIsection.key=value\\fR), then in the environment "
        "(\\fBHPA_SECTION_KEY\\fR), in \\fI./hpa.conf\\fR, in \\fI$XDG_CONFIG_HOME/hpa/hpa.conf\\fR, and in "
        "the preset of the data set. Relative paths are taken from the folder of the file.\n"
        ".PP\n"
        "\\fBhpa config\\fR prints every key with its value and where it came from; \\fBhpa config "
        "example\\fR prints a file to begin with.\n",
        out);
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const struct conf_key_info *info = conf_info(k);
        size_t n = strcspn(info->name, ".");
        if (strncmp(before, info->name, n + 1) != 0)
            fprintf(out, ".SH \"[%.*s]\"\n", (int)n, info->name);
        before = info->name;
        put_key(out, info);
    }
    fputs(".SH SEE ALSO\n\\fBhpa\\fR(1)\n", out);
}

static const struct exit_status exits[11] = {
    {0, "Done"},
    {1, "Failed"},
    {64, "The command line is wrong"},
    {65, "Bad data"},
    {66, "An input is missing or cannot be opened"},
    {70, "A bug"},
    {73, "An output cannot be created"},
    {74, "Reading or writing failed"},
    {75, "Locked by another process: try again later"},
    {78, "A wrong configuration"},
    {130, "Interrupted"},
};
