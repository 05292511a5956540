/**
 * Lists the KMS requests that services send for their callers, as AWS documents them. The emulators encrypt nothing, so
 * the authorizer derives these requests. docs/security.md shows the list.
 */

export interface KeyUse {
  /** Actions of the service on an encrypted resource. */
  readonly actions: readonly string[];
  readonly keyActions: readonly string[];
  /** The caller, as docs/security.md shows it. */
  readonly by: string;
  /** The AWS documentation. */
  readonly source: string;
}

export const KEY_USES: readonly KeyUse[] = [
  {
    actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:DeleteItem', 'dynamodb:Scan'],
    keyActions: ['kms:Decrypt'],
    by: 'The user of the table, for reads and writes. DynamoDB generates the key of the table with a grant of the role that created the table.',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-cmk-trail',
  },
  {
    actions: ['kinesis:PutRecord', 'kinesis:PutRecords'],
    keyActions: ['kms:GenerateDataKey'],
    by: 'The producer: Connect, `smoke`, `backfill`, `redrive` and `forget`.',
    source: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    actions: ['kinesis:GetRecords'],
    keyActions: ['kms:Decrypt'],
    by: 'The consumer: the event source mapping, as the role of the function.',
    source: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    actions: ['sns:Publish'],
    keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    by: 'The publisher: the function, or CloudWatch as itself. SNS decrypts before it delivers, so subscribers need no rights on the key.',
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#send-to-encrypted-topic',
  },
  {
    actions: ['s3:PutObject'],
    keyActions: ['kms:GenerateDataKey'],
    by: 'The writer of an object. Nothing here makes a multipart upload, which also needs `kms:Decrypt`.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
  {
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    keyActions: ['kms:Decrypt'],
    by: 'The reader of an object; for a copy, the reader of its source.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
];

/** Returns the KMS actions that the caller of an action needs on an encrypted resource. */
export const findKeyActions = (action: string): readonly string[] =>
  KEY_USES.find(({ actions }) => actions.includes(action))?.keyActions ?? [];
