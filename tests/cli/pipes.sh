#!/bin/bash
# Who reads the output may leave early, as head does: the command ends as by SIGPIPE, without a word. Memory
# that is not there is no bug of the program.
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

for kb in 30000 40000 50000 60000 70000 80000 100000; do
    (ulimit -v $kb && "$HPA" -q runs show one >"$work/out" 2>"$work/err") 2>/dev/null
    code=$?
    case $code in
    0 | 1 | 127) pass "runs show in $kb KB ends with $code" ;;
    *) fail "runs show in $kb KB" "exit code $code" ;;
    esac
done
finish
