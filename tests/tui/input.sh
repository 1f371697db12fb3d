#!/bin/bash
# What a terminal sends besides keys moves nothing, the keypad gives its characters, and a paste whose
# end is lost frees itself.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
"$HPA" -q train --name looked >/dev/null 2>&1 || fail "no run to look at"

# Bytes of a text, ESC written as ^ and BEL as @.
text_bytes() { printf '%s' "$1" | tr '^@' '\033\007' | od -An -v -tx1 | tr -s ' \n' ' '; }
# shellcheck disable=SC2046
send_text() { tui_bytes $(text_bytes "$1"); }
settled() { # the same frame twice, and thrice
    local before
    before=$(tui_screen)
    sleep 0.3
    [ "$(tui_screen)" = "$before" ] || return 1
}
shown() { tui_until 20 settled && tui_screen; }

for term in tmux-256color xterm-256color linux; do
    # time enough for bytes that this script sends one by one on a busy machine
    TUI_TERM=$term tui_start 120x36 sh -c "$HPA -s ui.escape_ms=1500; echo code \$?; sleep 100"
    tui_wait "macro F1"
    tui_keys 4
    tui_wait "[4 Tune]"
    before=$(shown)
    for sequence in '^[I' '^[O' '^[1;5A' '^[1;2B' '^[1;3D' '^OQ' '^[15~' '^[24;2~' '^q' '^t' '^4' '^O' \
        '^[?1;2c' '^[24;80R' '^[?2026;2$y' '^]11;rgb:0000/1111/2222^\' '^]52;c;cXF0@' '^P>|tmux 3.3a^\' \
        '^_Gi=31;OK^\' '^[97;5u' '^[116;3u' '^[27;7;116~' '^[M qq' '^[32;5;5M' '^[<35;5;5M' '^[t44' \
        '^(B' '^[1 q' '^[[B'; do
        send_text "$sequence"
        sleep 0.06
        # the keys that follow a sequence without an end are not its own
        [ "$sequence" = '^O' ] && sleep 1.8
    done
    tui_keys 6 # the last of all, so that everything before it was read
    tui_wait "[6 Runs]"
    tui_keys 4
    tui_wait "[4 Tune]"
    [ "$(shown)" = "$before" ] || fail "$term: something moved: before it was
$before"
    pass "$term: sequences that are no keys"

    tui_bytes 1b 4f 76 # 6 of the keypad
    tui_wait "[6 Runs]"
    tui_bytes 1b 4f 71
    tui_wait "[1 Board]"
    tui_bytes 1b 4f 6f
    tui_type "Nucleoli"
    tui_bytes 1b 4f 4d
    tui_wait "/Nucleoli"
    tui_bytes 1b # Esc as the one byte
    tui_wait_gone "/Nucleoli"
    pass "$term: the keypad, and Esc alone"

    for byte in 1b 5b 49 1b 4f 74; do # in pieces: focus, then the 4 of the keypad
        tui_bytes $byte
        sleep 0.01
    done
    tui_wait "[4 Tune]"
    pass "$term: a sequence in pieces"
    tui_keys q
    tui_wait "code 0"
    tui_stop
done

tui_start 80x24 "$HPA" -s ui.escape_ms=1500
tui_wait "macro F1"
tui_keys :
send_text '^[200~class Nuc'
tui_wait "class Nuc"
sleep 2 # longer than a paste pauses
tui_type leoli
tui_keys Enter
tui_wait_gone "class Nuc"
tui_bytes 1b 5b 32 30 30 7e 71 # a paste with a q, and an end in two pieces
tui_bytes 1b 5b 32 30
sleep 0.1
tui_bytes 31 7e
tui_keys 3
tui_wait "[3 Train]"
tui_bytes 1b 5b 32 30 30 7e 71
try_key() { tui_keys 2 && tui_holds "[2 Data]"; }
tui_until 20 try_key || fail "a paste without an end holds the keys"
tui_keys q
tui_wait_exit 0
pass "a paste without an end"
tui_stop

# a slow connection: with time for it, a key whose bytes come one by one is still that key
tui_start 80x24 "$HPA" -s ui.escape_ms=2000
tui_wait "macro F1"
slow_key() { # 6 of the keypad
    local byte
    for byte in 1b 4f 76; do
        tui_bytes $byte
        sleep 0.2
    done
    tui_holds "[6 Runs]"
}
tui_until 60 slow_key || fail "a key in slow pieces is not seen"
pass "a slow connection"
tui_keys q
tui_wait_exit 0
