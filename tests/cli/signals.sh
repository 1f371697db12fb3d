#!/bin/bash
# The signals by which a shell, a batch system or a limit on processor time (ulimit -t) asks a training
# to end: each is answered with a checkpoint from which the run can be resumed.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 60 --test 0 --size 32 --seed 2
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 9999
[run]
threads = 1
END_CONF
stopped() { # NAME SIGNAL
    code 130 "SIG$2 ends a training"
    err "hpa train --resume $1" "SIG$2: with the way to resume it"
    same "$1 stopped" "$("$HPA" runs list | awk -v run="$1" '$1 == run { print $1, $2 }')" "SIG$2: recorded as stopped"
    hpa -q export "$1" --checkpoint last --safetensors "$1.st" --force
    code 0 "SIG$2: its checkpoint is whole"
}

for signal in TERM INT USR1 USR2 XCPU; do
    run=run-$signal
    # not a job of the shell in the background, which would ignore SIGINT
    setsid bash -c 'trap - INT; exec "$@"' - "$HPA" train --name "$run" >"$work/out" 2>"$work/err" </dev/null &
    victim=$!
    wait_until test -e "data/hpa-work/runs/$run/last.safetensors"
    kill -$signal $victim
    wait $victim
    code=$?
    stopped $run $signal
done

# A limit on processor time, lowered when the training has begun, however long that took.
hold step-3
"$HPA" train --name limited >"$work/out" 2>"$work/err" </dev/null &
victim=$!
held step-3
prlimit --pid $victim --cpu=1:
release step-3
wait $victim
code=$?
stopped limited XCPU
finish
