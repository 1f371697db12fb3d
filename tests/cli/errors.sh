#!/bin/bash
# What a run gets wrong, marks on samples, and threshold sets, on a small drawn data set.
. "$(dirname "$0")/lib.sh"

hpa synth data --samples 40 --test 2 --size 32 --seed 3
cp data/hpa.conf .
cat >>hpa.conf <<'END'
[split]
folds = 2
[train]
model = resnet18
size = 32
batch = 8
epochs = 1
END
hpa train --name one
code 0 "train"

hpa errors one --worst 5 --json
code 0 "errors"
same 5 "$(grep -c '"loss"' "$work/out")" "errors: the worst five"
losses=$(sed -n 's/^ *"loss": \(.*\),/\1/p' "$work/out")
same "$(sort -gr <<<"$losses")" "$losses" "errors: by falling loss"
same 28 "$(grep -c '"missed_alone"' "$work/out")" "errors: classes"
for key in run epoch thresholds mean_loss macro_f1; do
    out "^  \"$key\": " "errors has $key"
done
# What is missed in all and what is found make up the support.
hpa eval one --json
support=$(sed -n 's/^ *"support": \(.*\),/\1/p' "$work/out" | head -n 28 | awk "{ s += \$1 } END { print s + 0 }")
missed=$(sed -n 's/^ *"fn": \(.*\),/\1/p' "$work/out" | head -n 28 | awk "{ s += \$1 } END { print s + 0 }")
hpa tune one --method fixed --save fixed
hpa errors one --thresholds fixed --json
same "$missed" "$(sed -n 's/^ *"missed": \([0-9]*\),/\1/p' "$work/out" | tail -n 28 | awk "{ s += \$1 } END { print s + 0 }")" "errors: missed as eval has them at .5"
same "$support" "$(sed -n 's/^ *"support": \(.*\),/\1/p' "$work/out" | awk "{ s += \$1 } END { print s + 0 }")" "errors: support"
hpa errors one --class 0 --thresholds fixed
out '^id +loss +score ' "errors of a class: with its score"
hpa errors one --class 77
code 64 "errors of no class"
hpa errors nobody
code 66 "errors of nobody"
hpa errors one --thresholds nothing
code 66 "errors with an unknown set"

hpa errors one --json
id=$(sed -n 's/^ *"id": "\(.*\)",/\1/p' "$work/out" | head -n 1)
hpa errors one mark "$id" wrong-label "looks like a nucleolus"
code 0 "mark"
hpa errors one mark "$id" bad-image
code 0 "another mark"
hpa errors one mark "$id" nice
code 64 "an unknown kind"
err 'wrong-label' "an unknown kind: which there are"
hpa errors one mark nobody bad-image
code 66 "mark of an unknown sample"
hpa errors one marks --json
same 2 "$(grep -c "\"id\": \"$id\"" "$work/out")" "marks"
out '"note": "looks like a nucleolus"' "marks: note"
hpa errors one --worst 1
out 'wrong-label bad-image' "errors show marks"
hpa errors one export marks.csv
same "Id,kind,note,run,made" "$(head -n 1 marks.csv)" "export: head"
same "$id,wrong-label,looks like a nucleolus,one" "$(sed -n 2p marks.csv | cut -d, -f1-4)" "export: a mark"
hpa errors one unmark "$id" bad-image
hpa errors one marks
same 1 "$(grep -c "^$id" "$work/out")" "unmark one kind"
hpa errors one unmark "$id" bad-image
code 66 "unmark what is not there"

# Sets of cuts: stored, compared, out to a file and back.
hpa tune one --method exact --save exact
hpa thresholds one --json
same "exact fixed" "$(sed -n 's/^ *"name": "\(.*\)",/\1/p' "$work/out" | paste -sd' ')" "thresholds: newest first"
hpa thresholds one show exact --json
exact=$(json macro_f1)
same "$exact" "$(json in_sample_macro_f1)" "thresholds show: worth what tune said"
hpa thresholds one show fixed --json
fixed=$(json macro_f1)
hpa thresholds one diff fixed exact --json
same "$(awk "BEGIN { printf \"%.6f\", $exact - $fixed }")" "$(sed -n '/"macro": {/,/}/s/^ *"delta_f1": \(.*\),/\1/p' "$work/out" | xargs printf '%.6f')" "thresholds diff: of the figures that show has"
same 28 "$(grep -c '"cut_after"' "$work/out")" "thresholds diff: classes"
same 1000 "$(json draws)" "thresholds diff: bootstraps"
if sed -n '/"macro": {/,/}/p' "$work/out" | tr -d ',' |
    awk '/"delta_f1"/ { d = $2 } /"low"/ { l = $2 } /"high"/ { h = $2 } END { exit !(l <= d && d <= h && l < h) }'; then
    pass "thresholds diff: an interval around the change of macro F1"; else
    fail "thresholds diff" "$(sed -n '/"macro": {/,/}/p' "$work/out")"; fi
hpa thresholds one diff fixed exact
out '^macro F1 [0-9.]+ -> [0-9.]+  change \+.* \(90%: [-+].* to [-+]' "thresholds diff as text"
hpa thresholds one export exact cuts.json
code 0 "thresholds export"
hpa thresholds one import cuts.json --save back
code 0 "thresholds import"
hpa thresholds one diff exact back --json
same 29 "$(grep -c '"delta_f1": 0,$' "$work/out")" "thresholds: back from a file, the same"
hpa thresholds one show nothing
code 66 "thresholds show of no set"
hpa thresholds one import nowhere.json
code 66 "thresholds import of no file"
hpa thresholds nobody
code 66 "thresholds of nobody"
hpa thresholds one diff exact
code 64 "thresholds diff of one"

finish
