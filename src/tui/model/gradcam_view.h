/* The map of Grad-CAM over the Errors tab's picture: whether it is wanted, and the samples whose
 * maps have come. It asks nobody: gradcam_view_wanted says what is missing. UI thread only. */
#ifndef TUI_GRADCAM_VIEW_H
#define TUI_GRADCAM_VIEW_H

#include "job/gradcam_query.h"

struct app_model;

enum { HEAT_KEPT = 16 }; /* samples */

/* Of the selected sample. */
enum heat_state {
    HEAT_OFF,
    HEAT_NEVER,  /* there is no sample, or no run behind it */
    HEAT_COMING, /* asked for */
    HEAT_FAILED,
    HEAT_NOWHERE, /* nothing in the image speaks for the class */
    HEAT_SEEN
};

struct gradcam_view {
    bool on;
    struct gradcam_answer *kept[HEAT_KEPT]; /* the newest at `newest`; owned, or NULL */
    uint64_t number[HEAT_KEPT];             /* of each: no two have the same */
    int newest;
    uint64_t taken; /* grows with every one */
};

void gradcam_view_fini(struct gradcam_view *v);
/* What failed before is asked for again. */
void gradcam_view_switch(struct gradcam_view *v, bool on);
/* Takes ownership. */
void gradcam_view_take(struct gradcam_view *v, struct gradcam_answer *a);

/* The maps of the selected sample; NULL: there are none, or not yet. */
const struct gradcam_sample *gradcam_view_sample(const struct app_model *b);
/* The selected sample's id when its maps are to be asked for, else NULL. */
const char *gradcam_view_wanted(const struct app_model *b);
enum heat_state gradcam_view_state(const struct app_model *b);
/* The map of the selected class; only when it is HEAT_SEEN. */
struct heatmap gradcam_view_map(const struct app_model *b);
/* What tells it from all others, for pictures that are drawn with it; 0: there is none. */
uint64_t gradcam_view_number(const struct app_model *b);

#endif
