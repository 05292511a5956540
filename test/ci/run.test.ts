/** `.ci/run` fails where a step fails, and says so in its last line. npm and cfn-lint are stubs: nothing is installed or run. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const RUN = join(__dirname, '../../.ci/run');

/** Records its call, prints Jest's summary if it runs the tests, and fails if the test demands it. */
const STUB = `#!/bin/sh
call="$(basename "$0") $*"
echo "$call" >> "$CALLS"
case "$call" in 'npm test' | 'npm run test:proofs') printf '%s\\n' "$JEST" ;; esac
[ "$call" != "$FAILS" ]
`;
/** Two of them at a time, in any order. */
const CHECKS = [
  'npm run lint',
  'npm run knip',
  'npm run typecheck',
  'npm run synth',
  'npm run templates',
  'cfn-lint --ignore-checks W3005 -- cdk.out/ContactRecordPipeline.template.json cdk.out/settings/*/*.template.json',
  'npm run pack -- --check',
  'npm start',
];
/** One after the other. */
const TESTS = ['npm run bench -- --guard', 'npm test', 'npm run test:proofs'];
const INSTALL = 'npm ci --no-audit --no-fund';

let stubs: string;
beforeAll(() => {
  stubs = mkdtempSync(join(tmpdir(), 'ci-run-'));
  for (const command of ['npm', 'cfn-lint']) {
    writeFileSync(join(stubs, command), STUB);
    chmodSync(join(stubs, command), 0o755);
  }
});
afterAll(() => {
  rmSync(stubs, { recursive: true });
});

function run({
  fails = '',
  jest = 'Tests:       3 skipped, 1051 passed, 1054 total',
  args = [] as string[],
} = {}) {
  const calls = join(stubs, 'calls');
  writeFileSync(calls, '');
  const { status, stdout } = spawnSync(RUN, args, {
    encoding: 'utf8',
    env: { PATH: [stubs, process.env.PATH].join(delimiter), CALLS: calls, FAILS: fails, JEST: jest },
  });
  const [last] = stdout.trimEnd().split('\n').slice(-1);
  const named = stdout.split('\n').filter((line) => line.endsWith(' failed') && line !== last);
  return { status, last, named, calls: readFileSync(calls, 'utf8').trimEnd().split('\n') };
}

/** Sorts the checks among the calls, which run in any order. */
const inOrder = (calls: string[]) => [
  ...calls.filter((call) => call === INSTALL),
  ...CHECKS.filter((check) => calls.includes(check)),
  ...calls.filter((call) => TESTS.includes(call)),
];

it('installs, runs each check, then the tests, and counts them', () => {
  const { calls, ...ended } = run();
  expect(ended).toEqual({ status: 0, last: '2102 passed, 0 failed', named: [] });
  expect(calls).toHaveLength(1 + CHECKS.length + TESTS.length);
  expect(inOrder(calls)).toEqual([INSTALL, ...CHECKS, ...TESTS]);
});

it('npm run check is the same without the installation', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const { status, calls } = run({ args: ['--installed'] });

  expect(scripts.check).toBe('.ci/run --installed');
  expect(status).toBe(0);
  expect(inOrder(calls)).toEqual([...CHECKS, ...TESTS]);
});

it.each([INSTALL, ...TESTS].map((step, position) => ({ step, position })))(
  'ends with the first step that fails: $step',
  ({ step, position }) => {
    const { status, last, calls } = run({ fails: step });
    expect(calls).toHaveLength(position === 0 ? 1 : position + 1 + CHECKS.length);
    expect(calls.at(-1)).toBe(step);
    expect(last).toMatch(/^\d+ passed, 1 failed$/);
    expect(status).toBe(1);
  },
);

it.each(CHECKS)('names the check that fails, and runs no test: %s', (check) => {
  const { status, last, calls, named } = run({ fails: check });
  expect(named.filter((line) => line.includes(check.slice(0, 12)))).toHaveLength(1);
  expect(inOrder(calls).filter((call) => TESTS.includes(call))).toEqual([]);
  expect(last).toBe('0 passed, 1 failed');
  expect(status).toBe(1);
});

it('counts the tests that failed', () => {
  const jest = 'Tests:       2 failed, 3 skipped, 1049 passed, 1054 total';
  expect(run({ fails: 'npm test', jest })).toMatchObject({ status: 1, last: '1049 passed, 2 failed' });
  expect(run({ fails: 'npm run test:proofs', jest })).toMatchObject({
    status: 1,
    last: '2098 passed, 2 failed',
  });
});

it('tests that end without having counted anything have failed, too', () => {
  expect(run({ fails: 'npm test', jest: '' })).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
  expect(run({ jest: '' })).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
});
