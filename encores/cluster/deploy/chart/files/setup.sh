#!/bin/sh
# Sets up both stores with Temporal's own tools, straight on PostgreSQL and not through PgBouncer; harmless when done again.
set -eu
sql() { temporal-sql-tool --plugin postgres12 --db temporal "$@"; }
search() { temporal-elasticsearch-tool --endpoint "$ES_SERVER" --user "${ES_USER:-}" --password "${ES_PWD:-}" "$@"; }

# The index first: hosts start as soon as there are tables, and would make an index of their own.
search setup-schema
search create-index --index temporal_visibility_v1
sql create-database || true # it is there already, or the next line fails
# Each of these is refused where it has been done before.
sql setup-schema -v 0.0 || true
sql update-schema --schema-name postgresql/v12/temporal
