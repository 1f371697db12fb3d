#!/bin/bash
# Labels and images that change after a run was trained: one truth for every command, and said.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth data --samples 60 --test 2 --size 32 --seed 4 || fail "synth" "$?"
printf '[split]\nfolds = 3\n[train]\nmodel = resnet18\nsize = 32\nbatch = 8\nepochs = 2\n' >>data/hpa.conf
cd data || exit 1
hpa -q train --name one
code 0 "a run"
runs=hpa-work/runs/one

hpa screen runs --size 80x24
out '▸ A one +done +2/2 +[.0-9]+ ' "the Runs tab: nothing is marked"
hpa runs show one
grep -q 'other labels' "$work/out" && fail "nothing changed" "it says so" || pass "nothing changed: nothing is said"

# The labels of three validation samples are corrected.
changed=$(sed -n '2p;5p;9p' $runs/val.csv | cut -d, -f1)
cp train.csv before.csv
for id in $changed; do
    sed -i "s/^$id,.*/$id,27/" train.csv
done
list=$(echo $changed | sed 's/ /, /g')
said="run one: 3 of its 20 validation samples have other labels in .*train\.csv .*\($list\)"
for command in "eval one" "tune one --method exact" "errors one"; do
    hpa $command
    code 0 "$command"
    err "$said" "$command: says what changed"
    same 1 "$(grep -c 'other labels' "$work/err")" "$command: once"
done
hpa -q predict one --out sub.csv
err "$said" "predict: says what changed"

# Support of class 27 (it is rare in the validation part): today's labels, in all of them.
want=$(awk -F, 'NR == FNR { val[$1]; next } $1 in val && (" " $2 " ") ~ / 27 / { n++ } END { print n + 0 }' $runs/val.csv train.csv)
support() { tr -d ' \n' <"$work/out" | grep -o '"index":27,[^}]*"support":[0-9]*' | grep -o '[0-9]*$' | head -n 1; }
hpa --json eval one
same "$want" "$(support)" "eval: today's labels"
hpa --json errors one
same "$want" "$(support)" "errors: today's labels"
hpa -q tune one --method fixed --save flat --json
tune=$(json in_sample_macro_f1)
hpa -q eval one --probs probs.csv
awk -F, 'NR == FNR { val[$1]; next } FNR == 1 || $1 in val' $runs/val.csv train.csv >truth.csv
hpa --json score --probs probs.csv --truth truth.csv
same "$(json macro_f1)" "$tune" "tune: the same figure as score with the table of today"
hpa --json thresholds one show flat
same "$tune" "$(json macro_f1)" "thresholds: the same figure"

hpa screen tune --size 160x48
out '3 labels changed' "the screen says so"
hpa thresholds one list
err 'run one: 3 of its 20 validation samples have other labels.*figures recorded' "thresholds list marks its figures"
hpa runs show one
out 'labels: 3 of its 20 validation samples have other labels in .*figures recorded with the run' "runs show marks the figures"
hpa runs list
out '^one: 3 of its 20 validation samples have other labels' "runs list marks the run"
hpa screen runs --size 100x30
out '▸ A one +done +2/2 +[.0-9]+\* ' "the Runs tab marks the figure"
out '\* measured on older labels: 3 samples changed or gone' "and says why"
hpa --json runs show one
same 3 "$(json labels_changed)" "in JSON, too"

# Samples that left the table are counted and left out, the same everywhere.
gone=$(sed -n '3p;7p' $runs/val.csv | cut -d, -f1)
cp before.csv train.csv
for id in $gone; do sed -i "/^$id,/d" train.csv; done
list=$(echo $gone | sed 's/ /, /g')
for command in "eval one" "tune one --method exact" "errors one"; do
    hpa $command --json
    code 0 "$command without two samples"
    err "2 of its 20 validation samples are no longer in .*train\.csv and left out \($list\)" "$command: names them"
done
hpa --json tune one --method exact
same 18 "$(json samples)" "tune: samples that are left"
hpa -q train --resume one
code 65 "going on with another table is refused"

# Without the table the run still has its own labels.
mv train.csv away.csv
hpa errors one
code 0 "errors without the table"
err 'train\.csv is not there: the labels are those of when its scores were written' "errors: says so"
cp before.csv train.csv

# Images that are replaced under their names are seen, by eval and by a run that goes on.
victim=$(sed -n '4p' $runs/val.csv | cut -d, -f1)
other=$(sed -n '6p' $runs/val.csv | cut -d, -f1)
hpa -q eval one
cp "train/${other}_red.png" "train/${victim}_red.png"
hpa eval one
code 0 "eval with another image"
err "the images changed since it was built: 1 sample: $victim" "the cache says whose"
err "run one: the images of 1 sample are not those that it began with: $victim" "the run says whose"
hpa -s train.epochs=3 train --resume one
err "run one: the images of 1 sample are not those that it began with: $victim" "a resumed run says whose"

finish
