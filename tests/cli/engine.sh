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

hpa train --resume same --cpu-tier scalar
code 0 "a run that is done, on another tier"
if grep -q 'same bits' "$work/err"; then fail "a run that is done" "warns of bits"; else pass "nothing is computed: no warning"; fi

# Whatever resumes a run says it.
stopped again --cpu-tier vector
hpa train --name again --continue --cpu-tier scalar
code 0 "a run that is continued"
err 'run again: CPU tier scalar, before vector: it will be as good' "--continue says it"
hold step-3
"$HPA" -q train --name both --folds all --cpu-tier vector >"$work/out" 2>"$work/err" </dev/null &
victim=$!
held step-3
kill -TERM $victim
wait $victim
release step-3
hpa train --name both --folds all --cpu-tier scalar
code 0 "folds that are continued"
err 'run both-f0: CPU tier scalar, before vector: it will be as good' "folds say it"

# The C library computes with other functions where the CPU lacks some instructions.
math() { # NAME: "glibc 2.36, math 0123abcd"
    hpa --json runs show "$1"
    json c_library
}
stopped plain --cpu-tier vector
old=$(math plain)
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-FMA_Usable,-FMA4_Usable,-AVX2_Usable
stopped tuned --cpu-tier vector
if [ "$(math tuned)" != "$old" ]; then
    hpa train --resume plain --cpu-tier vector
    err 'run plain: C library .*, math [0-9a-f]{8}, before .*, math [0-9a-f]{8}: it will be as good' \
        "other functions of the C library are told"
else
    echo "skipped: functions of the C library: it has only one kind for this CPU"
fi
unset GLIBC_TUNABLES

# Another build of the program, as another id in its file.
id=$(readelf -n "$HPA" 2>/dev/null | sed -n 's/.*Build ID: //p')
if [ -n "$id" ]; then
    stopped rebuilt
    hpa runs show rebuilt
    out "^computed by: .*, build ${id:0:8}\$" "which build it was"
    offset=$(readelf -SW "$HPA" | sed -n 's/.*\.note\.gnu\.build-id *NOTE *[0-9a-f]* *\([0-9a-f]*\) .*/\1/p')
    cp "$HPA" "$work/rebuilt"
    # behind three sizes and the name "GNU"
    printf '\0\0\0\0' | dd of="$work/rebuilt" bs=1 seek=$((0x$offset + 16)) conv=notrunc 2>/dev/null
    chmod +x "$work/rebuilt"
    HPA=$work/rebuilt hpa train --resume rebuilt
    err "program hpa .*, build 00000000, before hpa .*, build ${id:0:8}: it will be as good" "another build is told"
else
    echo "skipped: builds: the program has no build id"
fi

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
