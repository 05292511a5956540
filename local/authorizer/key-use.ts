/**
 * Lists the KMS requests that services send for their callers, as AWS documents them. The emulators encrypt nothing, so
 * the authorizer derives these requests. docs/security.md shows the list.
 */

export interface KeyUse {
  /** Actions of the service on an encrypted resource. */
  readonly actions: readonly string[];
  readonly keyActions: readonly string[];
  /** The AWS documentation. */
  readonly source: string;
}

export const KEY_USES: readonly KeyUse[] = [
  {
    // DynamoDB generates the table's key with a grant of the role that created the table.
    actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:DeleteItem', 'dynamodb:Scan'],
    keyActions: ['kms:Decrypt'],
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-cmk-trail',
  },
  {
    actions: ['kinesis:PutRecord', 'kinesis:PutRecords'],
    keyActions: ['kms:GenerateDataKey'],
    source: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    actions: ['kinesis:GetRecords'],
    keyActions: ['kms:Decrypt'],
    source: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    actions: ['sns:Publish'],
    keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#send-to-encrypted-topic',
  },
  {
    // Multipart uploads, which nothing here makes, also need `kms:Decrypt`.
    actions: ['s3:PutObject'],
    keyActions: ['kms:GenerateDataKey'],
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
  {
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    keyActions: ['kms:Decrypt'],
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
];

/** Returns the KMS actions that the caller of an action needs on an encrypted resource. */
export const findKeyActions = (action: string): readonly string[] =>
  KEY_USES.find(({ actions }) => actions.includes(action))?.keyActions ?? [];
