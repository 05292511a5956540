import type { LocalStack } from '../stack/local-stack';

/** Formats how to reach the running stack after `--keep`. The emulators accept any credentials. */
export function formatConnectionHints({ emulators, names, notifyWithinHours }: LocalStack): string {
  const { endpoints } = emulators;
  const limit = notifyWithinHours === undefined ? '--notify-old-contacts' : '--assume-notify-limit';
  const [, , , region = ''] = names.topicArn.split(':');
  const formatCommand = (service: keyof typeof endpoints, rest: string) =>
    `  aws --endpoint-url ${endpoints[service]} --region ${region} ${service} ${rest}`;
  return [
    'Everything runs until Ctrl-C. The AWS CLI reaches it with any credentials:',
    '  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
    '',
    `stream  ${names.stream}`,
    formatCommand(
      'kinesis',
      `put-record --stream-name ${names.stream} --partition-key any --cli-binary-format raw-in-base64-out --data file://test/fixtures/abandoned-in-queue.json`,
    ),
    `table   ${names.recordsTable}`,
    formatCommand('dynamodb', `scan --table-name ${names.recordsTable} --max-items 5`),
    `ledger  ${names.ledgerTable}`,
    formatCommand('dynamodb', `scan --table-name ${names.ledgerTable} --max-items 5`),
    `  AWS_REGION=${region} AWS_ENDPOINT_URL_DYNAMODB=${endpoints.dynamodb} npm run explain -- --table ${names.recordsTable} --ledger ${names.ledgerTable} --awaiting`,
    `topic   ${names.topicArn}`,
    formatCommand('sns', `list-subscriptions-by-topic --topic-arn ${names.topicArn}`),
    `queue   ${names.queueUrl}`,
    formatCommand('sqs', `receive-message --queue-url ${names.queueUrl} --message-attribute-names All`),
    `bucket  ${names.bucket}`,
    formatCommand('s3', `ls s3://${names.bucket} --recursive`),
    `  AWS_REGION=${region} AWS_ENDPOINT_URL_S3=${endpoints.s3} AWS_ENDPOINT_URL_KINESIS=${endpoints.kinesis} npm run redrive -- --bucket ${names.bucket}`,
    'more contact records, from a file, a folder or s3://bucket/prefix:',
    `  AWS_REGION=${region} AWS_ENDPOINT_URL_S3=${endpoints.s3} AWS_ENDPOINT_URL_KINESIS=${endpoints.kinesis} npm run backfill -- INPUT --stream ${names.stream} ${limit}`,
    'one record of an abandoned contact, all the way:',
    `  AWS_REGION=${region} AWS_ENDPOINT_URL_KINESIS=${endpoints.kinesis} AWS_ENDPOINT_URL_DYNAMODB=${endpoints.dynamodb} AWS_ENDPOINT_URL_SNS=${endpoints.sns} AWS_ENDPOINT_URL_SQS=${endpoints.sqs} npm run smoke -- --stream ${names.stream} --table ${names.recordsTable} --topic ${names.topicArn} --abandoned`,
    '',
  ].join('\n');
}
