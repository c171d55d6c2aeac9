// What the build says: warnings and errors, not each of its hundred files.
export default {
  logLevel: 'warn',
  build: { rolldownOptions: { checks: { pluginTimings: false } } },
};
