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

# Where the network sees a class: by the weights that gave the scores, on one number a side of 32 px.
hpa errors one --class 25 --json
id=$(sed -n 's/^ *"id": "\(.*\)",/\1/p' "$work/out" | head -n 1)
score=$(sed -n 's/^ *"score": \(.*\),/\1/p' "$work/out" | head -n 1)
hpa errors one gradcam "$id" seen.png --class 25 --json
code 0 "gradcam"
same "$(printf '%.3f' "$score")" "$(json probability | xargs printf '%.3f')" "gradcam: the probability that errors has"
same "25 32 1 1 1" "$(json class) $(json size) $(json height) $(json width) $(json epoch)" "gradcam: class, size and map"
same 1 "$(sed -n '/"map"/,$p' "$work/out" | grep -cE '^ *[0-9.e-]+$')" "gradcam: numbers of the map"
same "89504e47 0000002000000020 0802" "$(od -An -tx1 -N4 seen.png | tr -d ' ') $(od -An -tx1 -j16 -N8 seen.png | tr -d ' ') $(od -An -tx1 -j24 -N2 seen.png | tr -d ' ')" "gradcam: a PNG in colour, 32 x 32"
hpa errors one gradcam "$id"
out "^run one +epoch 1 +sample $id +class [0-9]+ .* p " "gradcam: the likeliest class, as text"
hpa errors one gradcam "$id" --class 28
code 64 "gradcam of no class"
hpa errors one gradcam nobody --class 1
code 66 "gradcam of nobody"
hpa errors one gradcam "$id" nowhere/seen.png
code 73 "gradcam to no place"
rm "data/train/${id}_blue.png"
hpa errors one gradcam "$id" --class 1 --json
code 0 "gradcam without a file that the cache has"
rm -r data/hpa-work/cache
hpa errors one gradcam "$id" --class 1
code 66 "gradcam without the image"
err "no image of sample $id" "gradcam without the image: which"
mv data/hpa-work/runs/one/best.safetensors kept
hpa errors one gradcam "$id" --class 1
err 'has no best.safetensors' "gradcam without a checkpoint"
mv kept data/hpa-work/runs/one/best.safetensors

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
