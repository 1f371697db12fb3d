/* How a report is shown by every command that has one. */
#include "report_out.h"

#include <stdio.h>

#include "base/float32.h"
#include "print.h"

void report_out_table(const struct report *r, char names[][64])
{
    struct print_table *t =
        print_table_new("class|name|support|tp|fp|fn|precision|recall|F1|AP|AUC|cut");
    for (int c = 0; c < r->k; c++) {
        const struct class_report *row = &r->classes[c];
        print_int(t, c);
        print_text(t, names[c]);
        print_int(t, row->support);
        print_int(t, row->tp);
        print_int(t, row->fp);
        print_int(t, row->fn);
        print_real(t, 4, row->precision);
        print_real(t, 4, row->recall);
        print_real(t, 4, row->f1);
        print_real(t, 4, row->ap);
        print_real(t, 4, row->auc);
        print_real(t, 4, row->cut);
    }
    print_table_end(t);
    printf("macro F1 %.4f  micro F1 %.4f  samples %d\n", r->macro_f1, r->micro_f1, r->n);
}

static struct json *class_json(const struct class_report *row, int index, const char *name)
{
    struct json *j = json_new_object();
    json_put_int(j, "index", index);
    json_put_text(j, "name", name);
    json_put_int(j, "support", row->support);
    json_put_int(j, "tp", row->tp);
    json_put_int(j, "fp", row->fp);
    json_put_int(j, "fn", row->fn);
    json_put_real(j, "precision", row->precision);
    json_put_real(j, "recall", row->recall);
    json_put_real(j, "f1", row->f1);
    json_put_real(j, "ap", row->ap);
    json_put_real(j, "auc", row->auc);
    json_put_real(j, "threshold", float32_to_write(row->cut));
    return j;
}

void report_out_json(struct json *j, const struct report *r, char names[][64])
{
    struct json *classes = json_new_array();
    json_put_real(j, "macro_f1", r->macro_f1);
    json_put_real(j, "micro_f1", r->micro_f1);
    json_put_int(j, "samples", r->n);
    for (int c = 0; c < r->k; c++)
        json_put(classes, NULL, class_json(&r->classes[c], c, names[c]));
    json_put(j, "classes", classes);
}
