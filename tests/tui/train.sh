#!/bin/bash
# The Train tab in a real terminal: a recipe is changed in the form, a wrong value is refused, the
# training starts with it, is steered and ends; the curves tell its values.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 80 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
line() { # a command line
    tui_keys :
    tui_type "$1"
    tui_keys Enter
}
field() { # NAME VALUE, typed into the form
    line "field-first"
    while ! tui_matches "^.[>▸] +$1 "; do tui_step j; done
    tui_keys Enter
    tui_wait "train.$1: "
    tui_keys C-u
    tui_type "$2"
    tui_keys Enter
}

tui_start 120x36 "$HPA" -s train.size=32 -s run.threads=1 -s train.batch=8
tui_wait "Label distribution"
tui_keys 3
tui_wait "of the next run"
tui_wait "no run like it to judge by"
field epochs 0
tui_wait "train.epochs"
tui_wait_match "1\.\.10000"
field epochs 3
tui_wait_match '[*]3 '
line "set-key train.model=resnet18"
tui_wait_match '[*]resnet18'
tui_wait "2 changed"
pass "fields are changed, and a wrong value is refused"

hold step-2
tui_keys t
held step-2
tui_wait_match 'epoch +1 of 3' 60
release step-2
tui_wait_match 'epoch +3 of 3' 120
tui_wait "DONE" 60
tui_wait_match "as run-1" 20
"$HPA" --json runs show run-1 | grep -q '"train.epochs": "3"' || fail "the run has another recipe"
pass "a training runs by the form, and the next forecast goes by it"

tui_keys Tab Tab
tui_wait "[3 Train]"
tui_keys v
tui_wait "at epoch 3"
tui_keys , ,
tui_wait "at epoch 1"
tui_keys +
tui_wait "last 1/2"
pass "the curves tell the values of an epoch"

tui_keys 1
tui_wait "P submit"
line "save mine"
tui_wait "cuts saved as set mine"
tui_keys P
tui_wait "predict the test set into: submission.csv"
tui_keys Enter
tui_wait "2 samples predicted" 60
tui_wait "[1 Board]"
"$HPA" -q predict run-1 --thresholds mine --out by-command.csv -s train.size=32 >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
cmp submission.csv by-command.csv || fail "the screen and the command predict differently"
pass "the submission is written from the screen, as the command writes it"
tui_keys q
tui_wait_exit 0
