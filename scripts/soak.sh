#!/usr/bin/env bash
# Plays seeds 0 to SEEDS of the simulator, a round at a time, and tells how far it is and how fast.
#
#   scripts/soak.sh SEEDS COMMAND...
#
# Each round runs COMMAND with EBOK_SEEDS=FROM..TO. The first round that fails ends it: COMMAND has
# told which seeds, and how to play one of them again.
set -euo pipefail

seeds=$1
shift
round=2000
started=$SECONDS

for ((from = 0; from < seeds; from = to)); do
  to=$((from + round < seeds ? from + round : seeds))
  EBOK_SEEDS="$from..$to" "$@"
  took=$((SECONDS - started))
  printf '\n== soak: %s of %s seeds passed in %s s, %s a second\n\n' \
    "$to" "$seeds" "$took" "$((to / (took > 0 ? took : 1)))"
done
