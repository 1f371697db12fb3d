#!/bin/bash
# Disturbances that pass while an image is read: no sample is lost by them. System calls on one
# image are made to fail with strace.
. "$(dirname "$0")/lib.sh"
command -v strace >/dev/null || { echo "strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "strace may not trace here"; exit 77; }

"$HPA" -q synth data --samples 20 --test 2 --size 32 || fail "synth" "$?"
printf '[split]\nfolds = 2\n' >>data/hpa.conf
cd data || exit 1
# By the name that the program opens it by, and by that of the open file.
image=(-P train/synth-000007_green.png -P "$PWD/train/synth-000007_green.png")

disturbed() { # CALL ERROR WHEN: a cache is built meanwhile
    rm -rf hpa-work
    strace -f -qq "${image[@]}" -o /dev/null -e trace="$1" -e inject="$1:error=$2:when=$3" \
        "$HPA" --threads 1 stats --size 32 --part all --json >"$work/out" 2>"$work/err" </dev/null
    code=$?
}
whole() { # NAME
    code 0 "$1"
    same 20 "$(json samples)" "$1: no sample is lost"
}

hpa --threads 1 stats --size 32 --part all --json
cp "$work/out" "$work/quiet"
disturbed openat EINTR 1
whole "EINTR at the opening"
disturbed openat EMFILE 1..2
whole "too many open files"
cmp -s "$work/out" "$work/quiet" && pass "the same figures" || fail "the same figures" "others"
disturbed pread64 EINTR 1
whole "EINTR at the reading"
disturbed pread64 EIO 1
whole "EIO"
disturbed openat EIO 1..5
whole "a longer one: read again when all else is done"
disturbed openat EIO 1+
code 0 "one that does not pass"
same 19 "$(json samples)" "then the sample is left out"
err 'synth-000007: synth-000007_green\.png: Input/output error' "and listed"
hpa --threads 1 stats --size 32 --part all --json
whole "and tried again next time"

strace -f -qq "${image[@]}" -o /dev/null -e trace=openat -e inject=openat:error=EMFILE:when=1 \
    "$HPA" --threads 1 scan --json >"$work/out" 2>"$work/err" </dev/null
code=$?
code 0 "scan"
grep -q 'synth-000007' "$work/out" && fail "scan finds no fault" "it does" || pass "scan finds no fault"

finish
