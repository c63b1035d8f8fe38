#!/usr/bin/env bash
# Runs a suite on a repository's arms and model, as they are and as they were before, and compares.
#
# Reads the action's inputs from INPUT_…, HEAD_COMMIT (the pull request's own, which a checkout merges
# into its base), and GitHub's GITHUB_WORKSPACE, RUNNER_TEMP, GITHUB_OUTPUT.
# Writes the reports to head/, base/ and comparison/, and the outputs "verdict", "reports",
# "base-commit" and "head-commit".
# Exit codes: 0 no regression, 1 regression, 2 not comparable or not to be run; or the suite's own.
set -euo pipefail

suite_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$RUNNER_TEMP/weight-standardization-${INPUT_SUITE//[^a-z0-9]/}
reports=$work/reports

fail() {
  echo "::error::$1"
  exit 2
}

output() {
  echo "$1=$2" >>"$GITHUB_OUTPUT"
}

task() {
  deno task --config "$suite_root/deno.json" "$@"
}

# What a run reads lies below the same path on both sides, so that both have the same configuration.
inside() {
  case $1 in
  /*) echo "$1" ;;
  *) echo "$work/repository/$1" ;;
  esac
}

options() {
  echo "--profile=$INPUT_PROFILE"
  echo "--backend=$INPUT_BACKEND"
  [ -z "$INPUT_SEEDS" ] || echo "--seeds=$INPUT_SEEDS"
  [ -z "$INPUT_MODEL" ] || echo "--model=$(inside "$INPUT_MODEL")"
  [ -z "$INPUT_DATA" ] || echo "--data=$(inside "$INPUT_DATA")"
  case $INPUT_ARMS in
  "") ;;
  *.ts | *.js | *.mjs) echo "--arms=$(inside "$INPUT_ARMS")" ;;
  *) echo "--arms=$INPUT_ARMS" ;;
  esac
  local line
  while IFS= read -r line; do
    [ -z "$line" ] || echo "--set=$line"
  done <<<"$INPUT_SET"
}

# run SIDE CHECKOUT
run() {
  local list
  ln -sfn "$2" "$work/repository"
  mapfile -t list < <(options)
  echo "::group::$1"
  local code=0
  task "bench:$INPUT_SUITE" "${list[@]}" --out="$reports/$1" --force || code=$?
  echo "::endgroup::"
  return "$code"
}

# Of what the checkout's own configuration names, nothing is started but filters, such as Git LFS's.
workspace_git() {
  git --no-pager -c core.fsmonitor=false -c core.hooksPath=/dev/null -C "$GITHUB_WORKSPACE" "$@"
}

base_commit() {
  workspace_git rev-parse --verify --quiet --end-of-options "$INPUT_BASE^{commit}"
}

# Fetches the base where the checkout is shallow, and lays it beside.
check_out_base() {
  base_commit >/dev/null ||
    workspace_git fetch --quiet --no-tags --depth=1 origin "$INPUT_BASE" ||
    return 1
  local commit
  commit=$(base_commit || workspace_git rev-parse --verify --quiet FETCH_HEAD)
  output base-commit "$commit"
  workspace_git worktree prune
  workspace_git worktree add --quiet --force --detach "$work/base" "$commit"
}

compare() {
  local list=(--baseline="$reports/base" --result="$reports/head" --out="$reports/comparison")
  [ -z "$INPUT_TOLERANCE" ] || list+=(--tolerance="$INPUT_TOLERANCE")
  task report:compare "${list[@]}" --force
}

# The models and arms of a pull request are programs: under this event they would run with the
# repository's secrets and a token that may write.
[ "${GITHUB_EVENT_NAME:-}" != pull_request_target ] ||
  fail "The benchmark runs the pull request's code: start it on pull_request, not pull_request_target"
[[ $INPUT_SUITE =~ ^[a-z0-9]+$ ]] || fail "The input suite wants a name like ade20k"
[[ -z $INPUT_BASE || $INPUT_BASE =~ ^[A-Za-z0-9][A-Za-z0-9_./-]*$ ]] ||
  fail "The input base wants a commit, a branch or a tag"

rm -rf "$work"
mkdir -p "$reports"
output reports "$reports"
output head-commit "${HEAD_COMMIT:-}"
run head "$GITHUB_WORKSPACE"

if [ -z "$INPUT_BASE" ]; then
  output verdict no-baseline
  exit 0
fi
if ! check_out_base || ! run base "$work/base"; then
  echo "::warning::Nothing is compared: the base could not be run"
  output verdict no-baseline
  exit 0
fi

code=0
compare || code=$?
# A program that breaks ends with 1 too, but writes no comparison.
[ "$code" != 1 ] || [ -f "$reports/comparison/result.json" ] || fail "The comparison broke"
case $code in
0) output verdict passed ;;
1) output verdict regression ;;
2) output verdict not-comparable ;;
*) exit "$code" ;;
esac
[ "$INPUT_FAIL_ON_REGRESSION" = true ] || exit 0
exit "$code"
