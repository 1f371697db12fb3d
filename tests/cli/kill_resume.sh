#!/bin/bash
# A training killed with SIGKILL inside epochs, before a validation, before a checkpoint and at random
# moments, and resumed until it is done, ends in the very weights and scores of one that was never
# touched; and any number of compute threads gives the same. The first epoch is a frozen one, so that
# kills fall into both phases. SOAK=1 kills six times as often.
. "$(dirname "$0")/lib.sh"

kills=8
epochs=30
[ "${SOAK:-0}" = 0 ] || kills=50 epochs=150
recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=$epochs
    -s split.folds=3 -s train.frozen_epochs=1 -s run.checkpoint_minutes=0.01)

weights() { # WORK: the run's last weights, as another program reads them
    "$HPA" -q -c data/hpa.conf -s work.dir="$1" export one --checkpoint last --safetensors "$1.st" --force \
        2>>"$work/err" && cksum <"$1.st"
}
scores() {
    cksum <"$1/runs/one/val_scores.npy"
}

metrics() { # of every epoch, but for what a clock says
    "$HPA" -c data/hpa.conf -s work.dir="$1" runs show one --json |
        grep -E '"(epoch|steps|train_loss|val_loss|macro_f1|macro_f1_half|held_out_f1|lr|grad_norm)":' | cksum
}

hpa -q synth data --samples 60 --test 0 --size 32
code 0 "a data set is drawn"
hpa -q -c data/hpa.conf -s work.dir=whole "${recipe[@]}" --threads 1 train --name one
code 0 "a training with one thread"
for threads in 2 3; do
    hpa -q -c data/hpa.conf -s work.dir="threads$threads" "${recipe[@]}" --threads $threads \
        train --name one
    code 0 "the same with $threads threads"
    same "$(weights whole)" "$(weights threads$threads)" "the same weights with $threads threads"
    same "$(scores whole)" "$(scores threads$threads)" "the same scores with $threads threads"
done

begin() { # WORK OPTIONS...: in the background
    local dir=$1
    shift
    rm -f "$work/err"
    "$HPA" -c data/hpa.conf -s work.dir="$dir" "${recipe[@]}" train "$@" >"$work/out" 2>"$work/err" </dev/null &
    victim=$!
}
ends() { ! kill -0 $victim 2>/dev/null; }
is_told() { grep -qsE "$1" "$work/err" || ends; } # REGEX: by the training at work, or it has ended

# Kill it now. An epoch that was told of is never lost: the next leg goes on behind it.
killed=0
lost=0
told=0
how=(--name one)
kill_it() {
    kill -KILL $victim 2>/dev/null && killed=$((killed + 1))
    wait $victim 2>/dev/null
    from=$(sed -n 's/.*goes on at epoch \([0-9]*\),.*/\1/p' "$work/err")
    [ -n "$from" ] && [ "$from" -le "$told" ] && lost=$((lost + 1))
    newest=$(sed -n 's/^epoch \([0-9]*\)\/.*/\1/p' "$work/err" | tail -n 1)
    told=${newest:-$told}
    [ -e killed/runs/one/last.safetensors ] && how=(--resume one) || rm -rf killed
}

for step in index cache-16 save-0 saved-0 step-3 validate-1 step-7 validate-2 save-10 saved-15; do
    hold $step
    begin killed "${how[@]}"
    held $step
    kill_it
    release $step
done
same 10 "$killed" "killed where it was held"
same 2 "$told" "in $told epochs" # the third was saved, but not told
# Also while it starts, and wherever it then is; a fast one may be done before.
for ((i = 0; i < kills; i++)); do
    begin killed "${how[@]}"
    case $((i % 4)) in
    0) ;;
    3) wait_until is_told '^epoch [0-9]+/' ;;
    *) wait_until is_told '^run one: plans ' ;;
    esac
    sleep "0.$((RANDOM % 40 + 10))"
    kill_it
done
pass "and $((killed - 10)) times at random"
same 0 "$lost" "no epoch was lost that had been told"
hpa -q -c data/hpa.conf -s work.dir=killed "${recipe[@]}" train "${how[@]}"
code 0 "the killed training goes on to its end"
same "$(weights whole)" "$(weights killed)" "the killed training ends in the same weights"
same "$(scores whole)" "$(scores killed)" "and in the same scores"
same "$(metrics whole)" "$(metrics killed)" "and the same history"
hpa -c data/hpa.conf -s work.dir=killed runs list
out "^one +done +$epochs/$epochs" "the store knows the run as done"

# SIGTERM: a checkpoint inside the epoch, a run that can go on
hold step-12
begin term --name one
held step-12
kill -TERM $victim
wait $victim
same 130 $? "SIGTERM ends a training"
release step-12
hpa -c data/hpa.conf -s work.dir=term runs list
out "^one +stopped" "a terminated training is recorded as stopped"
hpa -q -c data/hpa.conf -s work.dir=term "${recipe[@]}" train --resume last
code 0 "and goes on"
same "$(weights whole)" "$(weights term)" "to the same weights"

# two trainers of one run
hold step-3
begin twice --name one
held step-3
hpa -c data/hpa.conf -s work.dir=twice train --resume one
code 75 "a second trainer of the same run is turned away"
err "another process trains it" "and told why"
kill -KILL $victim
wait $victim 2>/dev/null
finish
