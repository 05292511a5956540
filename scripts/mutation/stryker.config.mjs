// Measures how good the function's unit tests are: they run against deliberately broken code. See docs/mutation-testing.md.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  jest: { configFile: 'jest.mutation.config.js' },
  plugins: ['@stryker-mutator/jest-runner'],
  coverageAnalysis: 'perTest',

  mutate: [
    'lambda/**/*.ts',
    // Composition and names: no unit test reaches them. The integration tests cover them, through the bundled function.
    '!lambda/contact-records/index.ts',
    '!lambda/contact-records/aws/clients.ts',
    '!lambda/contact-records/contract.ts',
    '!lambda/contact-records/steps/ports.ts',
    '!lambda/contact-records/aws/s3-client.ts',
    '!lambda/contact-records/aws/credentials.ts',
  ],

  concurrency: 2,
  // Time limit of a mutant, which may loop forever: this, and a multiple of the usual time of its tests.
  timeoutMS: 15_000,
  timeoutFactor: 3,

  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
  // `coverage/` is ignored by Git, by ESLint and by Prettier.
  htmlReporter: { fileName: 'coverage/mutation/report.html' },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  incrementalFile: 'coverage/mutation/incremental.json',
  tempDirName: 'coverage/mutation/sandbox',
  ignorePatterns: ['cdk.out', 'coverage', 'out'],

  thresholds: { high: 95, low: 90, break: 90 },
};
