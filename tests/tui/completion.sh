#!/bin/bash
# Tab in real shells: commands, options, their values, runs and files.
. "$(dirname "$0")/lib.sh"

cd "$work" || exit 1
export PATH=$work/bin:$PATH
mkdir bin
ln -s "$HPA" bin/hpa
hpa -q synth data --samples 20 --test 2 --size 32
cd data || exit 1
hpa -q train --name first-run --model resnet18 --size 32 --batch 8 --epochs 1 >"$work/log" 2>&1 || fail "a run to complete"
: >table.csv

# WHAT TYPED WANTED: the line that Tab makes of it
line() {
    tui_type "$2"
    tui_keys Tab
    tui_wait "$3" || fail "$1"
    pass "$shell: $1"
    tui_keys C-u C-l
    tui_wait_gone "$3"
}

try_all() {
    tui_wait "ready>"
    line "a command" "hpa thr" "hpa thresholds"
    line "an option" "hpa train --momen" "hpa train --momentum"
    line "a value" "hpa train --model resnet3" "hpa train --model resnet34"
    line "a value of every command" "hpa --glyphs brai" "hpa --glyphs braille"
    line "an action" "hpa runs rebu" "hpa runs rebuild"
    line "a run" "hpa eval first" "hpa eval first-run"
    line "a key" "hpa -s loss.gam" "hpa -s loss.gamma="
    line "a file" "hpa score --probs tab" "hpa score --probs table.csv"
    tui_type exit
    tui_keys Enter
    tui_wait_exit 0
    tui_stop
}

shell=bash
hpa completion bash >"$work/complete.bash" || fail "the script for bash"
printf 'source "%s"\nPS1="ready>"\n' "$work/complete.bash" >"$work/bashrc"
tui_start 100x30 bash --noprofile --rcfile "$work/bashrc" -i
try_all

shell=zsh
if command -v zsh >/dev/null 2>&1; then
    mkdir "$work/functions"
    hpa completion zsh >"$work/functions/_hpa" || fail "the script for zsh"
    printf 'fpath=("%s" $fpath)\nautoload -Uz compinit\ncompinit -u -D\nPS1="ready>"\n' "$work/functions" >"$work/.zshrc"
    export ZDOTDIR=$work
    tui_start 100x30 zsh -d -i
    try_all
else
    echo "zsh is not installed: its script was not tried"
fi

if command -v fish >/dev/null 2>&1; then
    hpa completion fish >"$work/hpa.fish"
    fish --no-config -c "source $work/hpa.fish; complete -C 'hpa thr'" | grep -q '^thresholds' || fail "the script for fish"
    pass "fish: a command"
else
    echo "fish is not installed: its script was not tried"
fi
