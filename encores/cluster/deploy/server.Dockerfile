# The server with its configuration and the tools inside, for platforms that cannot mount files: render.yaml.
FROM temporalio/admin-tools:1.31.2 AS tools

FROM temporalio/server:1.31.2
COPY --from=tools /usr/local/bin/temporal /usr/local/bin/temporal-sql-tool /usr/local/bin/temporal-elasticsearch-tool /usr/local/bin/
COPY encores/cluster/deploy/chart/files /etc/temporal/config
