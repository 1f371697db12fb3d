#!/bin/bash
# The manual pages: roff without a warning, and every command, option and key is in them.
. "$(dirname "$0")/lib.sh"

hpa man
code 0 "hpa(1)"
cp "$work/out" hpa.1
hpa man hpa.conf
code 0 "hpa.conf(5)"
cp "$work/out" hpa.conf.5
hpa man hpa.db
code 64 "a page that is not there"
err "'hpa.db' is neither hpa nor hpa.conf" "says which there are"

plain() { sed 's/\\-/-/g; s/\\f[BIR]//g' "$1"; }
plain hpa.1 >hpa.text
plain hpa.conf.5 >conf.text

missing=
for command in $("$HPA" help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    grep -q "^\.SS \"hpa $command" hpa.text || missing="$missing $command"
    for flag in $("$HPA" help "$command" | sed -n '/^Options:/,$s/^  \(-., \)\{0,1\}--\([a-z0-9-]*\).*/\2/p'); do
        grep -q -- "--$flag" hpa.text || missing="$missing $command:$flag"
    done
done
same "" "$missing" "every command and option is in hpa(1)"

missing=
while IFS= read -r line; do
    case $line in
    "["*) grep -qF "$line" conf.text || missing="$missing $line" ;;
    "#"*" = "* | "#"*" =")
        key=${line#"#"}
        grep -qx "${key%% =*}" conf.text || missing="$missing ${key%% =*}"
        ;;
    esac
done < <("$HPA" config example | sed -n '/^\[/,$p')
same "" "$missing" "every key is in hpa.conf(5)"

if command -v man >/dev/null 2>&1 && command -v groff >/dev/null 2>&1; then
    for page in hpa.1 hpa.conf.5; do
        LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $page >rendered 2>warnings
        same "" "$(cat warnings)" "$page renders without a warning"
    done
else
    echo "man or groff is not installed: no page was rendered"
fi
finish
