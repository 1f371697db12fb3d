/* For the scripts that interrupt a save: `save_once write PATH EPOCH` saves one checkpoint whose
 * numbers all follow from EPOCH; `save_once check PATH` prints the epoch of a checkpoint that is
 * complete and consistent. */
#include <stdio.h>
#include <stdlib.h>

#include "nn/small_net.h"

static const struct optim_plan plan = {OPTIM_ADAMW, 0, .9, .999, 1e-8, .05, false};

/* The network and optimiser as they stand after `epoch`. */
static struct optim *make(struct small_net *s, int epoch)
{
    small_net_init(s, (float)epoch);
    struct optim *o = optim_new(&plan, &s->p, NULL);
    for (int i = 0; o && i < epoch; i++)
        optim_step(o, &s->p, &(struct optim_pace){.lr = .01}, NULL);
    return o;
}

static int complain(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    return 1;
}

static int write_one(const char *path, int epoch)
{
    struct small_net s;
    struct err e = {0};
    struct checkpoint c = {.epoch = epoch, .step = epoch};
    struct optim *o = make(&s, epoch);
    int failed = checkpoint_save(path, &c, &s.p, o, &e);
    optim_free(o);
    return failed ? complain(&e) : 0;
}

static int check_one(const char *path)
{
    struct small_net s, wanted;
    struct err e = {0};
    struct checkpoint c;
    struct optim *o = make(&s, 0);
    if (checkpoint_load(path, &c, &s.p, o, &e))
        return complain(&e);
    struct optim *other = make(&wanted, (int)c.epoch);
    int same = !memcmp(s.values, wanted.values, sizeof s.values) &&
               !memcmp(s.buffers, wanted.buffers, sizeof s.buffers) &&
               !memcmp(optim_state(o, 1), optim_state(other, 1), sizeof s.values) &&
               optim_steps(o) == c.epoch && c.step == c.epoch;
    printf("%s %d\n", same ? "epoch" : "a mixture, epoch", (int)c.epoch);
    checkpoint_fini(&c);
    optim_free(o);
    optim_free(other);
    return !same;
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "write"))
        return write_one(argv[2], atoi(argv[3]));
    if (argc == 3 && !strcmp(argv[1], "check"))
        return check_one(argv[2]);
    fprintf(stderr, "usage: save_once write PATH EPOCH | check PATH\n");
    return 64;
}
