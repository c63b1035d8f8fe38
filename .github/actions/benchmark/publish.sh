#!/usr/bin/env bash
# Shows the reports of a run in the step summary, and in a comment on the pull request: one for each
# NAME, which later runs replace.
#
# Reads NAME (the title), REPORTS (the folder with comparison/ and a folder for each report; what is in
# base/ is not shown), REPORT_URL (where they were uploaded to), PR_NUMBER (empty for no comment),
# GH_TOKEN, and GitHub's GITHUB_REPOSITORY, GITHUB_STEP_SUMMARY, RUNNER_TEMP.
set -euo pipefail

suite_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
file=$RUNNER_TEMP/weight-standardization-comment.md
shown=("$REPORTS/comparison/comparison.md")
for report in "$REPORTS"/*/report.md; do
  [ "$report" = "$REPORTS/base/report.md" ] || shown+=("$report")
done

deno run --config "$suite_root/deno.json" --allow-read \
  "$suite_root/benchmarks/comment.ts" \
  --title="$NAME" --link="$REPORT_URL" -- "${shown[@]}" >"$file"
cat "$file" >>"$GITHUB_STEP_SUMMARY"
[ -n "$PR_NUMBER" ] || exit 0

MARKER=$(head -n 1 "$file")
export MARKER
comments=repos/$GITHUB_REPOSITORY/issues

# Who writes with this token: the workflow's own, by default. Where GitHub refuses to say, gh prints the
# refusal.
author() {
  local login
  login=$(gh api graphql --raw-field query='{viewer{login}}' --jq .data.viewer.login 2>/dev/null) ||
    login="github-actions[bot]"
  echo "$login"
}

# Our first comment that begins with the marker; nothing where there is none. Anybody may write a
# comment that begins so: theirs is left alone.
earlier() {
  AUTHOR=$(author)
  export AUTHOR
  gh api --paginate "$comments/$PR_NUMBER/comments" --jq \
    '.[] | select(.user.login == env.AUTHOR and (.body | startswith(env.MARKER))) | .id' |
    sed -n 1p # to the end: gh fails where nobody reads what it prints
}

comment() {
  local id
  id=$(earlier)
  if [ -n "$id" ]; then
    gh api --silent --method PATCH "$comments/comments/$id" --field "body=@$file"
  else
    gh api --silent --method POST "$comments/$PR_NUMBER/comments" --field "body=@$file"
  fi
}

# A pull request from a fork may not comment; its summary is there all the same.
if ! (set -e; comment); then
  echo "::warning::The comment could not be written: the job wants permission pull-requests: write"
fi
