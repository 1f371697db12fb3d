#!/bin/bash
# What computes a run is written down with it and shown; who resumes it with something else is told
# what differs and what that means.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 30 --test 0 --size 32 --seed 2
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 2
[train]
model = resnet18
size = 32
batch = 4
epochs = 2
END_CONF
runs=data/hpa-work/runs

stopped() { # NAME OPTIONS...: a run that waits for somebody to resume it
    local name=$1
    shift
    hold step-3
    "$HPA" -q train --name "$name" "$@" >"$work/out" 2>"$work/err" </dev/null &
    victim=$!
    held step-3
    kill -TERM $victim
    wait $victim
    same 130 $? "$name: stopped inside an epoch"
    release step-3
}

engine() { # NAME: as JSON shows it
    hpa --json runs show "$1"
    echo "$(json cpu_tier) $(json blas) $(json blas_kernel)"
}

stopped same --cpu-tier vector
hpa runs show same
out '^computed by: vector kernels, .+, hpa [0-9.]+, (gcc|clang) ' "a run shows what computed it"
hpa --json runs show same
same '"vector"' "$(json cpu_tier)" "also as JSON"
grep -q '"cpu_tier": "vector"' $runs/same/run.json && pass "its folder has it" || fail "run.json" "no tier"
before=$(engine same)
hpa train --resume same --cpu-tier vector
code 0 "resumed on the same"
if grep -q 'before' "$work/err"; then fail "resumed on the same" "a difference is told"; else pass "nothing is told"; fi
same "$before" "$(engine same)" "and nothing has changed"

stopped other --cpu-tier vector
hpa train --resume other --cpu-tier scalar
code 0 "resumed on another tier"
err '^warning: run other: CPU tier scalar, before vector: it will be as good, but may not end in the same bits as a run that was never interrupted$' \
    "what differs, and what that means"
hpa runs show other
out '^computed by: scalar kernels, ' "the run shows what computed it last"
out 'takes it up; CPU tier scalar, before vector' "and keeps that it changed"
rm data/hpa-work/hpa.db
hpa -q runs rebuild
hpa runs show other
out '^computed by: scalar kernels, ' "a store that is built again has it"
hpa runs show same
out '^computed by: vector kernels, ' "of every run"

# Another kernel of OpenBLAS, where it lets itself be told. Threads, and their number, change nothing.
export OPENBLAS_CORETYPE=Nehalem
stopped nehalem
kernel=$(hpa --json runs show nehalem && json blas_kernel)
if [ "$kernel" = '"Nehalem"' ]; then
    OPENBLAS_CORETYPE=Prescott
    hpa train --resume nehalem --threads 3
    err 'run nehalem: BLAS kernels Prescott, before Nehalem: it will be as good' "another BLAS kernel is told"
    hpa runs show nehalem
    out 'with Prescott kernels' "and shown"
else
    echo "skipped: kernels of OpenBLAS: this library has none called Nehalem"
fi
unset OPENBLAS_CORETYPE
finish
