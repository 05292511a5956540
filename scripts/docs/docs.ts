/**
 * `npm run docs`: renews the help texts in `docs/commands.md`. To be run after a change of a command's options; a test
 * fails until then.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewHelpBlocks } from './help-blocks';

const PAGE = join(__dirname, '../../docs/commands.md');

writeFileSync(PAGE, renewHelpBlocks(readFileSync(PAGE, 'utf8')));
process.stdout.write('docs/commands.md\n');
