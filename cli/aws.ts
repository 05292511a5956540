/**
 * What the commands that work on AWS services have in common: limits of a call, where region and credentials come from,
 * what is said of an error, and the end.
 */
import { EXIT, onCtrlC } from './command';
import { errorName, ServiceFault } from './service-fault';
import { WrongUsage } from './usage';

/** For one attempt, milliseconds. Without `throwOnRequestTimeout` the SDK only warns. */
export const LIMITS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/**
 * Looks for the region and the credentials that a client would use, as the AWS CLI finds them; resolves to the region.
 *
 * @throws WrongUsage if there are none
 */
export async function regionAndCredentialsOf(client: {
  config: { region: () => Promise<string>; credentials: () => Promise<unknown> };
}): Promise<string> {
  let region;
  try {
    region = await client.config.region();
  } catch {
    throw new WrongUsage('No region: set AWS_REGION.');
  }
  try {
    await client.config.credentials();
  } catch {
    throw new WrongUsage('No credentials: sign in, or set AWS_PROFILE.');
  }
  return region;
}

/**
 * Runs a command to its end, and exits. Ctrl-C says so and aborts `stopping`; the run is to end then, soon.
 *
 * @param run - resolves to the exit status
 */
export function runOnServices(run: () => Promise<number>, stopping: AbortController, onStop: string): void {
  onCtrlC(() => {
    process.stderr.write(`\n${onStop}\n`);
    stopping.abort();
  });

  const runToEnd = async () => {
    try {
      return await run();
    } catch (error) {
      // Whatever else is thrown may quote a record.
      const isOurs = error instanceof WrongUsage || error instanceof ServiceFault;
      process.stderr.write(`${isOurs ? error.message : `The run failed: ${errorName(error)}.`}\n`);
      return error instanceof WrongUsage ? EXIT.usage : EXIT.wrong;
    }
  };
  void runToEnd().then((status) => process.exit(status));
}
