#!/bin/bash
# Labels that are corrected while the workbench is open: its figures follow, and it says so.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 90 --test 4 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
export HPA_TRAIN_SIZE=32 HPA_TRAIN_BATCH=8 HPA_RUN_THREADS=1 HPA_TRAIN_MODEL=resnet18
"$HPA" -q train --name one --epochs 1 >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"

tui_start 120x36 "$HPA"
tui_wait "P submit"
tui_keys 5 :
tui_type "class 27" # stays in view when its place among the rare classes changes
tui_keys Enter
tui_wait_match "27 Rods & rings +0 +0 "
cp train.csv before.csv
for id in $(sed -n '2p;5p;9p' hpa-work/runs/one/val.csv | cut -d, -f1); do
    sed -i "s/^$id,.*/$id,27/" train.csv
done
tui_wait "3 labels changed"
tui_wait_match "27 Rods & rings +3 "
pass "corrected labels count on the screen that is open, and are named"
tui_keys 2 :
tui_type "class 27"
tui_keys Enter
tui_wait_match "27 Rods & rings +[0-9]+ +3 "
pass "on the Data tab, too"
cp before.csv train.csv
tui_wait_gone "3 labels changed"
pass "and when they are as they were"
tui_keys q
tui_wait_exit 0
