/**
 * Installs Stryker in this folder, and runs it with the arguments of `npm run mutation`: --incremental or --mutate FILE
 * (docs/mutation-testing.md).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const STRYKER = join(__dirname, 'node_modules/@stryker-mutator/core/bin/stryker.js');

const run = (command: string, args: string[]) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

run('npm', ['ci', '--prefix', __dirname, '--no-audit', '--no-fund']);
run(process.execPath, [STRYKER, 'run', join(__dirname, 'stryker.config.mjs'), ...process.argv.slice(2)]);
