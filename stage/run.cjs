// Runs one TypeScript file of this kit in this process, on any Node.js we support.
// Old-fashioned JavaScript on purpose: an outdated Node.js must get far enough to say that it is outdated.
'use strict';

var path = require('path');
var url = require('url');
var bundles = require('./find-bundle.cjs');

var ROOT = path.resolve(__dirname, '..');
var OLDEST_NODE = [20, 19]; // what the Temporal SDK and our other packages need
var NODE_WITH_TYPESCRIPT = [22, 18]; // from here on Node.js runs .ts files natively

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

/** A child of the stage exits with it: its channel closes even when the stage is killed with kill -9. */
function leaveWithTheStage() {
  if (!process.channel) return;
  process.on('disconnect', function () {
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
}

/** A closed terminal, or a pipe without a reader, is no reason to leave processes behind. */
function outliveTheTerminal() {
  [process.stdout, process.stderr].forEach(function (stream) {
    stream.on('error', function () {});
  });
}

/** A user error prints its two sentences; any other error is ours and keeps its stack trace. */
function explain(error) {
  refuse(error && error.name === 'UserError' ? error.message : error);
}

/** Runs the file itself, or its bundle where the stage has made one and nothing has changed since. */
function runFile(file) {
  process.argv.splice(1, 2, path.resolve(ROOT, file));
  var bundle = bundles.findBundle(ROOT, file);
  if (bundle) bundles.nameSources();
  var ready = bundle || atLeast(NODE_WITH_TYPESCRIPT) ? Promise.resolve() : import('tsx/esm/api');
  ready
    .then(function (tsx) {
      if (tsx) tsx.register();
      return import(url.pathToFileURL(bundle || process.argv[1]).href);
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
