/** Errors of the services, as the SDK throws them. */
import type { Choices } from './choices';

export type Service = 'DynamoDB' | 'SNS' | 'S3';

/** Chooses an error that a retry may heal: a throttle, a fault, a broken answer, a wrong deployment, an unknown error. */
export function chooseServiceError(service: Service, choices: Choices): Error {
  const common: (() => Error)[] = [
    () => createSdkError('InternalServerError', 500),
    () => createSdkError('ServiceUnavailable', 503),
    () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    () => Object.assign(new Error('timed out'), { name: 'TimeoutError' }),
    () => new SyntaxError('Unexpected end of JSON input'),
    () => createSdkError('AccessDeniedException', 400),
    () => createSdkError('UnknownError', 418),
  ];
  const own: Record<Service, (() => Error)[]> = {
    DynamoDB: [
      () => createSdkError('ProvisionedThroughputExceededException', 400),
      () => createSdkError('ThrottlingException', 400),
      () => createSdkError('ResourceNotFoundException', 400),
    ],
    SNS: [
      () => createSdkError('ThrottledException', 429),
      () => createSdkError('KMSAccessDeniedException', 400),
      () => createSdkError('NotFoundException', 404),
      () => createSdkError('InvalidParameterException', 400, 'Invalid parameter: TopicArn'),
    ],
    S3: [() => createSdkError('SlowDown', 503), () => createSdkError('NoSuchBucket', 404)],
  };
  const all = [...own[service], ...common];
  return (all[choices.vary(all.length)] ?? common[0])?.() ?? createSdkError('InternalServerError', 500);
}

/** Chooses what an outage is: errors of all kinds, or one that stays until the deployment is corrected. */
export function chooseOutage(service: Service, choices: Choices): () => Error {
  const kinds = [
    () => chooseServiceError(service, choices),
    () => createSdkError('AccessDeniedException', 400),
    () => createSdkError(service === 'S3' ? 'NoSuchBucket' : 'ResourceNotFoundException', 404),
  ];
  return kinds[choices.vary(kinds.length)] ?? (() => createSdkError('InternalServerError', 500));
}

/** DynamoDB's answer to a put if the table has another key, or an index on an attribute of another type. */
export const createValidationError = () =>
  createSdkError('ValidationException', 400, 'One or more parameter values were invalid: Type mismatch');

/** Creates an error as the SDK throws it. */
export function createSdkError(name: string, httpStatusCode: number, message = 'not now'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
