// The unit tests of the function alone, for `npm run mutation`: they need no engine, and each mutant costs a run of them.
// `lambda/` is no root: Jest then doesn't look through the files in between, and a file is held by the tests that import
// it themselves.
const { projects } = require('./jest.config');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = { ...unit, roots: ['<rootDir>/test/lambda'], testTimeout: 30_000 };
