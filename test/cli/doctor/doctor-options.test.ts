import { doctorCommand } from '../../../cli/doctor/doctor-options';

const settings = (...argv: string[]) => {
  const parsed = doctorCommand.parse(argv);
  return parsed.kind === 'run' ? parsed.settings : parsed;
};

it('takes the id of an instance', () => {
  expect(settings('--instance', '0a1b-c2')).toEqual({ instance: { id: '0a1b-c2' }, stack: undefined });
});

it('takes the ARN of an instance, and a stack', () => {
  const arn = 'arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/0a1b-c2';

  expect(settings('--instance', arn, '--stack', 'Sales')).toEqual({
    instance: { id: '0a1b-c2', region: 'us-gov-west-1' },
    stack: 'Sales',
  });
});

const NO_INSTANCE = '--instance takes the id or the ARN of a Connect instance.';
it.each([
  [
    [],
    '--instance is missing: give the id of the Connect instance; its overview page in the console shows it.',
  ],
  [['--instance', ''], NO_INSTANCE],
  [['--instance', 'a/b'], NO_INSTANCE],
  [['--instance', 'arn:aws:connect:us-east-1:111122223333:instance/a/queue/b'], NO_INSTANCE],
  [['--instance', 'a', '--stack', 'a stack'], '--stack: the name is not valid.'],
])('is wrong usage when the arguments are %j', (argv, message) => {
  expect(settings(...argv)).toEqual({ kind: 'wrong', message });
});
