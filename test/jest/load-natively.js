/**
 * Jest's transform for modules of packages that Node loads once for all suites of a worker, instead of Jest once for each
 * suite. Errors and arrays of these packages are not instances of the suite's `Error` and `Array`.
 */
module.exports = {
  process: (_source, path) => ({
    code: `module.exports = process.getBuiltinModule('module').createRequire(__filename)(${JSON.stringify(path)});`,
  }),
};
