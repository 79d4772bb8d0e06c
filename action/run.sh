#!/usr/bin/env bash
# The steps of the GitHub Action, here so that they can be tested: tests/it/action.rs runs this file.
#
# Reads the inputs as INPUT_* and GitHub's own variables, needs bash, curl, jq and, to apply, unzip: all of them are
# on GitHub's runners. No input is ever evaluated: what comes from a pull request stays data.
set -euo pipefail

command=${INPUT_COMMAND:-auto}
# The folder is a part of the path and not changed into, so that annotations name the file as the repository does.
manifest=${INPUT_WORKING_DIRECTORY:-.}/${INPUT_MANIFEST:-zencat.yaml}
manifest=${manifest#./}
zencat=${INPUT_BINARY:-zencat}
api=${GITHUB_API_URL:-https://api.github.com}
repository=${GITHUB_REPOSITORY:-}
event=${GITHUB_EVENT_PATH:-/dev/null}
read -r -d '' -a arguments <<<"${INPUT_ARGS:-}" || true

work=${RUNNER_TEMP:-$(mktemp -d)}/zencat
mkdir -p "$work"

# Name and value for later steps. A value is one line: anything else could name outputs of its own.
output() { printf '%s=%s\n' "$1" "$(tr -d '\r\n' <<<"$2")" >>"${GITHUB_OUTPUT:-/dev/null}"; }

summary() { cat >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; }

annotate() {
  local message=${2//'%'/%25}
  message=${message//$'\r'/%0D}
  printf '::%s title=zencat::%s\n' "$1" "${message//$'\n'/%0A}"
}

fact() { if [ -s "$event" ]; then jq -r "$1 // empty" "$event"; fi; }

# The token goes through a file descriptor: arguments of a process can be read by all others.
github() {
  curl --silent --show-error --fail --location --retry 3 --max-time 60 \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "${INPUT_TOKEN:-}") \
    --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' "$@"
}

# Secrets are not given to pull requests from forks, and must not be: such a run checks the manifest alone.
is_fork() {
  local head
  [ -n "$(fact .pull_request.number)" ] || return 1
  head=$(fact .pull_request.head.repo.full_name)
  [ "$head" != "$repository" ]
}

# The id of the bot's comment that carries the marker, whatever page it is on.
find_comment() {
  local marker=$1 number=$2 page=1 comments
  while :; do
    comments=$(github "$api/repos/$repository/issues/$number/comments?per_page=100&page=$page") || return 1
    jq -r --arg marker "$marker" \
      'first(.[] | select((.body // "") | startswith($marker)) | select(.user.type == "Bot") | .id) // empty' \
      <<<"$comments" | grep . && return 0
    [ "$(jq length <<<"$comments")" -eq 100 ] || return 0
    page=$((page + 1))
  done
}

# One comment for each manifest: edited in place, made when there is none.
comment() {
  local file=$1 number marker id
  number=$(fact .pull_request.number)
  if [ -z "$number" ] || [ "${INPUT_COMMENT:-true}" != true ] || [ -z "${INPUT_TOKEN:-}" ]; then return 0; fi
  marker=$(head -n 1 "$file")
  # A list that could not be read must not look like a list without the comment.
  id=$(find_comment "$marker" "$number") || return 1
  jq -Rs '{body: .}' <"$file" >"$work/comment.json"
  if [ -n "$id" ]; then
    github -X PATCH --data-binary @"$work/comment.json" "$api/repos/$repository/issues/comments/$id" >/dev/null
  else
    github -X POST --data-binary @"$work/comment.json" "$api/repos/$repository/issues/$number/comments" >/dev/null
  fi
}

plan() {
  local code=0
  rm -f "$work/plan.json" "$work/plan.md"
  "$zencat" plan --file "$manifest" --out "$work/plan.json" --markdown "$work/plan.md" --format github \
    ${arguments[@]+"${arguments[@]}"} || code=$?
  if [ -s "$work/plan.json" ]; then
    plan_outputs
    summary <"$work/plan.md"
    comment "$work/plan.md" ||
      annotate warning "the comment could not be written: the job needs the permission pull-requests: write"
  fi
  return "$code"
}

plan_outputs() {
  local name
  output has-changes "$(jq '.steps | length > 0' "$work/plan.json")"
  output digest "$(jq -r .digest "$work/plan.json")"
  output words "$(jq .summary.words "$work/plan.json")"
  for name in create update import assign send retire in_progress up_to_date held; do
    output "${name//_/-}" "$(jq ".summary.$name" "$work/plan.json")"
  done
  output plan "$work/plan.json"
  output artifact "zencat-plan-$(jq -r .manifest.name "$work/plan.json")"
}

# The plan that was made for the last commit of the pull request that this commit merges, by a run of this repository:
# what a fork's run leaves behind was made by a workflow that nobody has reviewed. A plan file can only narrow what apply
# does: apply plans anew and carries out those of its own steps whose ids are in the file.
reviewed_plan() {
  local pull number head name artifact
  pull=$(github "$api/repos/$repository/commits/${GITHUB_SHA:?}/pulls" |
    jq -c 'first(.[] | select(.merged_at != null)) // empty')
  if [ -z "$pull" ]; then return 0; fi
  number=$(jq .number <<<"$pull")
  head=$(jq -r .head.sha <<<"$pull")
  name=zencat-plan-$(manifest_name)
  artifact=$(github "$api/repos/$repository/actions/artifacts?per_page=100&name=$name" |
    jq -r --arg head "$head" \
      '[.artifacts[] | select(.expired | not) | select(.workflow_run | .head_sha == $head
         and .head_repository_id == .repository_id)] | max_by(.created_at) | .archive_download_url // empty')
  if [ -z "$artifact" ]; then return 0; fi
  github --output "$work/plan.zip" "$artifact"
  unzip -p "$work/plan.zip" plan.json >"$work/reviewed.json"
  annotate notice "applying the plan reviewed in pull request $number"
  printf '%s\n' "$work/reviewed.json" >"$work/reviewed"
}

# The manifest's name is letters, digits and hyphens at the left margin; zencat itself has checked it by now.
manifest_name() { sed -n 's/^name:[[:space:]]*["'\'']\{0,1\}\([a-z0-9-]*\).*/\1/p' "$manifest" | head -n 1; }

apply() {
  local code=0 reviewed=${INPUT_PLAN:-}
  rm -f "$work/reviewed"
  "$zencat" validate --file "$manifest" --format github
  if [ -z "$reviewed" ] && [ "${INPUT_REVIEWED:-true}" = true ]; then
    reviewed_plan
    if [ ! -s "$work/reviewed" ]; then
      annotate error "no reviewed plan belongs to this commit, as after a pull request from a fork; with \`reviewed: false\` zencat applies what it plans itself"
      return 3
    fi
    reviewed=$(cat "$work/reviewed")
  fi
  if [ -n "$reviewed" ]; then
    "$zencat" apply "$reviewed" --file "$manifest" --format json ${arguments[@]+"${arguments[@]}"} \
      >"$work/outcome.json" || code=$?
  else
    "$zencat" apply --auto-approve --file "$manifest" --format json ${arguments[@]+"${arguments[@]}"} \
      >"$work/outcome.json" || code=$?
  fi
  outcome
  return "$code"
}

outcome() {
  local line stopped level=notice
  if ! jq -e .summary "$work/outcome.json" >/dev/null 2>&1; then
    annotate error "$(jq -r '.error.message // "zencat failed"' "$work/outcome.json" 2>/dev/null || echo "zencat failed")"
    return 0
  fi
  output digest "$(jq -r .plan_digest "$work/outcome.json")"
  for line in done skipped failed; do output "$line" "$(jq ".summary.$line" "$work/outcome.json")"; done
  line=$(jq -r '.summary | "\(.done) done, \(.skipped) skipped, \(.failed) failed"' "$work/outcome.json")
  if jq -e '.summary.failed > 0' "$work/outcome.json" >/dev/null; then level=error; fi
  annotate "$level" "applied: $line"
  printf '## zencat apply\n\n**%s**\n' "$line" | summary
  stopped=$(jq -r '.stopped // empty' "$work/outcome.json")
  if [ -n "$stopped" ]; then
    annotate error "stopped: $stopped"
    printf '\n    stopped: %s\n' "$(tr '\r\n' '  ' <<<"$stopped")" | summary
  fi
  # Details may quote a title: inside a block of code nothing of them is markup.
  jq -r '.steps[] | select(.result != "done") | "    \(.result) \(.action): \(.detail | gsub("[\r\n]"; " "))"' \
    "$work/outcome.json" | head -n 50 | { printf '\n'; cat; } | summary
}

# Plan where there is something to review, apply where it has been reviewed.
if [ "$command" = auto ]; then
  case ${GITHUB_EVENT_NAME:-} in
    push) command=apply ;;
    *) command=plan ;;
  esac
fi

if is_fork; then
  annotate notice "a pull request from a fork: the manifest is checked, a plan needs credentials and is not made"
  "$zencat" validate --file "$manifest" --format github
  exit
fi

case $command in
  plan) plan ;;
  apply)
    if [ -n "$(fact .pull_request.number)" ]; then
      annotate error "a pull request is planned, never applied"
      exit 64
    fi
    apply
    ;;
  validate | check | status)
    # Problems stand at their lines, unless another format is asked for.
    case "$command ${INPUT_ARGS:-}" in
      validate*--format*) ;;
      validate*) arguments+=(--format github) ;;
    esac
    "$zencat" "$command" --file "$manifest" ${arguments[@]+"${arguments[@]}"}
    ;;
  *)
    annotate error "the input command is auto, plan, apply, validate, check or status, not \`$command\`"
    exit 64
    ;;
esac
