#!/bin/bash
# Rows that the store cannot take: while a training works, its store is deleted, replaced, emptied,
# damaged, or loses the run. The command ends by itself, with 74 and the number of rows, never with 0;
# the run's folder is whole, and `hpa runs rebuild` lists what was done.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 60 --test 0 --size 32 --seed 2
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 2
[run]
threads = 1
END_CONF
db=data/hpa-work/hpa.db
hpa -q train --name whole
code 0 "an undisturbed run"
hpa -q export whole --checkpoint last --safetensors whole.st
cp -r data/hpa-work before

lost() { # NAME COMMAND...: done to the store in the second epoch, of five steps
    local name=$1
    shift
    rm -rf data/hpa-work
    cp -r before data/hpa-work
    hold step-7
    "$HPA" train --name run >"$work/out" 2>"$work/err" </dev/null &
    victim=$!
    held step-7
    "$@" || fail "$name" "cannot be done"
    release step-7
    wait $victim
    code=$?
    code 74 "$name: the training ends with 74"
    err '^hpa train: store: [23] rows were lost \(1 epoch, 1 status.*hpa runs rebuild' "$name: says how many, and the way back"
    err '^run run: done after epoch 2' "$name: all was trained"
}
rebuilt() { # NAME
    hpa runs rebuild
    hpa runs list
    out '^run +done +2/2 ' "$1: the run is rebuilt as done"
    hpa -q export run --checkpoint last --safetensors run.st --force
    cmp -s whole.st run.st && pass "$1: with the weights of one that nothing disturbed" || fail "$1" "other weights"
}
replace() { cp before/hpa.db $db.new && mv $db.new $db; }
empty() { : >$db; }
damage() { head -c 9000 /dev/urandom >$db; }

lost "a deleted store" rm $db
rebuilt "a deleted store"
lost "a store that another one replaced" replace
rebuilt "a store that another one replaced"
lost "an emptied store" empty
rebuilt "an emptied store"
lost "a damaged store" damage
err 'they will soon be given up' "a damaged store: and does not wait for ever"
mv $db damaged.db
rebuilt "a damaged store"
finish
