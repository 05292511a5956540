/** Finds the first place in the input of each quarantine reason and each drift. */
import { type Drift, findDrift } from '../../lambda/contact-records/contact-record/drift';
import { decode } from '../../lambda/contact-records/steps/decode';
import type { Place } from '../../cli/shared/read-content';
import type { Delivery } from '../stack/put-records';

/** By the reason, or by what `describeDrift` returns. */
export type Examples = Map<string, Place>;

/** Limits the memory for a file of arbitrary JSON; the function reports no more paths either. */
const MAX_EXAMPLES = 1_000;

/** By file: its first record that can never be processed; undefined if the file has a usable record. */
export type UnusableFiles = Map<string, { line: number; reason: string } | undefined>;

/** Reads a delivery as the function does; returns why it can never be processed. */
export function noteExamples(examples: Examples, { data }: Delivery, place: Place): string | undefined {
  const decoded = decode(Buffer.from(data).toString('base64'));
  const found =
    decoded.kind === 'unreadable'
      ? [decoded.reason]
      : decoded.kind === 'contact-record'
        ? findDrift(decoded.record).map(describeDrift)
        : [];
  for (const each of found)
    if (examples.size < MAX_EXAMPLES && !examples.has(each)) examples.set(each, place);
  return decoded.kind === 'unreadable' ? decoded.reason : undefined;
}

export function noteFile(files: UnusableFiles, { name, line }: Place, reason: string | undefined): void {
  if (reason === undefined) files.set(name, undefined);
  else if (!files.has(name)) files.set(name, { line, reason });
}

export const describeDrift = ({ path, kind }: Drift) => `${path} (${kind})`;
