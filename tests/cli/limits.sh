#!/bin/bash
# What the machine allows: the number of compute threads and the memory follow Slurm, control groups and
# ulimit. A training that does not fit says so before it packs a pixel, and names the limit and what helps.
. "$(dirname "$0")/lib.sh"
for variable in $(env | sed -n 's/^\(SLURM_[A-Za-z0-9_]*\)=.*/\1/p'); do unset "$variable"; done
unset HPA_TRAIN_WIDTH

hpa -q synth data --samples 30 --test 2 --size 32 --seed 2
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 4
epochs = 1
max_steps = 2
END_CONF
runs=data/hpa-work/runs

export SLURM_MEM_PER_NODE=200
hpa -q train --name night
code 1 "a training that plans more memory than its job has"
# 11,194,012 parameters, as many gradients, two moments and averaged weights: 224 MB
err 'run night: does not fit into memory: it plans 2[0-9]{2} MB: .*, and this process holds [0-9]+ MB already, but SLURM_MEM_PER_NODE allows 210 MB: lower train.batch \(4\), train.size \(32\)' \
    "which limit, and what helps"
same "" "$(ls $runs data/hpa-work/cache 2>/dev/null)" "before anything is made"
hpa train --name night
same "run night: plans" "$(head -n 1 "$work/err" | grep -o '^run night: plans')" "the plan is the first that is said"
unset SLURM_MEM_PER_NODE
SLURM_MEM_PER_CPU=100 SLURM_CPUS_ON_NODE=2 hpa -q train --name night
err 'SLURM_MEM_PER_CPU for 2 CPUs allows 210 MB' "memory for each CPU"
(ulimit -v 250000 && "$HPA" -q train --name night >"$work/out" 2>"$work/err")
code=$?
code 1 "a training under ulimit -v"
err 'but ulimit -v \(address space\) allows 256 MB: lower' "is told the limit"
SLURM_MEM_PER_NODE=260 hpa -q train --name night
code 0 "one that just fits works"
err 'warning: run night: memory is scarce: .*SLURM_MEM_PER_NODE' "and is told how little is left"

for command in "eval night" "predict night --out s.csv" "bench infer"; do
    # shellcheck disable=SC2086
    SLURM_MEM_PER_NODE=20 hpa -q $command
    code 1 "$command does not fit"
    err 'does not fit into memory: .* SLURM_MEM_PER_NODE allows 21 MB: lower train.batch' "$command: why"
done
SLURM_MEM_PER_NODE=20 hpa -q errors night gradcam synth-000001
code 1 "Grad-CAM does not fit"
err 'allows 21 MB: raise that limit' "and there is no batch to lower"
hpa -q export night --checkpoint last --safetensors night.st
SLURM_MEM_PER_NODE=50 hpa import weights night.st --model resnet18
code 1 "import weights does not fit"
err 'import weights: does not fit into memory: it plans [0-9]+ MB: .* SLURM_MEM_PER_NODE allows 52 MB: raise that limit' \
    "import weights: why"
hpa eval night -s train.batch=2
code 0 "a smaller batch for an evaluation"
# What each thread keeps: 29 bytes a pixel of a drawn sample are 122 MB; a plane that is decoded takes its
# file twice, its rows and its pixels (2 x 1 MB), and packed samples their 4 planes (1 MB).
SLURM_MEM_PER_NODE=200 hpa synth large --samples 2 --test 0 --size 2048 -s run.threads=2
code 1 "synth does not fit"
err 'synth: does not fit into memory: it plans 243 MB: 2 threads of 121.6 MB, and this process holds [0-9]+ MB already, but SLURM_MEM_PER_NODE allows 210 MB: use fewer threads \(-s run.threads=1\), or raise that limit' \
    "synth: why"
same "" "$(ls large 2>/dev/null)" "and nothing was made"
hpa -q synth large --samples 1 --test 0 --size 1024
echo Id,Target >large/train.csv
for ((i = 0; i < 40; i++)); do # one picture under many names
    echo "i$i,$((i % 5))"
    for stain in red green blue yellow; do
        ln -s "$PWD/large/train/synth-000000_$stain.png" "large/train/i${i}_$stain.png"
    done
done >>large/train.csv
for command in "scan" "stats --size 512"; do
    # shellcheck disable=SC2086
    SLURM_MEM_PER_NODE=60 hpa -q -c large/hpa.conf $command -s run.threads=64
    code 1 "$command of large images does not fit"
    err ': does not fit into memory: it plans [0-9]+ MB: 40 threads of [2-5]\.[0-9] MB, .* SLURM_MEM_PER_NODE allows 63 MB: use fewer threads \(-s run.threads=20\), or' \
        "$command: why"
done
SLURM_MEM_PER_NODE=60 hpa -q -c large/hpa.conf stats --size 512 -s run.threads=2
code 0 "fewer threads do"
head -n 6 large/train.csv >large/few.csv
hpa -q -c large/hpa.conf -s data.train_csv=large/few.csv stats --size 2048
SLURM_MEM_PER_NODE=20 hpa -q -c large/hpa.conf -s data.train_csv=large/few.csv stats --size 2048 -s run.threads=1
code 1 "statistics of packed pixels do not fit"
err 'statistics: does not fit into memory: it plans 17 MB: 1 thread of 16.8 MB, .* allows 21 MB: raise that limit' "why"

same "0" "$(SLURM_MEM_PER_NODE=20 "$HPA" -q runs list >/dev/null 2>&1; echo $?)" "what computes nothing is not refused"

# Where there is one CPU only, something else has decided already.
by=SLURM_CPUS_PER_TASK
hpa stats
grep -q '^1 compute thread: ' "$work/err" && by=$(sed -n 's/^1 compute thread: //p' "$work/err")
SLURM_CPUS_PER_TASK=1 hpa train --name one
err "^1 compute thread: $by\$" "one CPU of a job, one thread"
for command in stats scan 'synth drawn --samples 3 --test 1 --size 32'; do
    # shellcheck disable=SC2086
    SLURM_CPUS_PER_TASK=1 hpa $command
    err "^1 compute thread: $by\$" "in ${command%% *}, too"
done
SLURM_CPUS_PER_TASK=1 hpa -s run.threads=2 stats
err '^2 compute threads: run.threads$' "what is asked for is obeyed"
(taskset -c "$(taskset -cp $$ | grep -oE '[0-9]+' | tail -n 1)" "$HPA" stats >"$work/out" 2>"$work/err")
err '^1 compute thread: CPU affinity$' "the affinity"

# A control group of our own, where the machine lets us make one.
group=/sys/fs/cgroup/memory/hpa-test-$$
if [ -w /sys/fs/cgroup/memory/cgroup.procs ] && mkdir $group 2>/dev/null; then
    echo 150M >$group/memory.limit_in_bytes
    (echo "$BASHPID" >$group/cgroup.procs && exec "$HPA" -q train --name grouped >"$work/out" 2>"$work/err")
    code=$?
    code 1 "a control group of 150 MiB"
    err "but memory.limit_in_bytes of control group $group allows 157 MB" "is named"
    # 400 MiB would do, but another process of the group holds 200 MB: a line that does not end. As much
    # again of files that were read is no hindrance.
    echo 400M >$group/memory.limit_in_bytes
    mkfifo held
    (echo "$BASHPID" >$group/cgroup.procs && exec tail -n 1 <held >/dev/null) &
    other=$!
    exec 9>held
    head -c 200000000 /dev/zero >&9
    holds_it() { [ "$(awk '/^VmRSS/ { print $2 }' /proc/$other/status)" -gt 190000 ]; }
    wait_until holds_it || fail "the other process" "does not hold 200 MB"
    (echo "$BASHPID" >$group/cgroup.procs && exec "$HPA" -q train --name beside >"$work/out" 2>"$work/err" 9>&-)
    code=$?
    code 1 "a group whose memory another process holds"
    err "and 2[0-9]{2} MB are in use already, [0-9]+ MB of them by this process, but memory.limit_in_bytes of control group $group allows 419 MB" \
        "is told how much"
    exec 9>&-
    wait $other
    (echo "$BASHPID" >$group/cgroup.procs && head -c 200000000 /dev/zero >read && exec cat read >/dev/null)
    (echo "$BASHPID" >$group/cgroup.procs && exec "$HPA" -q train --name beside >"$work/out" 2>"$work/err")
    code=$?
    code 0 "when it is gone there is room, beside a cache of files"
    rmdir $group
else
    echo "skipped: no control group can be made here"
fi
finish
