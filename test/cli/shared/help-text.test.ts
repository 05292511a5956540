import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../../../cli/shared/define-command';
import { anyText, wholeNumber } from '../../../cli/shared/options';
import { COMMANDS, renewHelpBlocks } from '../../../scripts/docs/help-blocks';

const PAGE = readFileSync(join(__dirname, '../../../docs/commands.md'), 'utf8');

describe.each(COMMANDS.map((command) => [command.call, command] as const))('%s --help', (call, command) => {
  const { help, optionNames } = command;

  it('is shown for -h and --help when other options are given, too', () => {
    expect(command.parse(['--help'])).toEqual({ kind: 'help' });
    expect(command.parse(['-h', '--json'])).toEqual({ kind: 'help' });
  });

  it('fits a terminal', () => {
    expect(Math.max(...help.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('names exactly the options of the command', () => {
    const named = Array.from(help.matchAll(/^ {2}(--[a-z-]+)/gm), ([, option]) => option);

    expect(named).toEqual(optionNames);
  });

  it('has the layout of all commands', () => {
    expect(help).toMatch(new RegExp(`^Usage: ${call} -- `));
    expect(help.match(/^(Usage:(?= )|[A-Z][a-z ]+:$)/gm)).toEqual([
      'Usage:',
      'Options:',
      'Examples:',
      'Exit status:',
    ]);
    expect(help).toMatch(new RegExp(`^ {2}${call}( -- .*)?\n {6}\\S`, 'm'));
    expect(help.match(/^ {2}\d+(?= )/gm)).toEqual(['  0', '  1', '  2', '  130']);
  });
});

it('shows range, default, repetition and note from the declaration', () => {
  const { help } = defineCommand({
    call: 'npm run count',
    usage: '[options]',
    about: ['Counts.'],
    options: {
      upTo: {
        value: 'N',
        description: 'last',
        parser: wholeNumber({ min: 1, max: 9 }),
        default: 3,
        note: '; or so',
      },
      from: { value: 'N', description: 'first', parser: wholeNumber({ min: 0, max: 1 }), defaultText: 'any' },
      name: { value: 'NAME', description: 'what', parser: anyText, multiple: true },
      loud: { description: 'aloud' },
    },
    examples: {},
    status: { 0: 'counted', 1: 'failed' },
    toSettings: () => undefined,
  });

  expect(help).toContain(
    [
      '  --up-to N     last (1 to 9; default 3); or so',
      '  --from N      first (0 to 1; default any)',
      '  --name NAME   what; may be repeated',
      '  --loud        aloud',
    ].join('\n'),
  );
});

it('docs/commands.md shows the options of all commands: `npm run docs` renews it', () => {
  expect(renewHelpBlocks(PAGE)).toBe(PAGE);
});

it('renews only the options of a command when they are out of date', () => {
  const { optionLines } = COMMANDS[0] ?? { optionLines: [] };
  const outdated = PAGE.replace(optionLines.join('\n'), '  --old   an old text');

  expect(outdated).not.toBe(PAGE);
  expect(renewHelpBlocks(outdated)).toBe(PAGE);
});

it('reports a command that has no section when it renews the page', () => {
  expect(() => renewHelpBlocks('')).toThrow(
    'docs/commands.md has no section for npm start with a block of options: add it.',
  );
});
