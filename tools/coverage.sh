#!/bin/bash
# coverage.sh BUILD [--raise]: what the unit tests that just ran in BUILD (MODE=cov) went through, folder by
# folder, against the floors in tools/coverage.txt. Fails when a folder is below its floor; --raise writes
# floors that have risen.
set -u
tools=$(cd "$(dirname "$0")" && pwd)
floors=$tools/coverage.txt
build=$1
report=$build/coverage.csv
gcovr --root "$tools/.." --filter src/ --exclude-throw-branches --csv "$report" "$build/src" >"$build/coverage.log" 2>&1 || {
    tail -n 5 "$build/coverage.log"
    echo "coverage: gcovr cannot read the counts in $build"
    exit 1
}
renewed=$(mktemp)
trap 'rm -f "$renewed"' EXIT
awk -F, -v raise="${2-}" -v renewed="$renewed" '
    # How far below a measurement its floor is: which waits and retries run differs from run to run.
    function floor_of(percent) { return percent - 0.5 }
    function higher(a, b) { return a > b + 0 ? a : b }
    function share(part, whole) { return whole ? int(1000 * part / whole) / 10 : 100 }
    FNR == NR {                       # the floors: folder, lines, branches
        lines[++n] = $0
        split($0, word, " ")
        if ($0 !~ /^#/ && NF)
            folder[n] = word[1]
        least_lines[n] = word[2]
        least_branches[n] = word[3]
        next
    }
    FNR == 1 {
        for (i = 1; i <= NF; i++)
            column[$i] = i
        next
    }
    {
        split($1, path, "/")
        f = path[2]
        total[f] += $column["line_total"]
        run[f] += $column["line_covered"]
        branches[f] += $column["branch_total"]
        taken[f] += $column["branch_covered"]
    }
    END {
        for (i = 1; i <= n; i++) {
            f = folder[i]
            if (f == "") {
                print lines[i] >renewed
                continue
            }
            l = share(run[f], total[f])
            b = share(taken[f], branches[f])
            short = !total[f] || l < least_lines[i] || b < least_branches[i]
            bad += short
            printf "  %-7s lines %5.1f%% (floor %5.1f)  branches %5.1f%% (floor %5.1f)%s\n", \
                f, l, least_lines[i], b, least_branches[i], short ? "  below its floor" : ""
            risen += floor_of(l) > least_lines[i] || floor_of(b) > least_branches[i]
            printf("%-7s %5.1f %5.1f\n", f, higher(floor_of(l), least_lines[i]), \
                higher(floor_of(b), least_branches[i])) >renewed
        }
        if (bad)
            print "coverage: " bad " folders are below their floors in tools/coverage.txt: test what is new"
        else if (risen && raise == "")
            print "coverage: floors hold, and can be raised: make coverage RAISE=1"
        else
            print "coverage: floors hold"
        exit bad > 0
    }' "$floors" "$report" || exit 1
[ "${2-}" != --raise ] || cat "$renewed" >"$floors"
