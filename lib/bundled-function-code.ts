/** Replaces `function-code.ts` in the npm package, which contains the bundled function. */
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

export const createFunctionCode = (): Code => Code.fromAsset(join(__dirname, 'function'));
