#!/bin/bash
# run-tests.sh BUILD TEST...: run every test (unit binary, fuzz binary or script) under a time
# limit, show the closing lines of each, the whole output of those that fail, and one last line.
# Runs all of them whatever happens; exit 1 when one failed. They run side by side, one more than cores,
# as many wait for a disk or a screen: each has a folder of its own, and a terminal where it needs one.
# RUN in the environment: a command that runs them, as an emulator or valgrind.
# Exit code 77 of a script means: skipped, its last line says why.
set -u

build=$1
shift
export OPENBLAS_NUM_THREADS=1
# A folder with real images for some trials; tests that need it say so when it is absent.
export HPA_REAL_DATA=${HPA_REAL_DATA:-$PWD/../shared/data}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}
limit=$((300 + 2 * ${SOAK:-0}))
case $build in
*san) limit=$((limit * 6)) ;; # sanitizers slow everything down
esac
[ -z "${RUN-}" ] || limit=$((limit * 24)) # an emulator far more
logs=$build/test-logs
rm -rf "$logs"
mkdir -p "$logs"

log_of() {
    local name=${1#"$build"/}
    echo "$logs/${name//\//_}"
}

run_one() { # TEST: runs it, leaves its output and its exit code
    local log started program
    log=$(log_of "$1")
    started=$(date +%s)
    case $1 in
    /*) program=$1 ;;
    *) program=./$1 ;;
    esac
    # shellcheck disable=SC2086
    timeout --kill-after=10 "$limit" ${RUN-} "$program" >"$log" 2>&1 </dev/null
    echo "$? $(($(date +%s) - started))" >"$log.rc"
}

failed=()
skipped=0
show() { # TEST: report on a finished one
    local log rc seconds
    log=$(log_of "$1")
    read -r rc seconds <"$log.rc"
    echo "== $1 ($seconds s)"
    if [ "$rc" = 0 ]; then
        grep -aE '^\[(==========|  PASSED  |  SKIPPED )\]|^(SKIP|skipped)|^fuzz: |^ok ' "$log"
    elif [ "$rc" = 77 ]; then
        skipped=$((skipped + 1))
        echo "skipped: $(tail -n 1 "$log")"
    else
        failed+=("$1")
        cat "$log"
        [ "$rc" = 124 ] && echo "ended by the time limit of $limit s"
        echo "-- $1 failed with exit code $rc"
    fi
}

running=0
at_once=$(($(nproc) + 1))
for t in "$@"; do
    if [ "$running" -ge "$at_once" ]; then
        wait -n
        running=$((running - 1))
    fi
    run_one "$t" &
    running=$((running + 1))
done
wait
for t in "$@"; do
    show "$t"
done

cases=$(cat "$logs"/* 2>/dev/null | grep -acE '^\[       OK \]|^ok ')
echo
if [ ${#failed[@]} -gt 0 ]; then
    echo "TESTS FAILED: ${#failed[@]} of $# programs: ${failed[*]}"
    exit 1
fi
echo "ALL TESTS PASSED: $cases cases in $# programs, $skipped skipped, $SECONDS s"
