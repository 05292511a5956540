/** Writes the options of each command into `docs/commands.md`, from the declarations of the commands. */
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

/** Commands of users, in the order of the page. */
const ON_PAGE = [
  startCommand,
  doctorCommand,
  smokeCommand,
  backfillCommand,
  redriveCommand,
  explainCommand,
  forgetCommand,
];

export const COMMANDS = [...ON_PAGE, chaosCommand, simulateCommand, benchCommand];

/**
 * Replaces the options of users' commands in the page.
 *
 * @throws Error if a command has no section with a block for its options
 */
export function renewHelpBlocks(page: string): string {
  return ON_PAGE.reduce((renewed, { call, optionLines }) => {
    const heading = renewed.indexOf(`\n## \`${call}\`\n`);
    const begin = renewed.indexOf(BLOCK, heading);
    if (heading < 0 || begin < 0)
      throw new Error(`docs/commands.md has no section for ${call} with a block of options: add it.`);
    const end = renewed.indexOf('```\n', begin + BLOCK.length);
    return `${renewed.slice(0, begin)}${BLOCK}${optionLines.join('\n')}\n${renewed.slice(end)}`;
  }, page);
}

const BLOCK = '```text\n';
