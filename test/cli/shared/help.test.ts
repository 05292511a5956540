import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as bench from '../../../bench/bench-options';
import * as backfill from '../../../cli/backfill/backfill-options';
import * as chaos from '../../../local/chaos/chaos-options';
import * as redrive from '../../../cli/redrive/redrive-options';
import * as smoke from '../../../cli/smoke/smoke-options';
import * as start from '../../../local/start/start-options';

const PAGE = readFileSync(join(__dirname, '../../../docs/commands.md'), 'utf8');

describe.each(Object.entries({ start, smoke, backfill, redrive, chaos, bench }))(
  '%s --help',
  (name, command) => {
    const { HELP, OPTIONS } = command;
    const parse = (...argv: string[]) => command.parseArguments(argv, 0);

    it('is asked for in two ways, whatever else is on the line', () => {
      expect(parse('--help')).toEqual({ kind: 'help' });
      expect(parse('-h', '--json')).toEqual({ kind: 'help' });
    });

    it('fits a terminal', () => {
      expect(Math.max(...HELP.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    });

    it('names every option that there is, and none that there isn’t', () => {
      const told = Array.from(HELP.matchAll(/^ {2}--([a-z-]+)/gm), ([, option]) => option);
      expect(told.sort()).toEqual(Object.keys(OPTIONS).sort());
    });

    const call = name === 'start' ? 'npm start' : `npm run ${name}`;

    it('is what docs/commands.md shows', () => {
      expect(PAGE).toContain(`\`\`\`console\n$ ${call} -- --help\n${HELP}\n\`\`\`\n`);
    });

    it('has the layout of all commands', () => {
      expect(HELP).toMatch(new RegExp(`^Usage: ${call} -- `));
      expect(HELP.match(/^(Usage:(?= )|[A-Z][a-z ]+:$)/gm)).toEqual([
        'Usage:',
        'Options:',
        'Examples:',
        'Exit status:',
      ]);
      expect(HELP).toMatch(new RegExp(`^ {2}${call}( -- .*)?\n {6}\\S`, 'm'));
      expect(HELP.match(/^ {2}\d+(?= )/gm)).toEqual(['  0', '  1', '  2', '  130']);
    });
  },
);
