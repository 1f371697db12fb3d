#!/bin/bash
# The whole way on a drawn data set: split, statistics, training (stopped, killed, resumed),
# evaluation, cuts, prediction, export, and what the store then knows.
. "$(dirname "$0")/lib.sh"
unset HPA_TRAIN_WIDTH

hpa synth data --samples 60 --test 6 --size 32 --seed 2
cp data/hpa.conf .
cat >>hpa.conf <<'END'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 3
[predict]
tta = 2
END

hpa split --json
code 0 "split"
same 20,20,20 "$(sed -n '/"sizes"/,/]/p' "$work/out" | grep -oE '[0-9]+' | paste -sd,)" "split: sizes"
for key in method folds seed ld ed lpd classes_missing pairs_missing_percent seconds; do
    out "^  \"$key\": " "split has $key"
done
hpa split --compare --json
same "random iterative iterative2 swap" "$(sed -n 's/^    "method": "\(.*\)",/\1/p' "$work/out" | paste -sd' ')" "split: methods compared"
hpa split --folds 4 --seed 9 --out folds.csv
same 61 "$(wc -l <folds.csv)" "split: table of folds"
hpa split --val .25 --json
same 15,45 "$(sed -n '/"sizes"/,/]/p' "$work/out" | grep -oE '[0-9]+' | paste -sd,)" "split: a validation part"
awk -F, 'NR == 1 { print "Id,group" } NR > 1 { print $1 ",g" int(NR / 4) }' data/train.csv >groups.csv
hpa split --groups groups.csv --folds 3 --out folds.csv --force
same 0 "$(join -t, <(sort groups.csv) <(sort folds.csv) | cut -d, -f2,3 | sort -u | cut -d, -f1 | uniq -d | wc -l)" "split: no group in two folds"
hpa split --groups nowhere.csv
code 66 "split: no table of groups"
hpa split --folds 4 --seed 9 --out folds.csv --force
hpa split --in folds.csv
out '^file +4 ' "split: taken from a table"
hpa split
err 'replaces the current split .4 folds of the table folds.csv; `hpa split --in folds.csv`' "split: what the settings say again, and what it replaces"

hpa stats --json
code 0 "stats"
same 40 "$(json samples)" "stats: of the training part"
same 32 "$(json size)" "stats: size"
for key in pooled per_image; do
    out "^  \"$key\": \{" "stats has $key"
done
hpa stats --part nonsense
code 64 "stats of an unknown part"

hpa train --name whole --json
code 0 "train"
same '"whole"' "$(json run)" "train: run"
same 3 "$(json epochs_done)" "train: epochs"
same false "$(json stopped)" "train: not stopped"
err 'epoch 3/3: loss' "train: a line for every epoch"
err 'epoch 3/3: .* img/s, data wait [0-9.]+%' "train: its speed and what the loader took of it"
err 'run whole: plans [0-9]+ MB: activations [0-9]+, weights and gradients 90, optimiser 90, batches ' "train: the memory it plans"
err 'run whole: augmentation flip, turn, rotate 30, scale 0.9-1.1, shift 0.05, brightness 0.1; sampler balanced, 40 samples an epoch' "train: what it is fed"
err 'run whole: focal loss, gamma 2, alpha off, label smoothing 0, class weights none' "train: its loss"
for key in images_per_second data_wait_percent planned_mb peak_rss_mb; do
    out "^  \"$key\": [0-9.]+" "train has $key"
done
hpa runs show whole
out '^epoch .* images/s +data wait % +seconds' "runs show: speed and data wait"
hpa tune whole --method exact --json
held_out=$(json held_out_macro_f1)
hpa runs show whole --json
out "\"held_out_f1\": $held_out,$" "the held-out F1 of hpa tune is the one of an epoch"
hpa train --name whole
code 75 "a name that is taken"
hpa train --name fed -s train.sampler=oversample
code 78 "oversampling of nothing"
err 'needs train.oversample' "oversampling of nothing: what is missing"
hpa train --name fed -s train.sampler=weights -s train.sample_weights=nowhere.csv
code 66 "no table of weights"
hpa train --name fed -s augment.scale=2,1
code 78 "a scale from large to small"
test -e hpa-work/runs/fed && fail "a training that cannot begin" "it left a folder" || pass "a training that cannot begin leaves no folder"
hpa -q train --name silent --max-steps 2
code 0 "train: fewer steps"
same "" "$(grep -v '^warning' "$work/err")" "-q is silent"

# Stopped by a signal inside the run, killed later, resumed: the same weights, bit for bit.
weights() { hpa export "$1" --checkpoint last --safetensors "$1.safetensors" --force && cksum <"$1.safetensors"; }
hold step-7 # of 15
hold step-12
"$HPA" train --name cut >"$work/out" 2>"$work/err" &
child=$!
held step-7
kill -TERM $child
wait $child
code=$?
code 130 "SIGTERM ends a training"
err 'hpa train --resume cut' "SIGTERM: how to go on"
hpa runs show cut --json
same '"stopped"' "$(json status)" "SIGTERM: recorded as stopped"
"$HPA" train --resume cut >"$work/out" 2>"$work/err" &
child=$!
held step-12
kill -KILL $child
wait $child 2>/dev/null
release step-12
hpa train --resume cut
code 0 "resumed after a kill"
same "$(weights whole)" "$(weights cut)" "stopped, killed and resumed: the same weights"
hpa export whole --safetensors best.safetensors --json
code 0 "export"
same '"best"' "$(json checkpoint)" "export: the best epoch unless told otherwise"
hpa export whole --tfevents events --json
code 0 "the history for TensorBoard"
same "\"$(ls events/whole/events.out.tfevents.*)\"" "$(json tfevents)" "its file is told"
same 3 "$(grep -ao macro_f1/held_out events/whole/* | wc -l)" "and has every epoch"
hpa export whole
code 64 "an export of nothing"
"$HPA" train --name hung -s run.on_hangup=checkpoint >"$work/out" 2>"$work/err" &
child=$!
held step-7
kill -HUP $child
wait $child
code=$?
release step-7
code 130 "SIGHUP with run.on_hangup=checkpoint"
err 'hpa train --resume hung' "SIGHUP: how to go on"
hpa train --resume nobody
code 66 "nothing to resume"
err 'no run nobody' "nothing to resume: which"

hpa eval whole --json
code 0 "eval"
same 20 "$(json samples)" "eval: of the validation part"
out '"macro_f1"' "eval: macro F1"
hpa eval whole --split train --probs train_probs.csv
same 41 "$(wc -l <train_probs.csv)" "eval: table of probabilities"
hpa score --probs train_probs.csv --truth data/train.csv --json
code 0 "eval's table can be scored"
hpa eval nobody
code 66 "eval without a run"

hpa tune whole --method exact --save tuned --out cuts.json --json
code 0 "tune"
same 20 "$(json samples)" "tune: on the validation scores"
tuned=$(json in_sample_macro_f1)
hpa eval whole --json
same "$(sed -n '/"best": {/,$s/.*"macro_f1": \(.*\),/\1/p' "$work/out" | head -n 1)" "$tuned" "tune: of the epoch that eval takes"
hpa predict whole --thresholds tuned --json
code 0 "predict"
same 6 "$(json samples)" "predict: samples"
same "$(head -n 1 data/sample_submission.csv)" "$(head -n 1 submission.csv)" "predict: the header of the sample submission"
same "$(cut -d, -f1 data/sample_submission.csv | cksum)" "$(cut -d, -f1 submission.csv | cksum)" "predict: its ids in its order"
hpa predict whole cut --out two.csv --probs test.npy
code 0 "predict with two runs"
same 7 "$(wc -l <two.csv)" "predict with two runs: rows"
hpa predict whole --thresholds nothing --force
code 66 "predict with an unknown set"

hpa runs list --json
code 0 "runs list"
same 4 "$(grep -c '"uuid"' "$work/out")" "runs list: all"
for key in uuid name status epochs macro_f1 started ended; do
    out "^ *\"$key\": " "runs have $key"
done
hpa runs
out '^whole +done +3/3 ' "runs as text"
hpa runs show whole --json
same 3 "$(grep -c '"val_loss"' "$work/out")" "runs show: epochs"
out '"train.model": "resnet18"' "runs show: configuration"
hpa runs show nobody
code 66 "runs show of nobody"
hpa -s work.dir=elsewhere runs list --json
same "[]" "$(cat "$work/out")" "no store, no runs"
test -e elsewhere && fail "reading makes no folder" "there is one" || pass "reading makes no folder"

hpa screen board --size 100x30
code 0 "screen"
same 30 "$(wc -l <"$work/out")" "screen: rows"
out 'Label distribution' "screen: the Board"
hpa screen runs --size 100x30
out 'whole +done' "screen: the Runs tab has its list"
out '│ epochs +[0-9]+' "screen: and the settings of the run under the cursor"
hpa screen train --size 100x30
out '[0-9]+ MB' "screen: the Train tab says what the next run takes"
hpa screen bord
code 64 "screen of an unknown page"

hpa bench infer --model resnet18 --size 32 --batch 4 --rounds 1 --json
code 0 "bench"
for key in model size batch threads images_per_second effective_gflops fma_peak_gflops peak_rss_mb data_wait_percent; do
    out "^  \"$key\": " "bench has $key"
done

finish
