#!/bin/bash
# The n-th allocation fails, whichever library makes it (SQLite, jansson, ours), or the n-th thread cannot
# be started: each command ends by itself with a documented exit code and a message, never with 0 and
# another answer, the store stays whole, and the run can continue or begin again. A few n of each
# command; with SOAK=1 several hundred.
. "$(dirname "$0")/lib.sh"

faulty=$(dirname "$HPA")/tests/crash/failing_calls
[ -x "$faulty" ] || { echo "SKIP: $faulty is not built"; finish; }
steps=5
[ "${SOAK:-0}" = 0 ] || steps=300
recipe=(-c data/hpa.conf)
trap 'rm -rf "$work"' EXIT

hpa -q synth data --samples 60 --test 6 --size 32
printf '\n[train]\nmodel = resnet18\nsize = 32\nbatch = 8\nepochs = 1\nmax_steps = 1\nwidth = 8
[split]\nfolds = 3\n[run]\nthreads = 1\n' >>data/hpa.conf
hpa "${recipe[@]}" -s work.dir=base -q train --name one
code 0 "a run"
hpa "${recipe[@]}" -s work.dir=base -q predict one
fresh() {
    rm -rf now out.csv out.st
    cp -a base now
}

# What differs between two calls that both went well: times, ids, and how long it took.
plain() {
    sed -E 's/[0-9]{4}-[0-9-]+T[0-9:]+Z/TIME/g; s/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g; s/[0-9.]+ (s|seconds)$/SECONDS/
        s/"(seconds|images_per_second|peak_rss_mb)": .*/\1/' "$1"
}

check() { # NAME N: of the call that has just ended
    case $code in
    0)
        [ -s "$work/err" ] || cmp -s <(plain "$work/out") <(plain "$work/reference") ||
            echo "$1 $2: ends with 0 and another answer" >>"$work/wrong"
        ;;
    1 | 6[0-9] | 7[0-9]) [ -s "$work/err" ] || echo "$1 $2: ends with $code without a message" >>"$work/wrong" ;;
    *) echo "$1 $2: ends with $code" >>"$work/wrong" ;;
    esac
    "$HPA" -q "${recipe[@]}" -s work.dir=now runs show one >/dev/null 2>>"$work/wrong" ||
        echo "$1 $2: the store is damaged" >>"$work/wrong"
}

faults() { # NAME COMMAND...
    local name=$1 total n i
    shift
    fresh
    FAIL_COUNT=$work/count "$faulty" "${recipe[@]}" -s work.dir=now "$@" >"$work/reference" \
        2>"$work/err" </dev/null
    same 0 $? "$name: hpa $*"
    read -r total _ <"$work/count"
    : >"$work/wrong"
    for ((i = 0; i < steps; i++)); do
        n=$((total * i / steps + RANDOM * RANDOM % (total / steps + 1) + 1))
        fresh
        FAIL_ALLOCATION=$n timeout 60 "$faulty" "${recipe[@]}" -s work.dir=now "$@" >"$work/out" \
            2>"$work/err" </dev/null
        code=$?
        check "$name" "allocation $n of $total"
    done
    same "" "$(cat "$work/wrong")" "$name: $steps of $total allocations failed"
}

faults eda eda
faults split split --json
faults stats stats
faults train -q train --name two
faults eval eval one --json
faults tune tune one --method exact
faults predict predict one --out out.csv
faults list runs list
faults show runs show one --json
faults diff runs diff one one
faults rebuild runs rebuild
faults export export one --safetensors out.st
faults scan scan
faults errors errors one

# The screen's frame may tell less, where a picture or a histogram found no room; it says so in its log.
frame_faults() {
    local n total
    fresh
    FAIL_COUNT=$work/count "$faulty" "${recipe[@]}" -s work.dir=now screen board >"$work/out" 2>"$work/err"
    read -r total _ <"$work/count"
    : >"$work/wrong"
    for ((i = 0; i < steps; i++)); do
        n=$((total * i / steps + RANDOM * RANDOM % (total / steps + 1) + 1))
        fresh
        FAIL_ALLOCATION=$n timeout 60 "$faulty" "${recipe[@]}" -s work.dir=now screen board \
            >"$work/out" 2>"$work/err" </dev/null
        code=$?
        [ $code -lt 124 ] || echo "screen: allocation $n of $total: $code" >>"$work/wrong"
    done
    same "" "$(cat "$work/wrong")" "screen: $steps of $total allocations failed"
}
frame_faults

# a limit on processes: each thread in turn cannot be started
for ((thread = 1; thread < 20; thread++)); do
    fresh
    FAIL_THREAD=$thread timeout 60 "$faulty" "${recipe[@]}" -s work.dir=now --threads 2 -q train --name two \
        >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = 0 ] && break
    code 1 "thread $thread cannot be started: the training says so"
    err "cannot start" "and which it is"
    if [ -e now/runs/two ]; then
        hpa "${recipe[@]}" -s work.dir=now runs show two
        out "^two +failed" "the run is there, and failed"
        hpa "${recipe[@]}" -s work.dir=now -q train --resume two
    else
        hpa "${recipe[@]}" -s work.dir=now -q train --name two
    fi
    code 0 "it continues, or begins again"
done
[ $thread -gt 3 ] && pass "$((thread - 1)) threads" || fail "threads" "only $thread"
finish
