# Sourced by the scripts that run several programs in turn and print their figures side by side.
# Needs $here, the folder of the scripts. The programs print lines of a name, a tab and a number.

root=$here/..
python=${PYTHON:-python3}
rounds=${ROUNDS:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# BUILD=no takes what was built before.
build() {
  [[ ${BUILD:-yes} == no ]] || (cd "$root" && env -u JAVA_TOOL_OPTIONS mvn -q -DskipTests -Dspotless.check.skip -pl benchmarks -am package)
}

# java_of CLASS ARGUMENTS...: runs a benchmark of ours.
java_of() {
  java -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$here/target/benchmarks/lib/*" "dev.espalier.benchmarks.$1" "${@:2}"
}

# collect NAME COMMAND...: runs a program and adds its figures to those of NAME.
collect() {
  "${@:2}" 2>"$out/log" >>"$out/$1" || { cat "$out/log" >&2; exit 1; }
}

# With large pages and one arena, as the launcher has them; see the file espalier.
with_large_pages() {
  MALLOC_ARENA_MAX=1 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 "$@"
}

# median NAME FIGURE: the median of a figure over the rounds.
median() {
  awk -F'\t' -v name="$2" '$1 == name { print $2 }' "$out/$1" | sort -n |
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# table UNIT OURS TITLE PEER TITLE ... -- FIGURE ...: a row for each figure, with the ratios to the first column.
table() {
  local unit=$1 names=() titles=() figure
  shift
  while [[ $1 != -- ]]; do
    names+=("$1")
    titles+=("$2")
    shift 2
  done
  shift
  printf '| %s' "$unit"
  printf ' | %s' "${titles[0]}"
  for title in "${titles[@]:1}"; do printf ' | %s | ratio' "$title"; done
  printf ' |\n|'
  for ((i = 0; i < 2 * ${#names[@]}; i++)); do printf ' --- |'; done
  printf '\n'
  for figure in "$@"; do
    local ours value
    ours=$(median "${names[0]}" "$figure")
    printf '| %s | %s' "$figure" "$(awk -v a="$ours" 'BEGIN { printf "%.1f", a }')"
    for name in "${names[@]:1}"; do
      value=$(median "$name" "$figure")
      awk -v a="$ours" -v b="$value" 'BEGIN { printf " | %.1f | %.2f", b, a / b }'
    done
    printf ' |\n'
  done
}
