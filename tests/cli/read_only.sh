#!/bin/bash
# A project that cannot be written can be looked at: every command that only shows something works,
# what would write says that the folder is read-only, and nothing in it changes. The project is
# mounted read-only in a name space of its own; where that cannot be, another user owns it.
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s split.folds=3 -s run.threads=1)
mkdir project
hpa -q synth project/data --samples 60 --test 0 --size 32
code 0 "a project"
hpa -q -c project/data/hpa.conf "${recipe[@]}" train --name one --epochs 1 --validate-steps 2
code 0 "a run"
hpa -q -c project/data/hpa.conf "${recipe[@]}" train --name two --epochs 1 --max-steps 3
code 0 "another"
hpa -q -c project/data/hpa.conf tune one --save a
hpa -q -c project/data/hpa.conf tune one --method global --save b
hpa -q -c project/data/hpa.conf errors one mark synth-000000 interesting "looks odd"
code 0 "two sets of thresholds and a mark"
hold epoch-1
"$HPA" -q -c project/data/hpa.conf "${recipe[@]}" train --name killed --epochs 2 >/dev/null 2>&1 &
held epoch-1
is_running() { "$HPA" -c project/data/hpa.conf runs list 2>/dev/null | grep -qE '^killed +running'; }
wait_until is_running # the store is written by a thread of its own
kill -KILL $!
wait 2>/dev/null
release epoch-1
{
    printf 'id' && printf ',c%s' {0..27} && printf '\n'
    printf 's1' && printf ',.9%.0s' {0..27} && printf '\ns2' && printf ',.2%.0s' {0..27} && printf '\n'
} >scores.csv
printf 'Id,Target\ns1,0 1\ns2,2\n' >truth.csv

if unshare -m true 2>/dev/null; then
    look() {
        unshare -m sh -c 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
            shift; exec "$@"' sh "$PWD/project" "$HPA" -c project/data/hpa.conf "$@" \
            >"$work/out" 2>"$work/err" </dev/null
        code=$?
    }
elif [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --clear-groups true 2>/dev/null; then
    chmod 755 "$work"
    chmod -R a+rX,a-w project
    look() {
        setpriv --reuid 65534 --clear-groups "$HPA" -c project/data/hpa.conf "$@" \
            >"$work/out" 2>"$work/err" </dev/null
        code=$?
    }
elif [ "$(id -u)" != 0 ]; then
    chmod -R a-w project
    trap 'chmod -R u+w "$work/here/project"; clean_up' EXIT
    look() { hpa -c project/data/hpa.conf "$@"; }
else
    echo "skipped: neither a read-only mount nor another user can be had"
    exit 77
fi
contents() { find project -type f -exec cksum {} + | sort -k3; }

shows() { # REGEX ARGUMENTS...
    local wanted=$1
    shift
    look "$@"
    code 0 "read-only: hpa $*"
    out "$wanted" "read-only: what hpa $* shows"
}
refuses() { # ARGUMENTS...
    look "$@"
    case $code in
    73 | 74) pass "read-only: hpa $* is refused" ;;
    *) fail "read-only: hpa $*" "exit code $code, neither 73 nor 74" ;;
    esac
    err "[Rr]ead-only|Permission denied" "read-only: and the message of hpa $* says why"
}

look_at_everything() {
    shows "^one +done" runs list
    out "^killed +interrupted" "read-only: a run that was killed is not running"
    shows "^killed +interrupted" runs show killed
    shows "^one +done" runs show one
    shows "^train.max_steps +0 +3" runs diff one two
    shows "^60 samples" eda
    shows "^synth-[0-9]+ " errors one
    shows "^synth-000000 +interesting +looks odd" errors one marks
    shows "^best" tune one
    shows "^b +global" thresholds one list
    shows "Nucleoplasm" thresholds one show a
    shows "Nucleoplasm" thresholds one diff a b
    shows "^work.dir" config
    shows "^one: done" follow one
    look queue list
    code 0 "read-only: the queue"
    err "nothing waits" "read-only: it is empty"
    shows "^one, epoch 1" eval one
    for tab in board data train tune errors runs log help; do
        shows "^ hpa .*run killed INTERRUPTED" screen $tab --size 100x30
    done
    shows "read-only: thresholds and marks are not kept" screen board --size 100x30
}
before=$(contents)
look_at_everything
shows "best" tune --probs scores.csv --truth truth.csv
shows "\"Nucleoplasm\"" thresholds one export a -
look scan
code 0 "a scan is worth its list"
err "findings are not kept: .*read-only" "and says that it is not kept"
refuses runs note one text
refuses runs rm two --yes
refuses errors one mark synth-000000 interesting
refuses tune one --save c
refuses split --seed 9
refuses train --name three
refuses train --resume two
refuses queue run
same "$before" "$(contents)" "nothing in the project changed"

# Without packed images: those who need them pack them for themselves and leave nothing behind.
chmod -R u+w project
rm -rf project/data/hpa-work/cache
"$HPA" -q synth test --samples 4 --test 6 --size 32 >/dev/null
mkdir project/data/more && cp test/test/* project/data/more
chmod -R a+rX,a-w project
mkdir -m 1777 temporary
before=$(contents)
export TMPDIR=$PWD/temporary
more=(-s data.test_dir="$PWD/project/data/more" -s data.sample_submission="$PWD/test/sample_submission.csv")
shows "^yellow +0" stats --size 32
err "packed images are not kept.*-s work.cache_dir=FOLDER" "and that they are not kept, and what helps"
shows "^one, epoch 1" eval one
shows "^cache +32" bench loader --size 32
shows "^(Id|synth)" predict one "${more[@]}" --out -
same "" "$(ls -A temporary)" "nothing is left in TMPDIR"
same "$before" "$(contents)" "nothing in the project changed without packed images either"
shows "^yellow +0" stats --size 32 -s work.cache_dir="$TMPDIR/kept"
same "train-32.cache" "$(ls temporary/kept | grep 'cache$')" "work.cache_dir names another place, where they are kept"
export TMPDIR=/proc
look stats --size 32
code 73 "without a temporary folder it is an error"
err "neither .* nor /proc can be written.*-s work.cache_dir=FOLDER" "that says what helps"

finish
