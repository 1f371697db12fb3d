#!/bin/bash
# Every trap an image folder can hold, found and told apart; samples with errors left out afterwards.
. "$(dirname "$0")/lib.sh"

hpa synth data --samples 12 --test 2 --size 64 --seed 5
cp data/hpa.conf .
hpa scan --json
code 0 "scan of a faultless set"
same 12 "$(json samples)" "scan: samples"
same 48 "$(json files)" "scan: files"
same '[]' "$(json findings)" "scan: nothing found"
hpa scan --part test
out '^samples 2  files 8  errors 0' "scan of the test set"
hpa scan --part val
code 64 "scan of no part"

ids=($(sed 1d data/train.csv | cut -d, -f1))
plane() { echo "data/train/${ids[$1]}_$2.png"; }
: >"$(plane 0 red)"
printf '\xff\xd8\xff\xe0 and so on' >"$(plane 1 green)"
rm "$(plane 2 yellow)"
head -c 100 "$(plane 3 blue)" >cut && mv cut "$(plane 3 blue)"
for c in red green blue yellow; do cp "$(plane 4 $c)" "$(plane 5 $c)"; done
cp "$(plane 6 red)" "$(plane 7 green)"
hpa scan --csv findings.csv --exclude bad.txt
code 65 "scan with errors"
err '4 of 12 samples cannot be used' "scan: how many"
same "Id,channel,severity,kind,detail" "$(head -n 1 findings.csv)" "scan: table"
finding() { grep -q "^${ids[$1]},$2,$3,$4,${5-}" findings.csv && pass "scan: $4" || fail "scan: $4" "$(cat findings.csv)"; }
finding 0 red error empty
finding 1 green error jpeg
finding 2 yellow error missing
finding 3 blue error unreadable
finding 5 "" warning duplicate "the same pixels as ${ids[4]}"
finding 7 green warning duplicate "the same pixels as red of ${ids[6]}"
same 7 "$(wc -l <findings.csv)" "scan: nothing else"
same "${ids[*]:0:4}" "$(paste -sd' ' bad.txt)" "scan: ids to leave out"
hpa scan -s data.exclude=bad.txt --json
code 0 "scan without them: warnings alone are no failure"
same 8 "$(json samples)" "scan without them: samples"
same 2 "$(json warnings)" "scan without them: warnings"

finish
