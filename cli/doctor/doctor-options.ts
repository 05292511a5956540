/** Declares the command line of `npm run doctor`. */
import { defineCommand } from '../shared/define-command';
import { type Parser, stackName } from '../shared/options';

export interface Settings {
  instance: Instance;
  /** Name of the stack, deployed or planned. */
  stack: string | undefined;
}

/** A Connect instance from the command line. */
export interface Instance {
  id: string;
  /** Only if the user gave an ARN. */
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
    `Checks an account before a deployment: credentials, bootstrap, the instance's export, and the stream's retention, key
    and key policy. It prints what to do, and the settings for cdk.json.`,
    `With --stack, it also checks the deployed stack: event source mapping, subscriptions, stored records. It only reads.
    See docs/doctor.md.`,
  ],
  options: {
    instance: {
      value: 'ID',
      description: 'id or ARN of the Connect instance',
      parser: instance,
      required: 'give the id of the Connect instance; its overview page in the console shows it',
    },
    stack: {
      value: 'NAME',
      description: 'name of the stack, deployed or planned',
      parser: stackName,
    },
  },
  examples: {
    'npm run doctor -- --instance ID': 'before the deployment',
    'npm run doctor -- --instance ID --stack ContactRecordPipeline': 'after the deployment',
  },
  status: {
    0: 'all checks passed',
    1: 'something needs action, or could not be checked',
  },

  toSettings: ({ instance, stack }): Settings => ({ instance, stack }),
});
