// The unit tests of the function alone, for `npm run mutation`: they need no emulator, and each mutant costs a run of them.
// `lambda/` is no root, so that Jest relates a file to the tests that import it, and not to all that reach it through others:
// with those, a run takes many times as long, and finds hardly more.
const { projects } = require('./jest.config');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = { ...unit, roots: ['<rootDir>/test/lambda'], testTimeout: 30_000 };
