#!/bin/bash
# The workbench, or its first page, is stopped from outside and continued by the shell: by SIGTSTP the
# terminal is given back whole (modes, cursor, mouse, screen), and after SIGSTOP, which leaves no time
# for that, it is taken back with fg. A training in that process continues.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 4 --size 32 --seed 3 || fail "no demo set"
mkdir "$work/empty"

shell() { # FOLDER WORDS-ON-THE-SCREEN: the workbench in a shell with job control
    cd "$1" || exit 1
    TUI_TERM=xterm-256color tui_start 120x36 env PS1='ready>' bash --norc --noprofile -i
    tui_wait 'ready>'
    tui_type "$HPA -s ui.mouse=on -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=2"
    tui_keys Enter
    tui_wait "$2"
    pid=$(tui_child)
}
modes() { stty -F "$(tui_tmux display-message -p -t t '#{pane_tty}')" -a | grep -oE ' -?(icanon|echo) ' | tr -d ' \n'; }
flags() { tui_tmux display-message -p -t t '#{alternate_on}#{cursor_flag}#{mouse_any_flag}'; }
raw() { [ "$(modes)" = "-icanon-echo" ] && [ "$(flags)" = 101 ]; }
is_stopped() { [ "$(sed 's/.*) //' "/proc/$pid/stat" | cut -c1)" = T ]; }

stopped() { # SIGNAL NAME WORDS
    tui_until 20 raw || fail "$2: the modes are $(modes), the flags $(flags)"
    kill -"$1" "$pid"
    tui_until 20 is_stopped || fail "$2: SIG$1 does not stop it"
    [ "$1" = TSTP ] && { tui_wait "Stopped"; tui_until 20 [ "$(flags)" = 010 ] || fail "$2: SIGTSTP leaves $(flags)"; }
    tui_keys C-l
    tui_type "echo a-b | tr -- - +"
    tui_keys Enter
    tui_wait "a+b" # the shell has the terminal, in modes of its own
    tui_type fg
    tui_keys Enter
    tui_until 20 raw || fail "$2: after SIG$1 and fg the modes are $(modes), the flags $(flags)"
    tui_wait "$3"
    tui_wait_gone "a+b"
    pass "$2: SIG$1, and continued"
}

for signal in TSTP STOP; do
    shell "$work/demo" "Label distribution"
    stopped $signal "the workbench" "Label distribution"
    tui_keys 2
    tui_wait "[2 Data]"
    tui_keys : # Ctrl-Z's own way
    tui_type suspend
    tui_keys Enter
    tui_until 20 is_stopped || fail ":suspend does not stop it"
    tui_wait "Stopped"
    [ "$(flags)" = 010 ] || fail ":suspend leaves $(flags)"
    tui_type fg
    tui_keys Enter
    tui_wait "[2 Data]"
    tui_until 20 raw || fail "after :suspend the modes are $(modes), the flags $(flags)"
    tui_stop

    shell "$work/empty" "This folder has no data set yet"
    stopped $signal "the first page" "This folder has no data set yet"
    tui_stop
done

shell "$work/demo" "Label distribution"
hold step-2
tui_keys t
held step-2
stopped TSTP "a training" "ep 1/2 train"
release step-2
tui_wait "ep 2/2 done" 60
pass "a training that was stopped with the screen continues"
