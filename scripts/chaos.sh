#!/usr/bin/env bash
# Runs COMMAND, which tries faults, and then makes a table of what they came to.
#
#   scripts/chaos.sh COMMAND...
#
# Each test adds lines to the file that EBOK_CHAOS_REPORT names: fault, seed, acknowledged bids, lost,
# doubled, reordered, entries of which nobody was told, and for each time that the fault struck how
# many milliseconds passed without an accepted bid. The table is Markdown, as docs/operations.md has it.
set -uo pipefail

EBOK_CHAOS_REPORT=$(mktemp)
export EBOK_CHAOS_REPORT
trap 'rm -f "$EBOK_CHAOS_REPORT"' EXIT

"$@"
code=$?

printf '\n%s, %s cores, %s\n\n' "$(date +%F)" "$(nproc)" \
  "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
sort "$EBOK_CHAOS_REPORT" | awk -F '\t' '
  # The numbers of a space-separated list in order, then the one in the middle and the last.
  function told(list,    ms, count, i, j, held) {
    count = split(list, ms, " ")
    for (i = 2; i <= count; i++) {
      held = ms[i] + 0
      for (j = i - 1; j >= 1 && ms[j] + 0 > held; j--) ms[j + 1] = ms[j]
      ms[j + 1] = held
    }
    return sprintf("%d / %d", ms[int((count + 1) / 2)], ms[count])
  }
  !($1 in acknowledged) { order[++faults] = $1 }
  {
    acknowledged[$1] += $3
    lost[$1] += $4
    doubled[$1] += $5
    reordered[$1] += $6
    untold[$1] += $7
    recovered[$1] = recovered[$1] " " $8
  }
  END {
    print "| Fault | Runs | Acknowledged bids | Lost | Doubled | Reordered | Not told | Recovered after ms: median / most |"
    print "|---|---|---|---|---|---|---|---|"
    for (i = 1; i <= faults; i++) {
      name = order[i]
      printf "| %s | %d | %d | %d | %d | %d | %d | %s |\n", name, split(recovered[name], each, " "), \
        acknowledged[name], lost[name], doubled[name], reordered[name], untold[name], told(recovered[name])
    }
  }'
exit "$code"
