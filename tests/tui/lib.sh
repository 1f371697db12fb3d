# lib.sh: drive a program in a real terminal (tmux) and look at what it shows.
#
# A script sources this, then:
#   tui_start 120x36 "$HPA" -c hpa.conf    start a program in a terminal of that size
#   tui_keys j j Enter                     press keys, by tmux's names; tui_type TEXT types text
#   tui_bytes 1b 4f 74                     send bytes
#   tui_wait TEXT [SECONDS]                wait until the screen holds TEXT
#   tui_wait_gone TEXT [SECONDS]           wait until it does not
#   tui_wait_match REGEX [SECONDS]         as tui_wait, an extended regular expression
#   tui_step KEY                           press a key and wait until the screen has changed
#   tui_screen                             print the screen; tui_value REGEX prints its first match
#   tui_resize 80x24
#   tui_pid                                process id of the program; tui_child: of its child
#   tui_wait_exit CODE [SECONDS]           wait for the program's end and compare its exit code
#   tui_hang_up                            close the terminal under the program
#   tui_stop                               end what runs, for the next tui_start
#   hold STEP; held STEP; release STEP     a job that comes to STEP waits there (../lib.sh tells more)
#   wait_until COMMAND...                  look until it succeeds, with a limit that only a hang reaches
#   pass NAME                              report one case as passed; fail TEXT ends the script
# $work is an empty folder of the script, removed at the end. A tmux server of our own is used and
# always ended. TUI_TERM chooses the terminal type the program sees (default tmux-256color).
set -u

if ! command -v tmux >/dev/null 2>&1; then
    echo "tmux is not installed"
    exit 77
fi

HPA=${HPA:-$PWD/build/hpa}
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1
# A quarter of the width is a sixteenth of the work; who wants the published network unsets it.
export HPA_TRAIN_WIDTH=16
unset TMUX NO_COLOR COLUMNS LINES
# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/hpa-tui.XXXXXX")
hold_folder "$work/hold"
tui_starts=0
tui_socket=$work/tmux-0

tui_tmux() { tmux -u -S "$tui_socket" -f /dev/null "$@"; }

tui_stop() { tui_tmux kill-server 2>/dev/null; }

# A training outlives its terminal: whatever was started and still works in our folder ends here.
tui_clean() {
    tui_stop
    kill_all_in "$work"
    rm -rf "$work"
}
trap tui_clean EXIT
trap 'exit 130' INT TERM

fail() {
    echo "FAIL: $*"
    echo "--- the screen:"
    tui_screen 2>/dev/null
    echo "---"
    exit 1
}

pass() { echo "ok $*"; }

tui_start() { # WxH COMMAND ARGUMENTS...
    local size=$1
    shift
    tui_socket=$work/tmux-$((tui_starts += 1)) # a server that is still ending keeps its own
    printf 'set -g default-terminal %s\nset -g status off\nset -g remain-on-exit on\nset -g escape-time 0\n' \
        "${TUI_TERM:-tmux-256color}" >"$work/tmux.conf"
    tmux -u -S "$tui_socket" -f "$work/tmux.conf" new-session -d -s t -x "${size%x*}" -y "${size#*x}" "$@" ||
        fail "tmux cannot start"
}

tui_screen() { tui_tmux capture-pane -p -t t; }
# Esc goes in kitty's form: the one byte, with a key right behind it, is Alt and that key.
tui_keys() {
    local commands=(send-keys -t t) key
    for key in "$@"; do
        if [ "$key" = Escape ]; then
            commands+=(\; send-keys -t t -H 1b 5b 32 37 75 \; send-keys -t t)
        else
            commands+=("$key")
        fi
    done
    tui_tmux "${commands[@]}"
}
tui_bytes() { tui_tmux send-keys -t t -H "$@"; }
tui_type() { tui_tmux send-keys -t t -l "$1"; }
tui_resize() { tui_tmux resize-window -t t -x "${1%x*}" -y "${1#*x}"; }
tui_pid() { tui_tmux display-message -p -t t '#{pane_pid}'; }
# The child of a program that is a shell; a small Debian has no pgrep.
tui_child() {
    local parent stat
    parent=$(tui_pid)
    for stat in /proc/[0-9]*/stat; do
        sed -n "s/^\\([0-9]*\\) (.*) . $parent .*/\\1/p" "$stat" 2>/dev/null
    done | head -n 1
}
# Dead is a pane whose terminal is closed; the exit code comes when tmux has looked at its children,
# which it sometimes has to be told to do.
tui_dead() {
    kill -CHLD "$(tui_tmux display-message -p '#{pid}')" 2>/dev/null
    [ -n "$(tui_tmux display-message -p -t t '#{pane_dead_status}#{pane_dead_signal}')" ]
}
tui_hang_up() { tui_stop; }

tui_value() { tui_screen | grep -oE -m 1 "$1" | head -n 1; }

# Look ten times a second until COMMAND succeeds; machines are slow, so limits are generous.
tui_until() { # SECONDS COMMAND...
    local patience=$(($1 > patience ? $1 : patience))
    shift
    wait_until "$@"
}

tui_holds() { tui_screen | grep -qF -- "$1"; }
tui_lacks() { ! tui_holds "$1"; }
tui_matches() { tui_screen | grep -qE -- "$1"; }

tui_wait() { tui_until "${2:-20}" tui_holds "$1" || fail "'$1' did not appear within ${2:-20} s"; }
tui_wait_gone() { tui_until "${2:-20}" tui_lacks "$1" || fail "'$1' did not go within ${2:-20} s"; }
tui_wait_match() { tui_until "${2:-20}" tui_matches "$1" || fail "nothing matched '$1' within ${2:-20} s"; }

tui_differs() { [ "$(tui_screen)" != "$1" ]; }
tui_step() {
    local before
    before=$(tui_screen)
    tui_keys "$1"
    wait_until tui_differs "$before" || fail "$1 changes nothing within $patience s"
}

tui_wait_exit() { # CODE [SECONDS]
    tui_until "${2:-20}" tui_dead || fail "the program did not end within ${2:-20} s"
    local code
    code=$(tui_tmux display-message -p -t t '#{pane_dead_status}')
    [ "$code" = "$1" ] || fail "exit code $code, expected $1"
}
