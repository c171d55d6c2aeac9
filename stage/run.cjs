// Runs one TypeScript file of this kit in this very process, on any Node we support.
// Plain old JavaScript on purpose: an outdated Node must be able to read it far enough to be told so.
'use strict';

var path = require('path');
var url = require('url');

var OLDEST_NODE = [20, 19]; // what the Temporal SDK and our other packages need
var NODE_WITH_TYPESCRIPT = [22, 18]; // from here on Node runs .ts files by itself

function atLeast(wanted) {
  var version = process.versions.node.split('.').map(Number);
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1]);
}

function refuse(message) {
  console.error(message);
  process.exit(1);
}

function refusePlatform() {
  if (!atLeast(OLDEST_NODE)) {
    refuse(
      'This kit needs Node.js ' +
        OLDEST_NODE.join('.') +
        ' or newer, and this is ' +
        process.version +
        '. ' +
        'Install a current one from https://nodejs.org and try again.',
    );
  }
  if (process.platform === 'win32' && process.arch === 'arm64') {
    refuse(
      'The Temporal SDK has no build for Windows on ARM. Install the x64 build of Node.js and try again.',
    );
  }
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    refuse(
      'The Temporal SDK has no build for musl (Alpine). Use a glibc system, for example the node:24-slim image.',
    );
  }
}

function refuseMissingPackages() {
  try {
    require.resolve('tsx/package.json');
  } catch (_missing) {
    refuse('The packages are not installed. Run: npm install');
  }
}

/** A child of the stage leaves with it: its channel closes even when the stage is killed with -9. */
function leaveWithTheStage() {
  if (!process.channel) return;
  process.on('disconnect', function () {
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
}

/** A terminal that is closed, or a pipe that nobody reads any more, is no reason to leave processes behind. */
function outliveTheTerminal() {
  [process.stdout, process.stderr].forEach(function (stream) {
    stream.on('error', function () {});
  });
}

/** A user's mistake is told in two sentences; anything else is ours and keeps its stack trace. */
function explain(error) {
  refuse(error && error.name === 'UserError' ? error.message : error);
}

function runFile(file) {
  process.argv.splice(1, 2, path.resolve(__dirname, '..', file));
  var ready = atLeast(NODE_WITH_TYPESCRIPT) ? Promise.resolve() : import('tsx/esm/api');
  ready
    .then(function (tsx) {
      if (tsx) tsx.register();
      return import(url.pathToFileURL(process.argv[1]).href);
    })
    .catch(explain);
}

refusePlatform();
if (process.argv[2]) {
  refuseMissingPackages();
  leaveWithTheStage();
  outliveTheTerminal();
  runFile(process.argv[2]);
}
