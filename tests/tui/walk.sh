#!/bin/bash
# Every key of the key map on every tab, and every command, in every terminal type: the program tells
# its keys and tabs itself, so that a new tab is walked, too. After each pane the screen still answers;
# at the end it leaves in order and gives the terminal back.
. "$(dirname "$0")/lib.sh"
set -f # one key is an asterisk

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
"$HPA" -q train --name walked >/dev/null 2>&1 || fail "no run to look at"
"$HPA" help keys >"$work/table" || fail "no key table"

# Keys by tmux's names. What leaves or trains comes at the end, tabs are gone to on purpose.
keys=$(grep -v 'tab [0-9], ' "$work/table" | cut -d'|' -f2 | grep -o '`[^`]*`' | tr -d '`' | sort -u |
    grep -vxE 'q|Ctrl-C|Ctrl-Z|F10|t|Key' |
    sed 's/^PgUp$/PPage/; s/^PgDn$/NPage/; s/^S-Tab$/BTab/; s/^Esc$/Escape/; s/^Ctrl-\(.\)$/C-\1/' |
    sed 's/^C-\(.\)$/C-\L\1/; s/^;$/\\;/')
movers='Enter|Tab|BTab|v|m|n' # take the focus elsewhere: last
keys="$(echo "$keys" | grep -vxE "$movers") $(echo "$keys" | grep -xE "$movers")"
tabs=$(sed -n 's/^| `\([0-9]\)` .*| tab [0-9], \([A-Za-z]*\) |$/\1 \2/p' "$work/table")
commands=$(sed -n 's/.*| `:\([a-z0-9-]*\).*/\1/p' "$work/table" | grep -vxE 'quit|suspend|train|wait|screen')
[ "$(echo "$keys" | wc -w)" -gt 30 ] && [ "$(echo "$tabs" | wc -l)" -ge 5 ] &&
    [ "$(echo "$commands" | wc -l)" -gt 60 ] || fail "the key table is not understood: $keys $tabs"

stands_on() { # DIGIT NAME
    tui_dead && fail "the program ended on tab $2"
    tui_keys Escape Escape "$1"
    tui_wait "[$1 $2]" 30
}

walk_pane() { # PANE: the key by which the tab is reached stands in $digit
    local batch=() key
    tui_keys Escape Escape "$digit"
    for ((i = 0; i < $1; i++)); do batch+=(Tab); done
    for key in $keys; do batch+=("$key" Escape); done
    tui_keys "${batch[@]}"
}

walk() { # PANES
    local digit name pane
    while read -r digit name; do
        for ((pane = 0; pane < $1; pane++)); do
            walk_pane $pane
            stands_on "$digit" "$name"
        done
    done <<<"$tabs"
}

for term in tmux-256color xterm-256color screen-256color linux vt100; do
    TUI_TERM=$term tui_start 100x30 sh -c "$HPA; echo code \$?; stty -a | grep -o ' -*echo ' ; sleep 100"
    tui_wait "[1 Board]"
    tui_wait "macro F1"
    walk "$([ $term = tmux-256color ] && echo 6 || echo 1)"
    stands_on 1 Board
    tui_keys q
    tui_wait "code 0"
    tui_wait " echo"
    tui_stop
    pass "$term: every key on every tab"
done

tui_start 80x24 "$HPA"
tui_wait "[1 Board]"
for command in $commands; do
    tui_keys : && tui_type "$command" && tui_keys Enter Escape Escape
done
stands_on 1 Board
tui_keys q
tui_wait_exit 0
tui_stop
pass "every command without an argument"
