# lib.sh: waiting, for the scripts in cli/ and tui/, whose own lib.sh source this.
#
# No test may depend on how fast the program or the machine is. What a test needs to see at a certain
# moment is held at that moment; everything else is waited for, with a limit that only a hang reaches:
#   wait_until COMMAND...     look ten times a second until COMMAND succeeds; fails after $patience s
#   hold STEP                 from now on, a job that comes to STEP waits there
#   held STEP                 wait until a job waits at STEP; ends the script after $patience s
#   holder STEP               print the process id of the job that waits there
#   release STEP...           let it continue, and no longer hold at STEP
#   ended PID                 wait until a process that is no child of ours has ended
# A job that waits obeys signals, `hpa stop`, and keys; a training also pause, checkpoint, lr.
# Steps of a training: epoch-N (before the first step of epoch N, or where it is resumed), step-N
# (after step N of the run), validate-N, save-N and saved-N (before and after a checkpoint at step N;
# step 0 is the first), end (before the store is told of its end). Of every job: the phases index,
# scan, cache, stats, features, train, eval, predict when they begin, and cache-N, eval-N, ... when N
# samples of them are done and told (of a new cache that is 16 first); of synth: synth-N.
#
# HPA_TEST_LAG=SECONDS makes every look that late: a test that races goes red with it.
patience=120
lag=${HPA_TEST_LAG:-0}
unset HPA_TEST_LAG

wait_until() {
    local end=$((SECONDS + patience))
    [ "$lag" = 0 ] || sleep "$lag"
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

hold_folder() { # FOLDER: where holds are kept
    mkdir "$1" && export HPA_RUN_HOLD=$1
}

hold() {
    rm -f "$HPA_RUN_HOLD/$1.reached"
    : >"$HPA_RUN_HOLD/$1"
}

held() {
    wait_until test -e "$HPA_RUN_HOLD/$1.reached" && return
    fail "step $1" "was not reached within $patience s"
    exit 1
}

holder() { cat "$HPA_RUN_HOLD/$1.reached"; }

release() {
    local step
    for step in "$@"; do
        rm -f "$HPA_RUN_HOLD/$step"
    done
}

# Whatever was started and works in a folder ends here, also what outlives its parent.
kill_all_in() { # FOLDER
    local cwd pid
    for cwd in /proc/[0-9]*/cwd; do
        pid=${cwd#/proc/}
        pid=${pid%/cwd}
        [ "$pid" != $$ ] && case $(readlink "$cwd" 2>/dev/null) in
        "$1"*) kill -KILL "$pid" 2>/dev/null ;;
        esac
    done
}

process_gone() { ! kill -0 "$1" 2>/dev/null; }

ended() {
    wait_until process_gone "$1" && return
    fail "process $1" "did not end within $patience s"
    exit 1
}
