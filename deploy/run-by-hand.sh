#!/usr/bin/env bash
# The processes of compose.yaml, by hand and without Docker, on this machine's loopback: Prefect's server on a Postgres of its own, a worker,
# the reviewers' page, and nginx before all of them. Ctrl-C stops them; nothing is left running.
#
#   deploy/run-by-hand.sh FOLDER           everything that it makes goes into FOLDER; the review is FOLDER/reviews/demo, the worked example
#   deploy/run-by-hand.sh FOLDER --check   updates every minute; ends when a scheduled one is done and all answers were right
#
# PORTS (8600) is the first of six ports. It needs living-review (in PATH, or BIN=folder), Debian's postgresql, nginx and openssl.

set -euo pipefail
shopt -s nullglob

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
fail() { echo "run-by-hand: $*" >&2; exit 2; }
say() { echo "$(date +%T) $*"; }

[[ ${1:-} == -h || ${1:-} == --help ]] && { usage; exit 0; }
[[ $# -ge 1 && $1 != -* && ( $# -eq 1 || ( $# -eq 2 && $2 == --check ) ) ]] || { usage >&2; exit 2; }
check=${2:-}
mkdir -p "$1/reviews"
install -d -m 700 "$1/logs"  # the page's has links by which people log in
root=$(cd "$1" && pwd)
began=$(date --utc +%FT%TZ)

# --- What it needs ---------------------------------------------------------------------------------------------------
for each in "$here/../.venv/bin" "${BIN:-}"; do
    if [[ -d $each ]]; then PATH=$each:$PATH; fi
done
for each in /usr/lib/postgresql/*/bin /usr/local/sbin /usr/sbin; do PATH=$PATH:$each; done
missing=()
for program in living-review prefect initdb pg_ctl pg_isready nginx openssl curl setsid; do
    command -v "$program" >/dev/null || missing+=("$program")
done
[[ ${#missing[@]} -eq 0 ]] || fail "there is no ${missing[*]} (apt-get install postgresql nginx openssl curl; README says how to install living-review)"
python=$(dirname "$(command -v prefect)")/python

first=${PORTS:-8600}
site=$first page=$((first + 1)) dashboard=$((first + 2)) page_itself=$((first + 3)) server=$((first + 4)) postgres=$((first + 5))
for port in $(seq "$first" "$postgres"); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then fail "port $port is taken: PORTS=9600 takes others"; fi
done

export PREFECT_HOME=$root/prefect PREFECT_API_URL=http://127.0.0.1:$server/api PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
set -a
# shellcheck source=deploy/server.env
. "$here/server.env"
set +a

# --- Starting and stopping -------------------------------------------------------------------------------------------
declare -A started=()  # name → process, which leads a session of its own

start() {  # NAME COMMAND …: in the background, with all that it starts in one session
    local name=$1
    shift
    rm -f "$root/logs/$name.pid"
    # shellcheck disable=SC2016  # expanded by that shell
    setsid --fork bash -c 'echo $$ >"$1"; shift; exec "$@"' start "$root/logs/$name.pid" "$@" >"$root/logs/$name.log" 2>&1 </dev/null
    until [[ -s $root/logs/$name.pid ]]; do sleep 0.1; done
    started[$name]=$(<"$root/logs/$name.pid")
    say "$name: process ${started[$name]}, log $root/logs/$name.log"
}

in_session() { ps -o pid= -s "$1" || true; }

stop() {  # NAME: asks all of its session to end, and makes them after 20 seconds
    local session=${started[$1]:-} pids
    [[ -n $session ]] || return 0
    unset "started[$1]"
    kill -TERM "$session" 2>/dev/null || true
    for _ in $(seq 200); do
        pids=$(in_session "$session")
        [[ -n $pids ]] || return 0
        # What a worker started goes on without it, unless it is told.
        # shellcheck disable=SC2086  # a list
        if ! kill -0 "$session" 2>/dev/null; then kill -TERM $pids 2>/dev/null || true; fi
        sleep 0.1
    done
    # shellcheck disable=SC2086  # a list
    kill -KILL $pids 2>/dev/null || true
}

as_postgres() {  # Postgres refuses to be root
    if [[ $EUID -eq 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}

stop_all() {
    trap - EXIT INT TERM
    say "stopping"
    for name in nginx page worker server; do stop "$name"; done
    as_postgres pg_ctl --pgdata "$root/postgres" --mode fast --silent stop >/dev/null 2>&1 || true
    say "stopped"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

wait_for() {  # SECONDS WHAT COMMAND …: until the command succeeds
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < until)) || fail "$what did not come about; see $root/logs"
        for name in "${!started[@]}"; do
            kill -0 "${started[$name]}" 2>/dev/null || fail "$name ended: $(tail -n 3 "$root/logs/$name.log")"
        done
        sleep 0.5
    done
    say "$what"
}

# --- Postgres, Prefect's server --------------------------------------------------------------------------------------
if [[ ! -f $root/passwords.env ]]; then
    (umask 077 && printf 'database=%s\noperator=%s\n' "$(openssl rand -hex 16)" "$(openssl rand -hex 8)" >"$root/passwords.env")
fi
database='' operator=''
# shellcheck source=/dev/null
. "$root/passwords.env"
if [[ ! -f $root/postgres/PG_VERSION ]]; then
    install -d -m 700 "$root/postgres"
    if [[ $EUID -eq 0 ]]; then chown postgres: "$root/postgres"; fi
    word=$(as_postgres mktemp)
    echo "$database" >"$word"
    as_postgres initdb --pgdata "$root/postgres" --username prefect --auth scram-sha-256 --encoding UTF8 \
        --pwfile "$word" >"$root/logs/initdb.log" 2>&1 || fail "initdb: $(tail -n 1 "$root/logs/initdb.log")"
    rm "$word"
fi
as_postgres pg_ctl --pgdata "$root/postgres" --wait --silent --log "$root/postgres/log" \
    --options "-c listen_addresses=127.0.0.1 -c port=$postgres -c unix_socket_directories=''" start ||
    fail "Postgres does not start: $(tail -n 1 "$root/postgres/log")"
say "postgres: port $postgres"

export PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://prefect:$database@127.0.0.1:$postgres/postgres
export PREFECT_SERVER_UI_API_URL=/api
start server prefect server start --host 127.0.0.1 --port "$server"
wait_for 300 "the server answers" curl --fail --silent "http://127.0.0.1:$server/api/health"
unset PREFECT_SERVER_DATABASE_CONNECTION_URL  # none of the others' business

# --- The review, its deployment, a worker ----------------------------------------------------------------------------
review=$root/reviews/demo
if [[ ! -f $review/review.toml ]]; then
    say "making the worked example"
    env -u PREFECT_API_URL living-review demo "$review" >"$root/logs/demo.log" 2>&1 || fail "demo: $(tail -n 1 "$root/logs/demo.log")"
fi
# After an upgrade the copies are published anew before the page opens.
env -u PREFECT_API_URL living-review refresh "$review" --quiet >"$root/logs/refresh.log" 2>&1 || say "refresh: exit code $?"
export REVIEW_NAME=demo REVIEW_DIR=$review REVIEW_TIMEZONE=UTC REVIEW_CRON="${REVIEW_CRON:-0 6 * * 1}"
if [[ $check == --check ]]; then REVIEW_CRON="* * * * *"; fi
prefect work-pool create reviews --type process --overwrite >"$root/logs/deploy.log" 2>&1
(cd "$here" && prefect --no-prompt deploy --all) >>"$root/logs/deploy.log" 2>&1 || fail "deploy: see $root/logs/deploy.log"
living-review automations apply
start worker prefect worker start --pool reviews --type process --limit 1
start page living-review screen "$review" --port "$page_itself" --address "http://127.0.0.1:$page"

# --- nginx -----------------------------------------------------------------------------------------------------------
install -d "$root/nginx"
printf 'operator:%s\n' "$(openssl passwd -6 -stdin <<<"$operator")" >"$root/nginx/passwords"
export SITE_LISTEN=127.0.0.1:$site PAGE_LISTEN=127.0.0.1:$page DASHBOARD_LISTEN=127.0.0.1:$dashboard
export SITE_NAME=_ PAGE_NAME=_ DASHBOARD_NAME=_ SITE_LOGIN="Living reviews: site" PAGE_LOGIN=off PASSWORDS=$root/nginx/passwords
export REVIEWS_ROOT=$root/reviews PAGE_UPSTREAM=127.0.0.1:$page_itself DASHBOARD_UPSTREAM=127.0.0.1:$server
"$python" -c 'import os, string, sys; print(string.Template(sys.stdin.read()).safe_substitute(os.environ))' \
    <"$here/nginx/living-review.conf.template" >"$root/nginx/living-review.conf"
cat >"$root/nginx/nginx.conf" <<CONF
daemon off;
pid $root/nginx/pid;
error_log stderr warn;
$([[ $EUID -eq 0 ]] && echo "user $(id -un);")
events {}
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path $root/nginx/body; proxy_temp_path $root/nginx/proxy; fastcgi_temp_path $root/nginx/fastcgi;
    uwsgi_temp_path $root/nginx/uwsgi; scgi_temp_path $root/nginx/scgi;
    include $root/nginx/living-review.conf;
}
CONF
nginx -t -q -c "$root/nginx/nginx.conf" -p "$root/nginx" || fail "nginx's configuration is wrong"
start nginx nginx -c "$root/nginx/nginx.conf" -p "$root/nginx"

# --- Is it as it should be? ------------------------------------------------------------------------------------------
# shellcheck disable=SC2053
answers() {  # STATUS ADDRESS [CURL'S OPTIONS]
    [[ $(curl --silent --output /dev/null --write-out '%{http_code}' "${@:3}" "$2") == $1 ]]  # a pattern
}
login=(--user "operator:$operator")
wait_for 60 "the proxy answers" answers 200 "http://127.0.0.1:$site/health"
wait_for 120 "the page answers, and asks who comes" answers 401 "http://127.0.0.1:$page/"
wait_for 10 "the dashboard is closed to strangers" answers 401 "http://127.0.0.1:$dashboard/"
wait_for 10 "so is its API" answers 401 "http://127.0.0.1:$dashboard/api/health"
wait_for 10 "the dashboard is open to the operator" answers 200 "http://127.0.0.1:$dashboard/api/health" "${login[@]}"
ask=(--json '{"limit": 1}' "${login[@]}")
wait_for 10 "its own pages have things done" answers 200 "http://127.0.0.1:$dashboard/api/flow_runs/filter" "${ask[@]}" --header "Origin: http://127.0.0.1:$dashboard"
wait_for 10 "those of others have nothing done" answers 403 "http://127.0.0.1:$dashboard/api/flow_runs/filter" "${ask[@]}" --header "Origin: http://127.0.0.1:$page"
wait_for 10 "the site is closed to strangers" answers 401 "http://127.0.0.1:$site/demo/"
if [[ -f $review/published/site/index.html ]]; then
    wait_for 10 "the site is open to the operator" answers 200 "http://127.0.0.1:$site/demo/" "${login[@]}"
fi
for path in demo/../ledger.sqlite demo/ledger.sqlite demo/..%2f..%2fprivate/warehouse.duckdb .lock; do
    wait_for 10 "the site has no $path" answers "40[04]" "http://127.0.0.1:$site/$path" --path-as-is --location "${login[@]}"
done

if [[ $check == --check ]]; then
    # shellcheck disable=SC2329  # wait_for calls it
    done_by_itself() {
        curl --silent --fail --json '{"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}, "start_time": {"after_": "'"$began"'"}}}' "$PREFECT_API_URL/flow_runs/filter" |
            "$python" -c 'import json, sys; sys.exit(not any(run["auto_scheduled"] for run in json.load(sys.stdin)))'
    }
    wait_for 300 "a scheduled update was taken by the worker, and is done" done_by_itself
    exit 0
fi

say "site       http://127.0.0.1:$site/demo/"
say "page       http://127.0.0.1:$page/ (its log has a link for each person)"
say "dashboard  http://127.0.0.1:$dashboard/"
say "user operator, password $operator; ctrl-C stops all"
while :; do
    for name in "${!started[@]}"; do
        kill -0 "${started[$name]}" 2>/dev/null || fail "$name ended: $(tail -n 3 "$root/logs/$name.log")"
    done
    sleep 2
done
