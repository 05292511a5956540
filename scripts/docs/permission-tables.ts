/** Creates the generated tables of `docs/security.md`: permissions of the function, and uses of the key. */
import { formatTable } from '../../bench/report/format-figures';
import { KEY_USES } from '../../local/authorizer/key-use';
import type { ContactRecordPipelineSettings } from '../../lib/settings';
import { streamArn, streamKeyArn } from '../../test/lib/settings-variants';
import { permissionsOf, templateOf } from '../../test/lib/synthesized';

/** @throws Error if an action has no reason, or a resource no name */
export const createPermissionTables = (): Readonly<Record<string, string>> => ({
  permissions: formatTable(['action', 'on', 'why'], joinActions(listPermissions())),
  'key uses': formatTable(
    ['request', 'action on the key'],
    KEY_USES.map(({ actions, keyActions, source }) => [
      formatCode(actions),
      `${formatCode(keyActions)} ([AWS](${source}))`,
    ]),
  ),
});

/** Joins the actions of rows that have the same resource and reason. */
function joinActions(rows: readonly Row[]): Row[] {
  const listActions = ([, on, why]: Row) =>
    rows.filter((row) => row[1] === on && row[2] === why).map(([action]) => action);
  return rows
    .filter((row) => listActions(row)[0] === row[0])
    .map((row) => [listActions(row).join(', '), row[1], row[2]]);
}

function listPermissions(): Row[] {
  const always = readRows({});
  const only = (setting: string, settings: ContactRecordPipelineSettings) =>
    readRows(settings)
      .filter(
        ([action, on]) =>
          on !== 'the existing stream' && !always.some((row) => row[0] === action && row[1] === on),
      )
      .map(([action, on, why]): Row => [action, on, `only with \`${setting}\`: ${why}`]);
  return [
    ...always,
    ...only('streamKeyArn', { streamArn, streamKeyArn }),
    ...only('tracing', { tracing: true }),
  ];
}

type Row = readonly [action: string, on: string, why: string];

const readRows = (settings: ContactRecordPipelineSettings): Row[] =>
  permissionsOf(templateOf(settings)).flatMap((statement) => {
    const [actions = '', resources = ''] = statement.split(' on ');
    const on = resources.split(', ').map(formatResource).join(', ').replaceAll(`, ${IN_BUCKET}`, ', ');
    return actions.split(', ').map((action): Row => [`\`${action}\``, on, findReason(action, on)]);
  });

function findReason(action: string, on: string): string {
  const reason = REASONS[`${action} on ${on}`] ?? REASONS[action];
  if (reason === undefined)
    throw new Error(
      `REASONS in scripts/docs/permission-tables.ts lacks ${action}: add why the function needs it.`,
    );
  return reason;
}

const REASONS: Readonly<Record<string, string>> = {
  'dynamodb:GetItem': '[the previous or next contact](abandoned.md#the-next-contact-decides)',
  'dynamodb:PutItem': 'the conditional put, which returns the old item if it fails; claims',
  'kinesis:DescribeStream': 'Lambda requires it for the mapping',
  'kinesis:DescribeStreamSummary': 'Lambda requires it for the mapping',
  'kinesis:GetRecords': 'the mapping reads with this role',
  'kinesis:GetShardIterator': 'the mapping reads with this role',
  'kinesis:ListShards': 'the mapping reads with this role',
  'kms:Decrypt': 'stream, tables, publishing, [on its behalf](#keys-on-behalf-of-a-caller)',
  "kms:Decrypt on the existing stream's key": 'reading the stream',
  'kms:GenerateDataKey': 'publishing and the bucket, [on its behalf](#keys-on-behalf-of-a-caller)',
  'logs:CreateLogStream': 'logs, and metrics, which are log lines',
  'logs:PutLogEvents': 'logs, and metrics, which are log lines',
  's3:ListBucket': 'Lambda requires it for the failure destination',
  's3:PutObject': 'failed records; given-up records, which the mapping writes to `aws/lambda/`',
  'sns:Publish': 'the message',
  'xray:PutTelemetryRecords': 'traces; X-Ray has no narrower resource',
  'xray:PutTraceSegments': 'traces; X-Ray has no narrower resource',
};

function formatResource(resource: string): string {
  const folder = /^FailureBucket\.Arn\/(.+)$/.exec(resource)?.[1];
  if (folder !== undefined) return `${IN_BUCKET}\`${folder}\``;
  const name = RESOURCES[resource];
  if (name === undefined)
    throw new Error(`RESOURCES in scripts/docs/permission-tables.ts lacks ${resource}: add its name.`);
  return name;
}

const IN_BUCKET = 'in the bucket ';

const RESOURCES: Readonly<Record<string, string>> = {
  '*': '`*`',
  AbandonedContactsTopic: 'the topic of abandoned contacts',
  'ContactRecordFunctionLogs.Arn': 'its log group',
  'ContactRecordStream.Arn': 'the stream',
  'EncryptionKey.Arn': "the stack's key",
  'FailureBucket.Arn': 'the bucket',
  'LedgerTable.Arn': 'the ledger table',
  'RecordsTable.Arn': 'the records table',
  [streamArn]: 'the existing stream',
  [streamKeyArn]: "the existing stream's key",
};

const formatCode = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
