/* The commented example file: every key with its default, from the table alone. */
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/mem.h"

/* Values that inih would trim or cut need quotes. */
static bool needs_quotes(const char *value)
{
    size_t n = strlen(value);
    return n > 0 && (value[0] == ' ' || value[n - 1] == ' ' || value[0] == '"');
}

static void print_key(FILE *out, const struct conf_key_info *info)
{
    const char *quote = needs_quotes(info->initial) ? "\"" : "";
    const char *allowed = info->kind == CONF_KIND_FLAG ? "yes|no" : info->allowed;
    fprintf(out, "# %s%s%s%s\n", info->help, *allowed ? " [" : "", allowed, *allowed ? "]" : "");
    fprintf(out, "#%s =%s%s%s%s\n", strchr(info->name, '.') + 1, *info->initial ? " " : "", quote,
            info->initial, quote);
}

char *conf_example(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        mem_none_left("out of memory: example configuration");
    fputs(
        "# hpa.conf: every key with its default. Remove the # in front of a key to set it.\n"
        "# Stronger than this file: HPA_SECTION_KEY in the environment, then flags.\n"
        "# A comment behind a value starts with ' ;'. Quotes keep blanks: \" \".\n"
        "# Relative paths hold in the folder of this file, wherever hpa is started; when it sets\n"
        "# any path, those that nobody sets are in its folder, too.\n",
        out);
    const char *section = "";
    for (int k = 0; k < CONF_KEY_COUNT; k++) {
        const struct conf_key_info *info = conf_info(k);
        size_t n = strcspn(info->name, ".");
        if (strncmp(section, info->name, n + 1))
            fprintf(out, "\n[%.*s]\n", (int)n, info->name);
        section = info->name;
        print_key(out, info);
    }
    if (fclose(out))
        mem_none_left("out of memory: example configuration");
    return text;
}
