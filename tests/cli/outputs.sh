#!/bin/bash
# Files that a user names as output: what exists stays unless --force is given; links are followed;
# pipes and devices are written into; "-" is standard output and nothing else is printed there.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth d --samples 60 --test 6 --size 32 --seed 3 || fail "synth" "no data set"
cd d || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\nseed = 4\n' >>hpa.conf
hpa -q train --name one
code 0 "a run"
hpa eval one --probs scores.csv
code 0 "its scores in a table"
truth=hpa-work/runs/one/val.csv

mode_of() { stat -c %a "$1"; }

# Every command with an output: NAME, a fresh FILE, the command. PRINTS: its report on standard output.
each_output() {
    "$@" "scan --csv" scan --csv OUT
    "$@" "scan --exclude" scan --exclude OUT
    "$@" "split --out" split --out OUT
    "$@" "eval --probs" eval one --probs OUT
    "$@" "eval --probs npy" eval one --probs OUT.npy
    "$@" "tune --out" tune one --out OUT
    "$@" "tune of a table" tune --probs scores.csv --truth $truth --out OUT
    "$@" "thresholds export" thresholds one export mine OUT
    "$@" "errors export" errors one export OUT
    "$@" "errors gradcam" errors one gradcam "$sample" OUT
    "$@" "predict --out" predict one --out OUT
    "$@" "predict --probs" predict one --out sub.csv --probs OUT
    "$@" "export --safetensors" export one --safetensors OUT
}
sample=$(sed -n 2p $truth | cut -d, -f1)

put_in() { # FILE: the arguments with OUT replaced, in $arguments
    local file=$1 argument
    shift
    arguments=()
    for argument in "$@"; do arguments+=("${argument//OUT/$file}"); done
}

regular() { # NAME COMMAND...
    local name=$1 file=out.dat sum
    shift
    case $* in *OUT.npy*) file=out.dat.npy ;; esac
    rm -f out.dat out.dat.npy sub.csv
    put_in out.dat "$@"
    (umask 027 && "$HPA" -q "${arguments[@]}" >"$work/out" 2>"$work/err")
    code=$?
    code 0 "$name: a new file"
    same 640 "$(mode_of $file)" "$name: the umask"
    sum=$(cksum <$file)
    printf 'mine\n' >$file
    chmod 604 $file
    rm -f sub.csv
    hpa "${arguments[@]}"
    code 73 "$name: an existing file"
    err "$file already exists.*--force" "$name: says how"
    same mine "$(cat $file)" "$name: it stays"
    hpa "${arguments[@]}" --force
    code 0 "$name: --force"
    same 604 "$(mode_of $file)" "$name: the mode stays"
    same "$sum" "$(cksum <$file)" "$name: the same bytes"
    same "" "$(find . -name '*.tmp')" "$name: no temporary file stays"
}
hpa tune one --save mine
hpa tune one --save mine --method fixed
code 73 "a threshold set that exists"
err "run one has a threshold set mine already; --force overwrites it" "is not replaced, and the message says how"
hpa tune one --save mine --force
code 0 "--force replaces it"
hpa errors one mark "$sample" wrong-label
each_output regular

# Into standard output, a FIFO and a link: the same bytes as in a file.
streams() {
    local name=$1
    shift
    case $* in *OUT.npy*) return ;; esac
    rm -f out.dat sub.csv
    put_in out.dat "$@"
    hpa "${arguments[@]}"
    rm -f sub.csv
    put_in - "$@"
    "$HPA" "${arguments[@]}" 2>"$work/err" | cat >piped.dat
    cmp -s out.dat piped.dat && pass "$name: standard output" || fail "$name: standard output" "other bytes"
    rm -f sub.csv
    put_in fifo "$@"
    timeout 60 cat fifo >piped.dat &
    hpa "${arguments[@]}"
    code 0 "$name: a FIFO"
    wait $!
    cmp -s out.dat piped.dat && [ -p fifo ] && pass "$name: through the FIFO" || fail "$name: through the FIFO" "other bytes"
    rm -f sub.csv made.dat
    put_in link "$@"
    hpa "${arguments[@]}"
    code 0 "$name: a link to nothing"
    [ -L link ] && cmp -s out.dat made.dat && pass "$name: its target is made" || fail "$name: its target is made" "no"
}
mkfifo fifo
ln -s made.dat link
each_output streams

hpa predict one --out - --probs -
code 64 "standard output twice"
hpa predict one --out a.csv --probs ./a.csv
code 64 "one file for two outputs"
[ ! -e a.csv ] && pass "neither is written" || fail "neither is written" "it is there"
hpa predict one --out nowhere/a.csv
code 73 "a missing folder"
hpa predict one --out .
code 73 "a folder"
ln -s loop loop
hpa tune one --out loop
code 73 "a loop of links"
hpa tune one --out >(cat >piped.dat)
code 0 "a descriptor of the shell"
"$HPA" tune one --out /dev/stdout 2>/dev/null | grep -q '"thresholds"' && pass "/dev/stdout" || fail "/dev/stdout" "not the file"
"$HPA" --json tune one --out - 2>"$work/err" | grep -c held_out_macro_f1 >/dev/null
err '"held_out_macro_f1"' "the report of --json on standard error"

mkdir shut
if [ "$(id -u)" = 0 ]; then
    mknod null c 1 3 && mknod full c 1 7
    if (: >null) 2>/dev/null; then
        hpa -q eval one --probs null
        code 0 "a device"
        [ -c null ] && pass "it stays a device" || fail "it stays a device" "it was replaced"
        hpa -q predict one --out full
        code 74 "a full device"
        [ -c full ] && pass "that stays, too" || fail "that stays, too" "it was replaced"
    fi
    # a file that is a mount of its own, as in containers
    echo mine >below.csv && : >above.csv
    if mount --bind below.csv above.csv 2>/dev/null; then
        hpa -q predict one --out above.csv --force
        code 0 "a file that is a mount"
        umount above.csv
        same "Id,Predicted" "$(head -n 1 below.csv)" "is written where it is"
        same "" "$(find . -name '*.tmp')" "and nothing stays beside it"
    fi
else
    chmod 500 shut
    hpa predict one --out shut/a.csv
    code 73 "a folder that is for reading"
fi

# What a project is made of stays, whatever is allowed: inputs, the store, files of runs.
ln -s "$PWD/hpa-work/runs/one/last.safetensors" linked.dat
mkdir other
ln train.csv other/hard.csv
for file in train.csv sample_submission.csv hpa.conf hpa-work/hpa.db hpa-work/runs/one/last.safetensors \
    hpa-work/runs/one/val.csv linked.dat other/hard.csv other/../train.csv; do
    sum=$(cksum <"$file")
    hpa -q predict one --out "$file" --force
    code 73 "over $file"
    err "which is never overwritten: name another file" "over $file: says so"
    same "$sum" "$(cksum <"$file")" "over $file: it stays"
done
image=$(echo train/*_red.png | cut -d' ' -f1)
cp "$image" image.before
hpa -q errors one gradcam "$(basename "$image" _red.png)" "$image" --force
code 73 "a map over an image of the data set"
err 'is an image of data.train_dir, which is never overwritten' "a map over an image: says so"
cmp -s "$image" image.before && pass "the image stays" || fail "the image stays" "it was replaced"
hpa -q predict one --out "$(echo test/*_red.png | cut -d' ' -f1)" --force
err 'is an image of data.test_dir' "a submission over a test image"
seq 28 >names.txt
hpa -q predict one --out names.txt --force -s data.classes=names.txt
err 'is the file of data.classes' "a submission over the names of the classes"
hpa -q eval one --probs scores.csv
hpa -q tune --probs scores.csv --truth train.csv --out scores.csv --force
code 73 "thresholds over the scores they are made of"
err 'is the table of --probs, which is never' "thresholds over the scores: says so"
cp train.csv truth.csv
hpa -q tune --probs scores.csv --truth truth.csv --out truth.csv --force
err 'is the table of --truth' "thresholds over the truth"
hpa -q split --out folds.csv
hpa -q split --in folds.csv --out folds.csv --force
err 'is the table of --in' "folds over the table they come from"
hpa -q tune one --out train.csv --force
err 'train.csv: is the table of data.train_csv, which is never' "tune over the table"
hpa -q export one --safetensors hpa-work/runs/one/best.safetensors --force
err 'is a file of a run' "weights over a checkpoint"
hpa -q tune one --out hpa-work/runs/one/mine.json
code 0 "a new file beside a run's"
hpa -q tune one --out other/new.json
hpa -q tune one --out other/new.json --force
code 0 "any other file is overwritten"

# A reader that stays sees what a second export adds.
hpa export one --tfevents events
code 0 "events for TensorBoard"
file=$(echo events/one/events.*)
exec 5<"$file"
cat <&5 >first.dat
hpa export one --tfevents events
cmp -s first.dat "$file" && pass "nothing new: the same file" || fail "nothing new: the same file" "it changed"
exec 5<&-
finish
