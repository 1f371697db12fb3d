#!/bin/bash
# Runs that wait: added one by one and as a grid, taken out, worked off by one process at a time, also
# after it was killed or stopped.
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1
    -s split.folds=3 -s run.threads=1)
here() { hpa -c data/hpa.conf "${recipe[@]}" "$@"; }
listed() { "$HPA" -c data/hpa.conf runs list 2>/dev/null; }
status_of() { listed | awk -v run="$1" '$1 == run { print $2 }'; }
is_status() { [ "$(status_of "$1")" = "$2" ]; }
until_status() { # RUN STATUS
    wait_until is_status "$1" "$2" || fail "$1" "is $(status_of "$1"), not $2"
}

hpa -q synth data --samples 60 --test 0 --size 32
here queue
code 0 "an empty queue"
err "nothing waits" "says so"
here queue run
code 0 "and there is nothing to work off"

here train --queue --grid train.lr=.001,.0003 --grid loss.gamma=0,2 --name g
code 0 "a grid of two keys"
same "g-lr.001-gamma0 g-lr.001-gamma2 g-lr.0003-gamma0 g-lr.0003-gamma2 " \
    "$(tr '\n' ' ' <"$work/out")" "is four runs with telling names"
here train --queue --grid train.lr=.001 --name g --grid loss.gamma=2,4
code 75 "a name that waits already is taken"
here queue
same 4 "$(grep -c waiting "$work/out")" "and nothing of that grid was added"
[ -e data/hpa-work/runs/g-lr.001-gamma4 ] && fail "grid" "a name is left behind" ||
    pass "nor its names"
here train --queue --name wrong --grid train.lr=.1,.2,.1
err "--grid train.lr: the value '.1' is there twice" "a value twice"
for wrong in train.lr=.1,.1 train.lr train.lr=x train.nope=1 =1 "train.lr=.1 --grid train.lr=.2" split.fold=9; do
    # shellcheck disable=SC2086
    here train --queue --name wrong --grid $wrong
    [ $code = 64 ] || [ $code = 78 ] && pass "--grid $wrong is refused" ||
        fail "--grid $wrong" "exit code $code"
done
for flag in "--lr .3" "-s train.lr=.3"; do
    # shellcheck disable=SC2086
    here train --queue --name wrong --grid train.lr=.1 $flag
    code 64 "a key in a grid and in a flag"
    err "^hpa train: --grid and ${flag%% *} both say train.lr: leave one out" "is not ignored"
done
here train --grid train.lr=.1
code 64 "a grid without the queue is refused"
here train --queue --name extra --epochs 2
here train --queue
code 0 "one more, without a name"
out "^run-1$" "gets one"
here runs list
out "^run-1 +waiting +0/1 +- +place 6" "runs list shows what waits, and its place"
here runs list --json
same 6 "$(grep -c '"status": "waiting"' "$work/out")" "as does its JSON"
here train --name run-1
code 75 "a waiting name is taken"
here queue rm g-lr.0003-gamma2
code 0 "one is taken out"
here queue rm g-lr.0003-gamma2
code 66 "once"

work_off() {
    "$HPA" -q -c data/hpa.conf queue run >"$work/worker.out" 2>"$work/worker.err" </dev/null &
    worker=$!
}
hold step-1
work_off
held step-1
until_status g-lr.001-gamma0 running
here queue run
code 75 "a second process is turned away"
err "another process \($worker on $(uname -n)\) is working through the queue" "by the name of the first"
here queue rm g-lr.001-gamma0
code 75 "a run that has begun is not taken out"
kill -KILL $worker
wait $worker 2>/dev/null
until_status g-lr.001-gamma0 interrupted
until_status g-lr.0003-gamma0 waiting
pass "after a kill what waited waits, what was at work is interrupted"

release step-1
hold step-6 # of the second epoch, which extra alone has
work_off
held step-6
until_status extra running
for run in g-lr.001-gamma0 g-lr.001-gamma2 g-lr.0003-gamma0; do
    same done "$(status_of $run)" "$run is done, in its turn"
done
here runs show g-lr.0003-gamma0
out "^train.lr +.0003" "with its own rate"
out "^loss.gamma +0" "and gamma"
kill -TERM $worker
wait $worker
same 130 $? "a worker that is stopped ends"
same stopped "$(status_of extra)" "its run has a checkpoint"
same waiting "$(status_of run-1)" "the next one waits"

hold step-7
work_off
held step-7
here stop --now extra
code 0 "a run of the queue is stopped by another process"
wait $worker
same 0 $? "the queue goes on with the next, to its end"
same stopped "$(status_of extra)" "the run stays stopped"
same "done" "$(status_of run-1)" "the next is done"
here queue
err "nothing waits" "and nothing waits any more"

# what another process has for a while is no fault of a run: it stays
hold cache-16
"$HPA" -q -c data/hpa.conf "${recipe[@]}" stats --size 48 >/dev/null 2>&1 </dev/null &
packer=$!
held cache-16
here train --queue --name packed -s train.size=48
here train --queue --name after
here queue run
code 75 "a queue whose first run needs what is being packed"
err "run packed stays in the queue: cache .* is being built" "says why"
here queue
same "begun waiting" "$(awk '$2 == "packed" || $2 == "after" { print $3 }' "$work/out" | xargs)" "both runs still wait"
release cache-16
wait $packer
here queue run
code 0 "works them off afterwards"
same "done done" "$(status_of packed) $(status_of after)" "to the end"

# a run that fails does not hold the others up
here train --queue --name bad -s data.train_csv=nowhere.csv
here train --queue --name good
here queue run
code 0 "the queue gets over a run that fails"
err "run bad failed, the queue goes on: .*nowhere.csv" "which it names"
same "done" "$(status_of good)" "the other is done"
here train --queue --name late
hold step-1
here -s run.cpu_tier=scalar queue run --detach --threads 1
code 0 "a worker of its own"
worker=$(sed -n 's/.*process \([0-9]*\) works.*/\1/p' "$work/err")
held step-1
same "$worker" "$(holder step-1)" "is at work"
given=$(tr '\0' ' ' <"/proc/$worker/cmdline")
same 2 "$(echo "$given" | grep -oE 'run.threads=1 |run.cpu_tier=scalar ' | wc -l)" "works as it was told: $given"
here queue run --detach
code 75 "a second one"
err "another process \($worker on .*\) is working through the queue" "is refused where it is asked for"
release step-1
until_status late "done"
ended "$worker"
pass "works the queue off without a shell"
finish
