/* Weights from elsewhere to begin with: a safetensors file with torchvision's names (timm's are the
 * same), matched with a network's parameters.
 *
 * A first convolution of 3 channels (red, green, blue) is adapted to more; a head of another shape
 * is left out; everything between must be there, and no layer besides. Names may all begin with
 * what a wrapper of the network put in front of them ("module.", "model._orig_mod."). Of a
 * checkpoint of this program the averaged weights are taken where it has any, as its own figures
 * were. One owner. */
#ifndef NN_PRETRAINED_H
#define NN_PRETRAINED_H

#include "base/err.h"
#include "nn/params.h"

/* What the filters of the first convolution become for channels that are neither red, green nor
 * blue; those three get their own. */
enum pretrained_stem {
    PRETRAINED_MEAN,   /* the mean of the three */
    PRETRAINED_REPEAT, /* red, green, blue in turn, and all of them times 3/channels: timm's rule */
    PRETRAINED_RB      /* the mean of red and blue */
};

enum { PRETRAINED_CHANNELS_MAX = 8 };
struct pretrained_rule {
    enum pretrained_stem stem;
    /* Of each channel of the network: 0 red, 1 green, 2 blue, -1 another. */
    int colour[PRETRAINED_CHANNELS_MAX];
};
/* Red, green and blue come first, in this order. */
struct pretrained_rule pretrained_by_position(enum pretrained_stem stem);

enum pretrained_fate {
    PRETRAINED_LOADED,
    PRETRAINED_ADAPTED, /* the first convolution */
    PRETRAINED_SKIPPED, /* in the file, of no use here */
    PRETRAINED_MISSING, /* in the network, not in the file: stays as drawn */
    PRETRAINED_FATES
};
const char *pretrained_fate_name(enum pretrained_fate fate); /* "loaded" */

struct pretrained_item {
    char name[260]; /* of the tensor, made safe to show */
    enum pretrained_fate fate;
    char note[120]; /* why, or how: "has shape [1000, 512], not [28, 512]"; "" when loaded */
    const struct param *row; /* NULL: the network has none */
};

struct pretrained;

/* Open a file and match its tensors with the table. ERR_NOINPUT, ERR_DATA: no safetensors file; a
 * pickle is refused with the line of Python that converts it. `p` is borrowed. */
struct pretrained *pretrained_open(const char *path, const struct params *p,
                                   struct pretrained_rule rule, struct err *e);
void pretrained_close(struct pretrained *t);

/* The network's tensors in its order, then what else the file holds; the counters that torch keeps
 * beside its batch norms are left out. */
int pretrained_count(const struct pretrained *t);
const struct pretrained_item *pretrained_at(const struct pretrained *t, int i);
/* What the names of the tensors that are taken begin with, letters, digits, '_', '-' and '.' alone;
 * "": nothing. Names of items are without it when they are of the network. */
const char *pretrained_prefix(const struct pretrained *t);
bool pretrained_averaged(const struct pretrained *t); /* are averaged weights taken? */
int pretrained_fate_count(const struct pretrained *t, enum pretrained_fate fate);

/* Take the weights over. ERR_DATA, and `p` as it was: a tensor of the trunk is missing or of
 * another shape, the file has layers besides, a value is not finite, or a digest is wrong. */
int pretrained_load(struct pretrained *t, struct params *p, struct err *e);

#endif
