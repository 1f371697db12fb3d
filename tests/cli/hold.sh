#!/bin/bash
# A run that is held at a step for a test: the program says when it is there, does what it is asked
# meanwhile, and continues when it is let. The key for it is in no list, and refused when misspelled.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 60 --test 0 --size 32
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 2
END_CONF
status_is() { [ "$("$HPA" runs list | awk '$1 == "one" { print $2 }')" = "$1" ]; }

hpa config
same "" "$(grep hold "$work/out")" "hpa config does not list the key"
hpa config example
same "" "$(grep '^#hold' "$work/out")" "nor does the example"
hpa -s run.holt=x config
code 78 "a misspelled one is refused"

hold step-3
hold step-7
"$HPA" -q train --name one >"$work/train.out" 2>"$work/train.err" </dev/null &
trainer=$!
held step-3
same $trainer "$(holder step-3)" "the process that waits is named"
wait_until status_is running && pass "it is running" || fail "status" "not running"
hpa pause one
out "^run one: paused after step 3 of 10" "held at a step it can be paused"
hpa resume one
out "goes on" "and resumed"
hpa checkpoint one
out "written at step 3" "and write a checkpoint"
release step-3
held step-7
hpa stop --now one
out "stopped.* step 7 of 10" "and be stopped"
wait $trainer
same 130 $? "which ends it"

hpa runs show one
same "" "$(grep hold "$work/out")" "the run's record does not know the key"

# a hold that was there before is passed on to a process of its own
hpa train --queue --name two
mkdir elsewhere
: >elsewhere/end
hpa -s run.hold=elsewhere queue run --detach
code 0 "a process of its own"
wait_until test -e elsewhere/end.reached && pass "is held as it was told" || fail "detached" "is not held"
worker=$(cat elsewhere/end.reached)
kill -TERM "$worker"
ended "$worker"
pass "and obeys SIGTERM"
finish
