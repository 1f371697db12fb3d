#!/bin/bash
# Who reads the output may leave early, as head does: the command ends as by SIGPIPE, without a word. Output
# that cannot be written is an error of every command, and a standard descriptor that the caller has
# closed is never the one of a file. Memory that is not there is no bug of the program.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 30 --test 2 --size 32 --seed 2
cp data/hpa.conf .
hpa -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s split.folds=3 train --name one
code 0 "a run to look at"

# the command's output goes into a pipe that nobody reads any more
unread() { # ARGUMENTS...
    { sleep .2; "$HPA" "$@" 2>"$work/err"; echo $? >"$work/status"; } | true # a reader that ends at once
    while [ ! -s "$work/status" ]; do sleep .05; done
    code=$(cat "$work/status")
    rm -f "$work/status"
    : >"$work/out"
}
for command in "runs list" "runs show one" "runs show one --json" config "config example" stats "split --json" scan \
    "eval one" "tune one" "errors one" "screen board" eda; do
    # shellcheck disable=SC2086
    unread -q $command
    code 141 "$command | head"
    same "" "$(cat "$work/err")" "$command: nothing is said"
done

# A follower whose reader has gone does not look on until the training ends.
hold step-1
"$HPA" -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 train --name two \
    >/dev/null 2>&1 </dev/null &
held step-1
for way in "follow two" "-q follow two --json"; do
    # shellcheck disable=SC2086
    { timeout "$patience" "$HPA" $way 2>&1; echo $? >"$work/status"; } | true
    same 141 "$(cat "$work/status")" "$way | true, while the run is held"
done
timeout "$patience" "$HPA" -q follow two --json 2>&1 >"$work/followed" </dev/null | true &
release step-1
wait
grep -q '"status": "done"' "$work/followed" && pass "a quiet follower needs no reader of its messages" ||
    fail "a quiet follower" "$(cat "$work/followed")"

# A device that is always full.
full=$work/full
if mknod "$full" c 1 7 2>/dev/null && ! echo x 2>/dev/null >"$full"; then
    for command in help "help train" "help keys" --version "train --help" "runs list" "runs show one" "runs show one --json" \
        config "config example" "eval one" "eval one --json" "tune one" "errors one" "follow one" "screen board" \
        "predict one --out -" "export one --safetensors -"; do
        # shellcheck disable=SC2086
        "$HPA" $command >"$full" 2>"$work/err" </dev/null
        code=$?
        code 74 "$command >/dev/full"
        err "standard output: No space left on device" "$command >/dev/full: and why"
    done
else
    echo "no device can be made here: a full one is not tried"
fi

# Descriptors that are closed. Nothing is written into a file of the program.
hpa predict one --out - && cp "$work/out" "$work/answer"
"$HPA" predict one --out - 2>&- >"$work/out" </dev/null
code=$?
code 0 "predict --out - 2>&-"
cmp -s "$work/out" "$work/answer" && pass "with the same answer" || fail "predict --out - 2>&-" "another answer"
"$HPA" predict one --out - <&- >"$work/out" 2>/dev/null
cmp -s "$work/out" "$work/answer" && pass "predict --out - <&-" || fail "predict --out - <&-" "another answer"
for command in help --version "runs list" stats; do
    # shellcheck disable=SC2086
    "$HPA" $command >&- 2>"$work/err" </dev/null
    code=$?
    code 74 "$command >&-"
done
rm -rf data/hpa-work/cache
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    for command in "stats --size 32" "train --name three -s train.size=32 -s train.batch=8 -s train.epochs=1" scan; do
        # shellcheck disable=SC2086
        strace -f -qq -o "$work/trace" -e trace=openat,open,creat "$HPA" $command <&- >&- 2>&-
        # the dynamic linker's own, and the system's, are closed again at once
        same "" "$(grep -E ' = [012]$' "$work/trace" | grep -vE '"(/lib|/usr/lib|/etc/ld|/dev/null|/sys|/proc)')" \
            "$command, everything closed: no file is opened in the place of a standard descriptor"
    done
fi

for kb in 30000 40000 50000 60000 70000 80000 100000; do
    (ulimit -v $kb && "$HPA" -q runs show one >"$work/out" 2>"$work/err") 2>/dev/null
    code=$?
    case $code in
    0 | 1 | 127) pass "runs show in $kb KB ends with $code" ;;
    *) fail "runs show in $kb KB" "exit code $code" ;;
    esac
done
finish
