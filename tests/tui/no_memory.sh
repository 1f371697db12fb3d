#!/bin/bash
# The workbench, in which the n-th allocation fails, whichever library makes it: it goes on, or ends with a
# message and a documented exit code (GLib, which draws pictures, can only abort; ncurses, which finds no
# room for the terminal's description, ends with a message of its own). In any case the terminal is as
# it was. A few n; with SOAK=1 two hundred.
. "$(dirname "$0")/lib.sh"

faulty=$(dirname "$HPA")/tests/crash/failing_calls
[ -x "$faulty" ] || { echo "$faulty is not built"; exit 77; }
steps=6
[ "${SOAK:-0}" = 0 ] || steps=200

"$HPA" -q synth "$work/demo" --samples 60 --test 4 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
"$HPA" -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 train --name one >/dev/null || fail "no run"
cp -r hpa-work "$work/base"
cat >"$work/shell" <<END_SHELL
"$faulty" -s run.threads=1
echo "code \$?"
stty -a >"$work/modes"
read -r rest
END_SHELL

modes_written() { [ -s "$work/modes" ]; }
ended_or() { modes_written || tui_holds "$1"; }
session() { # NAME ENVIRONMENT...: all tabs, a picture, the thresholds, help, and the end
    local name=$1 step
    shift
    rm -rf hpa-work "$work/modes"
    cp -r "$work/base" hpa-work
    tui_start 120x36 env "$@" bash "$work/shell"
    for step in "|[1 Board]" "2|[2 Data]" "Enter|[2 Data]" "3|[3 Train]" "4|[4 Tune]" "j|[4 Tune]" "O|[4 Tune]" \
        "m|[4 Tune]" "Escape|[4 Tune]" "5|[5 Errors]" "j|[5 Errors]" "6|[6 Runs]" "7|[7 Log]"; do
        # shellcheck disable=SC2086
        [ -z "${step%%|*}" ] || tui_keys ${step%%|*}
        wait_until ended_or "${step#*|}" || fail "$name: '${step#*|}' does not come, nor the end"
        modes_written && break
    done
    modes_written || tui_keys q
    wait_until modes_written || fail "$name: it does not end"
    tui_wait "code "
    grep -q ' icanon' "$work/modes" && grep -q ' echo ' "$work/modes" || fail "$name: the modes are $(cat "$work/modes")"
    [ "$(tui_tmux display-message -p -t t '#{alternate_on}#{cursor_flag}')" = 01 ] ||
        fail "$name: the screen of before is not back, or the cursor is hidden"
    code=$(tui_value 'code [0-9]+')
    case ${code#code } in
    0) ;;
    1 | 73 | 74) tui_holds "hpa: " || tui_holds "line 0, col 0: Out of memory" || fail "$name: $code without a message" ;;
    134) tui_screen | grep -qi glib || fail "$name: $code, and not by GLib" ;;
    *) fail "$name: $code" ;;
    esac
    tui_stop
}

session "undisturbed" FAIL_COUNT="$work/count"
[ "$code" = "code 0" ] || fail "undisturbed: $code"
read -r total _ <"$work/count"
for ((i = 0; i < steps; i++)); do
    n=$((total * i / steps + RANDOM * RANDOM % (total / steps + 1) + 1))
    session "allocation $n of $total" FAIL_ALLOCATION=$n
done
pass "$steps of $total allocations failed, each with the terminal as it was"
