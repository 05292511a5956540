/** `npm run docs`: renews the generated parts of pages. A test fails if they are out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillBlocks } from '../../bench/report/page-blocks';
import { renewHelpBlocks } from './help-blocks';
import { createPermissionTables } from './permission-tables';

const RENEW: Readonly<Record<string, (page: string) => string>> = {
  'docs/commands.md': renewHelpBlocks,
  'docs/security.md': (page) => fillBlocks(page, createPermissionTables()),
};

for (const [name, renew] of Object.entries(RENEW)) {
  const path = join(__dirname, '../..', name);
  writeFileSync(path, renew(readFileSync(path, 'utf8')));
  process.stdout.write(`${name}\n`);
}
