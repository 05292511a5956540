/** Checks the state, event source mapping, subscriptions and stored records of a deployed stack. */
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { CheckedStream } from './check-stream';
import type { DoctorServices } from './doctor-services';
import { type Findings, NOT_KNOWN } from './findings';

/** The resources that the outputs of the stack name. */
export interface DeployedStack {
  name: string;
  stream: string;
  function: string;
  /** The role of the function, if it is known. */
  role: string | undefined;
  recordsTable: string;
  contactsTopic: string;
  operationsTopic: string;
}

/** Checks the stack. Resolves to undefined if there is none, and to `NOT_KNOWN` if it is incomplete or can't be read. */
export async function checkStack(
  name: string,
  region: string,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<DeployedStack | undefined | typeof NOT_KNOWN> {
  const stack = await ask('stack', services.describeStack(name));
  if (stack === NOT_KNOWN) return NOT_KNOWN;
  if (stack === undefined) {
    const text = `There is no stack ${name} in ${region} yet: deploy it, or check --stack, AWS_REGION and the account.`;
    add('stack', 'todo', text);
    return undefined;
  }
  describeStatus(name, stack.status, add);
  const { outputs } = stack;
  const [stream, fn, recordsTable, contactsTopic, operationsTopic] = [
    ...['StreamArn', 'FunctionArn', 'RecordsTableName', 'AbandonedContactsTopicArn', 'OperationsTopicArn'],
  ].map((output) => outputs.get(output));
  if (!stream || !fn || !recordsTable || !contactsTopic || !operationsTopic) {
    const text = `The stack ${name} lacks outputs: check that --stack names a stack of this pipeline, and deploy it again.`;
    add('stack', 'todo', text);
    return NOT_KNOWN;
  }
  const role = await ask('function', services.findRole(fn));
  if (role === undefined) {
    add('function', 'todo', `The function ${fn} of the stack does not exist: deploy the stack again.`);
  }
  return {
    name,
    role: role === NOT_KNOWN ? undefined : role,
    stream,
    function: fn,
    recordsTable,
    contactsTopic,
    operationsTopic,
  };
}

function describeStatus(name: string, status: string, add: Findings['add']): void {
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'].includes(status)) {
    add('stack', 'ok', `The stack ${name} is deployed (${status}).`);
  } else if (status.endsWith('_IN_PROGRESS')) {
    add(
      'stack',
      'todo',
      `A deployment of the stack ${name} is in progress (${status}): wait, and run this command again.`,
    );
  } else {
    const text = `The last deployment of the stack ${name} failed (${status}). Its events say why:`;
    add('stack', 'todo', text, `aws cloudformation describe-stack-events --stack-name ${name}`);
  }
}

/** Checks the mapping between stream and function. `stream` is undefined if it could not be checked. */
export async function checkMapping(
  stack: DeployedStack,
  stream: CheckedStream | undefined,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<void> {
  const mappings = await ask('mapping', services.listMappings(stack.function, stack.stream));
  if (mappings === NOT_KNOWN) return;
  const [mapping] = mappings;
  if (!mapping) {
    const text =
      'The function has no event source mapping for the stream: no record is processed. Deploy the stack again.';
    add('mapping', 'todo', text);
    return;
  }
  describeState(mapping, add);
  const { MaximumRecordAgeInSeconds: seconds = -1 } = mapping;
  if (stream && (seconds < 0 || seconds >= stream.retentionHours * 3600)) {
    const limit = seconds < 0 ? 'has no limit' : `is ${seconds / 3600} hours`;
    add(
      'mapping',
      'todo',
      `The maximum record age ${limit}, and the stream keeps records for ${stream.retentionHours} hours: ` +
        'records expire before Lambda saves them to the failure bucket. Lower maxRecordAgeHours, or raise the retention.',
    );
  }
}

function describeState(
  { UUID = '', State = 'no state', LastProcessingResult = '' }: EventSourceMappingConfiguration,
  add: Findings['add'],
): void {
  if (State === 'Disabled' || State === 'Disabling') {
    const text = `The event source mapping is not enabled (${State}): no record is processed. Enable it:`;
    add('mapping', 'todo', text, `aws lambda update-event-source-mapping --uuid ${UUID} --enabled`);
  } else if (State !== 'Enabled') {
    add(
      'mapping',
      'todo',
      `The event source mapping is not ready (${State}): run this command again in a minute.`,
    );
  } else if (LastProcessingResult.startsWith('PROBLEM')) {
    const text =
      "The event source mapping is enabled, but its last batch failed: look at the function's log.";
    add('mapping', 'todo', text, LastProcessingResult);
  } else {
    add('mapping', 'ok', 'The event source mapping is enabled.');
  }
}

/** Checks that the topics have subscribers, and that all subscriptions are confirmed. */
export async function checkSubscriptions(
  { operationsTopic, contactsTopic }: DeployedStack,
  services: DoctorServices,
  findings: Findings,
): Promise<void> {
  const withoutSubscriber = {
    alarms: [
      'todo',
      'The alarm topic has no subscriber: set alarmEmail and deploy, or subscribe to',
      operationsTopic,
    ],
    contacts: [
      'note',
      'The topic of abandoned contacts has no subscriber yet (docs/subscribing.md):',
      contactsTopic,
    ],
  } as const;
  await checkTopic('alarms', withoutSubscriber.alarms, services, findings);
  await checkTopic('contacts', withoutSubscriber.contacts, services, findings);
}

async function checkTopic(
  check: string,
  [level, withoutSubscriber, topic]: readonly ['todo' | 'note', string, string],
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<void> {
  const subscriptions = await ask(check, services.listSubscriptions(topic));
  if (subscriptions === NOT_KNOWN) return;
  const pending = subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation');
  const confirmed = subscriptions.length - pending.length;
  if (subscriptions.length === 0) add(check, level, `${withoutSubscriber} ${topic}.`);
  if (confirmed > 0) add(check, 'ok', `Confirmed subscriptions: ${confirmed}.`);
  for (const { Protocol = '', Endpoint = '' } of pending) {
    add(
      check,
      'todo',
      `The subscription of ${Endpoint} (${Protocol}) waits for its confirmation: follow the link in the message from AWS. ` +
        'The link works for two days; after that, subscribe again:',
      `aws sns subscribe --topic-arn ${topic} --protocol ${Protocol} --notification-endpoint ${Endpoint}`,
    );
  }
}

export async function checkRecords(
  { name, recordsTable }: DeployedStack,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<void> {
  const isStored = await ask('records', services.hasItem(recordsTable));
  if (isStored === NOT_KNOWN) return;
  if (isStored) {
    add('records', 'ok', `The table ${recordsTable} has records.`);
  } else {
    add(
      'records',
      'todo',
      `The table ${recordsTable} has no record yet: end a contact, and wait for five minutes. To test without one, run`,
      `npm run smoke -- --stack ${name}`,
    );
  }
}
