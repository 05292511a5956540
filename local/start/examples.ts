/** Finds for each reason of quarantine, and for each drift, where in the input it is met first. */
import { type Drift, findDrift } from '../../lambda/contact-records/contact-record/drift';
import { decode } from '../../lambda/contact-records/steps/decode';
import type { Place } from '../../cli/shared/read-content';
import type { Delivery } from '../stack/put-records';

/** By the reason, or by what `describeDrift` returns. */
export type Examples = Map<string, Place>;

/** So that a nonsense file cannot fill the memory: the function reports no more paths, either. */
const MAX_EXAMPLES = 1_000;

/** Reads a delivery as the function does. */
export function noteExamples(examples: Examples, { data }: Delivery, place: Place): void {
  const decoded = decode(Buffer.from(data).toString('base64'));
  const found =
    decoded.kind === 'unreadable'
      ? [decoded.reason]
      : decoded.kind === 'contact-record'
        ? findDrift(decoded.record).map(describeDrift)
        : [];
  for (const each of found)
    if (examples.size < MAX_EXAMPLES && !examples.has(each)) examples.set(each, place);
}

export const describeDrift = ({ path, kind }: Drift) => `${path} (${kind})`;
