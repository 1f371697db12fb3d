#!/bin/bash
# unused.sh: public functions that the program never calls, in the tree of the current folder.
#
# Such a function is dead, however many tests call it: it goes, or tools/test_only.txt says why tests need
# it. A function counts as called when its name is in the sources more often than to declare and to
# define it.
set -u

# shellcheck disable=SC2046
awk '
function word_count(line,    n) {
    while (match(line, /[A-Za-z_][A-Za-z_0-9]*/)) {
        count[substr(line, RSTART, RLENGTH)]++
        line = substr(line, RSTART + RLENGTH)
    }
}
FILENAME ~ /test_only\.txt$/ {
    if ($0 !~ /^#/ && NF) listed[$1] = FILENAME ":" FNR
    next
}
FNR == 1 { comment = 0 }
{
    line = $0
    if (comment) { # of several lines
        if (!sub(/^.*\*\//, "", line)) next
        comment = 0
    }
    gsub(/"([^"\\]|\\.)*"/, "", line)
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
    if (sub(/\/\*.*$/, "", line)) comment = 1
    word_count(line)
    if (FILENAME ~ /\.h$/ && line ~ /^[a-z]/ && line !~ /^(static|typedef|extern)/ &&
        match(line, /[a-z_][a-z_0-9]*\(/))
        declared[substr(line, RSTART, RLENGTH - 1)] = FILENAME ":" FNR
}
END {
    for (name in declared)
        if (count[name] <= 2 && !(name in listed)) {
            print declared[name] ": rule unused: the program never calls " name ": delete it"
            bad = 1
        }
    for (name in listed)
        if (!(name in declared) || count[name] > 2) {
            print listed[name] ": rule unused: " name " is called by the program, or is not there"
            bad = 1
        }
    exit bad
}' $(find tools -name test_only.txt) $(find src include -name '*.[ch]' | sort)
