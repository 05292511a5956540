// Jest's transform for modules of packages that a worker loads once for all its suites: it replaces such a module by the one
// outside of Jest's sandbox. Errors and arrays of these packages are not instances of the sandbox's `Error` and `Array`.
module.exports = {
  process: (_source, path) => ({
    code: `module.exports = process.getBuiltinModule('module').createRequire(__filename)(${JSON.stringify(path)});`,
  }),
};
