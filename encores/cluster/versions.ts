// The versions of everything that the cluster is made of.

/** The newest 1.31 that Go 1.26.8 builds, and the one inside of the talk's Temporal CLI. */
export const SERVER_VERSION = '1.31.2';
export const UI_VERSION = '2.50.1';
/** The newest schemas that this server knows, in its folders schema/postgresql/v12. */
export const SCHEMA_VERSIONS = { temporal: '1.19', visibility: '1.14' } as const;
/** As in package.json: PostgreSQL 16.14. */
export const POSTGRES_VERSION = '16.14.0-beta.17';

/** The images of the manifests in deploy/, which a test holds against this list. */
export const IMAGES = {
  server: `temporalio/server:${SERVER_VERSION}`,
  adminTools: `temporalio/admin-tools:${SERVER_VERSION}`,
  ui: `temporalio/ui:${UI_VERSION}`,
  postgres: `postgres:${POSTGRES_VERSION.replace(/\.0-.*/, '')}`,
  pgbouncer: 'edoburu/pgbouncer:v1.24.1-p1',
  elasticsearch: 'elasticsearch:7.17.27',
  node: 'node:24-slim',
} as const;
