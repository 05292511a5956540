/** Tests permissions, dead letters and settings of the callback list's stack. */
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  type CallbackListSettings,
  CallbackListStack,
} from '../../examples/callback-list/callback-list-stack';
import { findingsOf } from '../lib/nag-findings';
import { appWithoutBundle, permissionsOf, propertiesOf, templateOf } from '../lib/synthesized';

const INSTANCE = 'arn:aws:connect:us-east-1:111122223333:instance/an-instance';
const SETTINGS: CallbackListSettings = {
  connectInstanceArn: INSTANCE,
  contactFlowId: 'a-flow',
  timeZone: 'Europe/Berlin',
};

let template: Template;
let readFindings: () => readonly string[];
beforeAll(() => {
  const app = appWithoutBundle();
  const stack = new CallbackListStack(app, 'CallbackList', SETTINGS);
  readFindings = findingsOf(app);
  template = Template.fromStack(stack);
});

it('passes the rules of cdk-nag', () => {
  expect(readFindings()).toEqual([]);
});

it('gives each function only the permissions that it needs', () => {
  const lines = permissionsOf(template).map((line) =>
    line.replace(/SsmParameterValueContactRecordPipeline(\w+?)[0-9A-F]{32}Parameter/g, '$1'),
  );

  const all = (count: number, line: string) => Array<string>(count).fill(line);
  expect(lines).toEqual([
    `connect:StartTaskContact on ${INSTANCE}/contact-flow/a-flow, ${INSTANCE}/contact/*`,
    ...all(2, `connect:StopContact on ${INSTANCE}/contact/*`),
    'dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem on CallbackList.Arn',
    'dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator on RecordsTableStreamArn',
    ...all(2, 'dynamodb:GetItem, dynamodb:PutItem on CallbackList.Arn'),
    'dynamodb:ListStreams on *',
    'dynamodb:Query on CallbackList.Arn/index/ByState',
    'kms:Decrypt on EncryptionKeyArn',
    ...all(3, 'kms:Decrypt, kms:GenerateDataKey on Key.Arn'),
    ...['Message', 'Record', 'Task'].map(
      (name) => `logs:CreateLogStream, logs:PutLogEvents on ${name}FunctionLogs.Arn`,
    ),
    'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage on Messages.Arn',
    'sqs:SendMessage on DeadLetters.Arn',
  ]);
});

it('finds the pipeline by parameters that it writes with the setting recordsTableStream', () => {
  const written = propertiesOf('AWS::SSM::Parameter', templateOf({ recordsTableStream: true })).map(
    ({ Name }) => Name,
  );

  const read = Object.values(
    template.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>' }),
  ).map(({ Default }) => Default as string);

  const ofPipeline = read.filter((name) => name.startsWith('/ContactRecordPipeline/')).sort();
  expect(ofPipeline).toEqual([
    '/ContactRecordPipeline/AbandonedContactsTopicArn',
    '/ContactRecordPipeline/EncryptionKeyArn',
    '/ContactRecordPipeline/OperationsTopicArn',
    '/ContactRecordPipeline/RecordsTableStreamArn',
  ]);
  expect(written).toEqual(expect.arrayContaining(ofPipeline));
});

it('sends all permanent failures to one dead-letter queue with an alarm', () => {
  const deadLetters = { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLetters'), 'Arn'] };

  template.hasResourceProperties('AWS::SNS::Subscription', {
    RedrivePolicy: { deadLetterTargetArn: deadLetters },
    FilterPolicy: { QueueDuration: [{ numeric: ['>=', 60] }, { exists: false }] },
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    RedrivePolicy: { deadLetterTargetArn: deadLetters },
    VisibilityTimeout: 360,
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    DestinationConfig: { OnFailure: { Destination: deadLetters } },
    BisectBatchOnFunctionError: true,
    MaximumRecordAgeInSeconds: 43_200,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 1,
    AlarmActions: [Match.anyValue()],
  });
});

it.each<[keyof CallbackListSettings, unknown]>([
  ['connectInstanceArn', 'an-instance'],
  ['contactFlowId', ''],
  ['timeZone', 'Berlin'],
  ['quietHours', '20-8'],
  ['minimumWaitSeconds', -1],
  ['tasksPerMinute', 60],
  ['keepDays', 'many'],
])('names the setting %s when it is wrong', (name, value) => {
  const settings = { ...SETTINGS, [name]: value };

  expect(() => new CallbackListStack(appWithoutBundle(), 'CallbackList', settings)).toThrow(`"${name}"`);
});
