/* ESC [ < button ; column ; row, then M for a press or a motion, m for a release. Source: Xterm
 * Control Sequences, "Mouse Tracking", SGR (1006). */
#include "mouse_code.h"

enum { MODIFIERS = 4 | 8 | 16, MOTION = 32, WHEEL = 64, FIELD_MAX = 9999 };

void mouse_code_begin(struct mouse_code *c)
{
    *c = (struct mouse_code){.n = 0};
}

static enum mouse_code_state finish(const struct mouse_code *c, bool released, struct mouse *out)
{
    int button = c->field[0] & ~MODIFIERS;
    if (c->n != 2 || c->field[1] < 1 || c->field[2] < 1)
        return MOUSE_CODE_NONE;
    out->x = c->field[1] - 1;
    out->y = c->field[2] - 1;
    if (button == WHEEL || button == WHEEL + 1)
        out->kind = button == WHEEL ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    else if (button == 0)
        out->kind = released ? MOUSE_RELEASE : MOUSE_PRESS;
    else if (button == MOTION)
        out->kind = MOUSE_DRAG;
    else
        return MOUSE_CODE_NONE;
    return MOUSE_CODE_EVENT;
}

enum mouse_code_state mouse_code_next(struct mouse_code *c, int character, struct mouse *out)
{
    int *field = &c->field[c->n];
    if (character == 'M' || character == 'm')
        return finish(c, character == 'm', out);
    if (character == ';' && c->n < 2) {
        c->n++;
        return MOUSE_CODE_MORE;
    }
    if (character < '0' || character > '9' || *field > FIELD_MAX)
        return MOUSE_CODE_NONE;
    *field = *field * 10 + character - '0';
    return MOUSE_CODE_MORE;
}
