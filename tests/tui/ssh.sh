#!/bin/bash
# Over a real ssh connection that is cut the training goes on, and the next login shows it. The server
# is one of our own on this machine, with keys of its own.
. "$(dirname "$0")/lib.sh"

sshd=$(command -v sshd || echo /usr/sbin/sshd)
if ! [ -x "$sshd" ] || ! command -v ssh >/dev/null 2>&1; then
    echo "no ssh server is installed"
    exit 77
fi
port=$((20000 + $$ % 20000))
chmod 700 "$work"
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd # an sshd of root wants it
for key in host user; do
    ssh-keygen -q -t ed25519 -N '' -f "$work/$key" || fail "no key"
done
cp "$work/user.pub" "$work/authorized"
cat >"$work/sshd.conf" <<END_CONF
ListenAddress 127.0.0.1
Port $port
HostKey $work/host
PidFile $work/sshd.pid
AuthorizedKeysFile $work/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
END_CONF
"$sshd" -D -f "$work/sshd.conf" -E "$work/sshd.log" &
server=$!
trap 'kill $server 2>/dev/null; tui_clean' EXIT
options=(-F /dev/null -i "$work/user" -p "$port" -o StrictHostKeyChecking=no
    -o "UserKnownHostsFile=$work/known" -o BatchMode=yes -o LogLevel=ERROR)
login() { ssh "${options[@]}" 127.0.0.1 "$@"; }
if ! patience=60 tui_until 60 login true 2>/dev/null; then
    echo "an ssh server of one's own lets nobody in here: $(tail -n 1 "$work/sshd.log")"
    exit 77
fi

"$HPA" -q synth "$work/demo" --samples 120 --test 4 --size 64 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
workbench="cd $work/demo && echo \$\$ >pid && OPENBLAS_NUM_THREADS=1 LC_ALL=C.UTF-8 \
HPA_RUN_HOLD=$HPA_RUN_HOLD exec $HPA"

tui_start 120x36 ssh "${options[@]}" -tt 127.0.0.1 "$workbench -s train.model=resnet18 -s train.size=64 \
-s train.epochs=4 -s run.threads=1"
tui_wait "Label distribution"
hold step-3
hold step-8 # in the second epoch of six steps
tui_keys t
held step-3
pid=$(cat pid)
kill -9 "$(tui_pid)" # no good-bye: the connection is just gone
tui_stop
release step-3
held step-8
kill -0 "$pid" 2>/dev/null || fail "the training died with its connection"
pass "a training goes on when its connection is cut"

tui_start 120x36 ssh "${options[@]}" -tt 127.0.0.1 "$workbench"
tui_wait_match "ep 1/4 running +pid $pid" 60
tui_keys S
tui_wait "Stop the training?"
tui_keys c
tui_wait_match 'ep 1/4 stopped' 60
tui_keys q
tui_wait_exit 0
pass "the next login shows it and stops it"
