/* One answer, "the table", is what most panes of the tab wait for. */
#include "pane_data.h"

bool pane_data_ready(const struct app_model *b, struct canvas *c, struct rect in)
{
    const struct samples_model *d = &b->data;
    if (!samples_model_ready(d) && pane_lacks(b, c, in, "No images stand behind it."))
        return false;
    if (!d->samples)
        pane_message(c, in, INK_DIM, "reading the table", NULL);
    else if (!samples_model_ready(d))
        pane_message(c, in, INK_WARN, d->samples->error.text, NULL);
    return samples_model_ready(d);
}
