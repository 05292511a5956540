/** That the subscriber's stack finds the topic and may be delivered to; what it does is run in `test/integration/`. */
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

it('finds the topic of a stack of another name, too', () => {
  const stack = new SubscriberStack(appWithoutBundle(), 'Subscriber', { pipelineStackName: 'Sales' });
  const defaults = Object.values(Template.fromStack(stack).findParameters('*')).map(
    ({ Default }) => Default as string,
  );
  expect(defaults).toContain('/Sales/AbandonedContactsTopicArn');
});

it('SNS may send to the queue and use its key, for this topic alone', () => {
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

it('the function may put into its table, and read or delete nothing there', () => {
  expect(permissionsOf(template).filter((line) => line.includes('dynamodb'))).toEqual([
    'dynamodb:PutItem on AbandonedPerQueue.Arn, AbandonedPerQueue.Arn/index/*',
  ]);
});

it('the function may use the key that encrypts its table', () => {
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

it('nothing is lost without a trace: what fails for good is a dead letter, wherever it fails', () => {
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
