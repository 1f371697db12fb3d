#!/bin/bash
# What goes beyond the frame: a frame in a file, the clipboard, the bell at the end of a run, the title
# and its return; with mouse and title on, a crash still gives the terminal back.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
ex() { tui_keys : && tui_type "$1" && tui_keys Enter; }
raw_holds() { LC_ALL=C grep -qaF "$1" "$work/raw"; }
start() {
    : >"$work/raw"
    rm -f "$work/recorded"
    tui_start 80x24 sh -c "until [ -e $work/recorded ]; do sleep 0.1; done; $HPA -s ui.mouse=on; echo code \$?; stty -a | grep -o ' -*echo '; sleep 100"
    tui_tmux pipe-pane -O -t t "cat >>$work/raw"
    : >"$work/recorded"
    tui_wait "60 samples"
}

start
ex "screen frame.txt"
tui_wait "frame.txt is written"
grep -q "Label distribution" frame.txt || fail "the frame in the file: $(cat frame.txt)"
[ "$(wc -l <frame.txt)" = 24 ] || fail "the frame has $(wc -l <frame.txt) lines"
ex "screen frame.ansi"
tui_wait "frame.ansi is written"
grep -q $'\033\\[0;' frame.ansi || fail "frame.ansi has no colours"
ex "yank classes.txt"
tui_wait "classes.txt is written"
pass "a frame and a list in files"

ex "class Nucleoli"
tui_keys 2
tui_wait "[2 Data]"
tui_keys / && tui_type "id 0001" && tui_keys Enter v Y
tui_wait "copied"
tui_until 10 raw_holds "]52;c;" || fail "nothing was put on the clipboard"
coded=$(LC_ALL=C grep -ao ']52;c;[A-Za-z0-9+/=]*' "$work/raw" | head -n 1)
[[ $(echo "${coded#]52;c;}" | base64 -d) == synth-000* ]] || fail "on the clipboard: $coded"
tui_until 10 raw_holds "Ptmux;" || fail "it is not wrapped for tmux"
pass "the clipboard"

ex "theme light"
ex "color 8"
tui_wait "8 braille"
ex "color 256"
tui_wait "256 braille"
pass "palette and colours at work"

hold step-1
tui_keys 1 t
held step-1
tui_until 30 raw_holds "]2;hpa: run-1 epoch 1/1" || fail "the title tells nothing of the run"
release step-1
tui_wait_match "done|DONE" 90
tui_keys q
tui_wait "code 0"
tui_until 10 raw_holds "code 0" || fail "the end is not recorded"
bells=$(LC_ALL=C sed 's/\x1b\][^\x07]*\x07//g' "$work/raw" | LC_ALL=C tr -cd '\007' | wc -c)
[ "$bells" = 1 ] || fail "$bells bells at the end of a run"
raw_holds $'\033[22;0t' && raw_holds $'\033[23;0t' || fail "the title before does not come back"
tui_stop
pass "title and bell tell of the run"

start
kill -SEGV "$(tui_child)"
tui_wait "code 139"
tui_wait " echo"
tui_until 10 raw_holds " echo" || fail "the end is not recorded"
for off in '[?1000l' '[?2004l' '[23;0t'; do raw_holds "$off" || fail "after a crash $off is missing"; done
[ "$(tui_tmux display-message -p -t t '#{mouse_button_flag}')" = 0 ] || fail "the mouse stays taken after a crash"
tui_stop
pass "a crash gives mouse and title back"
