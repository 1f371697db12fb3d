#!/bin/bash
# Every call that writes while a cache is built, a run is exported and test images are predicted is made
# to fail once: what was there before is there, or what was asked for, whole; a command that says it
# worked has worked, and one that failed says what to do and leaves no litter. Cut-off and interrupted
# writes are gone on with. SOAK=1 tries every errno, not one each, at more calls of each kind.
. "$(dirname "$0")/lib.sh"

short=$(dirname "$HPA")/tests/crash/short_writes
[ -x "$short" ] || { echo "FAIL: $short is not built"; exit 1; }
command -v strace >/dev/null || { echo "strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "strace may not trace here"; exit 77; }

calls=openat,mkdir,mkdirat,link,linkat,fallocate,write,pwrite64,ftruncate,fsync,fdatasync,close
calls=$calls,rename,renameat,renameat2,unlink,unlinkat,flock
errors=(ENOSPC EIO EDQUOT EACCES EINTR)
declare -A advice=([ENOSPC]="free some space" [EIO]="try again, or use another disk" [EINTR]="try again"
    [EDQUOT]="remove something, or choose another folder" [EACCES]="check the permissions")
recipe=(-q -c data/hpa.conf -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=2
    -s split.folds=3 -s predict.tta=1 --threads 1)

traced() { # STRACE-OPTION...: the command with it; $code, and the files out, err and trace
    (
        strace -f -qq -y -o "$work/trace" "$@" "$HPA" "${recipe[@]}" "${command[@]}" \
            >"$work/out" 2>"$work/err" </dev/null
        exit $?
    ) 2>/dev/null
    code=$?
}

# The calls of the main thread on files below the place as "NAME NUMBER", the number as strace counts.
# Of each name the first two, the middle one and the last are enough; with SOAK a dozen spread over all.
list_calls() {
    awk -v place="$place" -v many="${SOAK:-0}" '
        NR == 1 { main = $1 }
        $1 == main && $2 !~ /^(\+\+\+|---|<)/ {
            call = $2; sub(/\(.*/, "", call); seen[call]++
            if (index($0, place)) { n[call]++; at[call, n[call]] = seen[call] }
        }
        END {
            for (call in n)
                for (i = 1; i <= n[call]; i++)
                    if (i <= 2 || i == n[call] || (many && i % int(n[call] / 12 + 1) == 0) ||
                        i == int((n[call] + 1) / 2))
                        print call, at[call, i]
        }' "$work/trace" | sort
}

trials=0
outlived=0
bad() { # WHAT: a trial that ended as none may
    fail "$name, $error at ${point/ / }" "$1"
}

# The C library opens files of /sys and /proc when threads meet in malloc, which moves the numbers of later
# calls: a list counts once two runs in a row give the same, and a trial that missed is made again.
attempts=5
list_points() {
    local i before=
    for ((i = 0; i < attempts; i++)); do
        reset
        traced -e trace=$calls
        [ $code = 0 ] || return 1
        mapfile -t points < <(list_calls)
        [ "${points[*]}" = "$before" ] && return
        before=${points[*]}
    done
    return 1
}

meet() {
    local i call=${point% *}
    for ((i = 0; i < attempts; i++)); do
        reset
        traced -e trace=$calls -e inject="$call:error=$error:when=${point#* }"
        grep -F INJECTED "$work/trace" | grep -qF "$place" && return
    done
    return 1
}

# One failing call. The command ends well with the new files, or badly with the old or the new ones.
try() {
    meet || { bad "did not meet it"; return; }
    trials=$((trials + 1))
    if [ $code = 0 ]; then
        outlived=$((outlived + 1))
        is_new || bad "ended well without what was asked for"
    else
        [ $code = 73 ] || [ $code = 74 ] || bad "exit code $code"
        grep -qF "$place" "$work/err" || bad "does not say where"
        grep -qF "${advice[$error]}" "$work/err" || bad "does not say what to do"
        is_whole || bad "left something damaged"
        [ -z "$(find "$place" -name '*.tmp' 2>/dev/null)" ] || bad "left a temporary file"
    fi
    mended
}

campaign() { # NAME COMMAND...: what it writes lies below $place
    name=$1
    shift
    command=("$@")
    local before=$failed points i chosen
    trials=0 outlived=0
    list_points || { fail "$name" "undisturbed: code $code, or never the same calls"; return; }
    keep_new
    [ ${#points[@]} -ge 8 ] || fail "$name" "only ${#points[@]} calls"
    for i in "${!points[@]}"; do
        point=${points[$i]}
        chosen=("${errors[$(((i + turn) % ${#errors[@]}))]}")
        [ -n "${SOAK-}" ] && chosen=("${errors[@]}")
        for error in "${chosen[@]}"; do
            try
        done
    done
    turn=$((turn + 1))
    [ $failed != $before ] || pass "$name: $trials failing calls, $outlived outlived, the rest told of"
    reset
    "$short" "${recipe[@]}" "${command[@]}" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    code 0 "$name where writes are cut off and interrupted"
    is_new && pass "is the same" || fail "$name" "is not the same"
}
turn=0

hpa -q synth data --samples 60 --test 6 --size 32
code 0 "a data set is drawn"
hpa "${recipe[@]}" train --name one
code 0 "a run"

# Results replace what lay there: all files of the place are old, or all calls later new.
place=$work/place
reset() {
    rm -rf "$place"
    mkdir "$place"
    for file in "${files[@]}"; do
        mkdir -p "$(dirname "$place/$file")"
        echo old >"$place/$file"
    done
}
keep_new() {
    rm -rf "$work/new"
    cp -r "$place" "$work/new"
}
is_new() { diff -rq "$work/new" "$place" >/dev/null; }
is_whole() {
    for file in "${files[@]}"; do
        cmp -s "$work/new/$file" "$place/$file" || [ "$(cat "$place/$file")" = old ] || return 1
    done
}
mended() { :; }

files=(one.st)
campaign "export of weights" export one --force --safetensors "$place/one.st"
# Where a file without a name cannot be given one, by the policy of a container, say.
for there in no yes; do
    rm -rf "$place" && mkdir "$place"
    [ $there = yes ] && echo old >"$place/one.st" && chmod 604 "$place/one.st"
    command=(export one --force --safetensors "$place/one.st")
    traced -e trace=linkat -e inject=linkat:error=EPERM
    code 0 "export where nothing can be linked (a file there: $there)"
    cmp -s "$work/new/one.st" "$place/one.st" && pass "is the same" || fail "is the same" "other bytes"
    same "one.st" "$(ls "$place")" "and alone"
done
same 604 "$(stat -c %a "$place/one.st")" "and keeps the mode"
hpa "${recipe[@]}" help export
if grep -q -- --onnx "$work/out"; then
    files=(one.onnx)
    campaign "export as ONNX" export one --force --onnx "$place/one.onnx"
fi
files=() # events never replace a file: here the place is empty before
is_old_whole=$(declare -f is_whole)
is_whole() { [ -z "$(find "$place" -type f)" ] || is_new; }
campaign "export of events" export one --tfevents "$place"
eval "$is_old_whole"
hpa "${recipe[@]}" predict one --out warm.csv # builds the cache
files=(submission.csv probs.csv)
campaign "prediction" predict one --force --out "$place/submission.csv" --probs "$place/probs.csv"
files=(submission.csv probs.npy)
campaign "prediction with an array" predict one --force --out "$place/submission.csv" --probs "$place/probs.npy"

# A cache is built in place: after a failure the next to come finishes it, to the same bits.
reset() { rm -rf "$place"; }
is_whole() { :; }
mended() {
    [ $code = 0 ] && return
    hpa "${recipe[@]}" "${command[@]}"
    [ $code = 0 ] || bad "the next to come does not get over it"
    is_new || bad "the next to come does not finish it"
}
is_new() { cmp -s "$work/new/test-32.cache" "$place/test-32.cache"; }
files=(test-32.cache)
campaign "a cache" stats --part test -s work.cache_dir="$place"

# A disk that fills up, fails or runs out of quota while a training packs its images, and stays so.
weights() { # WORK
    "$HPA" "${recipe[@]}" -s work.dir="$1" export one --force --safetensors "$1.st" && cksum <"$1.st"
}
undisturbed=$("$HPA" "${recipe[@]}" export one --force --safetensors whole.st && cksum <whole.st)
cache=packed/cache/train-32.cache
for error in ENOSPC EIO EDQUOT; do
    rm -rf packed
    command=(-s work.dir=packed train --name one)
    traced -P "$PWD/$cache" -e trace=pwrite64 -e inject="pwrite64:error=$error:when=9+"
    code 74 "a training whose cache meets $error"
    err "$cache.*${advice[$error]}" "says where and what to do"
    hpa "${recipe[@]}" -s work.dir=packed runs list
    same "" "$(grep -E ' (running|done) ' "$work/out")" "and no run is at work or done"
    hpa "${recipe[@]}" "${command[@]}"
    code 0 "when that is mended the same command works"
    same "$undisturbed" "$(weights packed)" "to the same weights"
done
finish
