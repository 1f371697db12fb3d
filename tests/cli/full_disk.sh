#!/bin/bash
# A disk that is really full: a small file system of its own, filled while a training writes to it.
# The training goes on, says what it cannot write and what to do, and when there is room again its
# checkpoints and rows are there as if there always had been. One that is to begin in a full folder says
# so, and begins when there is room.
. "$(dirname "$0")/lib.sh"

mkdir disk
if ! mount -t tmpfs -o size=60m tmpfs disk 2>/dev/null; then
    echo "a file system may not be mounted here"
    exit 77
fi
trap 'umount -l "$work/here/disk"; clean_up' EXIT

hpa -q synth data --samples 60 --test 0 --size 32
epochs=8
recipe=(-c data/hpa.conf -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=$epochs
    -s split.folds=3 -s run.checkpoint_minutes=0.01 -s work.dir=disk/work)

hold step-8 # of 5 an epoch
hold step-13
hold step-23
"$HPA" "${recipe[@]}" train --name one >"$work/out" 2>"$work/err" </dev/null &
victim=$!
held step-8
dd if=/dev/zero of=disk/ballast bs=64K 2>/dev/null
release step-8
held step-13
err 'No space left on device \(free some space' "a full disk is told of, with what to do"
err 'training goes on' "and the training goes on"
release step-13
held step-23
err "^epoch 4/" "for more epochs"
release step-23
rm disk/ballast
wait $victim
code=$?
code 0 "with room again it ends well"
hpa "${recipe[@]}" runs list
out "^one +done +$epochs/$epochs" "as done, every epoch in the store"
hpa "${recipe[@]}" runs show one --json
same $epochs "$(grep -c '"train_loss"' "$work/out")" "each with its row"
hpa -q "${recipe[@]}" -s work.dir=whole train --name one
same "$(cksum <whole/runs/one/val_scores.npy)" "$(cksum <disk/work/runs/one/val_scores.npy)" "and its scores are those of a disk with room"
for which in last best; do
    hpa -q "${recipe[@]}" export one --checkpoint $which --safetensors one.st --force
    code 0 "the $which checkpoint is whole"
    hpa -q "${recipe[@]}" -s work.dir=whole export one --checkpoint $which --safetensors whole.st --force
    same "$(cksum <whole.st)" "$(cksum <one.st)" "with the same weights"
done

# An export into a full disk says so and leaves nothing.
dd if=/dev/zero of=disk/ballast bs=1M 2>/dev/null
hpa -q -c data/hpa.conf -s work.dir=whole export one --safetensors disk/one.st
code 74 "an export into a full disk"
err 'No space left on device \(free some space' "says what to do"
same "" "$(ls disk | grep one.st)" "and leaves nothing"

# So do trainings that are to pack their images there, or to keep all there; with room they do.
recipe+=(-s train.epochs=1)
hpa -q "${recipe[@]}" -s work.dir=short train --name one
for where in "packed -s work.cache_dir=disk/cache" "disk/full"; do
    # shellcheck disable=SC2086
    hpa -q "${recipe[@]}" -s work.dir=$where train --name one
    code 74 "a training into a full folder ($where)"
    err 'disk/(cache|full).*free some space' "says where and what to do"
done
same "" "$(find disk/cache disk/full -type f -size +0)" "and leaves no part of a file"
hpa "${recipe[@]}" -s work.dir=packed runs list
same "" "$(grep -E ' (running|done) ' "$work/out")" "no run is at work or done"
rm -r disk/ballast disk/work
for where in "packed -s work.cache_dir=disk/cache" "disk/full"; do
    # shellcheck disable=SC2086
    hpa -q "${recipe[@]}" -s work.dir=$where train --name one
    code 0 "with room the same command works"
    same "$(cksum <short/runs/one/val_scores.npy)" "$(cksum <"${where%% *}"/runs/one/val_scores.npy)" "to the same scores"
done
finish
