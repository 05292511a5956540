// Jest's environment for Node, in which modules of packages can be loaded once for all suites of a worker, instead of once
// for each suite: `native-module.cjs` does it.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(...given) {
    super(...given);
    this.global.requireNatively = require;
  }
};
