// The Workflows of all four patterns, for the one Worker.
export * from './fallback.ts';
export * from './fire-and-forget.ts';
export * from './long-running.ts';
export * from './orchestration.ts';
