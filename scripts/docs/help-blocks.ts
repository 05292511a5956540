/** The blocks of `docs/commands.md` that show what `--help` prints, from the declarations of the commands. */
import { benchCommand } from '../../bench/bench-options';
import { backfillCommand } from '../../cli/backfill/backfill-options';
import { doctorCommand } from '../../cli/doctor/doctor-options';
import { explainCommand } from '../../cli/explain/explain-options';
import { forgetCommand } from '../../cli/forget/forget-options';
import { redriveCommand } from '../../cli/redrive/redrive-options';
import { smokeCommand } from '../../cli/smoke/smoke-options';
import { chaosCommand } from '../../local/chaos/chaos-options';
import { startCommand } from '../../local/start/start-options';
import { simulateCommand } from '../../test/simulation/simulate-options';

/** All commands, in the order of the page. */
export const COMMANDS = [
  startCommand,
  doctorCommand,
  smokeCommand,
  backfillCommand,
  redriveCommand,
  explainCommand,
  forgetCommand,
  chaosCommand,
  simulateCommand,
  benchCommand,
];

/**
 * Replaces the help blocks of the page.
 *
 * @throws Error if a command has no block
 */
export function renewHelpBlocks(page: string): string {
  return COMMANDS.reduce((renewed, { call, help }) => {
    const begin = `\`\`\`console\n$ ${call} -- --help\n`;
    const from = renewed.indexOf(begin);
    if (from < 0) throw new Error(`docs/commands.md has no block of ${call} -- --help.`);
    const end = renewed.indexOf('```\n', from + begin.length);
    return `${renewed.slice(0, from)}${begin}${help}\n${renewed.slice(end)}`;
  }, page);
}
