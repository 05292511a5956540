// Two projects: what needs nothing beside it, and what runs against emulators and a synthesized stack that are started
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
  // `npm run coverage`: of what the unit tests load, in their own process. See docs/mutation-testing.md.
  coverageProvider: 'v8',
  coverageDirectory: 'coverage/unit',
  coverageReporters: ['text', 'html'],
  collectCoverageFrom: ['{lambda,lib,local,cli}/**/*.{ts,mts}'],
  // What is reached.
  coverageThreshold: {
    './lambda/': { lines: 100, functions: 100, branches: 99 },
    './lib/': { lines: 98, functions: 96, branches: 96 },
    './local/': { lines: 89, functions: 90, branches: 95 },
    './cli/': { lines: 93, functions: 92, branches: 94 },
  },
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
      globalSetup: '<rootDir>/test/integration/start-emulators.ts',
      globalTeardown: '<rootDir>/test/integration/stop-emulators.ts',
    },
  ],
};
