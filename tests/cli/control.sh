#!/bin/bash
# A training controlled from other processes: pause, go on, checkpoint, another rate, stop; followed,
# asked after it ended, asked while it cannot answer.
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=4
    -s split.folds=3 -s run.threads=1)
here() { hpa -c data/hpa.conf "$@"; }
row() { # COLUMN: of runs list, for run one
    "$HPA" -c data/hpa.conf runs list | awk -v c="$1" '$1 == "one" { print $c }'
}
ask() { # COMMAND RUN...: what the trainer answers, however slow it is
    local command=$1
    shift
    here "$command" --wait $patience "$@"
}
status_is() { [ "$(row 2)" = "$1" ]; }
until_status() {
    if wait_until status_is "$1"; then pass "the store says $1"; else fail "$1" "status $(row 2)"; fi
}
train() { # OPTIONS...: in the background
    "$HPA" -q -c data/hpa.conf "${recipe[@]}" train "$@" >"$work/train.out" 2>"$work/train.err" </dev/null &
    trainer=$!
}

hpa -q synth data --samples 60 --test 0 --size 32
code 0 "a data set is drawn"
here pause one
code 66 "no run yet: pause finds none"

hold step-7 # of 20, in the second epoch
hold step-8
train --name one
held step-7

ask pause one
code 0 "a pause is answered"
out "^run one: paused after step 7 of 20" "with the step"
until_status paused
ask pause last
out "is paused already" "a second pause says so"
release step-7
stamp=$(stat -c %Y.%y data/hpa-work/runs/one/last.safetensors)
ask checkpoint one
out "^run one: written at step 7" "a checkpoint is written while it rests"
[ "$stamp" != "$(stat -c %Y.%y data/hpa-work/runs/one/last.safetensors)" ] && pass "it is there" ||
    fail "checkpoint" "the file is the old one"
ask lr one .0002
code 0 "another rate"
out "^run one: peak 0.0002 instead of 0.001 from step 8 on" "is told"
ask lr one x.5
out "^run one: peak 0.0001 instead of 0.0002" "a factor multiplies it"
for wrong in 0 -1 x0 abc 101; do
    here lr one -- $wrong
    code 64 "lr $wrong is no rate"
done
ask resume --json one
code 0 "it goes on"
same '"goes on"' "$(json answer)" "and says so"
same "$trainer" "$(json pid)" "naming the process"
held step-8
until_status running
ask resume one
out "was not paused" "a second resume says so"

"$HPA" -c data/hpa.conf follow one >"$work/follow.out" 2>"$work/follow.err" </dev/null &
follower=$!
"$HPA" -c data/hpa.conf follow one >"$work/follow2.out" 2>"$work/follow2.err" </dev/null &
leaver=$!
wait_until grep -q "resume, the pause ended" "$work/follow.err" || fail "follow" "tells no events"
wait_until grep -q "resume, the pause ended" "$work/follow2.err" || fail "follow" "tells no events"
kill -TERM $leaver
wait $leaver
same 130 $? "a follower that is interrupted ends"
grep -q "run one goes on" "$work/follow2.err" && pass "and says that the run goes on" ||
    fail "follow" "$(cat "$work/follow2.err")"
status_is running && pass "which it does" || fail "follow" "status $(row 2)"

ask stop one
code 0 "stop after the epoch"
out "^run one: stops after epoch 2 of 4" "is told with the epoch"
release step-8
wait $trainer
same 130 $? "the trainer ends as stopped"
wait $follower
same 0 $? "its follower ends with it"
grep -qE "^one: stopped, epoch 2 of 4" "$work/follow.out" && pass "and tells the end" ||
    fail "follow" "$(cat "$work/follow.out")"
grep -qE "^epoch 2/4: loss" "$work/follow.err" && pass "after the epochs" ||
    fail "follow" "$(cat "$work/follow.err")"

here pause one
code 1 "a run that nobody trains cannot be paused"
err "run one is stopped: nobody trains it \(hpa train --resume one would\)" "and the message says what to do"
here resume one
code 1 "nor resumed"
err "hpa train --resume one goes on" "by this command"

here runs show one
for event in "pause +asked for" "checkpoint +asked for" "lr +peak 0.0002 instead of 0.001" \
    "lr +peak 0.0001 instead of 0.0002" "resume +the pause ended" "stop +after epoch"; do
    out "^ *[0-9]+ .*Z +$event" "the run shows: $event"
done

# stop now, inside an epoch; the changed rate is that of the resumed run
hold step-12
train --resume one
held step-12
ask stop --now one
code 0 "stop now"
out "^run one: the training ended \(stopped\) after epoch" "is told when it ended"
wait $trainer
same 130 $? "the trainer ended"
steps=$("$HPA" -c data/hpa.conf runs show one --json | grep -c '"kind": "lr"')
same 2 "$steps" "the changes of the rate are kept once each"

# a trainer that cannot answer: stopped by SIGSTOP
hold step-13
train --resume one
held step-13
until_status running
stopped_without_the_store() {
    kill -STOP $trainer
    sqlite3 data/hpa-work/hpa.db 'BEGIN IMMEDIATE; ROLLBACK' 2>/dev/null && return
    kill -CONT $trainer
    return 1
}
wait_until stopped_without_the_store || fail "SIGSTOP" "it always has the store"
here pause one --wait 1
code 75 "a trainer that does not answer: try later"
err "did not answer within 1 s" "says the message"
kill -CONT $trainer
ask checkpoint one # which it gets after the pause
out "^run one: written at step 13" "a later request is carried out"
status_is running && pass "a request that was taken back is not carried out" ||
    fail "taken back" "status $(row 2)"
kill -KILL $trainer
wait $trainer 2>/dev/null
here resume one
code 1 "after a kill"
err "run one is interrupted, not paused: hpa train --resume one goes on" "resume names the command"
here follow one
code 1 "following it"
err "was interrupted" "says what became of it"
finish
