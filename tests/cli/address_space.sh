#!/bin/bash
# Under a limit on address space, as batch systems set it, every command works or ends with a clear
# message: OpenBLAS would ask for its buffers for ever, and its start end or hang the program.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 30 --test 4 --size 32 --seed 2
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 2
[train]
model = resnet18
size = 32
batch = 4
epochs = 1
max_steps = 2
END_CONF

limited() { # KILOBYTES ARGUMENTS...: 124 when it hangs
    local limit=$1
    shift
    (
        ulimit -v "$limit"
        exec timeout --kill-after=5 90 "$HPA" -q "$@" >"$work/out" 2>"$work/err" </dev/null
    )
    code=$?
}

# A limit at which two buffers are the ones that are too much: some versions of OpenBLAS take one
# when they are started.
limited_to_one_buffer() { # ARGUMENTS...
    local limit
    for limit in 200000 230000 260000 290000 320000; do
        limited "$limit" "$@"
        ! grep -q 'OpenBLAS needs 256 MB' "$work/err" || return
    done
}

hpa -q train --name base
code 0 "a run"
limited_to_one_buffer train --threads 2
code 1 "a training without room for its products"
err '^hpa train: the new run: OpenBLAS needs 256 MB of address space \(128 MB for each compute thread\), but ulimit -v allows [0-9]+ MB for everything: raise that limit, or lower --threads$' \
    "what it needs, and what helps"
limited 200000 bench gemm --threads 1 --rounds 1
code 1 "the bench"
limited_to_one_buffer bench train --threads 2 --model resnet18 --size 32 --batch 2 --rounds 1 --no-memory
code 1 "the bench of a training"
err 'OpenBLAS needs 256 MB of address space' "says so, too"

# Any limit at all: done, or a message of ours; never a hang, a crash or a message of a library.
for limit in 110000 160000 240000 290000 330000 360000 390000 420000 480000 700000; do
    wrong=
    for command in "train --threads 2" "train --threads 1" "eval base" "eval base --threads 3" \
        "predict base --out out-$limit.csv" "errors base gradcam synth-000001" stats; do
        # shellcheck disable=SC2086
        limited $limit $command
        case $code in
        0) ;;
        1) grep -q "^hpa\( ${command%% *}\)\?: .*\(address space\|memory\|thread\)" "$work/err" || wrong="$wrong; $command: $(cat "$work/err")" ;;
        *) wrong="$wrong; $command: exit code $code" ;;
        esac
    done
    same "" "$wrong" "under ulimit -v $limit"
done
limited 700000 train --threads 2 --name roomy
code 0 "a training with enough of it"

# Without OPENBLAS_NUM_THREADS OpenBLAS starts a thread for each core while it is loaded. On a
# machine of many cores the program must not end there: here by a library that counts 64.
if command -v gcc >/dev/null; then
    cat >many.c <<'END_C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>
int sched_getaffinity(pid_t p, size_t n, cpu_set_t *s)
{
    (void)p, memset(s, 0, n);
    for (int i = 0; i < 64; i++)
        CPU_SET(i, s);
    return 0;
}
long sysconf(int what)
{
    long (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, "sysconf");
    return what == _SC_NPROCESSORS_CONF || what == _SC_NPROCESSORS_ONLN ? 64 : next(what);
}
END_C
    gcc -shared -fPIC -o many.so many.c -ldl
    for threads in "" 1 64; do
        (
            unset OPENBLAS_NUM_THREADS
            [ -z "$threads" ] || export OPENBLAS_NUM_THREADS=$threads
            export LD_PRELOAD=$PWD/many.so
            limited 400000 runs list
            exit $code
        )
        code=$?
        code 0 "64 cores and OPENBLAS_NUM_THREADS='$threads'"
        out '^base ' "the list is there"
    done
else
    echo "skipped: many cores: there is no compiler here"
fi

# OpenBLAS's OpenMP build takes its buffers while it is loaded.
for folder in /usr/lib/*/openblas-openmp; do
    [ -e "$folder/libopenblas.so.0" ] || {
        echo "skipped: OpenBLAS with OpenMP: not installed"
        continue
    }
    LD_LIBRARY_PATH=$folder limited 200000 runs list
    code 1 "OpenBLAS with OpenMP, and no room for it"
    err '^hpa: OpenBLAS needs 256 MB of address space to start, as it is built with OpenMP, but ulimit -v allows 195 MB' \
        "is told before it hangs"
    LD_LIBRARY_PATH=$folder limited 700000 train --threads 2 --name openmp
    code 0 "with room it trains"
done
finish
