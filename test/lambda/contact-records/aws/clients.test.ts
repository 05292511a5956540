/** The SDK over the function's request handler: what is sent again, and how often. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createAwsCalls } from '../../../../lambda/contact-records/aws/clients';
import { startListening } from '../../../../local/stack/http-forwarding';

const CALL = { TableName: 'table', Item: { ContactId: { S: 'contact' } } };
const NO_LIMIT = new AbortController().signal;
const before = { ...process.env };
let server: Server | undefined;

afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
  server?.closeAllConnections();
  server?.close();
});

it('sends all requests again when many connections were dead at the same time', async () => {
  let requests = 0;
  const { putItem } = await aService((request, response) => {
    if (++requests <= 140) request.socket.resetAndDestroy();
    else response.end('{}');
  });

  const puts = Array.from({ length: 140 }, () => putItem(CALL, NO_LIMIT));

  await expect(Promise.all(puts)).resolves.toHaveLength(140);
});

it('sends a request three times at most when the service answers none', async () => {
  let requests = 0;
  const { putItem } = await aService((request) => {
    requests++;
    request.socket.resetAndDestroy();
  });

  await expect(putItem(CALL, NO_LIMIT)).rejects.toMatchObject({ name: 'ECONNRESET' });

  expect(requests).toBe(3);
});

it('sends a request once when the service rejects it for good', async () => {
  let requests = 0;
  const { putItem } = await aService((_request, response) => {
    requests++;
    response.writeHead(400).end('{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException"}');
  });

  await expect(putItem(CALL, NO_LIMIT)).rejects.toMatchObject({ name: 'ValidationException' });

  expect(requests).toBe(1);
});

it('sends nothing more, and fails with the last cause, when the call is aborted between two attempts', async () => {
  let requests = 0;
  // The pause between the attempts has this share of its upper bound of 500 ms.
  jest.spyOn(Math, 'random').mockReturnValue(0.9);
  const abort = new AbortController();
  const { putItem } = await aService((_request, response) => {
    requests++;
    setTimeout(() => {
      abort.abort();
    }, 100);
    response.writeHead(400).end('{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}');
  });

  await expect(putItem(CALL, abort.signal)).rejects.toMatchObject({ name: 'ThrottlingException' });

  expect(requests).toBe(1);
});

async function aService(listener: RequestListener) {
  server = createServer(listener);
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID = 'id';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';
  process.env.AWS_ENDPOINT_URL_DYNAMODB = await startListening(server);
  return createAwsCalls(Date.now);
}
