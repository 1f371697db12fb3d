#!/bin/bash
# A checkpoint save is killed on entering every system call that changes something, and every such
# call is made to fail: the file is then the old or the new one, complete, and a save that says it
# worked has worked. SOAK=1 tries every errno at every call instead of one each.
set -u

helper=$(dirname "${HPA:?the program to test}")/tests/crash/save_once
[ -x "$helper" ] || { echo "FAIL: $helper is not built"; exit 1; }
command -v strace >/dev/null || { echo "strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "strace may not trace here"; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/state.safetensors
calls=openat,fallocate,write,pwrite64,ftruncate,fsync,fdatasync,close,rename,renameat,renameat2,unlink,unlinkat
trials=0

fail() {
    echo "FAIL: $*"
    exit 1
}

reset() { # the old file alone
    rm -f "$folder"/state*
    cp "$folder/old" "$file"
}

state() { # prints "epoch N", or why the file is not complete
    "$helper" check "$file" 2>&1
}

save() { # INJECTION: saves epoch 2 with it; the exit code
    (
        strace -qq -o /dev/null -e trace="${1%%:*}" -e inject="$1" "$helper" write "$file" 2 \
            >"$folder/said" 2>&1
        exit $?
    ) 2>/dev/null # the shell's own line about the kill
}

# Every call of the save as "NAME NUMBER": the number counts the calls of that name in the process,
# beginning with those of the loader.
list_calls() {
    strace -qq -o "$folder/trace" -e trace=$calls "$helper" write "$file" 2 || return 1
    awk -v marker="$file." -F'(' '
        { seen[$1]++; if (index($0, marker)) inside = 1; if (inside) print $1, seen[$1] }' \
        "$folder/trace"
}

"$helper" write "$folder/old" 1 || fail "the first save"
reset
mapfile -t points < <(list_calls)
[ "${#points[@]}" -ge 20 ] || fail "only ${#points[@]} calls traced"
[ "$(state)" = "epoch 2" ] || fail "an undisturbed save: $(state)"

# A kill loses nothing that was written, a power cut does: what is renamed is on the disk, and so is
# its name when the save returns.
order=$(printf '%s\n' "${points[@]}" | awk '/^(fsync|rename)/ { sub(/at2? .*| .*/, ""); printf "%s ", $0 }')
[ "$order" = "fsync rename fsync " ] || fail "on the way to the disk: $order"
echo "ok the file and its name are synced"

old=0
new=0
for point in "${points[@]}"; do
    reset
    save "${point% *}:signal=KILL:when=${point#* }"
    [ $? = 137 ] || fail "was not killed at $point"
    case $(state) in
    "epoch 1") old=$((old + 1)) ;;
    "epoch 2") new=$((new + 1)) ;;
    *) fail "killed at $point: $(state)" ;;
    esac
    "$helper" write "$file" 3 || fail "the save after a kill at $point"
    [ "$(state)" = "epoch 3" ] || fail "the save after a kill at $point: $(state)"
done
[ $old -gt 0 ] && [ $new -gt 0 ] || fail "killed $old times before and $new times after the change"
echo "ok killed at ${#points[@]} calls: $old times the old file, $new times the new one"

errors=(ENOSPC EIO EDQUOT EACCES EINTR)
refused=0
for i in "${!points[@]}"; do
    point=${points[$i]}
    chosen=("${errors[$((i % ${#errors[@]}))]}")
    [ -n "${SOAK-}" ] && chosen=("${errors[@]}")
    for error in "${chosen[@]}"; do
        reset
        trials=$((trials + 1))
        if save "${point% *}:error=$error:when=${point#* }"; then
            [ "$(state)" = "epoch 2" ] || fail "$error at $point: silent, but $(state)"
        else
            refused=$((refused + 1))
            [ -s "$folder/said" ] || fail "$error at $point: failed without a word"
            case $(state) in
            "epoch 1" | "epoch 2") ;;
            *) fail "$error at $point: $(state)" ;;
            esac
            [ "$(find "$folder" -name 'state*' | wc -l)" = 1 ] || fail "$error at $point: a temporary file is left"
        fi
    done
done
[ $refused -ge 10 ] || fail "only $refused of $trials errors were noticed"
echo "ok $trials failing calls: $refused reported, none left a damaged file"
