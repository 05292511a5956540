/**
 * No update replaces or deletes a resource that stores data: between any two settings, and since the last reviewed
 * template (`fixtures/stores.json`). Only the event source mapping may be replaced.
 */
import { diffTemplate, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContactRecordPipelineSettings } from '../../lib/settings';
import { EVERYTHING_ELSE, instance, streamArn, streamKeyArn } from './settings-variants';
import { templateOf } from './synthesized';

type Json = Record<string, unknown>;

const HARMLESS = new Set([ResourceImpact.WILL_UPDATE, ResourceImpact.WILL_CREATE, ResourceImpact.NO_CHANGE]);

const SETTINGS: Record<string, ContactRecordPipelineSettings> = {
  'nothing set': {},
  'an instance': { connectInstanceArn: instance(1) },
  'everything else': EVERYTHING_ELSE,
  'an existing stream': { streamArn },
  'an existing stream with a key': { streamArn, streamKeyArn },
};

/** Resources that store data, or whose names others use. */
const STORES = [
  ...['AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'],
  ...['AWS::Logs::LogGroup', 'AWS::SNS::Topic'],
];
/** Those of the default settings; the other settings are compared with these. */
const REVIEWED = JSON.parse(readFileSync(join(__dirname, 'fixtures/stores.json'), 'utf8')) as Json;

const templates = Object.entries(SETTINGS).map(
  ([name, settings]) => [name, settings, templateOf(settings).toJSON()] as const,
);

/** What the update does to stores and mapping, except changing them in place: `Type: what`. */
function findLosses(from: Json, to: Json): string[] {
  const losses: string[] = [];
  diffTemplate(from, to).resources.forEachDifference((logicalId, { changeImpact, resourceType = '' }) => {
    const isWatched = [...STORES, 'AWS::Lambda::EventSourceMapping'].includes(resourceType);
    if (isWatched && !HARMLESS.has(changeImpact))
      losses.push(`${logicalId} (${resourceType}): ${changeImpact}`);
  });
  return losses;
}

const UPDATES = templates.flatMap(([from, fromSettings, fromTemplate]) =>
  templates
    .filter(([to]) => to !== from)
    .map(([to, toSettings, toTemplate]) => {
      const isOtherStream = fromSettings.streamArn !== toSettings.streamArn;
      return {
        from,
        to,
        fromTemplate,
        toTemplate,
        isOtherStream,
        keeps: fromSettings.removalPolicy !== 'destroy',
      };
    }),
);

it.each(UPDATES.filter(({ isOtherStream }) => !isOtherStream))(
  'replaces and deletes nothing that stores data when the settings change from $from to $to',
  ({ fromTemplate, toTemplate }) => {
    expect(findLosses(fromTemplate, toTemplate)).toEqual([]);
  },
);

it.each(UPDATES.filter(({ isOtherStream }) => isOtherStream))(
  'replaces the mapping alone, and keeps its own stream, when the settings change from $from to $to',
  ({ fromTemplate, toTemplate, keeps }) => {
    const leftBehind = `ContactRecordStreamECEDD669 (AWS::Kinesis::Stream): ${keeps ? 'WILL_ORPHAN' : 'WILL_DESTROY'}`;
    const losses = findLosses(fromTemplate, toTemplate);

    expect(losses.filter((loss) => loss !== leftBehind)).toEqual([
      'ContactRecordMapping4E846243 (AWS::Lambda::EventSourceMapping): WILL_REPLACE',
    ]);
  },
);

it('replaces and deletes nothing that the reviewed template has', () => {
  expect(findLosses({ Resources: REVIEWED }, templates[0]?.[2] ?? {})).toEqual([]);
});

it('the reviewed template has every store of the stack: otherwise, add it to the fixture', () => {
  const { Resources } = templates[0]?.[2] as { Resources: Record<string, { Type: string }> };

  const missing = Object.entries(Resources).filter(
    ([logicalId, { Type }]) => STORES.includes(Type) && REVIEWED[logicalId] === undefined,
  );

  expect(missing).toEqual([]);
});

it('finds a table whose key changes', () => {
  const [, , template] = templates[0] ?? [];
  const changed = JSON.parse(JSON.stringify(template).replaceAll('"ContactId"', '"Id"')) as Json;

  expect(findLosses(template ?? {}, changed)).toEqual([
    'RecordsTableEC3C998C (AWS::DynamoDB::Table): WILL_REPLACE',
    'LedgerTable5E9AC36E (AWS::DynamoDB::Table): WILL_REPLACE',
  ]);
});
