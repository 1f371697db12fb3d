#!/bin/bash
# A commit of the store is killed on entering every system call that changes something, and every such
# call is made to fail, once and for good: the epoch is then there with all its rows or not at all, the
# store opens, and a commit that says it worked has worked. SOAK=1 tries every errno at every call.
set -u

helper=$(dirname "${HPA:?the program to test}")/tests/crash/store_once
[ -x "$helper" ] || { echo "FAIL: $helper is not built"; exit 1; }
command -v strace >/dev/null || { echo "strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "strace may not trace here"; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
store=$folder/hpa.db
calls=openat,mknod,mknodat,write,pwrite64,ftruncate,fsync,fdatasync,unlink

fail() {
    echo "FAIL: $*"
    cat "$folder/said" 2>/dev/null
    exit 1
}
reset() {
    rm -f "$folder"/hpa.db*
    cp "$folder/old" "$store"
}
state() { "$helper" check "$store" 2>&1; }
save() { # FILE INJECTION: a commit with it, on calls that touch that file
    (
        strace -f -qq -P "$1" -o /dev/null -e trace="${2%%:*}" -e inject="$2" "$helper" write "$store" 2 \
            >"$folder/said" 2>&1
        exit $?
    ) 2>/dev/null
}

"$helper" make "$folder/old" && "$helper" write "$folder/old" 1 || fail "no store"
reset
# Every call on the store and on its journal as "FILE NAME NUMBER"; strace counts for each thread.
points=()
for file in "$store" "$store-journal"; do
    reset
    strace -f -qq -P "$file" -o "$folder/trace" -e trace=$calls "$helper" write "$store" 2 || fail "traced"
    [ "$(state)" = "epochs 2" ] || fail "an undisturbed commit: $(state)"
    mapfile -t -O "${#points[@]}" points < <(awk -v file="$file" '
        { call = $2; sub(/\(.*/, "", call); print file, call, ++seen[$1 call] }' "$folder/trace")
done
[ "${#points[@]}" -ge 8 ] || fail "only ${#points[@]} calls traced"

old=0
new=0
for point in "${points[@]}"; do
    read -r file call number <<<"$point"
    reset
    save "$file" "$call:signal=KILL:when=$number"
    [ $? = 137 ] || fail "was not killed at $point"
    case $(state) in
    "epochs 1") old=$((old + 1)) ;;
    "epochs 2") new=$((new + 1)) ;;
    *) fail "killed at $point: $(state)" ;;
    esac
    "$helper" write "$store" 2 || fail "the commit after a kill at $point"
    [ "$(state)" = "epochs 2" ] || fail "the commit after a kill at $point: $(state)"
done
[ $old -gt 0 ] && [ $new -gt 0 ] || fail "killed $old times before and $new times after the change"
echo "ok killed at ${#points[@]} calls: $old times the old rows, $new times the new ones"

errors=(ENOSPC EIO EDQUOT EACCES EINTR)
trials=0
outlived=0
refused=0
try() { # FILE INJECTION
    reset
    trials=$((trials + 1))
    if save "$1" "$2"; then
        [ "$(state)" = "epochs 2" ] || fail "$2: silent, but $(state)"
        outlived=$((outlived + 1))
        return
    fi
    refused=$((refused + 1))
    [ -s "$folder/said" ] || fail "$2: failed without a word"
    case $(state) in
    "epochs 1" | "epochs 2") ;;
    *) fail "$2: $(state)" ;;
    esac
    "$helper" write "$store" 2 || fail "$2: the commit after it was over"
    [ "$(state)" = "epochs 2" ] || fail "after $2: $(state)"
}
for i in "${!points[@]}"; do
    read -r file call number <<<"${points[$i]}"
    chosen=("${errors[$((i % ${#errors[@]}))]}")
    [ -n "${SOAK-}" ] && chosen=("${errors[@]}")
    for error in "${chosen[@]}"; do
        try "$file" "$call:error=$error:when=$number"  # over at the next attempt
        # Never over; SQLite itself tries again after EINTR, for ever.
        [ $error = EINTR ] || try "$file" "$call:error=$error:when=$number+"
    done
done
[ $outlived -ge 5 ] || fail "only $outlived of $trials faults were outlived"
[ $refused -ge 5 ] || fail "only $refused of $trials faults were noticed"
echo "ok $trials faults: $outlived outlived, $refused reported, rows whole or absent in all"
