// @bun
/* eslint-disable */
/* biome-ignore-all lint: generated */
/* biome-ignore-all format: generated */
/* biome-ignore-all assist: generated */
// @ts-nocheck
/* prettier-ignore */
export { isComplete }
// session-skill 1.1.0: generated from scripts/save.ts of its repository; edit it there, not here
// prettier-ignore
import { existsSync, fstatSync as fstatSync2, readFileSync as readFileSync2, readSync as readSync2, statSync as statSync3, writeSync } from "fs"
// prettier-ignore
import { lstatSync as lstatSync2, statSync as statSync2 } from "fs"
// prettier-ignore
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync, readSync, statSync } from "fs"
// prettier-ignore
import { unlinkSync as unlinkSync2 } from "fs"
// prettier-ignore
import { mkdirSync, readdirSync, realpathSync } from "fs"
// prettier-ignore
import { closeSync as closeSync2, fsyncSync, openSync as openSync2 } from "fs"
// prettier-ignore
import { closeSync as closeSync3, fchmodSync, fchownSync, fstatSync as fstatSync3, fsyncSync as fsyncSync2, openSync as openSync3, renameSync, unlinkSync, writeSync as writeSync2 } from "fs"
// prettier-ignore
import { closeSync as closeSync4, constants as flags, fstatSync as fstatSync4, openSync as openSync4 } from "fs"
// prettier-ignore
{
var __create = Object.create;
var __getProtoOf = Object.getPrototypeOf;
var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
function __accessProp(key) {
  return this[key];
}
var __toESMCache_node;
var __toESMCache_esm;
var __toESM = (mod, isNodeMode, target) => {
  var canCache = mod != null && typeof mod === "object";
  if (canCache) {
    var cache = isNodeMode ? __toESMCache_node ??= new WeakMap : __toESMCache_esm ??= new WeakMap;
    var cached = cache.get(mod);
    if (cached)
      return cached;
  }
  target = mod != null ? __create(__getProtoOf(mod)) : {};
  const to = isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", { value: mod, enumerable: true }) : target;
  if (mod && typeof mod === "object" || typeof mod === "function") {
    for (let key of __getOwnPropNames(mod))
      if (!__hasOwnProp.call(to, key))
        __defProp(to, key, {
          get: __accessProp.bind(mod, key),
          enumerable: true
        });
  }
  if (canCache)
    cache.set(mod, to);
  return to;
};
var __commonJS = (cb, mod) => () => (mod || cb((mod = { exports: {} }).exports, mod), mod.exports);
var __require = import.meta.require;

// node_modules/kind-of/index.js
var require_kind_of = __commonJS(function(exports, module) {
  var toString = Object.prototype.toString;
  module.exports = function kindOf(val) {
    if (val === undefined)
      return "undefined";
    if (val === null)
      return "null";
    var type = typeof val;
    if (type === "boolean")
      return "boolean";
    if (type === "string")
      return "string";
    if (type === "number")
      return "number";
    if (type === "symbol")
      return "symbol";
    if (type === "function") {
      return isGeneratorFn(val) ? "generatorfunction" : "function";
    }
    if (isArray(val))
      return "array";
    if (isBuffer(val))
      return "buffer";
    if (isArguments(val))
      return "arguments";
    if (isDate(val))
      return "date";
    if (isError(val))
      return "error";
    if (isRegexp(val))
      return "regexp";
    switch (ctorName(val)) {
      case "Symbol":
        return "symbol";
      case "Promise":
        return "promise";
      case "WeakMap":
        return "weakmap";
      case "WeakSet":
        return "weakset";
      case "Map":
        return "map";
      case "Set":
        return "set";
      case "Int8Array":
        return "int8array";
      case "Uint8Array":
        return "uint8array";
      case "Uint8ClampedArray":
        return "uint8clampedarray";
      case "Int16Array":
        return "int16array";
      case "Uint16Array":
        return "uint16array";
      case "Int32Array":
        return "int32array";
      case "Uint32Array":
        return "uint32array";
      case "Float32Array":
        return "float32array";
      case "Float64Array":
        return "float64array";
    }
    if (isGeneratorObj(val)) {
      return "generator";
    }
    type = toString.call(val);
    switch (type) {
      case "[object Object]":
        return "object";
      case "[object Map Iterator]":
        return "mapiterator";
      case "[object Set Iterator]":
        return "setiterator";
      case "[object String Iterator]":
        return "stringiterator";
      case "[object Array Iterator]":
        return "arrayiterator";
    }
    return type.slice(8, -1).toLowerCase().replace(/\s/g, "");
  };
  function ctorName(val) {
    return typeof val.constructor === "function" ? val.constructor.name : null;
  }
  function isArray(val) {
    if (Array.isArray)
      return Array.isArray(val);
    return val instanceof Array;
  }
  function isError(val) {
    return val instanceof Error || typeof val.message === "string" && val.constructor && typeof val.constructor.stackTraceLimit === "number";
  }
  function isDate(val) {
    if (val instanceof Date)
      return true;
    return typeof val.toDateString === "function" && typeof val.getDate === "function" && typeof val.setDate === "function";
  }
  function isRegexp(val) {
    if (val instanceof RegExp)
      return true;
    return typeof val.flags === "string" && typeof val.ignoreCase === "boolean" && typeof val.multiline === "boolean" && typeof val.global === "boolean";
  }
  function isGeneratorFn(name, val) {
    return ctorName(name) === "GeneratorFunction";
  }
  function isGeneratorObj(val) {
    return typeof val.throw === "function" && typeof val.return === "function" && typeof val.next === "function";
  }
  function isArguments(val) {
    try {
      if (typeof val.length === "number" && typeof val.callee === "function") {
        return true;
      }
    } catch (err) {
      if (err.message.indexOf("callee") !== -1) {
        return true;
      }
    }
    return false;
  }
  function isBuffer(val) {
    if (val.constructor && typeof val.constructor.isBuffer === "function") {
      return val.constructor.isBuffer(val);
    }
    return false;
  }
});

// node_modules/is-extendable/index.js
var require_is_extendable = __commonJS(function(exports, module) {
  /*!
   * is-extendable <https://github.com/jonschlinkert/is-extendable>
   *
   * Copyright (c) 2015, Jon Schlinkert.
   * Licensed under the MIT License.
   */
  module.exports = function isExtendable(val) {
    return typeof val !== "undefined" && val !== null && (typeof val === "object" || typeof val === "function");
  };
});

// node_modules/extend-shallow/index.js
var require_extend_shallow = __commonJS(function(exports, module) {
  var isObject = require_is_extendable();
  module.exports = function extend(o) {
    if (!isObject(o)) {
      o = {};
    }
    var len = arguments.length;
    for (var i = 1;i < len; i++) {
      var obj = arguments[i];
      if (isObject(obj)) {
        assign(o, obj);
      }
    }
    return o;
  };
  function assign(a, b) {
    for (var key in b) {
      if (hasOwn(b, key)) {
        a[key] = b[key];
      }
    }
  }
  function hasOwn(obj, key) {
    return Object.prototype.hasOwnProperty.call(obj, key);
  }
});

// node_modules/section-matter/index.js
var require_section_matter = __commonJS(function(exports, module) {
  var typeOf = require_kind_of();
  var extend = require_extend_shallow();
  module.exports = function(input, options) {
    if (typeof options === "function") {
      options = { parse: options };
    }
    var file = toObject(input);
    var defaults = { section_delimiter: "---", parse: identity };
    var opts = extend({}, defaults, options);
    var delim = opts.section_delimiter;
    var lines = file.content.split(/\r?\n/);
    var sections = null;
    var section = createSection();
    var content = [];
    var stack = [];
    function initSections(val) {
      file.content = val;
      sections = [];
      content = [];
    }
    function closeSection(val) {
      if (stack.length) {
        section.key = getKey(stack[0], delim);
        section.content = val;
        opts.parse(section, sections);
        sections.push(section);
        section = createSection();
        content = [];
        stack = [];
      }
    }
    for (var i = 0;i < lines.length; i++) {
      var line = lines[i];
      var len = stack.length;
      var ln = line.trim();
      if (isDelimiter(ln, delim)) {
        if (ln.length === 3 && i !== 0) {
          if (len === 0 || len === 2) {
            content.push(line);
            continue;
          }
          stack.push(ln);
          section.data = content.join(`\n`);
          content = [];
          continue;
        }
        if (sections === null) {
          initSections(content.join(`\n`));
        }
        if (len === 2) {
          closeSection(content.join(`\n`));
        }
        stack.push(ln);
        continue;
      }
      content.push(line);
    }
    if (sections === null) {
      initSections(content.join(`\n`));
    } else {
      closeSection(content.join(`\n`));
    }
    file.sections = sections;
    return file;
  };
  function isDelimiter(line, delim) {
    if (line.slice(0, delim.length) !== delim) {
      return false;
    }
    if (line.charAt(delim.length + 1) === delim.slice(-1)) {
      return false;
    }
    return true;
  }
  function toObject(input) {
    if (typeOf(input) !== "object") {
      input = { content: input };
    }
    if (typeof input.content !== "string" && !isBuffer(input.content)) {
      throw new TypeError("expected a buffer or string");
    }
    input.content = input.content.toString();
    input.sections = [];
    return input;
  }
  function getKey(val, delim) {
    return val ? val.slice(delim.length).trim() : "";
  }
  function createSection() {
    return { key: "", data: "", content: "" };
  }
  function identity(val) {
    return val;
  }
  function isBuffer(val) {
    if (val && val.constructor && typeof val.constructor.isBuffer === "function") {
      return val.constructor.isBuffer(val);
    }
    return false;
  }
});

// node_modules/gray-matter/lib/engines.js
var require_engines = __commonJS(function(exports, module) {
  module.exports = {};
});

// node_modules/strip-bom-string/index.js
var require_strip_bom_string = __commonJS(function(exports, module) {
  /*!
   * strip-bom-string <https://github.com/jonschlinkert/strip-bom-string>
   *
   * Copyright (c) 2015, 2017, Jon Schlinkert.
   * Released under the MIT License.
   */
  module.exports = function(str) {
    if (typeof str === "string" && str.charAt(0) === "\uFEFF") {
      return str.slice(1);
    }
    return str;
  };
});

// node_modules/gray-matter/lib/utils.js
var require_utils = __commonJS(function(exports) {
  var stripBom = require_strip_bom_string();
  var typeOf = require_kind_of();
  exports.define = function(obj, key, val) {
    Reflect.defineProperty(obj, key, {
      enumerable: false,
      configurable: true,
      writable: true,
      value: val
    });
  };
  exports.isBuffer = function(val) {
    return typeOf(val) === "buffer";
  };
  exports.isObject = function(val) {
    return typeOf(val) === "object";
  };
  exports.toBuffer = function(input) {
    return typeof input === "string" ? Buffer.from(input) : input;
  };
  exports.toString = function(input) {
    if (exports.isBuffer(input))
      return stripBom(String(input));
    if (typeof input !== "string") {
      throw new TypeError("expected input to be a string or buffer");
    }
    return stripBom(input);
  };
  exports.arrayify = function(val) {
    return val ? Array.isArray(val) ? val : [val] : [];
  };
  exports.startsWith = function(str, substr, len) {
    if (typeof len !== "number")
      len = substr.length;
    return str.slice(0, len) === substr;
  };
});

// node_modules/gray-matter/lib/defaults.js
var require_defaults = __commonJS(function(exports, module) {
  var engines = require_engines();
  var utils = require_utils();
  module.exports = function(options) {
    const opts = Object.assign({}, options);
    opts.delimiters = utils.arrayify(opts.delims || opts.delimiters || "---");
    if (opts.delimiters.length === 1) {
      opts.delimiters.push(opts.delimiters[0]);
    }
    opts.language = (opts.language || opts.lang || "yaml").toLowerCase();
    opts.engines = Object.assign({}, engines, opts.parsers, opts.engines);
    return opts;
  };
});

// node_modules/gray-matter/lib/engine.js
var require_engine = __commonJS(function(exports, module) {
  module.exports = function(name, options) {
    let engine = options.engines[name] || options.engines[aliase(name)];
    if (typeof engine === "undefined") {
      throw new Error('gray-matter engine "' + name + '" is not registered');
    }
    if (typeof engine === "function") {
      engine = { parse: engine };
    }
    return engine;
  };
  function aliase(name) {
    switch (name.toLowerCase()) {
      case "js":
      case "javascript":
        return "javascript";
      case "coffee":
      case "coffeescript":
      case "cson":
        return "coffee";
      case "yaml":
      case "yml":
        return "yaml";
      default: {
        return name;
      }
    }
  }
});

// node_modules/gray-matter/lib/stringify.js
var require_stringify = __commonJS(function(exports, module) {
  var typeOf = require_kind_of();
  var getEngine = require_engine();
  var defaults = require_defaults();
  module.exports = function(file, data, options) {
    if (data == null && options == null) {
      switch (typeOf(file)) {
        case "object":
          data = file.data;
          options = {};
          break;
        case "string":
          return file;
        default: {
          throw new TypeError("expected file to be a string or object");
        }
      }
    }
    const str = file.content;
    const opts = defaults(options);
    if (data == null) {
      if (!opts.data)
        return file;
      data = opts.data;
    }
    const language = file.language || opts.language;
    const engine = getEngine(language, opts);
    if (typeof engine.stringify !== "function") {
      throw new TypeError('expected "' + language + '.stringify" to be a function');
    }
    data = Object.assign({}, file.data, data);
    const open = opts.delimiters[0];
    const close = opts.delimiters[1];
    const matter = engine.stringify(data, options).trim();
    let buf = "";
    if (matter !== "{}") {
      buf = newline(open) + newline(matter) + newline(close);
    }
    if (typeof file.excerpt === "string" && file.excerpt !== "") {
      if (str.indexOf(file.excerpt.trim()) === -1) {
        buf += newline(file.excerpt) + newline(close);
      }
    }
    return buf + newline(str);
  };
  function newline(str) {
    return str.slice(-1) !== `\n` ? str + `\n` : str;
  }
});

// node_modules/gray-matter/lib/excerpt.js
var require_excerpt = __commonJS(function(exports, module) {
  var defaults = require_defaults();
  module.exports = function(file, options) {
    const opts = defaults(options);
    if (file.data == null) {
      file.data = {};
    }
    if (typeof opts.excerpt === "function") {
      return opts.excerpt(file, opts);
    }
    const sep = file.data.excerpt_separator || opts.excerpt_separator;
    if (sep == null && (opts.excerpt === false || opts.excerpt == null)) {
      return file;
    }
    const delimiter = typeof opts.excerpt === "string" ? opts.excerpt : sep || opts.delimiters[0];
    const idx = file.content.indexOf(delimiter);
    if (idx !== -1) {
      file.excerpt = file.content.slice(0, idx);
    }
    return file;
  };
});

// node_modules/gray-matter/lib/to-file.js
var require_to_file = __commonJS(function(exports, module) {
  var typeOf = require_kind_of();
  var stringify = require_stringify();
  var utils = require_utils();
  module.exports = function(file) {
    if (typeOf(file) !== "object") {
      file = { content: file };
    }
    if (typeOf(file.data) !== "object") {
      file.data = {};
    }
    if (file.contents && file.content == null) {
      file.content = file.contents;
    }
    utils.define(file, "orig", utils.toBuffer(file.content));
    utils.define(file, "language", file.language || "");
    utils.define(file, "matter", file.matter || "");
    utils.define(file, "stringify", function(data, options) {
      if (options && options.language) {
        file.language = options.language;
      }
      return stringify(file, data, options);
    });
    file.content = utils.toString(file.content);
    file.isEmpty = false;
    file.excerpt = "";
    return file;
  };
});

// node_modules/gray-matter/lib/parse.js
var require_parse = __commonJS(function(exports, module) {
  var getEngine = require_engine();
  var defaults = require_defaults();
  module.exports = function(language, str, options) {
    const opts = defaults(options);
    const engine = getEngine(language, opts);
    if (typeof engine.parse !== "function") {
      throw new TypeError('expected "' + language + '.parse" to be a function');
    }
    return engine.parse(str, opts);
  };
});

// node_modules/gray-matter/index.js
var require_gray_matter = __commonJS(function(exports, module) {
  var fs = __require("fs");
  var sections = require_section_matter();
  var defaults = require_defaults();
  var stringify = require_stringify();
  var excerpt = require_excerpt();
  var engines = require_engines();
  var toFile = require_to_file();
  var parse = require_parse();
  var utils = require_utils();
  function matter(input, options) {
    if (input === "") {
      return { data: {}, content: input, excerpt: "", orig: input };
    }
    let file = toFile(input);
    const cached = matter.cache[file.content];
    if (!options) {
      if (cached) {
        file = Object.assign({}, cached);
        file.orig = cached.orig;
        return file;
      }
      matter.cache[file.content] = file;
    }
    return parseMatter(file, options);
  }
  function parseMatter(file, options) {
    const opts = defaults(options);
    const open = opts.delimiters[0];
    const close = `\n` + opts.delimiters[1];
    let str = file.content;
    if (opts.language) {
      file.language = opts.language;
    }
    const openLen = open.length;
    if (!utils.startsWith(str, open, openLen)) {
      excerpt(file, opts);
      return file;
    }
    if (str.charAt(openLen) === open.slice(-1)) {
      return file;
    }
    str = str.slice(openLen);
    const len = str.length;
    const language = matter.language(str, opts);
    if (language.name) {
      file.language = language.name;
      str = str.slice(language.raw.length);
    }
    let closeIndex = str.indexOf(close);
    if (closeIndex === -1) {
      closeIndex = len;
    }
    file.matter = str.slice(0, closeIndex);
    const block = file.matter.replace(/^\s*#[^\n]+/gm, "").trim();
    if (block === "") {
      file.isEmpty = true;
      file.empty = file.content;
      file.data = {};
    } else {
      file.data = parse(file.language, file.matter, opts);
    }
    if (closeIndex === len) {
      file.content = "";
    } else {
      file.content = str.slice(closeIndex + close.length);
      if (file.content[0] === "\r") {
        file.content = file.content.slice(1);
      }
      if (file.content[0] === `\n`) {
        file.content = file.content.slice(1);
      }
    }
    excerpt(file, opts);
    if (opts.sections === true || typeof opts.section === "function") {
      sections(file, opts.section);
    }
    return file;
  }
  matter.engines = engines;
  matter.stringify = function(file, data, options) {
    if (typeof file === "string")
      file = matter(file, options);
    return stringify(file, data, options);
  };
  matter.read = function(filepath, options) {
    const str = fs.readFileSync(filepath, "utf8");
    const file = matter(str, options);
    file.path = filepath;
    return file;
  };
  matter.test = function(str, options) {
    return utils.startsWith(str, defaults(options).delimiters[0]);
  };
  matter.language = function(str, options) {
    const opts = defaults(options);
    const open = opts.delimiters[0];
    if (matter.test(str)) {
      str = str.slice(open.length);
    }
    const language = str.slice(0, str.search(/\r?\n/));
    return {
      raw: language,
      name: language ? language.trim() : ""
    };
  };
  matter.cache = {};
  matter.clearCache = function() {
    matter.cache = {};
  };
  module.exports = matter;
});

// package.json
var name = "session-skill";
var version = "1.1.0";
var engines = {
  bun: ">=1.3.1"
};

// lib/errors.ts
var failures = {
  failed: { status: 1, meaning: "it failed (permission, full disk)" },
  usage: { status: 2, meaning: "wrong usage" },
  missing: { status: 3, meaning: "no session to save" },
  damaged: { status: 4, meaning: "damaged session file" },
  locked: { status: 5, meaning: "no lock within 30 seconds" },
  condition: { status: 6, meaning: "a condition (--if-\u2026) did not hold" }
};

class SessionError extends Error {
  code;
  help;
  constructor(code, message, help) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
var failureLines = ({ message, help }) => help === undefined ? [`error: ${message}`] : [`error: ${message}`, `help: ${help}`];
var way = "";
function showCommandsFrom(find) {
  way = find;
}
function commandLine(script, words) {
  if (typeof way === "function")
    way = way();
  return `bun run ${way}.claude/skills/session/scripts/${script}.ts ${words}`;
}
var owner = "check who owns it and its permissions";
var space = "free some space, then run the same command again";
var shorter = "move the project to a folder with a shorter path";
var remedies = {
  EACCES: owner,
  EPERM: owner,
  EROFS: "the disk is read-only; get.ts still works there",
  EFBIG: "raise the limit for the size of files (ulimit -f)",
  ENOTEMPTY: "it is a folder with something in it; look into it and remove it by hand",
  EBUSY: "another program or a mount holds that very file; end it or unmount it, then run the same command again",
  ENAMETOOLONG: shorter,
  ERANGE: shorter,
  ENOSPC: space,
  EDQUOT: space
};
var obstacle = "something else is at that path or above it; move it away";
var fallbackRemedies = {
  EINVAL: "this disk may refuse the name: NTFS and exFAT allow neither : nor devices like con and aux; use another name or another disk",
  EEXIST: obstacle,
  ENOTDIR: obstacle,
  ELOOP: obstacle,
  EISDIR: obstacle
};
var systemCode = (error) => error instanceof Error && ("code" in error) && typeof error.code === "string" ? error.code : "";
function isAbsence(error) {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
function failedTo(action, error, help) {
  if (error instanceof SessionError)
    return error;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const reason = code === "" ? message : message.replace(/, \w+( '.*')?$/s, "");
  const failure = new SessionError("failed", `cannot ${action}: ${reason}`, remedies[code] ?? help ?? fallbackRemedies[code]);
  failure.cause = error;
  return failure;
}
function tryTo(action, call, help) {
  try {
    return call();
  } catch (error) {
    throw failedTo(action, error, help);
  }
}
function unlessAbsent(action, call) {
  try {
    return call();
  } catch (error) {
    if (isAbsence(error))
      return null;
    throw failedTo(action, error);
  }
}

// lib/cli/runtime.ts
var oldest = engines.bun.slice(">=".length);
function findRuntimeProblem(version) {
  const release = version?.split("-", 1)[0];
  if (release !== undefined && Bun.semver?.order(release, oldest) >= 0)
    return;
  const found = version === undefined ? "another program is running them" : `this is Bun ${version}`;
  const help = version === undefined ? "call them as bun run SCRIPT" : "bun upgrade";
  return new SessionError("failed", `the scripts of session need Bun ${oldest} or later, but ${found}`, help);
}
var problem = findRuntimeProblem(globalThis.Bun?.version);
if (problem !== undefined) {
  console.error(failureLines(problem).join(`\n`));
  process.exit(failures[problem.code].status);
}

// lib/session/rules.ts
var maxFileBytes = 8 * 1024 * 1024;
var maxArchiveBytes = 10 * maxFileBytes;
var maxTextBytes = 1024 * 1024;
var sizeRemedy = "store less: put large data into a file, and give its path instead";
function bytesBeyond(limit, text) {
  if (text.length * 3 <= limit)
    return;
  const bytes = Buffer.byteLength(text);
  return bytes > limit ? bytes : undefined;
}
var workflowRule = "1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr";
var stepRule = "1 to 200 characters on one line, no control characters, no space at either end";
var timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";
var isWorkflow = (name) => name.length <= 120 && /^[A-Za-z0-9][\w-]*(?:[:.][\w-]+)*$/.test(name);
function isStep(value) {
  if (typeof value !== "string" || value === "" || value.length > 400)
    return false;
  if (value.length > 200 && [...value].length > 200)
    return false;
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) && value.trim() === value && value.isWellFormed();
}
var statuses = ["completed", "failed", "cancelled"];

// lib/session/json-error.ts
var maxSearched = 65536;
var words = {
  value: "a value",
  "value or end": "a value or the closing bracket",
  key: "a key in double quotes",
  "key or end": "a key in double quotes or the closing bracket",
  colon: '":"'
};
var foreign = new Map([
  ["True", "JSON writes true"],
  ["False", "JSON writes false"],
  ["None", "JSON writes null"],
  ["undefined", "JSON writes null"],
  ["NaN", "JSON has no NaN"],
  ["'", "JSON has double quotes only"]
]);
var whiteSpace = /[ \t\n\r]*/y;
var scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
var soundPart = /[^"\\\u0000-\u001f]*/y;
var escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
function explainError(error, text, depth) {
  if (text.length <= maxTextBytes)
    return findSyntaxError(text, depth);
  return String(error).replace(/^.*?JSON Parse error: /s, "").toWellFormed();
}
function findSyntaxError(text, depth) {
  const open = [];
  for (let step = { at: 0, state: "value" };; ) {
    const at = endOf(whiteSpace, text, step.at);
    step = takeToken(text, { at, state: step.state }, open);
    if ("expected" in step)
      return describe(text, step);
    if (open.length > depth)
      return describe(text, { at, expected: `at most ${depth} levels of nesting` });
  }
}
function takeToken(text, { at, state }, open) {
  const next = text[at];
  const end = open.at(-1);
  if (next !== undefined && next === end && (state === "comma" || state === "value or end" || state === "key or end")) {
    open.pop();
    return { at: at + 1, state: "comma" };
  }
  if (state === "comma" && end === undefined)
    return { at, expected: "nothing more" };
  if (state === "comma")
    return next === "," ? { at: at + 1, state: end === "}" ? "key" : "value" } : { at, expected: `"," or "${end}"` };
  if (state === "colon")
    return next === ":" ? { at: at + 1, state: "value" } : { at, expected: words.colon };
  const isKey = state === "key" || state === "key or end";
  if (next === '"')
    return takeString(text, at, isKey ? "colon" : "comma");
  if (!isKey && (next === "{" || next === "[")) {
    open.push(next === "{" ? "}" : "]");
    return { at: at + 1, state: next === "{" ? "key or end" : "value or end" };
  }
  const scalarEnd = isKey ? -1 : endOf(scalar, text, at);
  if (scalarEnd >= 0)
    return { at: scalarEnd, state: "comma" };
  const [word = ""] = /^(?:[A-Za-z]+|')/.exec(text.slice(at, at + 20)) ?? [];
  return { at, expected: words[state], hint: isKey && word !== "'" ? undefined : foreign.get(word) };
}
function takeString(text, start, state) {
  let at = endOf(soundPart, text, start + 1);
  while (text[at] === "\\") {
    const end = endOf(escaped, text, at);
    if (end < 0)
      return { at: at + 1, expected: "a valid escape" };
    at = endOf(soundPart, text, end);
  }
  if (text[at] === '"')
    return { at: at + 1, state };
  return { at, expected: at < text.length ? "a string without raw control characters" : "the closing double quote" };
}
function endOf(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
function describe(text, { at, expected, hint }) {
  let [line, column] = [1, 1];
  for (const character of text.slice(0, at)) {
    column += 1;
    if (character === `\n`)
      [line, column] = [line + 1, 1];
  }
  const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : "the end";
  return `expected ${expected}, found ${found} at line ${line}, column ${column}${hint === undefined ? "" : `; ${hint}`}`;
}
function findRepeatedKey(text) {
  const open = [];
  const tokens = text.length > maxSearched ? [] : text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g);
  for (const [token, string, colon] of tokens) {
    if (token === "{" || token === "[")
      open.push(new Set);
    else if (token === "}" || token === "]")
      open.pop();
    if (string === undefined || colon === undefined)
      continue;
    const key = JSON.parse(string);
    if (open.at(-1)?.has(key))
      return key;
    open.at(-1)?.add(key);
  }
  return;
}

// lib/session/json.ts
var maxDepth = 64;
var isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function decodeJson(text, depth) {
  const members = countMembers(text, depth);
  if (members === undefined && text.length > maxSearched)
    return { problem: describe2(tooDeep) };
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${explainError(error, text, depth)}` };
  }
  const keys = countKeys(value, depth);
  if (typeof keys !== "number")
    return { problem: describe2(keys) };
  if (keys === members)
    return { value };
  const repeated = findRepeatedKey(text);
  return { problem: `${repeated === undefined ? "a key" : `the key ${quote(repeated)}`} is given twice in one object` };
}
function countMembers(text, depth) {
  const hasEscapes = text.includes("\\");
  let [level, members] = [0, 0];
  for (let at = 0;at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 34)
      at = endOfString(text, at + 1, hasEscapes);
    else if (unit === 58)
      members += 1;
    else if (unit === 91 || unit === 123) {
      level += 1;
      if (level > depth)
        return;
    } else if (unit === 93 || unit === 125)
      level -= 1;
  }
  return members;
}
function endOfString(text, start, hasEscapes) {
  let end = hasEscapes ? start : text.indexOf('"', start);
  while (hasEscapes && end < text.length && text.charCodeAt(end) !== 34)
    end += text.charCodeAt(end) === 92 ? 2 : 1;
  return end === -1 ? text.length : end;
}
var fault = (what, why = "") => ({ what, why, path: [] });
var tooDeep = fault("nested too deep", `; the limit is ${maxDepth} levels`);
function describe2({ what, why, path }) {
  const place = path.join("").replace(/^\./, "");
  return `${what}${place === "" ? "" : ` at ${quote(what === tooDeep.what ? place.slice(0, 40) : place)}`}${why}`;
}
function countKeys(value, depth) {
  if (typeof value === "string")
    return value.isWellFormed() ? 0 : fault("lone surrogate in the text", "; no UTF-8 file can hold it");
  if (typeof value === "number") {
    if (!Number.isFinite(value))
      return fault("number too large", "; put it in quotes");
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded ? fault("integer beyond \xB1(2^53\u22121)", " would be rounded; put it in quotes") : 0;
  }
  if (typeof value !== "object" || value === null)
    return 0;
  if (depth === 0)
    return tooDeep;
  if (!Array.isArray(value))
    return countInObject(value, depth);
  let keys = 0;
  for (let index = 0;index < value.length; index += 1) {
    const found = countKeys(value[index], depth - 1);
    if (typeof found !== "number")
      return { ...found, path: [`[${index}]`, ...found.path] };
    keys += found;
  }
  return keys;
}
function countInObject(value, depth) {
  const names = Object.keys(value);
  let keys = names.length;
  for (const key of names) {
    if (key === "__proto__")
      return fault('key "__proto__"', " is refused; choose another name");
    if (!key.isWellFormed())
      return fault(`lone surrogate in the key ${quote(key)}`);
    const found = countKeys(value[key], depth - 1);
    if (typeof found !== "number")
      return { ...found, path: [`.${key}`, ...found.path] };
    keys += found;
  }
  return keys;
}
var unicodeEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
var renderJson = (value, indent) => `${escapeInvisible(JSON.stringify(value, undefined, indent))}\n`;
var escapeInvisible = (text) => text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, unicodeEscape);
var escapeControls = (text) => escapeInvisible(text.replace(/[\u0000-\u001f]/g, unicodeEscape));
function cutText(text, length) {
  if (text.length <= length)
    return text;
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}\u2026`;
}
var quote = (text) => escapeInvisible(JSON.stringify(cutText(text, 80).toWellFormed()));

// lib/cli/answer.ts
var answer = (value, view, remark) => ({
  json: (indent) => renderJson(value, indent),
  view: (options) => view(value, options),
  remark: () => remark?.(value)
});
function render(result, { args, now, findProject }, screen) {
  if ("text" in result)
    return result.text;
  if (screen === null)
    return result.json();
  return args.json ? result.json(2) : result.view({ ...screen, now: now(), sessions: findProject().sessions });
}

// lib/cli/args.ts
function parseArgs(command, argv) {
  try {
    return parse(command, argv);
  } catch (error) {
    if (!(error instanceof SessionError) || error.help !== undefined)
      throw error;
    throw new SessionError("usage", error.message, `usage: ${commandLine(command.name, command.usage)} (more with --help)`);
  }
}
function parse(command, argv) {
  const given = {};
  const words = [];
  let isLiteral = false;
  const broken = argv.find((text) => text.includes("\uFFFD"));
  if (broken !== undefined) {
    const help = "write it in UTF-8; in a context or notes, U+FFFD itself can be given on standard input";
    throw new SessionError("usage", `the argument ${quote(broken)} is not UTF-8 text, or holds U+FFFD`, help);
  }
  for (let at = 0;at < argv.length; at += 1) {
    const text = argv[at] ?? "";
    if (isLiteral || !text.startsWith("-") || text === "-")
      words.push({ text, at, isLiteral });
    else if (text === "--")
      isLiteral = true;
    else if (parseOption(command, given, text, argv[at + 1]))
      at += 1;
  }
  let left = words;
  for (const [name, operand] of Object.entries(command.operands)) {
    const own = operand.rest ? left : left.slice(0, 1);
    if (own.length > 0 || operand.rest)
      given[name] = operand.parse(own, argv);
    else if (!operand.optional)
      throw usageError(`expected <${name}>, found ${describeWords(words)}`);
    left = left.slice(own.length);
  }
  if (left[0] !== undefined)
    throw usageError(`unexpected argument ${quote(left[0].text)}`);
  const conflict = command.conflict?.(given);
  if (conflict !== undefined)
    throw usageError(conflict);
  return given;
}
var describeWords = (words) => words.length === 0 ? "nothing" : `only ${words.map(({ text }) => quote(text)).join(" ")}`;
function parseOption({ options }, given, text, next) {
  const equals = text.indexOf("=");
  const flag = equals === -1 ? text : text.slice(0, equals);
  const inline = equals === -1 ? undefined : text.slice(equals + 1);
  const name = flag.slice(2);
  const option = flag.startsWith("--") && Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined)
    throw usageError(`unknown option ${quote(flag)}`);
  if (name in given)
    throw usageError(`option ${flag} is given twice`);
  if (option.value === undefined) {
    if (inline !== undefined)
      throw usageError(`option ${flag} takes no value, found ${quote(inline)}`);
    given[name] = true;
    return false;
  }
  given[name] = option.parse?.(inline ?? nextWord(flag, option, next));
  return inline === undefined;
}
function nextWord(flag, option, word) {
  if (word === undefined)
    throw usageError(`option ${flag} needs a value: ${flag}=${option.value}`);
  if (!word.startsWith("-"))
    return word;
  option.parse?.(word);
  const help = `if that is its value, write it behind an equals sign: ${flag}=${shellWord(word)}`;
  throw new SessionError("usage", `option ${flag} is followed by ${quote(word)}, which begins with "-"`, help);
}
var usageError = (message) => new SessionError("usage", message);
function shellWord(text, placeholder = "TEXT") {
  if (/^[\w./:@=-]+$/.test(text))
    return text;
  return escapeControls(text) === text ? `'${text.replaceAll("'", "'\\''")}'` : placeholder;
}

// lib/cli/standard-input.ts
var readNotes = (notes, stdin) => notes === "-" ? readText(stdin, "notes") : notes;
function readText(stdin, what) {
  const bytes = new Uint8Array(maxTextBytes + 1);
  let length = 0;
  try {
    for (let more = -1;more !== 0 && length < bytes.length; length += more)
      more = stdin(bytes.subarray(length));
  } catch (error) {
    const isEnd = systemCode(error) === "EOF";
    if (!isEnd)
      throw failedTo("read standard input", error, "give it a file, a pipe or a here-document");
  }
  if (length === 0)
    throw bad(what, "standard input is empty");
  if (length > maxTextBytes)
    throw bad(what, `standard input has more than ${maxTextBytes} bytes, the limit`, sizeRemedy);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
  } catch {
    throw bad(what, "standard input is not UTF-8 text", "write it in UTF-8");
  }
}
var bad = (what, problem, help = `pipe the ${what} into the script, or use a here-document (<<'END')`) => new SessionError("usage", `bad ${what}: ${problem}`, help);

// lib/cli/commands.ts
var aboutWorkflow = "its name, like workflow:pr; at most 120 characters";
var workflow = { about: aboutWorkflow, parse: parseWorkflow };
var json = { about: "print JSON even on a terminal" };
var ifStep = { value: "STEP", about: "only if the current step is STEP", parse: parseStep };
var ifUpdated = { value: "TIME", about: "only if updated_at is exactly TIME", parse: requireTime };
var save = {
  name: "save",
  about: "Archive the session of a workflow as Markdown and delete it; print the path.",
  usage: "<workflow> [--status=S] [--notes=TEXT] [--if-step=STEP | --if-updated=TIME] [--dry-run]",
  operands: { workflow },
  options: {
    status: { value: "S", about: "completed (default), failed or cancelled", parse: parseStatus },
    notes: { value: "TEXT", about: "what to remember; - reads it from standard input", parse: (text) => text },
    "if-step": ifStep,
    "if-updated": ifUpdated,
    "dry-run": { about: "print the Markdown and change nothing" },
    json
  },
  conflict: (given) => ("dry-run" in given) && ("json" in given) ? "--dry-run prints Markdown, --json prints JSON; use one of them" : findSecondCondition(given),
  examples: ["workflow:pr --notes='merged'", "workflow:pr --status=failed --notes=- < notes.txt", "workflow:pr --dry-run"],
  failures: ["failed", "usage", "missing", "damaged", "locked", "condition"]
};
function findSecondCondition(given) {
  const names = Object.keys(given).filter((name) => name.startsWith("if-"));
  return names.length < 2 ? undefined : `--${names.sort().slice(0, 2).join(" and --")} cannot be combined`;
}
function parseWorkflow([word]) {
  const name = word?.text ?? "";
  if (isWorkflow(name))
    return name;
  throw usageError(`bad workflow name ${quote(name)}: expected ${workflowRule}`);
}
function parseStep(text) {
  if (isStep(text))
    return text;
  throw usageError(`bad step ${quote(text)}: expected ${stepRule}`);
}
function requireTime(text) {
  if (text !== "")
    return text;
  throw usageError("option --if-updated needs a value: --if-updated=TIME");
}
function parseStatus(text) {
  const status = statuses.find((name) => name === text);
  if (status !== undefined)
    return status;
  throw usageError(`bad status ${quote(text)}: expected ${statuses.join(", ")}`);
}

// lib/session/near-name.ts
function didYouMean(given, candidates) {
  const near = [...new Set(findNear(given, candidates))].slice(0, 3);
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}
function findNear(name, candidates) {
  const given = name.replace(/\.json$/, "");
  const spell = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const kinds = [
    (candidate) => candidate === given,
    (candidate) => spell(candidate) === spell(given),
    (candidate) => candidate.endsWith(`:${given}`),
    (candidate) => isTypo(given, candidate, 1),
    (candidate) => isTypo(given, candidate, 2)
  ];
  for (const isNear of kinds) {
    const near = candidates.filter(isNear);
    if (near.length > 0)
      return near;
  }
  return [];
}
function isTypo(given, candidate, letters) {
  if (Math.min(given.length, candidate.length) < 4)
    return false;
  if (given.replaceAll(/\d/g, "") === candidate.replaceAll(/\d/g, ""))
    return false;
  const [a, b] = withoutSharedParts(given, candidate);
  return letters <= Math.max(a.length, b.length) / 3 && isWithin(a, b, letters);
}
function withoutSharedParts(given, candidate) {
  let [a, b] = [given.split(/[:.]/), candidate.split(/[:.]/)];
  while (a.length > 1 && b.length > 1 && a[0] === b[0])
    [a, b] = [a.slice(1), b.slice(1)];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1))
    [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return [a.join(":"), b.join(":")];
}
function isWithin(a, b, edits) {
  if (a === b)
    return true;
  if (edits === 0)
    return false;
  let at = 0;
  while (a[at] === b[at])
    at += 1;
  const [x, y, left] = [a.slice(at), b.slice(at), edits - 1];
  return isWithin(x.slice(1), y.slice(1), left) || isWithin(x, y.slice(1), left) || isWithin(x.slice(1), y, left);
}

// node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
  const numericValues = Object.values(entries).filter((v) => typeof v === "number");
  const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
  return values;
}
function jsonStringifyReplacer(_, value) {
  if (typeof value === "bigint")
    return value.toString();
  return value;
}

class Cached {
  constructor(getter) {
    this._getter = getter;
    this._value = undefined;
  }
  get value() {
    const getter = this._getter;
    if (getter !== undefined) {
      this._value = getter();
      this._getter = undefined;
    }
    return this._value;
  }
}
function cached(getter) {
  return new Cached(getter);
}
function cleanRegex(source) {
  const start = source.startsWith("^") ? 1 : 0;
  const end = source.endsWith("$") ? source.length - 1 : source.length;
  return source.slice(start, end);
}
function assignProp(target, prop, value) {
  Object.defineProperty(target, prop, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}
var captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
function isObject2(data) {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
var propertyKeyTypes = /* @__PURE__ */ new Set(["string", "number", "symbol"]);
function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function normalizeParams(_params) {
  const params = _params;
  if (!params)
    return {};
  if (typeof params === "string")
    return { error: () => params };
  if (params?.message !== undefined) {
    if (params?.error !== undefined)
      throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  delete params.message;
  if (typeof params.error === "string")
    return { ...params, error: () => params.error };
  return params;
}
function optionalKeys(shape) {
  return Object.keys(shape).filter((k) => {
    return shape[k]._zod.optin !== undefined && shape[k]._zod.optout === "optional";
  });
}
function aborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex;i < x.issues.length; i++) {
    if (x.issues[i]?.continue !== true) {
      return true;
    }
  }
  return false;
}
function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex;i < x.issues.length; i++) {
    if (x.issues[i]?.continue === false) {
      return true;
    }
  }
  return false;
}
function prefixIssues(path, issues) {
  return issues.map((iss) => {
    var _a;
    (_a = iss).path ?? (_a.path = []);
    iss.path.unshift(path);
    return iss;
  });
}
function unwrapMessage(message) {
  return typeof message === "string" ? message : message?.message;
}
function attachSchema(issues, start, inst) {
  var _a;
  for (let i = start;i < issues.length; i++) {
    (_a = issues[i]).schema ?? (_a.schema = inst);
  }
}
function finalizeIssue(iss, ctx, config) {
  var _a;
  const traits = iss.inst?._zod?.traits;
  if (traits?.has("$ZodType")) {
    if (traits.has("$ZodCheck"))
      (_a = iss).schema ?? (_a.schema = iss.inst);
    else
      iss.schema = iss.inst;
  }
  const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : undefined;
  const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
  const full = {};
  for (const k of Object.keys(iss)) {
    if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__")
      continue;
    full[k] = iss[k];
  }
  full.path ?? (full.path = []);
  full.message = message;
  if (ctx?.reportInput) {
    full.input = iss.input;
  }
  return full;
}
function members(proto, table) {
  for (const key in table) {
    const desc = Object.getOwnPropertyDescriptor(table, key);
    if (desc.get)
      Object.defineProperty(proto, key, { ...desc, enumerable: false });
    else
      defineBound(proto, key, desc.value);
  }
}
function own(inst, key, value, enumerable = true) {
  Object.defineProperty(inst, key, { configurable: true, writable: true, enumerable, value });
  return value;
}
function hide(inst, key, value) {
  return own(inst, key, value, false);
}
function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      return this == null ? fn : own(this, key, fn.bind(this));
    },
    set(value) {
      own(this, key, value);
    }
  });
}
var installing;
var broke = false;
var breaker = {
  configurable: true,
  get() {
    broke = true;
    return;
  }
};
function defineLazyInternal(inst, key, compute) {
  const proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = undefined;
    return;
  }
  installing = inst._zod;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      Object.defineProperty(this, key, breaker);
      const outer = broke;
      broke = false;
      try {
        const value = compute(this);
        if (broke)
          delete this[key];
        else
          Object.defineProperty(this, key, { configurable: true, writable: true, value });
        broke = broke || outer;
        return value;
      } catch (err) {
        delete this[key];
        broke = broke || outer;
        throw err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: true, writable: true, value });
    }
  });
}

// node_modules/zod/v4/core/core.js
var _a;
var _zodDesc = { value: undefined, enumerable: false };
var _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
  const E = _E;
  if (E) {
    const saved = E.stackTraceLimit;
    if (typeof saved === "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        _E = null;
        return new Definition;
      }
      try {
        return new Definition;
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition;
}
function $constructor(name, initializer, proto, params) {
  const zodProto = {};
  function Internals(def) {
    this.def = def;
    this.constr = _;
    this.traits = new Set;
  }
  Internals.prototype = zodProto;
  const protoMembers = proto;
  const initialized = protoMembers && new WeakSet;
  function init(inst, def) {
    if (!inst._zod) {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = undefined;
      }
    } else if (inst._zod.traits.has(name)) {
      return;
    }
    inst._zod.traits.add(name);
    initializer(inst, def);
    if (initialized) {
      const own = Object.getPrototypeOf(inst);
      const ctorProto = inst._zod.constr.prototype;
      let up = own;
      while (up && up !== ctorProto)
        up = Object.getPrototypeOf(up);
      const target = up ?? own;
      if (!initialized.has(target)) {
        initialized.add(target);
        members(target, protoMembers);
      }
    }
    const proto = _.prototype;
    for (const k in proto) {
      if (!Object.prototype.hasOwnProperty.call(proto, k))
        continue;
      if (!(k in inst)) {
        inst[k] = proto[k].bind(inst);
      }
    }
  }
  const Parent = params?.Parent ?? Object;

  class Definition extends Parent {
  }
  Object.defineProperty(Definition, "name", { value: name });
  function _(def) {
    const inst = params?.Parent ? newError(Definition) : this;
    init(inst, def);
    const deferred = inst._zod.deferred;
    if (deferred) {
      for (const fn of deferred) {
        fn();
      }
      inst._zod.deferred = undefined;
    }
    const pp = globalThis.__zod_globalConfig?.postProcessor;
    if (pp)
      pp(inst);
    return inst;
  }
  Object.defineProperty(_, "init", { value: init });
  Object.defineProperty(_, Symbol.hasInstance, {
    value: (inst) => {
      if (params?.Parent && inst instanceof params.Parent)
        return true;
      return inst?._zod?.traits?.has(name);
    }
  });
  Object.defineProperty(_, "name", { value: name });
  return _;
}
class $ZodAsyncError extends Error {
  constructor() {
    super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
  }
}
(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
var globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
  if (newConfig)
    Object.assign(globalConfig, newConfig);
  return globalConfig;
}

// node_modules/zod/v4/core/errors.js
function _getMessage() {
  const internals = this._zod;
  internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
  return internals.message;
}
function _setMessage(value) {
  this._zod.message = value;
}
var _messageDesc = {
  get: _getMessage,
  set: _setMessage,
  enumerable: true,
  configurable: true
};
var _issuesDesc = { value: undefined, enumerable: false };
var _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
var initializer = (inst, def) => {
  inst.name = "$ZodError";
  _issuesDesc.value = def;
  Object.defineProperty(inst, "issues", _issuesDesc);
  _issuesDesc.value = undefined;
  Object.defineProperty(inst, "message", _messageDesc);
  const proto = Object.getPrototypeOf(inst);
  if (!_installedToString.has(proto)) {
    _installedToString.add(proto);
    Object.defineProperty(proto, "toString", {
      configurable: true,
      enumerable: false,
      get() {
        const value = () => this.message;
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
        return value;
      },
      set(value) {
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
      }
    });
  }
};
var $ZodError = $constructor("$ZodError", initializer);
var $ZodRealError = $constructor("$ZodError", initializer, undefined, {
  Parent: Error
});

// node_modules/zod/v4/core/parse.js
var _safeParse = (_Err) => (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
  const result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise) {
    throw new $ZodAsyncError;
  }
  return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
var safeParse = /* @__PURE__ */ _safeParse($ZodRealError);
function failure(Err, issues, ctx) {
  let error;
  return {
    success: false,
    get error() {
      if (!error) {
        error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
        issues = undefined;
        ctx = undefined;
      }
      return error;
    },
    set error(e) {
      error = e;
      issues = undefined;
      ctx = undefined;
    }
  };
}

// node_modules/zod/v4/core/regexes.js
var dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
function timeSource(args) {
  const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
  const regex = typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
  return regex;
}
function datetime(args) {
  const opts = ["Z"];
  if (args.offset)
    opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
  const qualified = `${timeSource({ precision: args.precision, seconds: true })}(?:${opts.join("|")})`;
  const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
  return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
var anyString = /^[\s\S]{0,}$/;

// node_modules/zod/v4/core/checks.js
var $ZodCheck = /* @__PURE__ */ $constructor("$ZodCheck", (inst, def) => {
  var _a;
  inst._zod ?? (inst._zod = {});
  inst._zod.def = def;
  (_a = inst._zod).onattach ?? (_a.onattach = []);
});
var $ZodCheckStringFormat = /* @__PURE__ */ $constructor("$ZodCheckStringFormat", (inst, def) => {
  var _a, _b;
  $ZodCheck.init(inst, def);
  if (def.pattern)
    (_a = inst._zod).check ?? (_a.check = (payload) => {
      def.pattern.lastIndex = 0;
      if (def.pattern.test(payload.value))
        return;
      payload.issues.push({
        origin: "string",
        code: "invalid_format",
        format: def.format,
        input: payload.value,
        ...def.pattern ? { pattern: def.pattern.toString() } : {},
        inst,
        continue: !def.abort
      });
    });
  else
    (_b = inst._zod).check ?? (_b.check = () => {});
});

// node_modules/zod/v4/core/versions.js
var version2 = {
  major: 4,
  minor: 6,
  patch: 7
};

// node_modules/zod/v4/core/schemas.js
var $ZodType = /* @__PURE__ */ $constructor("$ZodType", (inst, def) => {
  var _a;
  inst ?? (inst = {});
  inst._zod.def = def;
  inst._zod.bag = inst._zod.bag || {};
  inst._zod.version = version2;
  const defChecks = inst._zod.def.checks;
  const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
  for (const ch of checks) {
    for (const fn of ch._zod.onattach) {
      fn(inst);
    }
  }
  if (checks.length === 0) {
    (_a = inst._zod).deferred ?? (_a.deferred = []);
    inst._zod.deferred?.push(() => {
      inst._zod.run = inst._zod.parse;
    });
  } else {
    const runChecks = (payload, checks, ctx) => {
      if (payload.memo)
        return payload;
      let isAborted = aborted(payload);
      let asyncResult;
      for (const ch of checks) {
        if (ch._zod.def.when) {
          if (explicitlyAborted(payload))
            continue;
          const shouldRun = ch._zod.def.when(payload);
          if (!shouldRun)
            continue;
        } else if (isAborted) {
          continue;
        }
        const currLen = payload.issues.length;
        const _ = ch._zod.check(payload);
        if (_ instanceof Promise && ctx?.async === false) {
          throw new $ZodAsyncError;
        }
        if (asyncResult || _ instanceof Promise) {
          asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
            await _;
            const nextLen = payload.issues.length;
            if (nextLen === currLen)
              return;
            attachSchema(payload.issues, currLen, inst);
            if (!isAborted)
              isAborted = aborted(payload, currLen);
          });
        } else {
          const nextLen = payload.issues.length;
          if (nextLen === currLen)
            continue;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted)
            isAborted = aborted(payload, currLen);
        }
      }
      if (asyncResult) {
        return asyncResult.then(() => {
          return payload;
        });
      }
      return payload;
    };
    const handleCanaryResult = (canary, payload, ctx) => {
      if (aborted(canary)) {
        canary.aborted = true;
        return canary;
      }
      const checkResult = runChecks(payload, checks, ctx);
      if (checkResult instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError;
        return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
      }
      return inst._zod.parse(checkResult, ctx);
    };
    inst._zod.run = (payload, ctx) => {
      if (ctx.skipChecks) {
        return inst._zod.parse(payload, ctx);
      }
      if (ctx.direction === "backward") {
        const canary = inst._zod.parse({ value: payload.value, issues: [] }, { ...ctx, skipChecks: true });
        if (canary instanceof Promise) {
          return canary.then((canary) => {
            return handleCanaryResult(canary, payload, ctx);
          });
        }
        return handleCanaryResult(canary, payload, ctx);
      }
      const result = inst._zod.parse(payload, ctx);
      if (result instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError;
        return result.then((result) => runChecks(result, checks, ctx));
      }
      return runChecks(result, checks, ctx);
    };
  }
}, {
  get "~standard"() {
    return hide(this, "~standard", standardProps(this));
  },
  set "~standard"(value) {
    own(this, "~standard", value);
  }
});
var toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
  const ctx = { async: true };
  return toStandardResult(await inst._zod.run({ value, issues: [] }, ctx), ctx);
}
function standardProps(inst) {
  return {
    validate: (value) => {
      const ctx = { async: false };
      try {
        const r = inst._zod.run({ value, issues: [] }, ctx);
        if (!(r instanceof Promise))
          return toStandardResult(r, ctx);
      } catch (_) {}
      return validateAsync(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}
var $ZodString = /* @__PURE__ */ $constructor("$ZodString", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = def.pattern ?? anyString;
  inst._zod.parse = (payload, _) => {
    if (def.coerce)
      try {
        payload.value = String(payload.value);
      } catch (_) {}
    if (typeof payload.value === "string")
      return payload;
    payload.issues.push({
      expected: "string",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});
var $ZodStringFormat = /* @__PURE__ */ $constructor("$ZodStringFormat", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  $ZodString.init(inst, def);
});
var $ZodISODateTime = /* @__PURE__ */ $constructor("$ZodISODateTime", (inst, def) => {
  def.pattern ?? (def.pattern = datetime(def));
  $ZodStringFormat.init(inst, def);
});
var $ZodUnknown = /* @__PURE__ */ $constructor("$ZodUnknown", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload) => payload;
});
function handlePropertyResult(result, final, key, input, optin, optout) {
  const isPresent = key in input;
  const isOptionalOut = optout === "optional";
  if (!isPresent && isOptionalOut && optin === "optional") {
    return;
  }
  if (result.issues.length) {
    if (optin !== undefined && isOptionalOut && !isPresent) {
      return;
    }
    final.issues.push(...prefixIssues(key, result.issues));
  }
  if (!isPresent && optin === undefined) {
    if (!result.issues.length) {
      final.issues.push({
        code: "invalid_type",
        expected: "nonoptional",
        input: undefined,
        path: [key]
      });
    }
    return;
  }
  if (result.value === undefined) {
    if (isPresent || optin === "defaulted" && !isOptionalOut) {
      final.value[key] = undefined;
    }
  } else {
    final.value[key] = result.value;
  }
}
var NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
  const keys = Object.keys(def.shape);
  const ownSymbols = Object.getOwnPropertySymbols(def.shape);
  const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
  const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
  for (const k of allKeys) {
    if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) {
      throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
    }
  }
  const okeys = optionalKeys(def.shape);
  return {
    ...def,
    allKeys,
    symbolKeys,
    keySet: new Set(keys),
    numKeys: keys.length,
    optionalKeys: new Set(okeys)
  };
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
  const unrecognized = [];
  const keySet = def.keySet;
  const _catchall = def.catchall._zod;
  const t = _catchall.def.type;
  const optin = _catchall.optin;
  const optout = _catchall.optout;
  let seen = 0;
  for (const key in input) {
    if (abortEarly && payload.issues.length !== seen) {
      if (aborted(payload, seen))
        break;
      seen = payload.issues.length;
    }
    if (keySet.has(key))
      continue;
    if (key === "__proto__") {
      if (t === "never")
        unrecognized.push(key);
      continue;
    }
    if (t === "never") {
      unrecognized.push(key);
      continue;
    }
    const r = _catchall.run({ value: input[key], issues: [] }, ctx);
    if (r instanceof Promise) {
      proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
    } else {
      handlePropertyResult(r, payload, key, input, optin, optout);
    }
  }
  if (unrecognized.length) {
    payload.issues.push({
      code: "unrecognized_keys",
      keys: unrecognized,
      input,
      inst,
      continue: true
    });
  }
  if (!proms.length)
    return payload;
  return Promise.all(proms).then(() => {
    return payload;
  });
}
var $ZodObject = /* @__PURE__ */ $constructor("$ZodObject", (inst, def) => {
  $ZodType.init(inst, def);
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  const sh = desc?.get ? desc.get.raw : def.shape ?? {};
  if (sh) {
    const get = () => {
      const newSh = { ...sh };
      Object.defineProperty(def, "shape", { value: newSh });
      get.raw = newSh;
      return newSh;
    };
    get.raw = sh;
    Object.defineProperty(def, "shape", { get });
  }
  const _normalized = cached(() => normalizeDef(def));
  defineLazyInternal(inst, "propValues", (zod) => {
    const shape = zod.def.shape;
    const propValues = {};
    for (const key in shape) {
      const field = shape[key]._zod;
      if (field.values) {
        if (!Object.prototype.hasOwnProperty.call(propValues, key)) {
          assignProp(propValues, key, new Set);
        }
        for (const v of field.values)
          propValues[key].add(v);
        if (field.optin !== undefined)
          propValues[key].add(undefined);
      }
    }
    return propValues;
  });
  const isObject = isObject2;
  const catchall = def.catchall;
  let value;
  const memo = globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
    const proms = [];
    const shape = value.shape;
    const abortEarly = ctx?.abortEarly;
    let seen = payload.issues.length;
    for (const key of value.allKeys) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen))
          break;
        seen = payload.issues.length;
      }
      if (key === "__proto__")
        continue;
      const el = shape[key];
      const optin = el._zod.optin;
      const optout = el._zod.optout;
      const r = el._zod.run({ value: input[key], issues: [] }, ctx);
      if (r instanceof Promise) {
        proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
      } else {
        handlePropertyResult(r, payload, key, input, optin, optout);
      }
    }
    if (!catchall) {
      return proms.length ? Promise.all(proms).then(() => payload) : payload;
    }
    return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
  };
});
var $ZodEnum = /* @__PURE__ */ $constructor("$ZodEnum", (inst, def) => {
  $ZodType.init(inst, def);
  const values = getEnumValues(def.entries);
  const valuesSet = new Set(values);
  inst._zod.values = valuesSet;
  defineLazyInternal(inst, "pattern", (zod) => {
    const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
    return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (valuesSet.has(input)) {
      return payload;
    }
    payload.issues.push({
      code: "invalid_value",
      values,
      input,
      inst
    });
    return payload;
  };
});
function handleOptionalResult(payload, result) {
  payload.value = result.issues.length ? undefined : result.value;
  return payload;
}
var $ZodOptional = /* @__PURE__ */ $constructor("$ZodOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  inst._zod.optout = "optional";
  defineLazyInternal(inst, "values", (zod) => {
    const values = zod.def.innerType._zod.values;
    return values ? new Set([...values, undefined]) : undefined;
  });
  defineLazyInternal(inst, "pattern", (zod) => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : undefined;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === undefined) {
      if (def.innerType._zod.optin !== "defaulted")
        return payload;
      const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
      if (result instanceof Promise)
        return result.then((result) => handleOptionalResult(payload, result));
      return handleOptionalResult(payload, result);
    }
    return def.innerType._zod.run(payload, ctx);
  };
});

// node_modules/zod/v4/core/api.js
function _enum(Class, values, params) {
  const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
  return new Class({
    type: "enum",
    entries,
    ...normalizeParams(params)
  });
}

// lib/session/time.ts
function parseTime(text) {
  return Date.parse(text.length > 24 ? text.replace(/(\.\d{3})\d+/, "$1") : text);
}
function sortableTime(text) {
  if (text.length === 24)
    return text.slice(0, -1);
  const beyond = /\.\d{3}(\d{1,6})/.exec(text)?.[1] ?? "";
  return toUtc(parseTime(text)).slice(0, -1) + beyond.replace(/0+$/, "");
}
var newestFirst = (a, b) => a === b ? 0 : a < b ? 1 : -1;
var toUtc = (ms) => new Date(ms).toISOString();
function hasUtcYear(text) {
  if (text > "0001" && text < "9999")
    return true;
  const ms = parseTime(text);
  return ms >= -62167219200000 && ms <= 253402300799999;
}
var formatMinute = (ms) => toUtc(ms).slice(0, 16).replace("T", " ");
var units = [
  { unit: "y", seconds: 31557600, from: 1 },
  { unit: "mo", seconds: 2630016, from: 2 },
  { unit: "w", seconds: 604800, from: 2 },
  { unit: "d", seconds: 86400, from: 1 },
  { unit: "h", seconds: 3600, from: 1 },
  { unit: "m", seconds: 60, from: 1 },
  { unit: "s", seconds: 1, from: 1 }
];
function formatDuration(ms) {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const parts = units.slice(3).map(({ unit, seconds }) => {
    const count = Math.floor(rest / seconds);
    rest %= seconds;
    return count === 0 ? "" : `${count}${unit}`;
  });
  const first = parts.findIndex((part) => part !== "");
  const shown = parts.slice(first, first + 2).filter((part) => part !== "");
  return shown.join(" ") || "0s";
}

// lib/session/schema.ts
function rule(find) {
  const check = new $ZodCheck({ check: "custom" });
  check._zod.check = ({ value, issues }) => {
    const found = find(value);
    if (found !== undefined)
      issues.push({ code: "custom", path: found.path, message: found.expected, input: value });
  };
  return check;
}
var ruleOf = (isValid, expected) => rule((value) => isValid(value) ? undefined : { path: [], expected });
var time2 = new $ZodISODateTime({
  ...{ type: "string", check: "string_format", format: "datetime", offset: true, local: false, precision: null },
  error: () => timeRule,
  checks: [ruleOf(hasUtcYear, timeRule)]
});
var textBy = (isValid, expected) => new $ZodString({ type: "string", error: () => expected, checks: [ruleOf(isValid, expected)] });
var looseObject = (shape, expected) => new $ZodObject({ type: "object", shape, error: () => expected });
var valueBy = (check) => new $ZodUnknown({ type: "unknown", checks: [check] });
var listOfSteps = rule((value) => {
  if (!Array.isArray(value))
    return { path: [], expected: "a list of steps" };
  for (let at = 0;at < value.length; at += 1)
    if (!isStep(value[at]))
      return { path: [at], expected: stepRule };
  return;
});
var shape = {
  started_at: time2,
  updated_at: time2,
  step: textBy(isStep, stepRule),
  steps: valueBy(listOfSteps),
  context: valueBy(ruleOf(isObject, "an object"))
};
var sessionSchema = looseObject(shape, "an object with started_at, updated_at, step and steps");
var fields = Object.keys(shape);
var placeOf = ({ path }) => path.map((key) => typeof key === "number" ? `[${key}]` : String(key)).join("");
function findIssue(value, schema = sessionSchema) {
  const issue = safeParse(schema, value).error?.issues[0];
  return issue && { path: issue.path, expected: issue.message };
}

// lib/cli/slips.ts
var isFileName = (text) => /^@(?:\.{0,2}\/\S*|\S*\.\w{1,5})$/.test(text);

// lib/cli/remarks.ts
function noteOfSave(notes, kept) {
  if (kept.length > 0)
    return noteOfArchives(kept, ", with other content");
  return notes !== undefined && isFileName(notes) ? `note: the notes are the text ${quote(notes)}; no file is read` : undefined;
}
function noteOfArchives(archives, which = "") {
  const named = archives.length > 3 ? `${archives.slice(0, 3).join(", ")} and ${archives.length - 3} more` : archives.join(", ");
  return `note: kept, written by an interrupted save of this session${which}: ${named}; delete by hand what is not wanted`;
}

// lib/cli/run.ts

// lib/store/project.ts

// lib/store/read-file.ts

// lib/store/windows.ts
var isWindows = process.platform === "win32";
var withSlashes = (path) => isWindows ? path.replaceAll("\\", "/") : path;
function retryWhileInUse(lastLook, change, onWindows = isWindows) {
  for (let waitedMs = 0, pauseMs = 1;; pauseMs = Math.min(50, 2 * pauseMs)) {
    lastLook();
    try {
      change();
      return;
    } catch (error) {
      if (!onWindows || !isRefusal(error))
        throw error;
      const reason = `for 5 seconds another program has kept the file open, or it is read-only (${systemCode(error)})`;
      if (waitedMs >= 5000)
        throw Object.assign(new Error(reason), { code: "EBUSY" });
    }
    Bun.sleepSync(pauseMs);
    waitedMs += pauseMs;
  }
}
function retryWhileBusy(read, onWindows = isWindows) {
  for (let attempt = 0;; attempt += 1) {
    try {
      const found = read();
      if (!onWindows || found !== null || attempt === 2)
        return found;
    } catch (error) {
      if (!onWindows || attempt === 2 || !isRefusal(error))
        throw error;
    }
    Bun.sleepSync(5);
  }
}
var isRefusal = (error) => ["EPERM", "EACCES", "EBUSY"].includes(systemCode(error));
var unsyncable = isWindows ? ["EINVAL", "ENOTSUP", "EPERM", "EACCES"] : ["EINVAL", "ENOTSUP"];
var folderFlag = isWindows ? "r+" : "r";

// lib/store/read-file.ts
function isSameVersion(a, b) {
  if (a === null || b === null)
    return a === b;
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}
var buffer = new Uint8Array(16384);
function readFile(path, maxBytes) {
  return openAndRead(path, (file) => {
    let bytes = 0;
    for (let more = -1;more !== 0 && bytes < buffer.length; bytes += more)
      more = readSync(file, buffer, bytes, buffer.length - bytes, bytes);
    const isWhole = bytes < buffer.length && bytes <= maxBytes;
    return isWhole ? decode(buffer.subarray(0, bytes)) : readBySize(file, maxBytes);
  });
}
function readBySize(file, maxBytes) {
  const tooLarge = (bytes) => ({ problem: `too large: ${bytes} bytes, the limit is ${maxBytes}` });
  const { size } = statOfRegular(file);
  if (size > maxBytes)
    return tooLarge(size);
  const bytes = readFileSync(file);
  return bytes.length > maxBytes ? tooLarge(bytes.length) : decode(bytes);
}
var decoder = new TextDecoder("utf-8", { fatal: true });
function decode(bytes) {
  try {
    return { value: decoder.decode(bytes) };
  } catch {
    return { problem: "not UTF-8 text" };
  }
}
function readBeginning(path, bytes) {
  const found = openAndRead(path, (file) => {
    const { size } = statOfRegular(file);
    const read = new Uint8Array(Math.min(bytes, size));
    const beginning = wholeCharacters(read.subarray(0, readSync(file, read, 0, read.length, 0)), size);
    return { value: { text: new TextDecoder().decode(beginning), rest: Math.max(0, size - beginning.length) } };
  });
  if (found?.value !== undefined)
    return found.value;
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return { text: isLink ? `a symbolic link to ${readlinkSync(path)}` : "", rest: 0 };
}
function wholeCharacters(bytes, size) {
  const start = bytes.findLastIndex((byte) => (byte & 192) !== 128);
  const lead = bytes[start] ?? 0;
  const length = lead >= 240 ? 4 : lead >= 224 ? 3 : lead >= 192 ? 2 : 1;
  const isCut = bytes.length < size && start + length > bytes.length;
  return isCut ? bytes.subarray(0, start) : bytes;
}
var irregular = ["EISDIR", "ESPIPE", "ENXIO", "ELOOP", "EOPNOTSUPP"];
function openAndRead(path, take) {
  const once = () => {
    let file;
    try {
      if (isWindows && !lstatSync(path).isFile())
        return { problem: "not a regular file" };
      file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      return take(file);
    } catch (error) {
      if (isAbsence(error))
        return null;
      if (irregular.includes(systemCode(error)))
        return { problem: "not a regular file" };
      throw error;
    } finally {
      if (file !== undefined)
        closeSync(file);
    }
  };
  return tryTo(`read ${path}`, () => retryWhileBusy(once));
}
function statOfRegular(file) {
  const stat = fstatSync(file);
  if (stat.isFile())
    return stat;
  throw Object.assign(new Error("not a regular file"), { code: "EISDIR" });
}
var readVersion = (path) => unlessAbsent(`look at ${path}`, () => retryWhileBusy(() => lstatSync(path, { throwIfNoEntry: false }) ?? null));
function identify(path) {
  const stat = unlessAbsent(`look at ${path}`, () => statSync(path, { bigint: true }));
  return stat && `${stat.dev} ${stat.ino}`;
}

// lib/store/project.ts
var sessionsPath = "ia/state/sessions";
var skillPath = ".claude/skills/session";
function findProject(from = currentFolder()) {
  for (let folder = from;folder !== null; folder = above(folder))
    for (const [path, isThere] of marks)
      if (findForeign(folder, path, from) === undefined && isThere(folder))
        return path === sessionsPath ? projectAt(folder) : withoutSessions(folder, from);
  return withoutSessions(from, from);
}
function findWay(from) {
  try {
    const start = from ?? currentFolder();
    let way = "";
    for (let folder = start;folder !== null; folder = above(folder), way += "../")
      if (findForeign(folder, skillPath, start) === undefined && hasSkill(folder))
        return way;
    if (identify(above(Bun.main) ?? "") === identify(`${home()}/${skillPath}/scripts`))
      return "~/";
  } catch {}
  return "";
}
function above(folder) {
  const parent = process.getBuiltinModule("node:path").dirname(folder);
  return parent === folder ? null : parent;
}
var join = (folder, path) => folder.endsWith("/") ? `${folder}${path}` : `${folder}/${path}`;
var projectAt = (root) => ({ root, sessions: join(root, sessionsPath) });
function withoutSessions(root, from) {
  const foreign = findForeign(root, sessionsPath, from);
  const help = "work in a folder of your own, or take it over (chown)";
  if (foreign !== undefined)
    throw new SessionError("failed", `${foreign} belongs to another user`, help);
  refuseObstacle(root, true);
  return projectAt(root);
}
var marks = [
  [sessionsPath, hasSessions],
  [skillPath, (folder) => hasSkill(folder) && !isHome(folder)],
  [".git", (folder) => isFolder(join(folder, ".git")) || stat(join(folder, ".git"))?.isFile() === true]
];
var hasSkill = (folder) => isFolder(join(folder, skillPath));
var home = () => process.getBuiltinModule("node:os").homedir();
function isHome(folder) {
  try {
    return identify(home()) === identify(folder);
  } catch {
    return false;
  }
}
function currentFolder() {
  const find = () => {
    process.chdir(".");
    return withSlashes(process.cwd());
  };
  const path = tryTo("find the current folder", find, "change to a folder that exists");
  if (!path.includes("\uFFFD") || identify(path) === identify("."))
    return path;
  throw new SessionError("failed", `the path of the current folder is not UTF-8 text: ${quote(path)}`, "rename the folder");
}
function hasSessions(folder) {
  const isThere = isFolder(join(folder, sessionsPath));
  if (!isThere)
    refuseObstacle(folder, false);
  return isThere;
}
function refuseObstacle(folder, isRoot) {
  const paths = ["ia", "ia/state", sessionsPath].map((path) => join(folder, path));
  const obstacle = paths.find((path) => stat(path, lstatSync2) !== undefined && !isFolder(path));
  if (obstacle === undefined)
    return;
  const isDangling = stat(obstacle) === undefined;
  if (obstacle === paths[0] && !isDangling && !isRoot)
    return;
  const what = isDangling ? "a symbolic link that leads nowhere" : "not a folder";
  const problem = `cannot reach the sessions: ${obstacle} is ${what}`;
  throw new SessionError("failed", problem, "restore the folder, or move away what is in its place");
}
function findForeign(folder, path, from) {
  const own = stat(folder);
  const user = process.geteuid?.();
  if (own === undefined || user === undefined)
    return;
  const owners = [user, 0, folder === from ? own.uid : stat(from)?.uid];
  if (!owners.includes(own.uid))
    return folder;
  if ((own.mode & 2) === 0)
    return;
  const names = path.split("/");
  const steps = names.map((_, index) => join(folder, names.slice(0, index + 1).join("/")));
  return steps.find((step) => !owners.includes(stat(step, lstatSync2)?.uid ?? user));
}
var isFolder = (path) => stat(path)?.isDirectory() === true;
var stat = (path, how = statSync2) => unlessAbsent(`look at ${path}`, () => how(path, { throwIfNoEntry: false })) ?? undefined;

// lib/cli/agents.ts
var sources = {
  AI_AGENT: "any agent: npm @vercel/detect-agent; VS Code's since microsoft/vscode#320129",
  CLAUDECODE: "Claude Code: https://code.claude.com/docs/en/env-vars",
  CURSOR_AGENT: "Cursor: npm @vercel/detect-agent, microsoft/vscode#311734",
  GEMINI_CLI: "Gemini CLI: google-gemini/gemini-cli, docs/tools/shell.md",
  CODEX_SANDBOX: "Codex: https://developers.openai.com/codex/environment-variables",
  CODEX_THREAD_ID: "Codex: openai/codex#10096",
  CODEX_CI: "Codex: npm @vercel/detect-agent 1.1.1",
  COPILOT_CLI: "GitHub Copilot CLI: PyPI ai-agent-detector",
  COPILOT_AGENT: "GitHub Copilot in VS Code: microsoft/vscode#316267",
  OPENCODE: "OpenCode: anomalyco/opencode#34065, overengineeringstudio/effect-utils#79",
  OPENCODE_CLIENT: "OpenCode: npm @vercel/detect-agent 1.1.0",
  CLINE_ACTIVE: "Cline: cline/cline, VscodeTerminalRegistry.ts",
  AMP_CURRENT_THREAD_ID: "Amp: microsoft/vscode#311734",
  AUGMENT_AGENT: "Augment: npm @vercel/detect-agent 1.1.0",
  ANTIGRAVITY_AGENT: "Antigravity: npm @vercel/detect-agent 1.1.1"
};
var agentVariables = Object.keys(sources);
var isAgent = (environment) => agentVariables.some((name) => !["", "0", "false", undefined].includes(environment[name]));

// lib/cli/layout.ts
function wrap(pieces, width, indent = "") {
  const rows = [];
  for (const piece of pieces) {
    const longer = `${rows.at(-1)} ${piece}`;
    const row = rows.length === 0 ? piece : `${indent}${piece}`;
    if (rows.length > 0 && Bun.stringWidth(longer) <= width)
      rows[rows.length - 1] = longer;
    else if (Bun.stringWidth(row) <= width)
      rows.push(row);
    else
      for (const part of breakPiece(row, width))
        rows.push(part);
  }
  return rows;
}
function* breakPiece(piece, width) {
  let row = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(piece)) {
    const more = Bun.stringWidth(segment);
    if (used + more > width && row !== "") {
      yield row;
      [row, used] = ["", 0];
    }
    row += segment;
    used += more;
  }
  yield row;
}

// lib/cli/help.ts
var columns = 80;
function renderHelp(command) {
  const { name, about, usage, operands, options, examples } = command;
  const rows = [
    ...Object.entries(operands).map(([operand, { about }]) => [operand, about]),
    ...Object.entries(options).map(([option, { value, about }]) => [`--${option}${value ? `=${value}` : ""}`, about]),
    ["-h, --help", "print this help; --version prints the version"]
  ];
  const width = rows.reduce((widest, [left = ""]) => Math.max(widest, left.length), 0) + 4;
  const codes = command.failures.map((code) => `${failures[code].status} ${failures[code].meaning}`);
  return [
    ...wrap(about.split(" "), columns),
    "",
    ...wrap(`usage: ${commandLine(name, usage)}`.split(/ (?![^[]*\])/), columns, "       "),
    "",
    ...rows.flatMap(([left = "", right = ""]) => {
      const [first = "", ...others] = wrap(right.split(" "), columns - width);
      return [`  ${left.padEnd(width - 2)}${first}`, ...others.map((row) => " ".repeat(width) + row)];
    }),
    "",
    "examples:",
    ...examples.map((words) => `  ${wrap(commandLine(name, words).split(" "), columns - 4, "    ").join(" \\\n  ")}`),
    "",
    ...wrap(`exit codes: 0 done, ${codes.join(", ")}`.split(/(?<=,) (?=\d)/), columns, "  "),
    ""
  ].join(`\n`);
}

// lib/cli/run.ts
function run(command, action) {
  const streams = {
    stdin: (bytes) => whenReady(() => readSync2(0, bytes)),
    writeOut: (text) => writeAll(1, text),
    writeErr: (text) => writeAll(2, text),
    screen: () => readScreen()
  };
  showCommandsFrom(findWay);
  process.exitCode = execute(command, process.argv.slice(2), action, streams);
}
function writeAll(stream, text) {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0;written < bytes.length; )
    written += whenReady(() => writeSync(stream, bytes, written));
}
function whenReady(transfer) {
  for (;; )
    try {
      return transfer();
    } catch (error) {
      if (systemCode(error) !== "EAGAIN")
        throw error;
      Bun.sleepSync(1);
    }
}
function execute(command, argv, action, streams) {
  try {
    const page = findPage(command, argv);
    if (page !== undefined)
      print(() => page, streams);
    else {
      const call = { args: parseArgs(command, argv), findProject, now: () => new Date, stdin: streams.stdin };
      const result = action(call.args, call);
      const isChange = command.name !== "get" && !("text" in result);
      print((screen) => render(result, call, screen), streams, { isChange, remark: result.remark });
    }
    return 0;
  } catch (error) {
    const failure = failedTo("go on: unexpected error", error, "please report this");
    say(failureLines(failure), streams);
    return failures[failure.code].status;
  }
}
function print(text, streams, effect = { isChange: false }) {
  try {
    const line = effect.remark?.();
    if (line !== undefined)
      say([line], streams);
    streams.writeOut(text(streams.screen()));
  } catch (error) {
    const failure = failedTo("print the result", error);
    if (!effect.isChange)
      throw failure;
    const help = `check what was done before you run it again: ${commandLine("get", "--all")}`;
    throw new SessionError("failed", `done, but ${failure.message}`, help);
  }
}
function say(lines, { writeErr }) {
  try {
    writeErr(lines.map((line) => `${escapeControls(line)}\n`).join(""));
  } catch {}
}
function findPage(command, argv) {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  if (words.includes("-h") || words.includes("--help"))
    return renderHelp(command);
  return argv.length === 1 && argv[0] === "--version" ? `${name} ${version}\n` : undefined;
}
function wasClosed(stream) {
  const info = `/proc/self/fdinfo/${stream}`;
  const [, flags = "0"] = existsSync(info) && /^flags:\s*(\d+)$/m.exec(readFileSync2(info, "utf8")) || [];
  return (Number.parseInt(flags, 8) & 524288) !== 0;
}
function readScreen(stdout = 1) {
  const stat = fstatSync2(stdout);
  if (!stat.isCharacterDevice())
    return null;
  if (stat.rdev === statSync3("/dev/null", { throwIfNoEntry: false })?.rdev) {
    if (wasClosed(stdout))
      throw Object.assign(new Error("EBADF: stdout is closed"), { code: "EBADF" });
    return null;
  }
  const { isatty } = process.getBuiltinModule("node:tty");
  if (!isatty(stdout) || isAgent(process.env))
    return null;
  const { NO_COLOR, TERM } = process.env;
  return { width: process.stdout.columns || 80, colour: (NO_COLOR ?? "") === "" && TERM !== "dumb" };
}

// lib/cli/views.ts
var viewSave = ({ workflow, status, archive }) => `${workflow} archived as ${status}: ${escapeControls(archive)}\n`;

// lib/store/save.ts

// lib/archive/archive.ts
var import_gray_matter = __toESM(require_gray_matter(), 1);

// lib/session/session.ts
function decodeSession(text) {
  const json = decodeJson(text, maxDepth + 1);
  if (json.problem !== undefined)
    return json;
  const { value } = json;
  const session = isObject(value) && !("context" in value) ? { ...value, context: {} } : value;
  const problem = findWrongField(session) ?? findSizeProblem(session, text);
  return problem === undefined ? { value: session } : { problem };
}
function findWrongField(session) {
  const issue = findIssue(session);
  if (issue === undefined)
    return;
  let found = session;
  for (const key of issue.path)
    found = found[key];
  return `${placeOf(issue) || "not a session"}: expected ${issue.expected}, found ${describe3(found)}`;
}
function findSizeProblem({ context }, text) {
  if (text.length * 8 < maxTextBytes)
    return;
  const bytes = bytesBeyond(maxTextBytes, JSON.stringify(context));
  return bytes === undefined ? undefined : `context: expected at most ${maxTextBytes} bytes of JSON, found ${bytes}`;
}
function describe3(value) {
  if (value === undefined)
    return "nothing";
  if (value === null)
    return "null";
  if (Array.isArray(value))
    return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? quote(value) : `the ${typeof value} ${value}`;
}
function branchOf({ context }) {
  const { branch } = context;
  return typeof branch === "number" || typeof branch === "string" && branch !== "" ? String(branch) : undefined;
}

// lib/archive/yaml.ts
function parseYaml(text) {
  const name = crypto.randomUUID();
  const renamed = text.replace(/^( *(?:\? )?(?:!!str )?)"<<"(?=:?$|: )/gm, `$1"${name}"`);
  const isOld = Bun.semver.order(Bun.version, "1.4.0") < 0;
  const value = Bun.YAML.parse(isOld ? renamed.replace(/^( *)\? (?:!!str )?(".*")\n\1:/gm, "$1$2:") : renamed);
  return renamed === text ? value : renameKey(value, name, "<<");
}
function renameKey(value, from, to, done = new Map) {
  if (typeof value === "string")
    return value.replaceAll(from, to);
  if (typeof value !== "object" || value === null)
    return value;
  if (done.has(value))
    return done.get(value);
  done.set(value, value);
  const rename = (item) => renameKey(item, from, to, done);
  const renamed = Array.isArray(value) ? value.map(rename) : Object.fromEntries(Object.entries(value).map(([key, item]) => [key === from ? to : key, rename(item)]));
  done.set(value, renamed);
  return renamed;
}
function isWithoutAliases(yaml) {
  for (let at = 0;; ) {
    const open = yaml.indexOf('"', at);
    const outside = (at === 0 ? `\n` : "") + yaml.slice(at, open === -1 ? undefined : open);
    if (/[&*'|>]|\[(?!\])|\{(?!\})/.test(outside))
      return false;
    if (open === -1)
      return true;
    if (!/(?:\n *(?:[-?] )*|: )(?:!!str )?$/.test(outside))
      return false;
    at = endOfText(yaml, open + 1);
    if (at === -1)
      return false;
  }
}
function endOfText(yaml, start) {
  for (let at = start;at < yaml.length && yaml[at] !== `\n`; at += 1) {
    if (yaml[at] === '"')
      return at + 1;
    if (yaml[at] === "\\")
      at += 1;
  }
  return -1;
}
function renderYaml(mapping) {
  return Object.entries(mapping).map(([key, value]) => `${renderKey(key, "")}${renderValue(value, "")}\n`).join("");
}
function renderValue(value, indent) {
  if (typeof value === "object" && value !== null) {
    const isList = Array.isArray(value);
    const inner = `${indent}  `;
    const items = Object.entries(value).map(([key, item]) => `\n${inner}${isList ? "-" : renderKey(key, inner)}${renderValue(item, inner)}`);
    return items.length > 0 ? items.join("") : isList ? " []" : " {}";
  }
  if (typeof value === "string")
    return ` ${renderText(value)}`;
  return ` ${typeof value === "number" ? renderNumber(value) : JSON.stringify(value)}`;
}
function renderKey(key, indent) {
  const text = key === "<<" ? '!!str "<<"' : renderText(key);
  return text.length <= 1000 && key !== "<<" ? `${text}:` : `? ${text}\n${indent}:`;
}
var renderNumber = (value) => Object.is(value, -0) ? "-0.0" : JSON.stringify(value).replace(/^(-?\d+)e/, "$1.0e");
var plain = /^(?!(?:y|n|yes|no|on|off|true|false|null|e[-+.\d_]*)$|.*\.\.\.)[a-z](?:[\w/.:-]*[\w/.-])?$/i;
var unsafe = /[\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202f\u2066-\u2069\ufeff\ufffe\uffff]/g;
var renderText = (text) => text.length <= 100 && plain.test(text) ? text : JSON.stringify(text).replace(unsafe, unicodeEscape);

// lib/archive/front-matter.ts
var archiveSchema = () => looseObject({
  ...shape,
  workflow: textBy(isWorkflow, workflowRule),
  status: _enum($ZodEnum, [...statuses], `one of ${statuses.join(", ")}`),
  archived_at: time2,
  notes: new $ZodOptional({ type: "optional", innerType: textBy(() => true, "a text") })
}, "the fields of an archive");
function parseArchive(text) {
  const data = parseFrontMatter(text);
  const issue = findIssue(data, archiveSchema());
  if (issue === undefined)
    return data;
  throw new Error(`${placeOf(issue) || "front matter"}: expected ${issue.expected}`);
}
function summarizeArchive(archive) {
  const { workflow, status, started_at, archived_at, step } = archive;
  const notes = archive.notes && [...archive.notes.slice(0, 400)].slice(0, 200).join("");
  return { workflow, status, started_at, archived_at, step, branch: branchOf(archive), notes };
}
var frontMatterOf = (text) => /^---\r?\n([\s\S]*?)\n---\r?(?:\n|$)/.exec(text)?.[1]?.replaceAll(`\r\n`, `\n`);
function parseFrontMatter(text) {
  const yaml = frontMatterOf(text);
  const repeated = yaml === undefined ? undefined : findRepeatedKey2(yaml);
  if (repeated !== undefined)
    throw new Error(`the key ${quote(repeated)} is given twice`);
  try {
    if (yaml !== undefined)
      return parseYaml(yaml);
  } catch {}
  throw new Error("no front matter that can be read");
}
function findRepeatedKey2(yaml) {
  const seen = new Set;
  for (const line of yaml.split(`\n`)) {
    const key = /^(?:([a-z][\w/.:-]*?)|"([^"\\]*(?:\\.[^"\\]*)*)"|'([^']*)') *:(?: |$)/i.exec(line)?.slice(1).join("");
    if (key === undefined)
      continue;
    if (seen.has(key))
      return key;
    seen.add(key);
  }
  return;
}

// lib/archive/markdown.ts
function codeSpan(text) {
  const shown = escapeControls(text);
  const fence = "`".repeat(longestRun(shown) + 1);
  const padding = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
}
function codeBlock(text, language) {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${escapeInvisible(text)}\n${fence}`;
}
function quotation(text) {
  const given = text.trim().split(/\r\n|[\n\r]/);
  const lines = given.map(escapeLine);
  return lines.map((line, index) => line === "" ? ">" : `> ${line}${(lines[index + 1] ?? "") === "" ? "" : "\\"}`).join(`\n`);
}
function escapeLine(line) {
  return escapeControls(line.trim().replaceAll("\t", " ")).replace(/[\\`*_[\]<>&~|$]/g, "\\$&").replace(/\S+/g, (word) => word.includes("\\") ? word.replace(/(?<=https?|ftp|mailto|xmpp):|(?<=www)\./gi, "\\$&") : word).replace(/^(?:[#+=:-]|\d+(?=[.)]))/, (start) => /\d/.test(start) ? `${start}\\` : `\\${start}`);
}
function longestRun(text) {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g))
    longest = Math.max(longest, run.length);
  return longest;
}

// lib/archive/archive.ts
var options = { engines: { yaml: { parse: parseYaml, stringify: renderYaml } } };
var ownFields = ["workflow", "status", "archived_at", "notes", "state"];
function renderArchive(session, outcome) {
  if (JSON.stringify(session, null, 2).length > 3 * maxArchiveBytes)
    throw tooLarge(outcome);
  const { workflow, status, notes, now } = outcome;
  const hidden = Object.entries(session).filter(([key]) => ownFields.includes(key));
  const data = {
    workflow,
    status,
    archived_at: now.toISOString(),
    ...notes === undefined ? {} : { notes },
    ...Object.fromEntries(Object.entries(session).filter(([key]) => !ownFields.includes(key))),
    ...hidden.length === 0 ? {} : { state: Object.fromEntries(hidden) }
  };
  const body = { content: renderBody(session, outcome) };
  const text = import_gray_matter.default.stringify(body, data, options);
  if (bytesBeyond(maxArchiveBytes, text) !== undefined)
    throw tooLarge(outcome);
  try {
    if (JSON.stringify(parseFrontMatter(text)) === JSON.stringify(data))
      return text;
  } catch {}
  const problem = `the archive of ${workflow} would not hold what the session holds`;
  throw new SessionError("failed", problem, "please report this; the session is kept");
}
function tooLarge({ workflow }) {
  const problem = `the archive of ${workflow} would have more than ${maxArchiveBytes} bytes, with the indentation of nested values`;
  return new SessionError("failed", problem, "make its session file less nested by hand; the session is kept");
}
function isSuperseded(text, later) {
  const yaml = frontMatterOf(text);
  if (yaml === undefined || !isWithoutAliases(yaml))
    return false;
  try {
    const archive = parseArchive(text);
    return isAsWritten(archive, text) && isRepeated(archive, parseArchive(later));
  } catch {
    return false;
  }
}
function isAsWritten({ workflow, status, archived_at, notes, state, ...fields }, text) {
  const session = { ...fields, ...state };
  return renderArchive(session, { workflow, status, notes, now: new Date(archived_at) }) === text.replaceAll(`\r\n`, `\n`);
}
function isRepeated(archive, later) {
  const { archived_at, updated_at, step, steps, context, notes } = archive;
  const isPast = sortableTime(updated_at) <= sortableTime(later.updated_at) && steps.every((each, at) => each === later.steps[at]);
  const hasStep = step === later.step || later.steps.includes(step);
  const expected = { ...later, archived_at, updated_at, step, steps, context };
  if (notes === undefined)
    delete expected.notes;
  return isPast && hasStep && Bun.deepEquals(expected, archive, true);
}
function renderBody(session, { workflow, status, notes, now }) {
  const branch = branchOf(session);
  const facts = [
    ...branch === undefined ? [] : [`Branch ${codeSpan(cutText(escapeControls(branch), 100))}`],
    session.steps.length === 1 ? "1 step" : `${session.steps.length} steps`,
    `${formatMinute(parseTime(session.started_at))} to ${formatMinute(now.getTime())} UTC`,
    formatDuration(now.getTime() - parseTime(session.started_at))
  ];
  const sections = [
    `# ${workflow.replaceAll("_", "\\_")}: ${status}`,
    facts.join(" \xB7 "),
    ...notes === undefined || notes.trim() === "" ? [] : [quotation(notes)],
    "## Steps",
    session.steps.map((step, index) => `${index + 1}. ${codeSpan(step)}`).join(`\n`),
    "## Context",
    codeBlock(JSON.stringify(session.context, null, 2), "json")
  ];
  return `\n${sections.join(`\n\n`)}\n`;
}

// lib/session/conditions.ts
function requireCondition(session, condition, { workflow, active }) {
  const unmet = findUnmet(session, condition);
  if (unmet === undefined)
    return;
  if (session === null) {
    const found = `there is no session of ${workflow}${didYouMean(workflow, active())}`;
    throw new SessionError("condition", `${unmet}: ${found}`, `list the active sessions: ${commandLine("get", "--all")}`);
  }
  const found = `${workflow} is at step ${quote(session.step)}, updated_at ${session.updated_at}`;
  const second = isWorkflow(`${workflow}.2`) ? `, like ${workflow}.2` : "";
  const help = unmet === "--if-new" ? `resume it from there, or give another run a name of its own${second}; to read it` : "somebody may have changed it (a time is compared as text); read it before you decide anything";
  throw new SessionError("condition", `${unmet}: ${found}`, `${help}: ${commandLine("get", workflow)}`);
}
function findUnmet(session, condition) {
  const { "if-new": ifNew, "if-step": step, "if-updated": time } = condition;
  if (ifNew && session !== null)
    return "--if-new";
  if (step !== undefined && session?.step !== step)
    return `--if-step=${step}`;
  return time !== undefined && session?.updated_at !== time ? `--if-updated=${cutText(time, 80)}` : undefined;
}

// lib/archive/identity.ts
function archiveName(session, workflow, attempt) {
  const parts = [
    toUtc(parseTime(session.started_at)).slice(0, 10),
    hyphenate(workflow),
    hyphenate(hyphenate(branchOf(session) ?? "").slice(0, 80)),
    attempt === 0 ? "" : String(attempt + 1)
  ];
  return `${parts.filter((part) => part !== "").join("-")}.md`;
}
function isArchiveName(name, workflow) {
  const rest = /^\d{4}-\d\d-\d\d-([A-Za-z0-9-]+)\.md$/.exec(name)?.[1];
  if (rest === undefined || workflow === undefined)
    return rest !== undefined;
  return rest === hyphenate(workflow) || rest.startsWith(`${hyphenate(workflow)}-`);
}
var hyphenate = (text) => text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
function isArchiveOf(text, workflow, times) {
  const lines = text.replaceAll(`\r\n`, `\n`);
  const header = lines.startsWith(`---\n`) ? lines.slice(0, lines.indexOf(`\n---\n`) + 1) : "";
  return Object.entries({ workflow, ...times }).every(([key, value]) => header.includes(`\n${renderYaml({ [key]: value })}`));
}

// lib/store/folder.ts

// lib/store/sync.ts
function syncFolder(folder) {
  tryTo(`sync the folder ${folder}`, () => sync(folder));
}
function sync(folder) {
  try {
    const directory = openSync2(folder, folderFlag);
    try {
      fsyncSync(directory);
    } finally {
      closeSync2(directory);
    }
  } catch (error) {
    if (!unsyncable.includes(systemCode(error)))
      throw error;
  }
}
function syncAfter(change, folder) {
  try {
    sync(folder);
  } catch (error) {
    const problem = `${change}, but it may not survive a power cut: ${failedTo("sync its folder", error).message}`;
    const done = "check the disk; what was asked for is done, so do not repeat it";
    throw new SessionError("failed", problem, isAbsence(error) ? "find out where the folder is now" : done);
  }
}

// lib/store/folder.ts
var lockFile = (folder) => `${folder.path}/.lock`;
var archivesFolder = (folder) => `${folder.path}/archives`;
var sessionFile = (folder, workflow) => `${folder.path}/${encodeName(workflow)}.json`;
var markerFile = (folder, workflow) => `${folder.path}/.${encodeName(workflow)}.saving.tmp`;
var temporaryFile = (folder) => `${folder}/.${Bun.randomUUIDv7()}.tmp`;
var isTemporary = (name) => /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);
var workflowOfSession = (name, onWindows = isWindows) => name.endsWith(".json") ? decodeName(name.slice(0, -".json".length), onWindows) : null;
var workflowOfMarker = (name) => name.startsWith(".") && name.endsWith(".saving.tmp") ? decodeName(name.slice(1, -".saving.tmp".length)) : null;
function encodeName(workflow, onWindows = isWindows) {
  if (!onWindows)
    return workflow;
  const name = workflow.replaceAll(":", "%3A");
  if (!/^(?:con|prn|aux|nul|(?:com|lpt)\d)(?=$|[.%])/i.test(name))
    return name;
  return `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
}
function decodeName(name, onWindows = isWindows) {
  if (!onWindows)
    return isWorkflow(name) ? name : null;
  const workflow = name.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  return isWorkflow(workflow) && encodeName(workflow, true).toLowerCase() === name.toLowerCase() ? workflow : null;
}
var openFolder = (project) => unlessAbsent(`open the folder ${project.sessions}`, () => resolve(project));
var resolve = ({ sessions }) => ({ path: withSlashes(realpathSync(sessions)), shown: sessions });
function makeOne(path) {
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== "EEXIST")
      throw error;
  }
}
var listNames = (path) => unlessAbsent(`list the folder ${path}`, () => readdirSync(path)) ?? [];
var listWorkflows = (folder) => folder === null ? [] : workflowsIn(listNames(folder.path));
var workflowsIn = (names) => names.flatMap((name) => workflowOfSession(name) ?? []).sort();
function hasArchivesFolder(folder) {
  const path = archivesFolder(folder);
  const stat = readVersion(path);
  if (stat === null || stat.isDirectory())
    return stat !== null;
  const problem = `${path} is ${stat.isSymbolicLink() ? "a symbolic link" : "not a folder"}`;
  throw new SessionError("failed", problem, "make it a folder: nothing is read or written outside of the sessions folder");
}
function makeArchivesFolder(folder) {
  const archives = archivesFolder(folder);
  if (!hasArchivesFolder(folder))
    tryTo(`make the folder ${archives}`, () => makeOne(archives));
  return archives;
}
function shownPath(folder, path) {
  const shown = folder.shown + path.slice(folder.path.length);
  const here = `${withSlashes(process.cwd())}/`;
  if (shown.startsWith(here))
    return shown.slice(here.length);
  return withSlashes(process.getBuiltinModule("node:path").relative(here, shown));
}

// lib/store/archives.ts
function listArchives(project, workflow, named) {
  const folder = openFolder(project);
  if (folder === null || !hasArchivesFolder(folder))
    return [];
  const listed = listNames(archivesFolder(folder)).flatMap((name) => {
    const item = isArchiveName(name, named) ? readListed(folder, name) : null;
    if (item === null)
      return [];
    if ("error" in item)
      return isArchiveName(name, workflow) ? { item, archived: "" } : [];
    return workflow === undefined || item.workflow === workflow ? { item, archived: sortableTime(item.archived_at) } : [];
  });
  return listed.sort((a, b) => newestFirst(a.archived, b.archived) || (a.item.archive < b.item.archive ? -1 : 1)).map(({ item }) => item);
}
function newestArchive(project, workflow) {
  try {
    return listArchives(project, workflow, workflow).find((item) => !("error" in item))?.archive;
  } catch {
    return;
  }
}
function freeName(archives, session, workflow) {
  for (let attempt = 0;; attempt += 1) {
    const name = archiveName(session, workflow, attempt);
    if (readVersion(`${archives}/${name}`) === null)
      return name;
  }
}
function readListed(folder, name) {
  const path = `${archivesFolder(folder)}/${name}`;
  const archive = shownPath(folder, path);
  try {
    const text = readFrontMatter(path);
    return text === null ? null : { ...summarizeArchive(parseArchive(text)), archive };
  } catch (error) {
    return { archive, error: failedTo(`read ${archive}`, error).message };
  }
}
function readFrontMatter(path) {
  const { text } = readBeginning(path, 65536);
  const end = /\n---(?:\r?\n|$)/.exec(text);
  const beginning = end === null ? undefined : text.slice(0, end.index + end[0].length);
  if (beginning?.includes("\uFFFD") === false)
    return beginning;
  const file = readFile(path, maxArchiveBytes);
  if (file?.problem !== undefined)
    throw new Error(file.problem);
  return file?.value ?? null;
}

// lib/store/atomic-write.ts
function writeAtomically(target, text, { temporary, lastLook, owner }) {
  try {
    writeAndSync(temporary, text, owner);
    retryWhileInUse(lastLook, () => renameSync(temporary, target));
  } catch (error) {
    discard(temporary);
    throw failedTo(`write ${target}`, error);
  }
}
function writeAndSync(path, text, owner) {
  const file = openSync3(path, "wx", 438);
  try {
    if (owner !== undefined)
      giveTo(owner, file);
    const bytes = new TextEncoder().encode(text);
    for (let written = 0;written < bytes.length; )
      written += writeSync2(file, bytes, written, bytes.length - written);
    fsyncSync2(file);
  } finally {
    closeSync3(file);
  }
}
function giveTo({ uid, gid, mode }, file) {
  const own = fstatSync3(file);
  const isGiven = own.uid === uid && own.gid === gid || tryToGive(file, uid, gid);
  if (!isGiven)
    tryToGive(file, own.uid, gid);
  if (((own.mode ^ mode) & 4095) !== 0)
    fchmodSync(file, mode & 4095);
}
function tryToGive(file, uid, gid) {
  try {
    fchownSync(file, uid, gid);
    return true;
  } catch (error) {
    if (!["EPERM", "EINVAL", "ENOSYS", "ENOTSUP"].includes(systemCode(error)))
      throw error;
    return false;
  }
}
function removeFile(path) {
  try {
    const unlink = () => unlinkSync(path);
    retryWhileInUse(() => {}, unlink);
  } catch (error) {
    if (!isAbsence(error))
      throw error;
  }
}
function discard(path) {
  try {
    unlinkSync(path);
  } catch {}
}

// lib/store/marker.ts
var maxMarkerBytes = 1024 * 1024;
function readMarker(folder, workflow) {
  const lines = readFile(markerFile(folder, workflow), maxMarkerBytes)?.value?.split(`\n`);
  return [...new Set(lines)].filter((name) => isTemporary(name) || isArchiveName(name, workflow));
}
function writeMarker(folder, workflow, names, lastLook) {
  writeAtomically(markerFile(folder, workflow), `${names.join(`\n`)}\n`, { temporary: temporaryFile(folder.path), lastLook });
  syncFolder(folder.path);
}
function sweepMarker(folder, workflow, isHeld) {
  let temporaries;
  try {
    temporaries = readMarker(folder, workflow).filter(isTemporary);
    if (temporaries.length > 0 && hasArchivesFolder(folder)) {
      if (!isHeld())
        return;
      const archives = archivesFolder(folder);
      const paths = temporaries.map((name) => `${archives}/${name}`).filter((path) => readVersion(path)?.isFile());
      removeArchives(folder, paths);
    }
  } catch (error) {
    const code = error instanceof SessionError ? systemCode(error.cause) : undefined;
    const isForeign = temporaries === undefined ? ["EACCES", "EPERM"].includes(code ?? "") : code === "";
    if (!isForeign)
      return;
  }
  if (isHeld())
    discard(markerFile(folder, workflow));
}
var isArchiveFileOf = (path, workflow, times) => isArchiveOf(readFile(path, maxArchiveBytes)?.value ?? "", workflow, times);
function findArchives(folder, names, workflow, { started_at }) {
  if (names.length === 0 || !hasArchivesFolder(folder))
    return [];
  const present = listNames(archivesFolder(folder));
  const found = names.filter((name) => !isTemporary(name) && present.includes(name));
  const paths = found.map((name) => `${archivesFolder(folder)}/${name}`);
  return paths.filter((path) => isArchiveFileOf(path, workflow, { started_at }));
}
function removeArchives(folder, paths) {
  const archives = archivesFolder(folder);
  tryTo(`remove what an interrupted save left in ${archives}`, () => {
    for (const path of paths)
      removeFile(path);
    if (paths.length > 0)
      syncFolder(archives);
  });
}

// lib/store/spelling.ts
function otherSpelling(folder, workflow) {
  const file = sessionFile(folder, workflow);
  if (readVersion(`${file.slice(0, -".json".length)}.JSON`) === null || readVersion(file) === null)
    return null;
  for (let listing = 0;listing < 10; listing += 1) {
    const names = listNames(folder.path).map((name) => workflowOfSession(name) ?? name);
    if (names.includes(workflow))
      return null;
    const spellings = [workflow, `${workflow}.json`].map((name) => name.toLowerCase());
    const other = names.find((name) => spellings.includes(name.toLowerCase()));
    if (other !== undefined)
      return other;
  }
  return null;
}
function refuseOtherSpelling(folder, workflow) {
  const other = otherSpelling(folder, workflow);
  if (other === null)
    return;
  const problem = `${workflow} and ${other} differ in case only, and this file system keeps one file for both: it is that of ${other}`;
  throw new SessionError("usage", problem, `use the name ${other}, or one that differs in more than case`);
}

// lib/store/reading.ts
function readSessionFile(folder, workflow) {
  const path = sessionFile(folder, workflow);
  const file = readFile(path, maxFileBytes);
  if (file === null)
    return null;
  const { value, problem } = file.problem === undefined ? decodeSession(file.value) : file;
  if (value !== undefined)
    return value;
  const shown = shownPath(folder, path);
  const help = `fix ${shown} by hand, or delete it: ${commandLine("reset", workflow)}`;
  throw new SessionError("damaged", `${shown} is damaged: ${problem}`, help);
}

// lib/store/lock-file.ts
var maxPathBytes = 504;
var remedy = "it must be an empty file; remove it, and the next write makes a new one";
var cannotLock = (path, why, help = remedy) => new SessionError("failed", `cannot lock ${path}: ${why}`, help);
function ensureLockFile(path) {
  const bytes = bytesBeyond(maxPathBytes, path);
  if (bytes !== undefined) {
    const why = `its path has ${bytes} bytes, and SQLite takes at most ${maxPathBytes}`;
    throw cannotLock(path, why, "move the project to a folder with a shorter path");
  }
  refuseCompany(path);
  try {
    const file = openSync4(path, isWindows ? "a" : flags.O_RDWR | flags.O_CREAT | flags.O_NOFOLLOW, 438);
    const stat = fstatSync4(file);
    closeSync4(file);
    if (!stat.isFile())
      throw cannotLock(path, "it is not a regular file");
    if (stat.nlink > 1)
      throw cannotLock(path, "it has a second name (a hard link), and to close a file by that would drop the lock");
    if (stat.size > 0)
      throw cannotLock(path, "it is not empty");
  } catch (error) {
    throw failedTo(`lock ${path}`, error, isAbsence(error) ? undefined : remedy);
  }
}
function refuseCompany(path) {
  for (const beside of [`${path}-journal`, `${path}-wal`])
    if (readVersion(beside) !== null)
      throw cannotLock(path, `${beside} is beside it`, `remove ${beside}: nothing here makes such a file`);
  const file = readVersion(path);
  if (file?.isFile() && file.size > 0)
    throw cannotLock(path, "it is not empty");
}

// lib/store/lock.ts
var sqlite = () => process.getBuiltinModule("bun:sqlite");
var patienceMs = 30000;
function acquireLock(path, timeoutMs = patienceMs, beforeOpening = () => {}) {
  const deadline = monotonicMs() + timeoutMs;
  do {
    beforeOpening();
    const file = openLockFile(path);
    try {
      if (waitForLock(file, path, deadline))
        return { isHeld: () => isInPlace(file), release: () => file.close() };
    } catch (error) {
      if (isInPlace(file)) {
        file.close();
        throw error;
      }
    }
    file.close();
  } while (monotonicMs() < deadline);
  const problem = `could not get the lock ${path} within ${patienceMs / 1000} seconds: other processes hold it`;
  const help = "run the same command again; if that fails too, find the process that keeps the file open, and continue or end it";
  throw new SessionError("locked", problem, help);
}
function waitForLock(file, path, deadline) {
  const start = monotonicMs();
  for (let attempt = 0;; attempt += 1) {
    if (attempt > 0)
      refuseCompany(path);
    const isLocked = tryLock(file, path);
    if (!isInPlace(file))
      return false;
    if (isLocked)
      return true;
    if (attempt === 4 && !canShare(file))
      throw unlockable(path);
    if (monotonicMs() >= deadline)
      return false;
    Bun.sleepSync(pauseMs(attempt, monotonicMs() - start));
  }
}
function pauseMs(attempt, waitedMs) {
  if (attempt < 4)
    return 1 + 3 * Math.random();
  return 2 + 80 * Math.random() * Math.max(0, 1 - waitedMs / 1e4) ** 2;
}
function isInPlace(file) {
  if (isWindows)
    return true;
  const moved = new Int32Array(2);
  return file.fileControl(sqlite().constants.SQLITE_FCNTL_HAS_MOVED, moved) === 0 && moved[0] === 0;
}
function openLockFile(path) {
  ensureLockFile(path);
  const { constants, Database } = sqlite();
  const flags = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_NOFOLLOW;
  return tryTo(`lock ${path}`, () => new Database(path, flags), remedy);
}
function tryLock(file, path) {
  try {
    file.run("PRAGMA journal_mode = MEMORY");
    file.run("BEGIN IMMEDIATE");
    file.run("PRAGMA user_version = 1");
    return true;
  } catch (error) {
    const code = error instanceof sqlite().SQLiteError ? error.code ?? "" : "";
    if (code.startsWith("SQLITE_BUSY"))
      return false;
    if (/^SQLITE_(?:IOERR|PERM|NOLFS)/.test(code))
      throw unlockable(path);
    throw failedTo(`lock ${path}`, error, remedy);
  }
}
function canShare(file) {
  try {
    file.run("PRAGMA user_version");
    return true;
  } catch {
    return false;
  }
}
function unlockable(path) {
  const why = "this disk does not support record locks, or another program has locked the whole file";
  return cannotLock(path, why, "keep ia/state/sessions on a local disk (it may be a symbolic link)");
}
var monotonicMs = () => Bun.nanoseconds() / 1e6;

// lib/store/transaction.ts
var staleMs = 60000;

class NewStart extends SessionError {
  constructor() {
    const problem = "the lock file or the session kept being replaced for 30 seconds";
    super("locked", problem, "find out what replaces it, then run the same command again");
  }
}
function transact(folder, workflow, work) {
  const deadline = monotonicMs() + patienceMs;
  const own = identify(folder.path);
  const requireFolder = () => {
    if (own !== null && identify(folder.shown) === own)
      return;
    const problem = `the folder ${folder.shown} was moved or replaced meanwhile`;
    throw new SessionError("failed", problem, "find out where the sessions are now, then run the same command again there");
  };
  for (;; ) {
    const isLast = monotonicMs() > deadline;
    const lock = acquireLock(lockFile(folder), deadline - monotonicMs(), requireFolder);
    try {
      sweep(folder, lock);
      refuseOtherSpelling(folder, workflow);
      const lastLook = (path, version) => {
        requireFolder();
        if (!isSameVersion(readVersion(path), version) || !lock.isHeld())
          throw new NewStart;
      };
      return work(lastLook, lock.isHeld);
    } catch (error) {
      if (!(error instanceof NewStart) || isLast)
        throw error;
    } finally {
      lock.release();
    }
  }
}
function sweep(folder, { isHeld }) {
  for (const name of listNames(folder.path)) {
    if (!name.endsWith(".tmp"))
      continue;
    const file = isTemporary(name) ? readVersion(`${folder.path}/${name}`) : null;
    if (file?.isFile() && Math.abs(Date.now() - file.mtimeMs) > staleMs)
      discard(`${folder.path}/${name}`);
    const saved = workflowOfMarker(name);
    if (saved !== null && readVersion(sessionFile(folder, saved)) === null)
      sweepMarker(folder, saved, isHeld);
  }
}

// lib/store/roll-back.ts
function rollBack(error, save) {
  const { folder, workflow, session, target, text, isPlaced, earlier, noted } = save;
  const path = sessionFile(folder, workflow);
  let fate = "its session is kept";
  let rest = "";
  try {
    const isOwn = readFile(target, Buffer.byteLength(text))?.value === text && (isPlaced || !(error instanceof NewStart));
    const isOnlyOne = earlier.some((other) => readVersion(other) === null);
    const isThere = readVersion(path) !== null;
    if (!isThere)
      fate = `its session is no longer at ${path}`;
    if (isOwn && !isOnlyOne && (isThere || isArchivedTwice(folder, workflow, session))) {
      removeFile(target);
      syncFolder(archivesFolder(folder));
    }
    const namesOnlyThis = noted.length === 2;
    if (namesOnlyThis && readMarker(folder, workflow).join() === noted.join())
      sweepMarker(folder, workflow, () => true);
  } catch (failure) {
    rest = `; ${failedTo("undo it", failure).message}`;
  }
  if (error instanceof NewStart)
    return error;
  const { message, help } = failedTo(`archive and delete ${path}`, error);
  return new SessionError("failed", `${workflow} is not saved, ${fate}: ${message}${rest}`, help);
}
function isArchivedTwice(folder, workflow, session) {
  const { started_at, updated_at } = session;
  let count = 0;
  for (let attempt = 0;count < 2; attempt += 1) {
    const path = `${archivesFolder(folder)}/${archiveName(session, workflow, attempt)}`;
    if (readVersion(path) === null)
      return false;
    if (isArchiveFileOf(path, workflow, { started_at, updated_at }))
      count += 1;
  }
  return true;
}

// lib/store/save.ts
function archiveSession(project, workflow, options) {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null)
    throw missing(project, folder, workflow);
  return transact(folder, workflow, (lastLook, isHeld) => {
    const version = readVersion(sessionFile(folder, workflow));
    const prepared = prepare(project, folder, workflow, options);
    const { target, kept } = writeArchive({ folder, workflow, version, ...prepared, lastLook });
    const archive = shownPath(folder, target);
    syncAfter(`${workflow} is archived as ${archive} and deleted`, folder.path);
    sweepMarker(folder, workflow, isHeld);
    return { archive, kept: kept.map((path) => shownPath(folder, path)) };
  });
}
function previewArchive(project, workflow, options) {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null)
    throw missing(project, folder, workflow);
  refuseOtherSpelling(folder, workflow);
  return prepare(project, folder, workflow, options).text;
}
function prepare(project, folder, workflow, { condition, status, notes, now }) {
  const session = readSessionFile(folder, workflow);
  if (session === null)
    throw missing(project, folder, workflow);
  requireCondition(session, condition, { workflow, active: () => listWorkflows(folder) });
  return { session, text: renderArchive(session, { workflow, status, notes, now: now() }) };
}
function writeArchive({ folder, workflow, session, version, text, lastLook }) {
  const archives = makeArchivesFolder(folder);
  const name = freeName(archives, session, workflow);
  const target = `${archives}/${name}`;
  const temporary = temporaryFile(archives);
  const path = sessionFile(folder, workflow);
  const earlierNames = readMarker(folder, workflow).filter((other) => other !== name);
  const noted = [...earlierNames, temporary.slice(archives.length + 1), name];
  const sameSession = () => lastLook(path, version);
  let isPlaced = false;
  const earlier = [];
  const kept = [];
  try {
    writeMarker(folder, workflow, noted, sameSession);
    const isFree = () => {
      lastLook(target, null);
      hasArchivesFolder(folder);
      sameSession();
    };
    writeAtomically(target, text, { temporary, owner: version ?? undefined, lastLook: isFree });
    isPlaced = true;
    syncFolder(archives);
    const isArchived = () => {
      const isThere = readVersion(target)?.size === Buffer.byteLength(text);
      sameSession();
      if (!isThere)
        throw new SessionError("failed", `${target} was removed or changed meanwhile`, "run the same command again");
    };
    isArchived();
    for (const other of findArchives(folder, earlierNames, workflow, session))
      if (isSuperseded(readFile(other, maxArchiveBytes)?.value ?? "", text)) {
        earlier.push(other);
        removeArchives(folder, [other]);
      } else
        kept.push(other);
    retryWhileInUse(isArchived, () => unlinkSync2(path));
  } catch (error) {
    throw rollBack(error, { folder, workflow, session, target, text, isPlaced, earlier, noted });
  }
  return { target, kept };
}
function missing(project, folder, workflow) {
  const active = listWorkflows(folder);
  const archive = newestArchive(project, workflow);
  const others = active.length === 0 ? "no session is active" : `list the active sessions: ${commandLine("get", "--all")}`;
  const help = archive === undefined ? others : `it may be saved already: its newest archive is ${archive}; ${others}`;
  return new SessionError("missing", `${workflow} has no session to save${didYouMean(workflow, active)}`, help);
}

// scripts/save.ts
run(save, ({ workflow, status = "completed", notes: given, "dry-run": isDryRun, ...condition }, { findProject, now, stdin }) => {
  const options = { status, notes: readNotes(given, stdin), condition, now };
  const project = findProject();
  if (isDryRun)
    return { text: previewArchive(project, workflow, options) };
  const { archive, kept } = archiveSession(project, workflow, options);
  return answer({ workflow, status, archive }, viewSave, () => noteOfSave(options.notes, kept));
});
}
// prettier-ignore
function isComplete() {}
