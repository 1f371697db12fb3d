#!/bin/bash
# Weights from elsewhere: what would be taken of a file, a training that begins with it, and what is
# refused before any work is done.
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s split.folds=3)

hpa -q synth data --samples 60 --test 0 --size 32
code 0 "a data set is drawn"
hpa -q -c data/hpa.conf -s work.dir=w "${recipe[@]}" train --name old --epochs 1
hpa -q -c data/hpa.conf -s work.dir=w export old --checkpoint last --safetensors old.safetensors
code 0 "a network is exported"

hpa import weights old.safetensors --model resnet18
code 0 "its weights could be imported"
out "^old.safetensors: 102 loaded, 0 adapted, 0 skipped, 0 missing for resnet18 of width 16 with 4 channels, 28 classes$" \
    "all of them are loaded"
hpa import weights old.safetensors --model resnet18 -s data.channels=red,green,blue,yellow,cyan
code 65 "four channels are not adapted to five"
err "'conv1.weight' has shape \[16, 4, 7, 7\], not \[16, 5, 7, 7\]" "and told why"
hpa import weights old.safetensors --model resnet18 -s train.width=64
code 65 "nor are narrow layers to published ones"
err "'conv1.weight' has shape \[16, 4, 7, 7\], not \[64, 4, 7, 7\]" "whose shapes are told, too"
hpa import weights old.safetensors --model resnet18 -s data.classes=hpa19 --json
code 0 "a head of another shape does not matter"
same true "$(json usable)" "the file is usable"
same 2 "$(sed -n '/"skipped"/,/"missing"/p' "$work/out" | grep -c '"name": "fc\.')" "the head is skipped"
hpa import weights old.safetensors
code 65 "weights of resnet18 are not those of resnet34"
err "are these weights of the same model" "and the message asks for the model"
out "^missing layer1.2.conv1.weight$" "the missing layers are listed"

hpa -q -c data/hpa.conf -s work.dir=w "${recipe[@]}" train --name deep --model resnet34 --epochs 1 --max-steps 1
hpa -q -c data/hpa.conf -s work.dir=w export deep --checkpoint last --safetensors deep.safetensors
hpa import weights deep.safetensors --model resnet18
code 65 "nor are weights of resnet34 those of resnet18"
err "80 of its tensors are of layers .* 'layer1.2.bn1.bias'; are these weights of another model" "which is told, too"

# training: the phases of a pretrained start, and a run that no longer needs the file
hpa -c data/hpa.conf -s work.dir=w "${recipe[@]}" train --name new --epochs 3 --max-steps 11 \
    --init old.safetensors
code 0 "a training begins with the file"
err "weights of old.safetensors: 102 tensors loaded, 0 adapted, 0 skipped, 0 missing" "and says so"
err "epoch 1: the first convolution and the head learn, at 32 px" "two epochs are frozen"
err "epoch 3: the whole network learns, at 32 px" "then the whole network learns"
mv old.safetensors moved.safetensors
hpa -q -c data/hpa.conf -s work.dir=w train --resume new
code 0 "a resumed run does not ask for the file"

# a checkpoint of this program: the weights that its figures were made with, as it exports them
hpa -q -c data/hpa.conf -s work.dir=w "${recipe[@]}" train --name ema --epochs 1 -s train.ema=.9
hpa -q -c data/hpa.conf -s work.dir=w export ema --safetensors ema.safetensors
cp w/runs/ema/best.safetensors .
hpa import weights best.safetensors --model resnet18
out "^best.safetensors: averaged weights, 102 loaded, 0 adapted, 0 skipped, 0 missing for" "are its averaged ones"
for file in best ema; do
    hpa -c data/hpa.conf -s work.dir=w "${recipe[@]}" train --name "from-$file" --init $file.safetensors --epochs 1 \
        --max-steps 1
    cp "$work/err" "$file.err"
done
same 1 "$(grep -c 'averaged weights of best.safetensors: 102 tensors loaded' best.err)" "which a training says"
same 0 "$(grep -c "averaged weights of" ema.err)" "those of an export are no checkpoint's"
same "$(cksum <w/runs/from-ema/val_scores.npy)" "$(cksum <w/runs/from-best/val_scores.npy)" "both begin with the same bits"

# refused early
hpa -c data/hpa.conf -s work.dir=none "${recipe[@]}" train --init old.safetensors
code 66 "a file that is not there"
printf 'PK\003\004\000\000\000\000 and a pickle' >net.pth
hpa -c data/hpa.conf -s work.dir=none "${recipe[@]}" train --init net.pth
code 65 "a pickle is refused"
err "python3 -c .*torch.load\('net.pth', map_location='cpu'\), 'net.safetensors'\)" \
    "with the line that converts it"
hpa import weights net.pth
code 65 "also by import"
head -c 3000 moved.safetensors >cut.safetensors
hpa import weights cut.safetensors --model resnet18
code 65 "a truncated file is refused"
[ -e none ] && fail "nothing is left behind" "there is a work folder" || pass "nothing is left behind"
hpa import pictures moved.safetensors
code 64 "there is nothing else to import"
finish
