/** Jest's transform for modules that Node loads, once for all suites of a worker, instead of Jest, once for each suite. */
module.exports = {
  process: (_source, path) => ({ code: `module.exports = requireNatively(${JSON.stringify(path)});` }),
};
