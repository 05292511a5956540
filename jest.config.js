// npm 10 does not link the project's Node for npx; the first command of package.json does.
if (Number(process.versions.node.split('.')[0]) < 24)
  throw new Error('The tests need the Node of this project: run npm test once, which links it for npx.');

// Only this file says what `npm test` and `npm run test:proofs` run. `npm test` runs samples of the proofs, and all other
// tests. `npm run test:proofs` (PROOFS=whole) runs the whole proofs. `.ci/run` runs both.
const isWhole = process.env.PROOFS === 'whole';

/** Sizes of the proofs, in tests as `SAMPLE` (`test/sample.ts`). */
const SAMPLE = isWhole
  ? { schedules: 10_000, payloads: 50_000, settings: 'every combination' }
  : { schedules: 1_000, payloads: 5_000, settings: 'pairwise' };

/** Suites that `npm test` runs with the small sample, and `npm run test:proofs` with the large one. */
const SAMPLED = ['simulation/schedules', 'corpus/corpus', 'lib/settings-matrix'];

/** Suites that only `npm run test:proofs` runs. */
const PROOFS_ONLY = [
  ...['chaos', 'connections', 'corpus', 'limits', 'memory'].map((name) => `integration/${name}`),
  // It measures times, which needs a machine with little else to do.
  'corpus/hostile',
  // Random schedules find each deliberate defect of the function.
  'simulation/defects',
  // It needs a Chromium, and starts it.
  'local/start/report/report-in-browser',
  ...['ledger', 'next-contact', 'rejections'].map((name) => `simulation/exhaustive-${name}`),
];

/** Packages that a worker loads once for all its suites, because it takes up to two seconds. */
const LOADED_ONCE = 'aws-cdk-lib|constructs|cdk-nag|@aws-cdk/[\\w-]+|typescript';

// Two projects: unit tests, and tests against emulators and a synthesized stack that are started once for all of them.
// Both run on the Node version that the function has in Lambda (an optional dependency of the project).
const project = (displayName, folder, more = {}) => ({
  displayName,
  // A whole path, for Stryker.
  testEnvironment: require.resolve('./test/jest/environment'),
  transform: {
    '^.+\\.ts$': '<rootDir>/test/jest/transform-typescript.js',
    [`/node_modules/(${LOADED_ONCE})/`]: '<rootDir>/test/jest/load-natively.js',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${LOADED_ONCE})/)`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  globals: { SAMPLE },
  roots: [`<rootDir>/${folder}`],
  testMatch: isWhole
    ? [...SAMPLED, ...PROOFS_ONLY].map((suite) => `<rootDir>/test/${suite}.test.ts`)
    : ['**/*.test.ts'],
  ...more,
  testPathIgnorePatterns: [
    ...(isWhole ? [] : PROOFS_ONLY.map((suite) => `<rootDir>/test/${suite}\\.test\\.ts`)),
    ...(more.testPathIgnorePatterns ?? []),
  ],
});

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 30_000,
  maxWorkers: 3,
  // `npm run coverage` covers what the unit tests load in their own process. See docs/mutation-testing.md.
  coverageProvider: 'v8',
  coverageDirectory: 'coverage/unit',
  coverageReporters: ['text', 'html'],
  collectCoverageFrom: ['{lambda,lib,local,cli}/**/*.{ts,mts}'],
  // Just below what is reached.
  coverageThreshold: {
    './lambda/': { lines: 99, functions: 98, branches: 99 },
    './lib/': { lines: 98, functions: 95, branches: 95 },
    './local/': { lines: 89, functions: 90, branches: 93 },
    './cli/': { lines: 93, functions: 92, branches: 94 },
  },
  projects: [
    project('unit', 'test', { testPathIgnorePatterns: ['<rootDir>/test/integration/'] }),
    project('integration', 'test/integration', {
      globalSetup: '<rootDir>/test/integration/global-setup.ts',
      globalTeardown: '<rootDir>/test/integration/global-teardown.ts',
    }),
  ],
};
