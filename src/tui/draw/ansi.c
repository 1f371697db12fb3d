/* An SGR sequence where the look changes, none between. */
#include "ansi.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static void put_look(FILE *out, struct look look)
{
    fputs("\033[0", out);
    if (look.attr & ATTR_BOLD)
        fputs(";1", out);
    if (look.attr & ATTR_UNDERLINE)
        fputs(";4", out);
    if (look.attr & ATTR_REVERSE)
        fputs(";7", out);
    if (look.fg >= 0)
        fprintf(out, ";38;5;%d", look.fg);
    if (look.bg >= 0)
        fprintf(out, ";48;5;%d", look.bg);
    fputc('m', out);
}

static struct look look_of(const struct cell *cell, enum theme theme, enum theme_tier tier)
{
    if (cell->style & ATTR_COLORS)
        return (struct look){cell->fg, cell->bg, 0};
    return theme_look(theme, tier, cell->style);
}

char *ansi_dump(const struct canvas *c, enum theme theme, enum theme_tier tier)
{
    char *text = NULL, code[8];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        mem_none_left("a frame does not fit into memory");
    for (int y = 0; y < c->rows; y++) {
        struct look last = {-2, -2, 0};
        for (int x = 0; x < c->columns; x++) {
            const struct cell *cell = canvas_at(c, x, y);
            struct look look = look_of(cell, theme, tier);
            if (cell->code == 0)
                continue;
            if (look.fg != last.fg || look.bg != last.bg || look.attr != last.attr)
                put_look(out, look);
            last = look;
            fwrite(code, 1, (size_t)text_encode(cell->code, code), out);
        }
        fputs("\033[0m\n", out);
    }
    fclose(out);
    return text;
}

char *ansi_file(const char *path, const struct canvas *c, enum theme theme, enum theme_tier tier)
{
    const char *end = strrchr(path, '.');
    return end && strcmp(end, ".ansi") == 0 ? ansi_dump(c, theme, tier) : canvas_dump(c, 0);
}
