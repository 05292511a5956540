/** The command line of `npm run doctor`. */
import { defineCommand } from '../shared/define-command';
import { type Parser, stackName } from '../shared/options';

export interface Settings {
  instance: Instance;
  /** The stack that is to be checked, or that will be deployed under this name. */
  stack: string | undefined;
}

/** A Connect instance, as it was given. */
export interface Instance {
  id: string;
  /** Only if its ARN was given. */
  region?: string;
}

const instance: Parser<Instance> = {
  parse: (text) => {
    const [, region, id] =
      /^(?:arn:[\w-]+:connect:([\w-]+):\d{12}:instance\/)?([\w-]{1,100})$/.exec(text) ?? [];
    return id === undefined ? undefined : { id, ...(region !== undefined && { region }) };
  },
  describeError: (option) => `${option} takes the id or the ARN of a Connect instance.`,
};

export const doctorCommand = defineCommand({
  call: 'npm run doctor',
  usage: '--instance ID [--stack NAME]',
  about: [
    `Checks an account for a deployment, and a deployed stack: credentials, bootstrap, what the Connect instance exports and
    to where, and the retention, the key and the key policy of that stream. It says what is right, what is missing and what
    to do, and prints the settings for cdk.json.`,
    `Of a deployed stack (--stack), it also checks the event source mapping, the subscriptions, and whether a record was
    stored. It only reads. Region and credentials are found as by the AWS CLI. docs/doctor.md has more.`,
  ],
  options: {
    instance: {
      value: 'ID',
      description: 'the Connect instance: its id or its ARN',
      parser: instance,
      required: 'give the id of the Connect instance; its overview page in the console shows it',
    },
    stack: {
      value: 'NAME',
      description: 'the stack, if it is deployed, or is to have this name',
      parser: stackName,
    },
  },
  examples: {
    'npm run doctor -- --instance ID': 'before the deployment: what to set',
    'npm run doctor -- --instance ID --stack ContactRecordPipeline':
      'after it: whether everything is connected',
  },
  status: {
    0: 'everything that was checked is right',
    1: 'something is to be done, or could not be checked',
  },

  toSettings: ({ instance, stack }): Settings => ({ instance, stack }),
});
