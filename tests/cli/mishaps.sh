#!/bin/bash
# What goes wrong around a run: what is refused is refused early and leaves nothing behind, what
# cannot be is said, and nothing quietly becomes something else.
. "$(dirname "$0")/lib.sh"

hpa train
code 66 "train without a data set"
err 'data.train_csv \(default\): train.csv: No such file' "which key names the table"
same "" "$(ls)" "and nothing is made"
hpa train --resume last
code 66 "resume without a work folder"
same "" "$(ls)" "and nothing is made then"

hpa synth data --samples 60 --test 6 --size 32 --seed 2
cp data/hpa.conf .
cat >>hpa.conf <<'END_CONF'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 1
END_CONF
store=data/hpa-work

# Refused before any pixel is packed.
hpa train --name ../up
code 64 "a name that leaves the folder"
hpa train --name last
code 64 "a name that means the newest run"
hpa stats --part nonsense
code 64 "an unknown part"
hpa stats --part nonsense --size 40
same "" "$(ls $store/cache 2>/dev/null)" "no cache was made for them"

# A checkpoint that finds no room (4 MB are allowed for a file, it takes 8) ends the start.
(
    ulimit -f 4096
    "$HPA" train --name roomless >"$work/out" 2>"$work/err"
)
code=$?
code 74 "no room for the first checkpoint"
err 'roomless/last.safetensors: cannot reserve' "what had no room"
same "" "$(ls $store/runs)" "and no folder of a run that never was"
hpa runs
err 'no runs yet' "nor a row"

hpa train --name one
code 0 "train"
hpa train --resume one --epochs 9 --lr .5 --threads 1 --cpu-tier vector
code 0 "a run that is done goes on"
err 'warning: run one keeps its train.epochs=1: train.epochs=9 is for a new run' "epochs stay"
err 'warning: run one keeps its train.lr=default: train.lr=.5 is for a new run' "so does the rate"
err 'run one: all its 1 epochs are done' "and it says that it is done"
same 2 "$(grep -c 'keeps its' "$work/err")" "threads and kernels are of the process"

hpa train --name one --continue --epochs 9 --lr .5 --threads 1 --cpu-tier vector
code 0 "a run that is done, continued by its name"
err 'run one: was done before' "it was done before"
err 'warning: run one keeps its train.epochs=1: train.epochs=9 is for a new run' "its epochs are named"
same 2 "$(grep -c 'keeps its' "$work/err")" "so is the rate, and nothing else"

hpa eval one --split test
code 64 "eval of the test set, whose labels nobody knows"
hpa eval one --split all --json
same 60 "$(json samples)" "eval of all"
hpa predict one -s data.channels=green,red,blue,yellow
code 65 "channels in another order"
err 'set data.channels=red,green,blue,yellow' "how they were"
hpa predict one --out nowhere/submission.csv
code 73 "a submission in a folder that is not there"
same "" "$(ls $store/cache | grep test)" "is refused before the images are read"
hpa eval one --probs .
code 73 "a folder as file"
hpa export one --safetensors nowhere/x
code 73 "an export in no folder"
hpa tune one --save ''
code 64 "a set without a name"
hpa tune one --save "$(printf '%070d' 0)"
code 64 "a set with too long a name"
hpa tune one --out nowhere/x.json
code 73 "cuts in no folder"
hpa bench train --rounds 1001
code 64 "too many rounds"

# A set that was made on the epoch of the weights: nothing to say.
hpa tune one --save current
hpa predict one --force
same "" "$(grep epoch "$work/err")" "a set of the same epoch"

# Labels are written as the training table writes them.
sed 's/ /|/g' data/train.csv >piped.csv
hpa predict one --force -s 'data.separator=|'
code 0 "predict with another separator"
same "" "$(cut -d, -f2 submission.csv | grep ' ')" "no spaces between labels"

# A data set that moved.
mv data/train elsewhere
hpa eval one -s data.train_dir=elsewhere -s run.threads=1
code 0 "images that moved"
hpa -s data.train_dir=elsewhere train --resume one
code 0 "resume where they are now"
same "" "$(grep keeps "$work/err")" "no warning: it is the same data"

# Other images behind the same ids: the packed ones are not theirs.
hpa synth other --samples 60 --test 6 --size 32 --seed 3
hpa stats --part all --json
before=$(cat "$work/out")
hpa -s data.train_dir=other/train stats --part all --json
err 'the images changed since it was built: ' "other images are packed again"
if [ "$before" = "$(cat "$work/out")" ]; then fail "their statistics" "are the old ones"; else pass "their statistics"; fi
hpa -s data.train_dir=other/train stats --part all --json
same "" "$(grep anew "$work/err")" "once"

# Exploring needs no pixels: broken ones are none of its business.
hpa eda --json
out '"histograms"' "eda with packed pixels"
echo junk >$store/cache/train-32.cache
hpa eda --json
code 0 "eda with a broken cache"
same "" "$(grep histograms "$work/out")" "has no histograms"
same junk "$(cat $store/cache/train-32.cache)" "and touches nothing"

# A run outlives its store.
rm $store/hpa.db
hpa predict one --force
code 0 "predict without a store"
hpa split --seed 7
hpa predict one --force
code 0 "predict with a new store that does not know the run"

finish
