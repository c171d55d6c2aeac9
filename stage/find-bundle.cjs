// Finds the JavaScript that stage/processes/program-bundle.ts has made of one of the kit's programs, and reads its stack traces.
// Plain old JavaScript: run.cjs asks here before Node can read anything else.
'use strict';

var fs = require('fs');
var nodeModule = require('module');
var path = require('path');
var url = require('url');

var MANIFEST = 'manifest.json';

/** Where the bundle of a program such as hello-ip/worker.ts lies: in its clone, whichever folder the stage has. */
function bundleFolder(root, file) {
  return path.join(root, '.stage', 'programs', file.replace(/\.ts$/, '').replace(/\//g, '-'));
}

/** What no edit leaves as it is: the size of a file and the time of its last change, which nobody can set. */
function stampOf(file) {
  var stat = fs.statSync(file);
  return stat.size + ' ' + stat.ctimeMs;
}

/** The path of a program's bundle; nothing where there is none, or where a file that went into it has changed. */
function findBundle(root, file) {
  var folder = bundleFolder(root, file);
  return orNothing(function () {
    var manifest = readJson(path.join(folder, MANIFEST));
    var isFresh = Object.keys(manifest.inputs).every(function (input) {
      return manifest.inputs[input] === stampOf(root + '/' + input);
    });
    return isFresh ? path.join(folder, manifest.main) : undefined;
  });
}

/**
 * Lets stack traces name the sources of bundles.
 * Node's own --enable-source-maps does it too, but reads the maps of all packages at the start, which takes 0.3 s.
 */
function nameSources() {
  var maps = {};

  function nameSource(place, bundle, line, column) {
    var source = orNothing(function () {
      maps[bundle] = maps[bundle] || new nodeModule.SourceMap(readJson(url.fileURLToPath(bundle + '.map')));
      return maps[bundle].findEntry(line - 1, column - 1);
    });
    if (!source || !source.originalSource) return place;
    var file = new URL(source.originalSource, bundle).href;
    return file + ':' + (source.originalLine + 1) + ':' + (source.originalColumn + 1);
  }

  Error.prepareStackTrace = function (error, calls) {
    var stack = [error].concat(calls).join('\n    at ');
    return stack.replace(/(file:\S+\.mjs):(\d+):(\d+)/g, nameSource);
  };
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** What a look at files comes to; nothing where one of them is missing, or not as it should be. */
function orNothing(look) {
  try {
    return look();
  } catch (_missing) {
    return undefined;
  }
}

exports.MANIFEST = MANIFEST;
exports.bundleFolder = bundleFolder;
exports.stampOf = stampOf;
exports.findBundle = findBundle;
exports.nameSources = nameSources;
