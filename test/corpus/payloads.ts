/**
 * The corpus: the payload with a number and a seed is a real shape with a few changes. Each has chance of its own, so
 * that seed and number are enough to make it again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AbandonedDecision } from '../../lambda/contact-records/contact-record/abandoned';
import { generateContactCentre } from '../../local/generator/contact-centre';
import { createRandom } from '../../local/generator/random';
import { readCase } from '../cases/read-case';
import { ABANDONED, NOT_ABANDONED } from '../decision-table';
import { aContactRecord } from '../factories';
import { readJsonText, writeJsonText } from './json-text';
import * as mutations from './mutations';

export interface Payload {
  readonly base64: string;
  /** What was done to it, by name. */
  readonly changes: readonly string[];
  /** What must be decided if it is a contact record: known where nothing that it depends on was changed. */
  readonly decision?: AbandonedDecision;
}

interface Shape {
  readonly text: string;
  readonly decision?: AbandonedDecision;
}

export function payload(seed: number, index: number): Payload {
  const random = createRandom(Math.imul(seed, 1_000_003) + index);
  const changes: string[] = [];
  const harmful: string[] = [];
  const changed = <Material>(
    material: Material,
    among: Record<string, mutations.Change<Material>>,
    isHarm = true,
  ): Material => {
    const [name, change] = random.pick(Object.entries(among));
    changes.push(name);
    if (isHarm) harmful.push(name);
    return change(material, random);
  };

  const shape = random.pick(shapes);
  let text = shape.text;
  let json = readJsonText(text);
  if (json) {
    for (let i = random.pick([0, 1, 1, 2]); i > 0; i--)
      json = changed(json, mutations.HARMLESS_TO_DOCUMENT, false);
    for (let i = random.pick([0, 0, 0, 1, 1, 2]); i > 0; i--)
      json = changed(json, mutations.CHANGES_TO_DOCUMENT);
    if (random.chance(0.006)) json = changed(json, mutations.LARGE_CHANGES_TO_DOCUMENT);
    const [style, styleOf] = random.pick(Object.entries(mutations.STYLES));
    changes.push(style);
    text = writeJsonText(json, styleOf(random));
  }
  if (random.chance(0.2)) text = changed(text, mutations.HARMLESS_TO_TEXT, false);
  if (random.chance(0.12)) text = changed(text, mutations.CHANGES_TO_TEXT);
  let bytes: Buffer = Buffer.from(text);
  if (random.chance(0.08)) bytes = changed(bytes, mutations.CHANGES_TO_BYTES);
  let base64 = bytes.toString('base64');
  if (random.chance(0.03)) base64 = changed(base64, mutations.CHANGES_TO_BASE64);
  return { base64, changes, ...(harmful.length === 0 && shape.decision && { decision: shape.decision }) };
}

/** Public records, all rows of the decision table, and a generated week: with other events and garbage. */
function realShapes(): Shape[] {
  const fixture = (name: string) => readFileSync(join(__dirname, '../fixtures', name), 'utf8');
  const fixtures = [
    fixture('abandoned-in-queue.json'),
    fixture('ended-by-flow-never-queued.json'),
    fixture('ignored-agent-event.json'),
    ...fixture('one-contact-three-deliveries.ndjson').trim().split('\n'),
    ...['task-paused', 'fields-of-2026', 'eventbridge-in-the-stream'].flatMap(readCase),
  ].map((text) => ({ text }));
  const rows = [
    ...ABANDONED.map(([, fields]) => shapeOf(fields, { kind: 'abandoned' })),
    ...NOT_ABANDONED.map(([because, , fields]) =>
      shapeOf(fields, { kind: 'not-abandoned', reason: because }),
    ),
  ];
  // Large ones would make most of the corpus large; there are changes for that.
  const week = generateContactCentre({ seed: 11, contacts: 60 })
    .deliveries.filter(({ data }) => data.length < 20_000)
    .map(({ data }) => ({ text: Buffer.from(data).toString() }));
  return [...fixtures, ...rows, ...rows, ...week];
}

const shapeOf = (fields: Record<string, unknown>, decision: AbandonedDecision): Shape => ({
  text: JSON.stringify(aContactRecord(fields)),
  decision,
});

const shapes = realShapes();
