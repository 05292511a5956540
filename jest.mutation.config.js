// Only the function's unit tests, for `npm run mutation`: each mutant costs a run, and they need no emulator.
// `lambda/` is not a root, so Jest relates a file only to the tests that import it. Tests that reach it through other files
// would take many times as long, and find hardly more.
const { projects } = require('./jest.config');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = { ...unit, roots: ['<rootDir>/test/lambda'], testTimeout: 30_000 };
