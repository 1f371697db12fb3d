#!/bin/bash
# Every state that a run's folder and rows can be in, and every command that meets it: what it says is
# true, and each piece of advice in it is carried out on a copy of that state and succeeds.
. "$(dirname "$0")/lib.sh"

other_version=$(dirname "$HPA")/tests/crash/other_version
[ -x "$other_version" ] || { echo "FAIL: $other_version is not built"; exit 1; }
recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s train.max_steps=1
    -s split.folds=3 -s run.threads=1 -s train.width=8)
here() { hpa -c data/hpa.conf -s work.dir=now "${recipe[@]}" "$@"; }
trap 'kill -KILL $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
runs=now/runs

hpa -q synth data --samples 60 --test 0 --size 32
here -q train --name n
code 0 "a run"
here -q train --name m
cp -a now base
rm -rf base/runs/n
here runs rm n --yes
rm -rf base && mv now base # a store and a packed cache; one run that is as it should be
begun() {                  # a run n that is done, from the same epoch on
    here -q train --name n
}
cp -a base now
begun
mv now whole

is_running() { "$HPA" -c data/hpa.conf -s work.dir=now runs list 2>/dev/null | grep -qE '^n +running'; }

# the states; each begins with a copy of base or whole in ./now
from() {
    rm -rf now
    cp -a "$1" now
}
state_reserved() { from base && mkdir $runs/n; }
state_lock_only() { from base && mkdir $runs/n && : >$runs/n/lock; }
state_begun() { # killed before its first checkpoint
    from whole && here runs rm n --yes && mkdir $runs/n && cp whole/runs/n/folds.csv whole/runs/n/lock $runs/n
}
state_waiting() { from base && here train --queue --name n; }
state_waiting_begun() { state_waiting && rm -rf $runs/n && mkdir $runs/n && : >$runs/n/lock; }
state_done() { from whole; }
state_stopped() { # with steps left
    from base
    hold step-1
    "$HPA" -q -c data/hpa.conf -s work.dir=now "${recipe[@]}" -s train.max_steps=3 train --name n \
        >"$work/trainer" 2>&1 </dev/null &
    held step-1
    "$HPA" -c data/hpa.conf -s work.dir=now stop --now --wait 0 n >/dev/null 2>&1
    kill -TERM $!
    release step-1
    wait $!
}
state_killed() {
    from base
    hold step-1
    "$HPA" -q -c data/hpa.conf -s work.dir=now "${recipe[@]}" -s train.max_steps=3 train --name n \
        >"$work/trainer" 2>&1 </dev/null &
    held step-1
    wait_until is_running # the store is written by a thread of its own
    kill -KILL $!
    wait $! 2>/dev/null
    release step-1
}
state_unlisted() { from whole && rm now/hpa.db; }
state_no_folder() { from whole && rm -rf $runs/n; }
state_killed_no_folder() { state_killed && rm -rf $runs/n; }
state_no_checkpoint() { from whole && rm $runs/n/last.safetensors $runs/n/previous.safetensors; }
state_previous() { from whole && head -c 1000 whole/runs/n/last.safetensors >$runs/n/last.safetensors; }
state_unreadable() { state_previous && cp $runs/n/last.safetensors $runs/n/previous.safetensors; }
state_killed_unreadable() { state_killed && head -c 1000 whole/runs/n/last.safetensors | tee $runs/n/{last,previous}.safetensors >/dev/null; }
not_listed() { rm now/hpa.db && cp base/hpa.db now; } # n alone
state_unreadable_unlisted() { state_unreadable && not_listed; }
# the newest is of a later program; the one before is of this one, and is not a way back
state_other_version() { from whole && "$other_version" $runs/n/last.safetensors; }
state_other_version_unlisted() { state_other_version && not_listed; }
state_copy() { from base && cp -a $runs/m $runs/n; }
state_renamed() { from base && mv $runs/m $runs/n; }
# the run's folder was moved within runs, and a link has its name now
state_linked() { from base && mv $runs/m $runs/n && ln -s n $runs/m; }
state_linked_back() { from base && ln -s m $runs/n; }
state_not_a_folder_listed() { from whole && rm -r $runs/n && : >$runs/n; }
state_not_a_folder() { from base && : >$runs/n; }
state_dangling() { from base && ln -s nowhere $runs/n; } # as when a disk is gone
state_dangling_listed() { from whole && rm -r $runs/n && ln -s nowhere $runs/n; }

advice() { # of the messages in err, one a line
    grep -ohE 'hpa (train --(name|resume) [A-Za-z0-9]+|runs rm [a-z]+ --yes|runs rebuild|queue run|queue rm [a-z]+|stop --now [a-z]+)' \
        "$work/err" | sed 's/OTHER/other/' | sort -u
}

declare -A tried
# STATE CODE REGEX COMMAND...: in that state the command ends so and says so
in_state() {
    local state=$1 want=$2 text=$3
    shift 3
    "state_$state"
    here "$@"
    code "$want" "$state: hpa $*"
    [ -z "$text" ] || err "$text" "$state: hpa $* says so"
    cp "$work/err" "$work/said"
    advice >"$work/advice"
    while read -r _ line; do
        [ "${tried[$state $line]:-}" ] && continue
        tried[$state $line]=1
        "state_$state"
        # shellcheck disable=SC2086
        here $line
        [ $code = 0 ] && pass "$state: hpa $line, as it was advised" ||
            fail "$state: hpa $line" "exit code $code; was advised by: $(cat "$work/said")"
    done <"$work/advice"
}

for state in reserved lock_only begun; do
    in_state $state 0 "" -q train --name n
    in_state $state 66 "ended before its first checkpoint" train --resume n
    in_state $state 0 "" -q train --continue --name n
    in_state $state 66 "ended before its first checkpoint" runs show n
    in_state $state 66 "ended before its first checkpoint" eval n
    in_state $state 66 "ended before its first checkpoint" stop n
    in_state $state 66 "ended before its first checkpoint" follow n
    in_state $state 0 "run n ended before its first checkpoint" runs list
    in_state $state 0 "run n ended before its first checkpoint" runs rebuild
    in_state $state 64 "say so by --yes" runs rm n
    in_state $state 0 "" runs rm n --yes
    in_state $state 0 "" train --queue --name n
done

for state in waiting waiting_begun; do
    in_state $state 75 "waits in the queue" train --name n
    in_state $state 75 "waits in the queue" train --continue --name n # with a recipe of its own
    in_state $state 75 "waits in the queue" train --resume n
    in_state $state 75 "waits in the queue" train --queue --name n
    in_state $state 75 "waits in the queue" runs rm n --yes
    in_state $state 75 "waits in the queue" runs show n
    in_state $state 75 "waits in the queue" stop n
    in_state $state 0 "" runs rebuild
    in_state $state 0 "" runs list
    out "^n +waiting" "$state: is listed"
    in_state $state 0 "" queue run
done

for state in done stopped killed; do
    in_state $state 75 "exists already: choose another --name, or continue it by --resume n" train --name n
    in_state $state 0 "" -q train --resume n
    in_state $state 0 "" -q train --continue --name n
    in_state $state 0 "" runs list
    in_state $state 0 "" runs show n
    in_state $state 0 "" runs rebuild
    in_state $state 1 "run n is (done|stopped|interrupted)" stop n
    in_state $state 1 "run n is (done|stopped|interrupted)" resume n
    in_state $state 0 "" runs rm n --yes
done

in_state unlisted 75 "exists already: .* --resume n" train --name n
in_state unlisted 0 "" -q train --resume n
in_state unlisted 0 "" -q train --continue --name n
in_state unlisted 66 "is not listed, but its folder is there" runs show n
in_state unlisted 66 "is not listed, but its folder is there" stop n
in_state unlisted 0 "run n is not listed" runs list
in_state unlisted 0 "" runs rebuild
in_state unlisted 0 "" runs rm n --yes

in_state no_folder 75 "is listed, but its folder is gone" train --name n
in_state no_folder 66 "is listed, but its folder is gone" train --continue --name n
in_state no_folder 66 "is listed, but its folder is gone" train --resume n
in_state no_folder 66 "is listed, but its folder is gone" eval n
in_state no_folder 0 "run n is listed, but its folder is gone" runs list
in_state no_folder 0 "run n is listed, but its folder is gone" runs show n
in_state no_folder 0 "run n is listed, but its folder is gone" runs rebuild
in_state no_folder 0 "" runs rm n --yes

in_state killed 1 "hpa train --resume n continues it" follow n
in_state killed_no_folder 66 "is listed, but its folder is gone" stop n
in_state killed_no_folder 66 "is listed, but its folder is gone" follow n

in_state no_checkpoint 75 "has no checkpoint to continue from" train --name n
in_state no_checkpoint 66 "has no checkpoint to continue from" train --continue --name n
in_state no_checkpoint 66 "has no checkpoint to continue from" train --resume n
in_state no_checkpoint 0 "run n has no checkpoint to continue from" runs list
in_state no_checkpoint 0 "run n has no checkpoint to continue from" runs show n
in_state no_checkpoint 0 "run n has no checkpoint to continue from" runs rebuild
in_state no_checkpoint 0 "" runs rm n --yes

in_state previous 75 "exists already" train --name n
in_state previous 0 "continues? from the checkpoint before|goes on from the checkpoint before" train --resume n
in_state previous 0 "" train --continue --name n
in_state previous 0 "" runs show n
in_state previous 0 "" runs rebuild
in_state previous 0 "" runs rm n --yes
state_previous
rm now/hpa.db
here runs rebuild
code 0 "previous: a lost store is built from the checkpoint that can be read"

in_state unreadable 75 "none of the checkpoints .* can be read" train --name n
in_state unreadable 65 "none of the checkpoints .* can be read" train --resume n
in_state unreadable 65 "none of the checkpoints .* can be read" train --continue --name n
in_state unreadable 0 "none of the checkpoints .* can be read" runs show n
in_state unreadable 1 "none of the checkpoints .* can be read" runs rebuild
in_state unreadable 0 "run n: none of the checkpoints .* can be read" runs list
in_state unreadable 0 "" runs rm n --yes
for command in "stop n" "resume n" "follow n"; do
    # shellcheck disable=SC2086
    in_state killed_unreadable 65 "none of the checkpoints .* can be read" $command
done
in_state unreadable_unlisted 0 "run n: none of the checkpoints .* can be read" runs list
in_state unreadable_unlisted 1 "none of the checkpoints .* can be read" runs rebuild

for state in other_version other_version_unlisted; do
    in_state $state 75 "is of another version of this program" train --name n
    in_state $state 65 "is of another version of this program" train --resume n
    err "this program knows version 1" "$state: and of which"
    in_state $state 65 "is of another version of this program" train --continue --name n
    in_state $state 75 "is of another version of this program" train --queue --name n
    in_state $state 1 "is of another version of this program" runs rebuild
    in_state $state 0 "run n is of another version of this program" runs list
    in_state $state 64 "say so by --yes" runs rm n
    in_state $state 0 "" runs rm n --yes
done
in_state other_version 0 "is of another version of this program" runs show n
in_state other_version 1 "run n is done" stop n
in_state other_version_unlisted 65 "is of another version of this program" runs show n
in_state other_version_unlisted 0 "run n is of another version of this program" runs list
state_other_version
cp -a $runs/n kept
for command in "train --name n" "train --resume n" "train --continue --name n" "runs rebuild"; do
    # shellcheck disable=SC2086
    here $command
done
diff -r kept $runs/n >/dev/null && pass "other_version: its checkpoints stay" || fail "other_version" "its folder was changed"

state_copy
here runs show m
cp "$work/out" "$work/before"
for command in "train --name n" "train --resume n"; do
    # shellcheck disable=SC2086
    here $command
    err "is a copy of a run that is listed under another name" "copy: hpa $command says so"
    [ $code != 0 ] && pass "copy: hpa $command" || fail "copy: hpa $command" "it trains"
done
here runs show m
cmp -s "$work/out" "$work/before" && pass "copy: the rows of the other stay" || fail "copy" "the rows of the other were changed"
in_state copy 75 "is a copy of a run that is listed under another name" train --queue --name n
in_state copy 0 "run n: was done before" train --continue --name n
in_state copy 0 "run n is a copy of a run that is listed under another name" runs list
in_state copy 65 "is a copy of a run that is listed under another name" runs show n
in_state copy 1 "is a copy of a run that is listed under another name" runs rebuild
in_state copy 0 "" runs rm n --yes
here runs list
out "^m +done" "copy: the other stays when it is removed"

in_state renamed 75 "is listed under the name that its folder had before" train --name n
in_state renamed 65 "is listed under the name that its folder had before" train --resume n
in_state renamed 0 "run n: was done before" train --continue --name n
in_state renamed 65 "is listed under the name that its folder had before" runs show n
in_state renamed 0 "run n is listed under the name that its folder had before" runs list
in_state renamed 0 "run n was listed as m" runs rebuild
here runs list
out "^n +done" "renamed: and then it has its folder's name"
here -q train --resume n
code 0 "renamed: and continues by it"
in_state renamed 0 "" runs rm n --yes

for state in linked linked_back; do
    in_state $state 75 "runs/n is the folder of a run .* use the name that is listed" train --name n
    in_state $state 65 "runs/n is the folder of a run" train --resume n
    in_state $state 65 "runs/n is the folder of a run" runs show n
    in_state $state 65 "runs/n is the folder of a run" runs rm n --yes
    in_state $state 0 "runs/n is the folder of a run" runs list
    in_state $state 1 "runs/n is the folder of a run" runs rebuild
    "state_$state"
    here eval m
    code 0 "$state: the listed name leads to the checkpoints"
done

in_state not_a_folder_listed 73 "runs/n is not a folder: move it away" eval n
in_state not_a_folder_listed 73 "runs/n is not a folder: move it away" export n --safetensors x
in_state not_a_folder_listed 73 "runs/n is not a folder: move it away" runs rm n --yes

for state in not_a_folder dangling; do
    in_state $state 73 "is not a folder" train --name n
    in_state $state 73 "is not a folder" train --resume n
    in_state $state 73 "is not a folder" train --continue --name n
    in_state $state 73 "is not a folder" runs show n
    in_state $state 0 "runs/n is not a folder" runs list
done
in_state dangling_listed 73 "is not a folder" train --name n
in_state dangling_listed 73 "is not a folder" train --resume n
in_state dangling_listed 0 "runs/n is not a folder" runs list
in_state dangling_listed 0 "" runs rm n --yes

# while another process is starting it, and while it trains
state_reserved
: >$runs/n/lock
flock --no-fork $runs/n/lock sleep 600 &
holder=$!
is_locked() { ! flock -n $runs/n/lock true; }
wait_until is_locked
for command in "train --name n" "train --continue --name n" "train --resume n" "runs rm n --yes" \
    "runs show n" "stop n"; do
    # shellcheck disable=SC2086
    here $command
    code 75 "begins: hpa $command"
    err "another process is starting it" "begins: hpa $command says so"
done
kill $holder
wait $holder 2>/dev/null

from base
"$HPA" -q -c data/hpa.conf -s work.dir=now "${recipe[@]}" -s train.epochs=4000 -s train.max_steps=0 train \
    --name n >"$work/trainer" 2>&1 </dev/null &
trainer=$!
wait_until is_running
for command in "train --name n" "train --continue --name n" "train --resume n" "runs rm n --yes"; do
    # shellcheck disable=SC2086
    here $command
    code 75 "trained: hpa $command"
    err "hpa stop --now n ends it" "trained: hpa $command says so"
done
here runs rebuild
code 0 "trained: hpa runs rebuild leaves it alone"
here stop --now --wait 60 n
code 0 "trained: hpa stop --now n, as it was advised"
wait $trainer
here runs rm n --yes
code 0 "and then it can be removed"
finish
