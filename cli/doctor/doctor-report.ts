/** Formats the findings for a person. */
import { type Paint, paintPlain } from '../shared/colours';
import { formatCount, joinLines } from '../shared/format';
import { wrap } from '../shared/help-text';
import type { ChosenSettings } from './choose-settings';
import type { Finding, Level } from './findings';

const LABEL: Readonly<Record<Level, string>> = { ok: 'ok', note: 'note', todo: 'TO DO', unknown: 'UNKNOWN' };
/** Widths of the columns. Commands are not wrapped. */
const [LABEL_WIDTH, CHECK_WIDTH, TEXT_WIDTH] = [9, 13, 88];

export function formatFinding({ level, check, text, lines }: Finding, paint: Paint = paintPlain): string {
  const label = LABEL[level].padEnd(LABEL_WIDTH);
  const painted = level === 'note' ? label : paint(level === 'ok' ? 'green' : 'red', label);
  const [first = '', ...more] = wrap(text, TEXT_WIDTH);
  const indented = [...more, ...lines].map((line) => ' '.repeat(LABEL_WIDTH + CHECK_WIDTH) + line);
  return joinLines([painted + check.padEnd(CHECK_WIDTH) + first, ...indented]);
}

/** Formats the settings as lines for the context of `cdk.json`. */
export function formatSettings(settings: ChosenSettings): string {
  const members = Object.entries(settings).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return joinLines(
    members.length === 0
      ? [
          '',
          'Settings: none are needed; the stack creates its own stream. Set alarmEmail, so that alarms reach you.',
        ]
      : [
          '',
          'Settings, for "context" in cdk.json. Set alarmEmail as well, so that alarms reach you.',
          ...members,
        ],
  );
}

export function formatVerdict(counts: Readonly<Record<Level, number>>): string {
  if (counts.todo + counts.unknown === 0) return joinLines(['', 'All checks passed.']);
  const unknown = counts.unknown > 0 ? `, and ${formatCount(counts.unknown, 'check')} could not be made` : '';
  return joinLines(['', `${formatCount(counts.todo, 'thing')} to do${unknown}.`]);
}
