/** The first differences of a run, for a person. */
import { formatNumber } from '../cli/shared/format';
import type { Difference } from './check-results';

const MAX_DIFFERENCES = 10;
const MAX_ID_CHARACTERS = 60;

export function formatDifferences(differences: readonly Difference[]): string[] {
  const first = differences.slice(0, MAX_DIFFERENCES).map(({ kind, id }) => `  ${kind}: ${formatId(id)}`);
  const more = differences.length - first.length;
  return [...first, ...(more > 0 ? [`  and ${formatNumber(more)} more`] : [])];
}

/** Shortens and escapes an id: ids come from records, and may be long or contain control characters. */
const formatId = (id: string): string =>
  id.length <= MAX_ID_CHARACTERS && /^[\x20-\x7e]+$/.test(id)
    ? id
    : `${JSON.stringify(id).slice(0, MAX_ID_CHARACTERS)}…`;
