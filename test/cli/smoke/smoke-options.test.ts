import { smokeCommand } from '../../../cli/smoke/smoke-options';

const settings = (...argv: string[]) => {
  const parsed = smokeCommand.parse(argv);
  return parsed.kind === 'run' ? parsed.settings : parsed;
};
const NAMES = ['--stream', 'a-stream', '--table', 'a.table'];
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:a-topic';

it('asks first, publishes nothing, and waits for a minute and a half by default', () => {
  expect(settings('--stack', 'ContactRecordPipeline')).toEqual({
    target: { stack: 'ContactRecordPipeline' },
    isAbandoned: false,
    waitSeconds: 90,
    isConfirmed: false,
  });
});

it('takes the names of the resources when there is no stack', () => {
  expect(settings(...NAMES, '--topic', TOPIC, '--abandoned', '--yes', '--wait-seconds', '5')).toEqual({
    target: { stream: 'a-stream', table: 'a.table', topic: TOPIC },
    isAbandoned: true,
    waitSeconds: 5,
    isConfirmed: true,
  });
  expect(settings(...NAMES)).toMatchObject({ target: { stream: 'a-stream', table: 'a.table' } });
});

const ONE_WAY = 'Give either --stack, or --stream and --table.';
it.each([
  [[], ONE_WAY],
  [['--stream', 'a-stream'], ONE_WAY],
  [['--table', 'a-table'], ONE_WAY],
  [['--stack', 'a-stack', ...NAMES], ONE_WAY],
  [['--stack', 'a-stack', '--topic', TOPIC], ONE_WAY],
  [[...NAMES, '--abandoned'], '--abandoned needs --topic as well as --stream and --table.'],
  [['--stack', 'a stack'], '--stack: the name is not valid.'],
  [['--stream', '*', '--table', 'a-table'], '--stream: the name is not valid.'],
  [['--stream', 'a-stream', '--table', '/'], '--table: the name is not valid.'],
  [[...NAMES, '--topic', 'a-topic'], '--topic: the name is not valid.'],
  [['--stack', 'a-stack', '--wait-seconds', '0'], '--wait-seconds takes a whole number from 1 to 3600.'],
  [['--frobnicate'], 'There is no option --frobnicate: --help lists all.'],
])('%j is wrong usage', (argv, message) => {
  expect(settings(...argv)).toEqual({ kind: 'wrong', message });
});
