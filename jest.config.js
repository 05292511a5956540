// Two projects: what needs nothing beside it, and what runs against engines and a synthesized stack that are started
// once for all of it.
// Both run on the Node version that the function has in Lambda (the `node` development dependency).
const common = {
  testEnvironment: 'node',
  // Types are checked by `npm run typecheck`.
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
};

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 30_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: ['<rootDir>/test'],
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/integration/'],
    },
    {
      ...common,
      displayName: 'integration',
      roots: ['<rootDir>/test/integration'],
      testMatch: ['**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/start-engines.ts',
      globalTeardown: '<rootDir>/test/integration/stop-engines.ts',
    },
  ],
};
