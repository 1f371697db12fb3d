#!/bin/bash
# train --continue, and the batch script that lives on it: begun, interrupted by the scheduler's
# signal, put back into the queue as often as it takes, and in the end the weights of a training that
# had all the time in the world.
. "$(dirname "$0")/lib.sh"
script=$(cd "$(dirname "$HPA")/.." && pwd)/assets/train.sbatch
[ -e "$script" ] || script=$(cd "$(dirname "$HPA")/../.." && pwd)/assets/train.sbatch

hpa -q synth data --samples 60 --test 0 --size 32 --seed 2
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 40
END_CONF
folder=data/hpa-work/runs
weights() {
    "$HPA" -q export "$1" --checkpoint last --safetensors "$1.st" --force 2>>"$work/err" && cksum <"$1.st"
}

hpa -q train --name whole
code 0 "a training with all the time it needs"

hpa -q train --continue
code 64 "--continue without a name"
hpa -q train --name whole --continue --json
code 0 "a run that is done ends at once"
same 1 "$(grep -c '"epochs_done": 40' "$work/out")" "and says so"
mv data/train away
hpa -q train --name whole --continue
code 0 "without looking at an image"
mv away data/train
mkdir $folder/half && : >$folder/half/lock # killed before its first checkpoint
hpa -q train --name half --continue --epochs 1
code 0 "a name that a killed start left behind"
hpa -q train --name half
code 75 "which is a run from then on"

# The scheduler: it gives a job some time, sends SIGUSR1 to the script and waits for it.
mkdir bin
cat >bin/srun <<'END_SRUN'
#!/bin/bash
echo "$@" >>steps
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@" # so that signals reach the program, as srun sees to
END_SRUN
printf '#!/bin/bash\necho "$@" >>requeued\n' >bin/scontrol
chmod +x bin/*
export PATH=$PWD/bin:$PATH SLURM_JOB_ID=4711 SLURM_CPUS_PER_TASK=3 RUN=night HPA
: >requeued
: >steps
code=130
put_back=0
is_begun() { [ -e $folder/night/last.safetensors ] && [ "$(wc -l <steps)" -ge $job ]; }
traps_usr1() { ((0x0$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$victim/status" 2>/dev/null) & 0x200)); }
for ((job = 1; job <= 20 && code != 0; job++)); do
    [ $job -le 2 ] && hold step-$((job * 23)) # inside epochs 5 and 10
    before=$(wc -l <requeued)
    bash "$script" >"$work/out" 2>"$work/err" </dev/null &
    victim=$!
    [ $job -le 3 ] && { wait_until traps_usr1 || fail "job $job" "does not wait for the signal"; }
    if [ $job -le 2 ]; then
        held step-$((job * 23))
        kill -USR1 $victim
    elif [ $job = 3 ]; then # begun, with a checkpoint, wherever it then is, or done already
        wait_until is_begun || fail "job 3" "does not begin"
        sleep ".$((RANDOM % 40 + 20))"
        kill -USR1 $victim 2>/dev/null
    fi
    wait $victim
    code=$?
    [ "$(wc -l <requeued)" -gt "$before" ] || break # not put back: it is done
    put_back=$((put_back + 1))
    code=130
done
same 0 "$code" "the job ends well"
[ $put_back -ge 2 ] && pass "put back $put_back times" || fail "requeue" "put back $put_back times, not 2"
same "$put_back" "$(grep -c '^requeue 4711$' requeued)" "once after each signal"
same "$(weights whole)" "$(weights night)" "in the weights of the undisturbed training"
same "$(cksum <$folder/whole/val_scores.npy)" "$(cksum <$folder/night/val_scores.npy)" "and its scores"
same "$(wc -l <steps)" "$(grep -c -- '--cpus-per-task=3 ' steps)" "each step gets the cores of the job"
bash "$script" >"$work/out" 2>"$work/err"
code=$?
code 0 "once more: it is done already"
same "$(wc -l <requeued)" "$(grep -c 4711 requeued)" "and nothing is put back"

# A node that was cut off: a process there still holds the run when the job begins on another node. It
# goes back into the queue until the run is free, or so often that something else must be wrong.
export RUN=held
unset HPA_RUN_HOLD # no step of before is to wait
bash "$script" >"$work/out" 2>"$work/err" &
victim=$!
wait_until test -e $folder/held/last.safetensors
kill -TERM $victim
wait $victim
code=$?
code 130 "a job that is cancelled ends"
: >requeued
exec 8<>$folder/held/lock
flock -n 8 || fail "a held run" "the lock is not free"
for try in 1 2 3; do
    LOCKED_PAUSE=0 LOCKED_TRIES=3 bash "$script" >"$work/out" 2>"$work/err"
    code=$?
    code 0 "a run that is held, start $try"
    err "try $try of 3" "start $try says so"
    same $try "$(grep -c '^requeue 4711$' requeued)" "start $try is put back"
done
LOCKED_PAUSE=0 LOCKED_TRIES=3 bash "$script" >"$work/out" 2>"$work/err"
code=$?
code 75 "not for ever"
same 3 "$(wc -l <requeued)" "and is not put back once more"
err 'was held by another process at 3 starts of this job in a row' "and says how often it tried"
LOCKED_PAUSE=0 bash "$script" >"$work/out" 2>"$work/err"
same 4 "$(wc -l <requeued)" "another job begins to count again"
# The pause ends when the job's time does: it is put back at once.
: >"$work/err" # nothing of the start before is to be found there
LOCKED_PAUSE=600 bash "$script" >"$work/out" 2>"$work/err" 8>&- &
victim=$!
wait_until grep -q 'back into the queue' "$work/err"
kill -USR1 $victim
wait $victim
same 5 "$(wc -l <requeued)" "a job that waits is put back before its time is up"
: >"$work/err" # nothing of the start before is to be found there
LOCKED_PAUSE=600 bash "$script" >"$work/out" 2>"$work/err" 8>&- &
victim=$!
wait_until grep -q 'back into the queue' "$work/err"
kill -TERM $victim
wait $victim
code=$?
code 143 "one that is cancelled while it waits ends"
same 5 "$(wc -l <requeued)" "and is not put back"
exec 8>&-
bash "$script" >"$work/out" 2>"$work/err"
code=$?
code 0 "the run is free: the job ends well"
same 5 "$(wc -l <requeued)" "and is not put back"
same "" "$(ls hpa-4711.locked 2>/dev/null)" "the count is gone"
export RUN=night

# What goes wrong for good is not put back.
before=$(wc -l <requeued)
bash "$script" --no-such-option >"$work/out" 2>"$work/err"
code=$?
code 64 "a job that cannot begin ends with its error"
same "$before" "$(wc -l <requeued)" "and is not put back"

# The same when the signal comes just as it ends: its code counts, not that of the signal. The first look
# of the script after the signal is held until the step is gone.
cat >bin/fails <<'END_FAILS'
#!/bin/bash
trap 'exit 64' USR1
: >fails.ready
while :; do sleep .05; done
END_FAILS
chmod +x bin/fails
kill() {
    builtin kill "$@"
    local code=$? limit=$((SECONDS + 120))
    while [ "$1" = -USR1 ] && builtin kill -0 "$2" 2>/dev/null && [ $SECONDS -lt $limit ]; do sleep .05; done
    return $code
}
export -f kill
HPA=bin/fails bash "$script" >"$work/out" 2>"$work/err" &
victim=$!
unset -f kill
wait_until test -e fails.ready
wait_until traps_usr1
kill -USR1 $victim
wait $victim
code=$?
code 64 "one that fails while the signal comes ends with its error"
same "$before" "$(wc -l <requeued)" "and is not put back"

# A run whose checkpoints were deleted is held by nobody: to try again would not help.
before=$(wc -l <requeued)
exec 8<&-
rm -rf $folder/held
RUN=held LOCKED_PAUSE=0 bash "$script" >"$work/out" 2>"$work/err"
code=$?
code 66 "a run that is listed without its folder"
err 'is listed, but its folder is gone' "and says so"
same "$before" "$(wc -l <requeued)" "and is not put back"

# A node without scontrol, or a job that may not be put back: what to do is said.
printf '#!/bin/bash\nexit 1\n' >bin/scontrol
printf '#!/bin/bash\nexit 75\n' >bin/fails
LOCKED_PAUSE=0 HPA=bin/fails bash "$script" >"$work/out" 2>"$work/err"
code=$?
code 75 "a job that cannot be put back ends with its code"
err 'job 4711 cannot be put back into the queue: submit it again to continue run night' "and says what to do"
finish
