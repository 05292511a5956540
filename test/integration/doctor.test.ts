/** `npm run doctor` as an operator runs it: another process, against services on loopback. */
import { aRightAccount, INSTANCE_ARN, INSTANCE_ID, REGION } from '../cli/doctor/account';
import { type Answers, type AwsServer, startAwsServer } from '../cli/doctor/aws-server';
import { aCommand, until } from './command';

jest.setTimeout(60_000);

const servers: AwsServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function doctor(args: string[], changes: Partial<Answers> = {}) {
  const server = await startAwsServer({ ...aRightAccount(), ...changes });
  servers.push(server);
  const services = ['', '_KINESIS', '_DYNAMODB', '_SNS', '_CLOUDFORMATION'];
  const endpoints = services.map((service) => [`AWS_ENDPOINT_URL${service}`, server.endpoint]);
  const environment = { ...(Object.fromEntries(endpoints) as object), AWS_REGION: REGION };
  return { ...aCommand('doctor', args, environment), requests: server.requests };
}
const NO_EXPORT = { 'connect:ListInstanceStorageConfigs': { StorageConfigs: [] } };

it('prints the settings when nothing is deployed yet', async () => {
  const { ended } = await doctor(['--instance', INSTANCE_ARN], NO_EXPORT);
  const { status, output, errors } = await ended;

  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(output).toMatch(/^ok {7}credentials {2}Account 111122223333, region eu-central-1, as\n/);
  expect(output).toContain(`\n  "connectInstanceArn": "${INSTANCE_ARN}",\n`);
  expect(output).toMatch(/\nAll checks passed\.\n$/);
});

it('ends with status 1 when a check needs action', async () => {
  const args = ['--instance', INSTANCE_ID, '--stack', 'ContactRecordPipeline'];
  const { ended } = await doctor(args, { 'dynamodb:Scan': { Count: 0 } });
  const { status, output } = await ended;

  expect(status).toBe(1);
  expect(output).toMatch(/^TO DO {4}records {6}The table records has no record yet/m);
  expect(output).toMatch(/\n1 thing to do\.\n$/);
});

it('prints one object and nothing else when --json is given', async () => {
  const { ended } = await doctor(['--instance', INSTANCE_ID, '--json'], NO_EXPORT);
  const { status, output } = await ended;

  expect(status).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    ...{ instance: INSTANCE_ID, stack: null, region: REGION, settings: { connectInstanceArn: INSTANCE_ARN } },
    findings: [
      { check: 'credentials', level: 'ok' },
      { check: 'bootstrap' },
      { check: 'instance' },
      { check: 'export' },
    ],
    counts: { ok: 4, note: 0, todo: 0, unknown: 0 },
  });
});

it('calls no service when the instance is in another region', async () => {
  const { ended, requests } = await doctor(['--instance', INSTANCE_ARN.replace(REGION, 'us-west-2')]);

  expect(await ended).toEqual({
    status: 2,
    output: '',
    errors: `The instance is in us-west-2, and AWS_REGION is ${REGION}: set AWS_REGION to the region of the instance.\n`,
  });
  expect(requests).toEqual([]);
});

it('ends within seconds when Ctrl-C comes while a service does not answer', async () => {
  const { child, ended, requests } = await doctor(['--instance', INSTANCE_ID], {
    'ssm:GetParameter': 'never',
  });
  await until(() => requests.some(({ call }) => call === 'ssm:GetParameter'), 'the request');
  const interruptedAt = performance.now();
  child.kill('SIGINT');

  expect(await ended).toMatchObject({ status: 130 });
  expect(performance.now() - interruptedAt).toBeLessThan(5_000);
});
