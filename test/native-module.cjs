// Jest's transform for modules that are loaded outside of the sandbox: `native-environment.cjs`.
module.exports = {
  process: (_source, path) => ({ code: `module.exports = requireNatively(${JSON.stringify(path)});` }),
};
