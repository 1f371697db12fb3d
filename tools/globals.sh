#!/bin/bash
# globals.sh BUILD: name every variable in writable memory that tools/globals.txt does not allow.
set -u
tools=$(cd "$(dirname "$0")" && pwd)
build=$1
find "$build/src" -name '*.o' | sort | while IFS= read -r object; do
    name=${object#"$build"/src/}
    nm -f sysv "$object" 2>/dev/null | awk -F'|' -v object="${name%.o}" '
        { gsub(/[ \t]/, "", $1); gsub(/[ \t]/, "", $7) }
        $7 ~ /^(\.t?bss|\.t?data|\*COM\*)/ && $7 !~ /rel\.ro/ { sub(/\.[0-9]+$/, "", $1); print object, $1 }'
done | awk -v allowed="$tools/globals.txt" '
    BEGIN {
        while ((getline line < allowed) > 0) {
            split(line, word, " ")
            if (line !~ /^#/)
                ok[word[1] " " word[2]] = 1
        }
    }
    !(($1 " *") in ok) && !(($1 " " $2) in ok) {
        printf "src/%s.c:1: rule global: %s changes while the program runs; pass it, or say why in tools/globals.txt\n", $1, $2
        bad = 1
    }
    END { exit bad }'
