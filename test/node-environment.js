// Jest's environment for Node, with a fast global object. Jest makes its context with `vm.createContext()`, whose global
// object passes each access to a global, such as `JSON` or `Math`, to a handler: about a hundred times as slow.
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const { createContext } = vm;

module.exports = class extends TestEnvironment {
  constructor(...args) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
  }
};
