/**
 * Tests the filter policies of `docs/subscribing.md`. It reads them from the page, and checks which messages each lets
 * through.
 */
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createMessage } from '../../lambda/contact-records/steps/message';
import { ACCOUNT, REGION } from '../../local/stack/emulator-clients';
import { aContactRecord, aQueue, decoded } from '../factories';
import { jsonByHeading } from '../markdown';
import { aName, clients } from './emulators';

const POLICIES = jsonByHeading('docs/subscribing.md');

const waiting = (Name: string | null, Duration: number | null = 61) => ({
  Queue: aQueue({ Name, Duration }),
});
const forUnknownTime = aQueue({ Name: 'Sales', Duration: null, EnqueueTimestamp: 'unknown' });
const huge = { note: 'x'.repeat(262_144) };

/** Each differs in one thing from a caller who waited for 61 seconds in Sales. */
const CONTACTS: Record<string, Record<string, unknown>> = {
  'sales 61 s': waiting('Sales'),
  'sales 60 s': waiting('Sales', 60),
  'sales 59 s': waiting('Sales', 59),
  'sales unknown': { Queue: forUnknownTime },
  'sales by chat': { ...waiting('Sales'), Channel: 'CHAT', CustomerEndpoint: null },
  'sales without channel': { ...waiting('Sales'), Channel: null },
  'sales in french': { ...waiting('Sales'), Attributes: { language: 'fr' } },
  'sales in french, huge': { ...waiting('Sales'), Attributes: { language: 'fr', ...huge } },
  'sales with voicemail': { ...waiting('Sales'), Attributes: { vmx3_flag: '1' } },
  'sales elsewhere': {
    ...waiting('Sales'),
    InstanceARN: 'arn:aws:connect:eu-central-1:111122223333:instance/x',
  },
  support: waiting('Support'),
  other: waiting('Other'),
  "an agent's own": waiting(null),
  'smoke-test-1': waiting('Sales'),
};
const ALL = Object.keys(CONTACTS);
const allBut = (...others: string[]) => ALL.filter((contact) => !others.includes(contact));

const LETS_THROUGH: Record<string, string[]> = {
  'One queue': allBut('support', 'other', "an agent's own"),
  'Named queues only': allBut("an agent's own"),
  'Waited for more than a minute': allBut('sales 60 s', 'sales 59 s', 'sales unknown'),
  'Voice, one queue, more than a minute or unknown': allBut(
    ...['sales 60 s', 'sales 59 s', 'sales by chat', 'sales without channel'],
    ...['support', 'other', "an agent's own"],
  ),
  'Everything but smoke tests': allBut('smoke-test-1'),
  'Callers in two queues of one instance, a minute or more': allBut(
    'sales 59 s',
    'sales by chat',
    'sales without channel',
    'sales elsewhere',
    'other',
    "an agent's own",
  ),
  'Without voicemail': allBut('sales with voicemail'),
  'By what a contact flow wrote': ['sales in french'],
};

let TopicArn: string;
const queues = new Map<string, string>();

beforeAll(async () => {
  ({ TopicArn = '' } = await clients.sns.send(new CreateTopicCommand({ Name: aName('topic') })));
  for (const [heading, policy] of Object.entries(POLICIES)) {
    const QueueName = aName('queue');
    const { QueueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName }));
    queues.set(heading, QueueUrl);
    await clients.sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`,
        Attributes: {
          RawMessageDelivery: 'true',
          FilterPolicy: JSON.stringify(policy),
          ...('Attributes' in policy && { FilterPolicyScope: 'MessageBody' }),
        },
      }),
    );
  }
  for (const [ContactId, fields] of Object.entries(CONTACTS)) {
    const { record, text } = decoded(aContactRecord({ ...fields, ContactId }));
    await clients.sns.send(new PublishCommand({ TopicArn, ...createMessage(record, text) }));
  }
});

async function receivedBy(heading: string): Promise<string[]> {
  const QueueUrl = queues.get(heading);
  const contacts: string[] = [];
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return contacts.sort();
    for (const { Body = '', ReceiptHandle } of Messages) {
      contacts.push((JSON.parse(Body) as { ContactId: string }).ContactId);
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

it('tests exactly the policies of the page', () => {
  expect(Object.keys(POLICIES)).toEqual(Object.keys(LETS_THROUGH));
});

it.each(Object.entries(LETS_THROUGH))('%s', async (heading, contacts) => {
  expect(await receivedBy(heading)).toEqual([...contacts].sort());
});
