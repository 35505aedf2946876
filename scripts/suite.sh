#!/usr/bin/env bash
# Runs suites one after another, all of them even when one fails, and ends with a table.
#
#   scripts/suite.sh NAME BUDGET_S COMMAND... [+ NAME BUDGET_S COMMAND...]...
#
# Fails when a command fails. More time than the budget is a warning, as machines are noisy; more
# than TIMEOUT_S (80 minutes) for all together stops the run. The last line is "N passed, N failed",
# counted from cargo's and nextest's summaries; a suite without tests counts as one.
set -uo pipefail

timeout_s=${TIMEOUT_S:-4800}
started=$SECONDS
log=$(mktemp)
passed=0 failed=0 child=
table=()

trap 'rm -f "$log"' EXIT
# timeout passes the signal on to everything that the suite has started.
trap '[ -z "$child" ] || kill -TERM "$child"; exit 130' INT TERM

# "2 7 3": summaries in $log, and the tests passed and failed by them.
counts() {
  sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '
    /^ *Summary \[/ || /^test result:/ {
      summaries++
      for (i = 2; i <= NF; i++) {
        if ($i ~ /^passed/) passed += $(i - 1)
        if ($i ~ /^failed/ || $i ~ /^timed/) failed += $(i - 1)
      }
    }
    END { print summaries + 0, passed + 0, failed + 0 }'
}

run() { # NAME BUDGET_S COMMAND...
  local name=$1 budget=$2 begun=$SECONDS code summaries tests_passed tests_failed word
  shift 2
  printf '\n== %s: %s\n' "$name" "$*"
  local left=$((timeout_s - (SECONDS - started)))
  : >"$log"
  if [ "$left" -le 0 ]; then
    code=124
  else
    timeout --kill-after=10 "$left" "$@" >>"$log" 2>&1 &
    child=$!
    tail --follow --lines=+1 --sleep-interval=0.2 --pid="$child" "$log" &
    wait "$child"
    code=$?
    child=
    wait
  fi
  read -r summaries tests_passed tests_failed < <(counts)
  if [ "$code" -eq 0 ]; then
    word=passed
    [ "$summaries" -gt 0 ] || tests_passed=1
  else
    word=FAILED
    [ "$code" -ne 124 ] || word="FAILED: no time left"
    [ "$tests_failed" -gt 0 ] || tests_failed=1
  fi
  passed=$((passed + tests_passed)) failed=$((failed + tests_failed))
  local took=$((SECONDS - begun))
  [ "$took" -le "$budget" ] || word="$word, warning: over its budget"
  table+=("$(printf '%-12s %6s s of %5s s  %5s passed %4s failed  %s' \
    "$name" "$took" "$budget" "$tests_passed" "$tests_failed" "$word")")
}

while [ $# -gt 0 ]; do
  suite=()
  while [ $# -gt 0 ] && [ "$1" != + ]; do
    suite+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift
  run "${suite[@]}"
done

printf '\n'
printf '%s\n' "${table[@]}"
printf 'all: %s s of at most %s s\n' "$((SECONDS - started))" "$timeout_s"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
