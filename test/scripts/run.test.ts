import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'run-'));
  mkdirSync(join(project, 'scripts'));
  cpSync('scripts/run.sh', join(project, 'scripts/run.sh'));
  writeFileSync(join(project, 'scripts/launch.mjs'), `console.log('on the PATH', process.argv[2])`);
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

const run = (...args: string[]) =>
  execFileSync('/bin/sh', [join(project, 'scripts/run.sh'), ...args], {
    env: { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':') },
    encoding: 'utf8',
  });

/** A Node that prints its arguments. */
function installNode() {
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(project, 'node_modules/node-some-machine/bin'), { recursive: true });
  const node = join(project, 'node_modules/node-some-machine/bin/node');
  writeFileSync(node, '#!/bin/sh\necho of the project "$@"\n', { mode: 0o755 });
}

it("runs the launcher on the project's Node when npm has not linked it", () => {
  installNode();

  expect(run('jest', 'a path')).toBe(`of the project ${project}/scripts/launch.mjs jest a path\n`);
});

it('links the Node of the project for npx, once', () => {
  installNode();

  run('jest');
  run('jest');

  expect(readlinkSync(join(project, 'node_modules/.bin/node'))).toBe('../node-some-machine/bin/node');
});

it('runs the launcher on the Node of the PATH when npm has installed none', () => {
  mkdirSync(join(project, 'node_modules/node-releases'), { recursive: true });

  expect(run('jest')).toBe('on the PATH jest\n');
  expect(existsSync(join(project, 'node_modules/.bin/node'))).toBe(false);
});
