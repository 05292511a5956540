/** `npm run docs`: renews the help texts in `docs/commands.md`. A test fails until then after a change of options. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewHelpBlocks } from './help-blocks';

const PAGE = join(__dirname, '../../docs/commands.md');

writeFileSync(PAGE, renewHelpBlocks(readFileSync(PAGE, 'utf8')));
process.stdout.write('docs/commands.md\n');
