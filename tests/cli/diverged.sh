#!/bin/bash
# A training whose numbers go out of bounds ends at once: with the step, the rate, the batch and the
# checkpoint to go back to in its message, in the store and in the log, and with that checkpoint whole.
. "$(dirname "$0")/lib.sh"

hpa -q synth data --samples 200 --test 0 --size 32 --seed 2
cp data/hpa.conf .
recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=12 -s train.epochs=4 -s split.folds=3)
# Every step multiplies all weights by about a thousand, whatever the gradient is.
wild=(-s train.optimizer=sgd -s train.lr=100 -s train.weight_decay=10 -s train.warmup_epochs=0)
hpa "${recipe[@]}" "${wild[@]}" train --name wild
code 1 "a training that diverges"
err 'step [0-9]+, learning rate [0-9.e+]+: the .* is not finite' "names step and rate"
err 'The last good checkpoint is runs/wild/last.safetensors \(step [0-9]+\)' "and the checkpoint"
err 'Lower the learning rate' "and what to do"
err 'Batch:( synth-[0-9]{6}){8} and 4 more' "and some of the batch"
step=$(sed -n 's/^hpa train: step \([0-9]*\).*/\1/p' "$work/err")
same 12 "$(grep "batch of step $step:" "$work/err" | grep -o 'synth-[0-9]*' | sort -u | wc -l)" "all of it is in the log"
message=$(sed -n 's/^hpa train: //p' "$work/err")
hpa runs show wild
out '^wild +failed' "the store knows it as failed"
same "error: $message" "$(grep ^error: "$work/out")" "with the same message"
hpa -q export wild --checkpoint last --safetensors last.st
code 0 "the checkpoint is whole"
same 0 "$(find data/hpa-work/runs/wild -name '*.tmp' | wc -l)" "and nothing half written lies beside it"

# Weights that are no numbers are refused before a run begins.
hpa -q "${recipe[@]}" -s train.epochs=1 train --name good
hpa -q export good --safetensors nan.st
sed -i '1s/digest/digesx/g' nan.st # else that is what is refused
header=$(od -An -t u8 -N 8 nan.st)
printf '\000\000\300\177' | dd of=nan.st bs=1 seek=$((8 + header + 400000)) conv=notrunc 2>/dev/null
hpa "${recipe[@]}" -s train.init=nan.st train --name poisoned
code 65 "weights with a NaN"
err "nan.st: tensor '[a-z0-9._]+' holds NaN" "which tensor"
same "" "$(ls data/hpa-work/runs | grep poisoned)" "and no run begins"
hpa import weights nan.st
code 65 "import weights says the same"
finish
