/** Tests that the subscriber's stack finds the topic, and that SNS may deliver to it. */
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SubscriberStack } from '../../examples/subscriber-stack/subscriber-stack';
import { appWithoutBundle, permissionsOf, propertiesOf, templateOf } from '../lib/synthesized';

const template = Template.fromStack(new SubscriberStack(appWithoutBundle(), 'Subscriber'));

const [topicParameter = ''] = Object.keys(
  template.findParameters('*', {
    Type: 'AWS::SSM::Parameter::Value<String>',
    Default: '/ContactRecordPipeline/AbandonedContactsTopicArn',
  }),
);
const TopicArn = { Ref: topicParameter };

it('finds the topic by a parameter that the pipeline writes', () => {
  const pipeline = templateOf();
  const [topic] = Object.keys(
    pipeline.findResources('AWS::SNS::Topic', { Properties: { DisplayName: 'Abandoned contacts' } }),
  );
  pipeline.hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/ContactRecordPipeline/AbandonedContactsTopicArn',
    Value: { Ref: topic },
  });
  expect(propertiesOf('AWS::SNS::Subscription', template)).toMatchObject([{ TopicArn }]);
});

it('finds the topic when the pipeline has another name', () => {
  const stack = new SubscriberStack(appWithoutBundle(), 'Subscriber', { pipelineStackName: 'Sales' });
  const defaults = Object.values(Template.fromStack(stack).findParameters('*')).map(
    ({ Default }) => Default as string,
  );
  expect(defaults).toContain('/Sales/AbandonedContactsTopicArn');
});

it('lets SNS send to the queue and use its key only for this topic', () => {
  const fromTopic = { ArnEquals: { 'aws:SourceArn': TopicArn } };
  const sns = { Service: 'sns.amazonaws.com' };
  template.resourceCountIs('AWS::SQS::Queue', 1);
  template.resourcePropertiesCountIs(
    'AWS::SQS::QueuePolicy',
    {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: 'sqs:SendMessage', Principal: sns, Condition: fromTopic }),
        ]),
      },
    },
    1,
  );
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Principal: sns,
          Condition: fromTopic,
        }),
      ]),
    },
  });
  template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
});

it('lets the function only put items into its table', () => {
  expect(permissionsOf(template).filter((line) => line.includes('dynamodb'))).toEqual([
    'dynamodb:PutItem on AbandonedPerQueue.Arn, AbandonedPerQueue.Arn/index/*',
  ]);
});

it('lets the function use the key of its table', () => {
  const policies = propertiesOf('AWS::IAM::Policy', template).map(({ PolicyDocument }) => PolicyDocument);

  expect(policies).toHaveLength(1);
  for (const policy of policies) {
    expect(policy).toMatchObject({
      Statement: expect.arrayContaining([
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
          Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
        },
      ]) as unknown,
    });
  }
});

it('keeps each permanent failure as a dead letter', () => {
  const deadLetters = (of: string) => ({
    'Fn::GetAtt': [Match.stringLikeRegexp(`^${of}DeadLetters[0-9A-F]{8}$`), 'Arn'],
  });
  const policy = (of: string) => Match.objectLike({ deadLetterTargetArn: deadLetters(of) });
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'lambda',
    RedrivePolicy: policy('AbandonedPerQueue'),
  });
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    DestinationConfig: { OnFailure: { Destination: deadLetters('AbandonedPerQueue') } },
  });
});
