#!/bin/bash
# Samples that cannot be read: known before the first step, listed with their reasons in the run's
# folder and the store, trained on by nobody, and the same ones when the run goes on.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 200 --test 0 --size 32 --seed 4
cp data/hpa.conf .
recipe=(-q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s split.folds=4
    -s augment.preset=none)
folder=data/hpa-work/runs

# One in a hundred: one without bytes, one cut off.
: >data/train/synth-000017_red.png
head -c 70 data/train/synth-000123_green.png >cut && cp cut data/train/synth-000123_green.png
hpa "${recipe[@]}" train --name one --epochs 2 --max-steps 25 --json
code 0 "a training with 1% of broken images"
same 2 "$(json samples_excluded)" "how many were left out"
same "Id synth-000017 synth-000123" "$(cut -d, -f1 $folder/one/excluded.csv | paste -sd' ')" "which ones"
same 1 "$(grep -c '^synth-000123,.*synth-000123_green.png.*truncated' $folder/one/excluded.csv)" "and why"
hpa "${recipe[@]}" train --name two
out 'two: .*, 2 samples left out \(runs/two/excluded.csv\)' "the closing line says so"
hpa runs show two
out 'left out: 2 samples .* runs/two/excluded.csv' "so does the store"
hpa runs show two --json
same 2 "$(grep -c '"id": "synth-000' "$work/out")" "with each id"
out '"reason": "synth-000017_red.png: is empty' "and reason"

# Neither trained on nor validated: the whole data set without these two, by data.exclude and in the
# same folds, gives the very same weights and scores.
hpa -q synth whole --samples 200 --test 0 --size 32 --seed 4
printf 'synth-000017\nsynth-000123\n' >without.txt
grep -vE 'synth-000(017|123)' $folder/one/folds.csv >folds.csv
other=(-s data.train_csv=whole/train.csv -s data.train_dir=whole/train -s work.dir=other
    -s data.exclude=without.txt)
hpa "${recipe[@]}" "${other[@]}" split --in folds.csv
hpa "${recipe[@]}" "${other[@]}" train --name one --epochs 2 --max-steps 25 --json
code 0 "the same data without them by data.exclude"
same 0 "$(json samples_excluded)" "where nothing is unreadable"
hpa -q export one --checkpoint last --safetensors a.st
hpa -q "${other[@]}" export one --checkpoint last --safetensors b.st
same "$(cksum <a.st)" "$(cksum <b.st)" "gives the same weights"
same "$(cksum <$folder/one/val_scores.npy)" "$(cksum <other/runs/one/val_scores.npy)" "and scores"

# What was broken and is repaired stays out of a run that began without it.
cp whole/train/synth-000017_red.png data/train/
hpa "${recipe[@]}" train --resume one
code 0 "resume with a repaired image"
hpa runs show one --json
same 2 "$(grep -c '"id": "synth-000' "$work/out")" "leaves out the same two"
hpa "${recipe[@]}" train --name three --json
same 1 "$(json samples_excluded)" "a new run takes what was repaired"

# A lost store gets the lists back.
mv data/hpa-work/hpa.db lost.db
hpa runs rebuild
code 0 "a store is rebuilt"
hpa runs show one --json
same 2 "$(grep -c '"id": "synth-000' "$work/out")" "with what each run left out"
out '"reason": "synth-000017_red.png: is empty' "and why"

# What was trained on and breaks ends the resume, with its name.
"$HPA" "${recipe[@]}" train --name four --max-steps 3 >/dev/null 2>&1
: >data/train/synth-000042_blue.png
rm -r data/hpa-work/cache
hpa "${recipe[@]}" train --resume four
code 65 "resume with an image that broke"
err 'run four: 1 sample cannot be read any more.*synth-000042: synth-000042_blue.png: is empty' "which one and why"
finish
