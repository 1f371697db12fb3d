#!/bin/bash
# Disturbances that pass while a file is read: no sample is lost by them, and no command ends, least of all a
# training that reads its packed images. System calls on one file are made to fail with strace.
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

# Every other file that is read.
hpa -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=3 --threads 1 train --name one
code 0 "a run"
hpa -q eval one --probs scores.csv
cp hpa-work/runs/one/last.safetensors weights.st
printf 'Id,group\n' >groups.csv
for ((i = 0; i < 20; i++)); do printf 'synth-%06d,g%d\n' $i $((i / 2)); done >>groups.csv
plain() { sed -E 's/ [0-9.]+$//' "$1"; } # without the seconds that it took
reads() { # FILE WHEN ARGUMENTS...: the WHEN-th opening or reading of FILE fails once
    local file=$1 when=$2 call error
    shift 2
    "$HPA" -q --threads 1 "$@" >"$work/quiet" 2>/dev/null </dev/null
    for call in openat pread64; do
        for error in EINTR EIO EMFILE ENFILE ESTALE; do
            case $call$error in pread64E[MN]FILE) continue ;; esac
            strace -f -qq -P "$file" -P "$PWD/$file" -o "$work/trace" -e trace=$call \
                -e inject=$call:error=$error:when="$when" "$HPA" -q --threads 1 "$@" >"$work/out" 2>"$work/err" </dev/null
            code=$?
            code 0 "$file: $error at $call number $when, hpa $*"
            cmp -s <(plain "$work/out") <(plain "$work/quiet") || fail "$file, $error at $call" "another answer"
            grep -q INJECTED "$work/trace" || fail "$file, $error at $call" "did not happen"
        done
    done
}
reads train.csv 1 eda
reads hpa.conf 1 config
reads hpa-work/runs/one/best.safetensors 1 eval one --json
reads hpa-work/cache/train-32.cache 1 eval one --json
reads scores.csv 1 score --probs scores.csv --truth train.csv
reads weights.st 1 import weights weights.st --model resnet18
for when in 3 10 20; do # of about 25 readings
    strace -f -qq -P "$PWD/hpa-work/cache/train-32.cache" -o "$work/trace" -e trace=pread64 \
        -e inject=pread64:error=EIO:when=$when "$HPA" -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 \
        -s train.epochs=3 --threads 1 train --name "two$when" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    code 0 "a training, EIO at reading $when of its packed images"
    grep -q INJECTED "$work/trace" || fail "a training" "reading $when does not happen"
    cmp -s hpa-work/runs/one/val_scores.npy "hpa-work/runs/two$when/val_scores.npy" && pass "to the same scores" ||
        fail "a training, EIO at reading $when" "other scores"
done
reads groups.csv 1 split --groups groups.csv

# A look at an image that was packed before.
for error in EIO ESTALE EINTR; do
    strace -f -qq -P synth-000007_green.png "${image[@]}" -o "$work/trace" -e trace='?newfstatat,?fstatat64' \
        -e inject="?newfstatat,?fstatat64:error=$error:when=1" "$HPA" -q --threads 1 eval one >"$work/out" 2>"$work/err" </dev/null
    code=$?
    code 0 "$error at a look at an image"
    grep -q INJECTED "$work/trace" || fail "$error at a look at an image" "did not happen"
    grep -q 'not there any more' "$work/err" && fail "$error at a look at an image" "$(cat "$work/err")"
done

# A look whether the store is there: one that is disturbed, and one before another process makes it.
look_at_store() { # ERROR WHEN ARGUMENTS...
    local error=$1 when=$2
    shift 2
    strace -f -qq -P hpa-work/hpa.db -P "$PWD/hpa-work/hpa.db" -o "$work/trace" -e trace='?access,?faccessat,?faccessat2' \
        -e inject="?access,?faccessat,?faccessat2:error=$error:when=$when" "$HPA" -q --threads 1 "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    grep -q INJECTED "$work/trace"
}
hpa -q tune one --save kept
for words in "runs list" "queue list" "thresholds one list" "runs show one" "queue run" "train --resume one"; do
    for ((when = 1; when < 9; when++)); do
        # shellcheck disable=SC2086
        look_at_store EIO $when $words || break
        cp "$work/out" "$work/disturbed"
        # shellcheck disable=SC2086
        [ $code = 0 ] && hpa -q --threads 1 $words && cmp -s "$work/out" "$work/disturbed" && pass "hpa $words: EIO at look $when" ||
            fail "hpa $words" "EIO at look $when: code $code, another answer"
        # shellcheck disable=SC2086
        look_at_store ENOENT $when $words
        grep -qE '^hpa [a-z]*: *$|bug' "$work/err" && fail "hpa $words" "fails at look $when without saying why, code $code"
    done
    [ $when -gt 1 ] && pass "hpa $words: $((when - 1)) looks" || fail "hpa $words" "never looks"
done

# Checkpoints that a disk or its permissions withhold, which may be whole: nothing takes their place,
# and no advice is to delete them.
contents() { find hpa-work/runs -name '*.safetensors' -exec cksum {} + | sort -k3; }
before=$(contents)
withheld() { # FILE CALLS ERROR ARGUMENTS...
    local file=hpa-work/runs/one/$1 calls=$2 error=$3
    shift 3
    strace -f -qq -P "$file" -P "$PWD/$file" -o "$work/trace" -e trace="$calls" \
        -e inject="$calls:error=$error" "$HPA" --threads 1 "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    grep -q INJECTED "$work/trace" || fail "$file, $error" "did not happen"
}
looks='?access,?faccessat,?faccessat2,openat'
for how in "$looks EACCES" "openat EACCES" "openat EIO" "pread64 EIO" "openat ENOMEM"; do
    for file in last.safetensors best.safetensors; do
        # shellcheck disable=SC2086
        withheld $file $how train --resume one
        [ $code != 0 ] && pass "$file, $how: is not continued" || fail "$file, $how" "it is continued"
        grep -qE 'runs rm|missing|damaged;' "$work/err" && fail "$file, $how" "$(cat "$work/err")"
        same "$before" "$(contents)" "$file, $how: all stay"
    done
    # shellcheck disable=SC2086
    withheld last.safetensors $how runs list
    code 0 "$how: the list"
    err "run one: its checkpoints cannot be read now" "$how: says what is true"
    # shellcheck disable=SC2086
    withheld last.safetensors $how train --name one
    code 75 "$how: the name is taken"
    # shellcheck disable=SC2086
    withheld last.safetensors $how runs rebuild
    code 1 "$how: is left out of a rebuild"
done
rm hpa-work/runs/one/previous.safetensors
withheld last.safetensors "$looks" EACCES train --name one
code 75 "a folder that cannot be looked into is not taken for an empty one"

finish
