#!/bin/bash
# P on the screen and hpa predict follow one rule: the cuts that were set by hand, else those of
# tune.method; both write the same bytes, and the Tune tab shows what they take.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 90 --test 40 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
export HPA_TRAIN_SIZE=32 HPA_TRAIN_BATCH=8 HPA_RUN_THREADS=1 HPA_PREDICT_TTA=1 HPA_TRAIN_MODEL=resnet18
"$HPA" -q train --name one --epochs 2 >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
by_screen() { # FILE
    tui_keys P
    tui_wait "predict the test set into: "
    tui_keys C-u
    tui_type "$1"
    tui_keys Enter
    tui_wait "written: $1 (cuts: $2)" 60
}
cut_of() { # METHOD [RUN CLASS]: as the screen shows it; of class 0 of run one
    "$HPA" --json tune "${2:-one}" --method "$1" 2>/dev/null | awk -v class="${3:-0}" '
        /"thresholds"/ { for (i = 0; i <= class; i++) getline
                         gsub(/[ ,]/, ""); printf "%.3f\n", $0; exit }' | sed 's/^0//'
}

tui_start 120x36 "$HPA"
tui_wait "P submit"
by_screen screen.csv best
"$HPA" -q predict one --out command.csv >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
cmp screen.csv command.csv || fail "the screen and the command predict differently"
pass "an untouched run gives the same submission from both"
tui_keys 4 :
tui_type "class 0"
tui_keys Enter
tui_wait_match "cut $(cut_of best) best $(cut_of exact) "
pass "the Tune tab shows the cuts of tune.method, and the best ones beside them"

tui_keys l l l
by_screen hand.csv current
"$HPA" -q predict one --out by-command.csv >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
cmp hand.csv by-command.csv || fail "cuts set by hand: the screen and the command predict differently"
pass "cuts that were set by hand count for both"
tui_keys q
tui_wait_exit 0

tui_start 120x36 "$HPA" -s tune.method=fixed
tui_wait "P submit"
by_screen again.csv current
cmp hand.csv again.csv || fail "the kept cuts are not those of before"
pass "also later, whatever the method"
tui_keys q
tui_wait_exit 0

# A network that hardly learned has no score at .5: whoever takes other cuts writes another file.
"$HPA" -q train --name two --epochs 1 >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
tui_start 120x36 "$HPA" -s tune.method=fixed
tui_wait "run two"
tui_wait "P submit"
by_screen fixed.csv fixed
for method in fixed exact; do
    "$HPA" -q -s tune.method=$method predict two --out $method-too.csv >/dev/null 2>"$work/err" ||
        fail "$(cat "$work/err")"
done
cmp fixed.csv fixed-too.csv || fail "another method: the screen and the command predict differently"
cmp -s fixed.csv exact-too.csv && fail "exact cuts give the same file: the test sees nothing"
pass "another method counts for both"
tui_keys q
tui_wait_exit 0

# While a run is trained the sliders follow the same rule, on every tab and from any process: of the
# only epoch that is done, hpa tune says what they must be.
hold step-12 # of nine an epoch
tui_start 120x36 "$HPA" -s train.epochs=2 -s tune.method=fixed --train
held step-12
tui_wait_match " 12 Actin filaments +\.500 " 60
release step-12
tui_wait DONE 60
tui_wait_match " 12 Actin filaments +\.500 "
pass "fixed cuts while a run is trained here, and after"
tui_keys q
tui_wait_exit 0
hold step-12
"$HPA" -q train --name three --epochs 6 --seed 2 >train.out 2>train.err </dev/null &
held step-12
tui_start 120x36 "$HPA" -s tune.method=consensus
tui_wait "run three"
tui_wait_match " 12 Actin filaments +$(cut_of consensus three 12) "
[ "$(cut_of consensus three 12)" != "$(cut_of exact three 12)" ] ||
    fail "both methods choose the same: the test sees nothing"
pass "the cuts of tune.method while another process trains"
tui_keys : # one cut is set by hand in this epoch; a later one is better
tui_type "class 12"
tui_keys Enter l l
tui_wait_gone " 12 Actin filaments +$(cut_of consensus three 12) "
tui_keys q
tui_wait_exit 0
release step-12
wait
[ "$("$HPA" --json runs show three | sed -n 's/^ *"best_epoch": \([0-9]*\).*/\1/p')" -gt 1 ] ||
    fail "the first epoch is the best one: the test sees nothing"
"$HPA" -q predict three --out newer.csv >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
grep -q "its set current was made on the scores of epoch 1: classes that nobody set by hand" "$work/err" ||
    fail "nothing says that cuts are newer than the set: $(cat "$work/err")"
tui_start 120x36 "$HPA"
tui_wait "run three"
tui_wait "P submit"
by_screen newer-too.csv current
cmp newer.csv newer-too.csv || fail "a set of an older epoch: the screen and the command predict differently"
pass "cuts of an older epoch: what was set by hand stays, the rest is of the best epoch, for both"
tui_keys q
tui_wait_exit 0
