/**
 * Serves Connect's API for tasks on loopback. Paths and members of the requests come from the SDK's model. The server
 * rejects requests that do not match the model.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type StartTaskContactRequest, StartTaskContact$, StopContact$ } from '@aws-sdk/client-connect';
import { closeServer, startListening } from '../../local/stack/http-forwarding';

export interface Task extends Partial<StartTaskContactRequest> {
  readonly contactId: string;
  stopped: boolean;
}

export interface ConnectServer {
  /** The tasks that were created, each once. */
  readonly tasks: Task[];
  /** The value for `AWS_ENDPOINT_URL_CONNECT`. */
  readonly endpoint: string;
  /** Called after a task was created, before the answer. A returned fault replaces the answer. */
  onTask: (task: Task) => Promise<Fault | undefined> | Fault | undefined;
  readonly close: () => Promise<void>;
}

/** An error of the model, or an answer that is lost. */
export type Fault = { readonly code: string; readonly status: number } | 'lost';

const OPERATIONS = [StartTaskContact$, StopContact$];
const NOT_FOUND: Fault = { code: 'ResourceNotFoundException', status: 404 };
const INVALID: Fault = { code: 'InvalidRequestException', status: 400 };

export async function startConnectServer(): Promise<ConnectServer> {
  const tasks: Task[] = [];
  const server = createServer((request, response) => {
    void text(request).then(async (json) => {
      const body = JSON.parse(json || '{}') as Record<string, unknown>;
      const answer = await handle(`${request.method ?? ''} ${request.url ?? ''}`, body);
      if (answer === 'lost') request.socket.destroy();
      else if ('code' in answer)
        response
          .writeHead(answer.status, { 'x-amzn-errortype': answer.code })
          .end(JSON.stringify({ Message: 'CANARY' }));
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });

  async function handle(route: string, body: Record<string, unknown>) {
    const operation = OPERATIONS.find(([, , , traits]) => route === pathOf(traits));
    if (operation === undefined) return NOT_FOUND;
    const [, , name, , readInput] = operation;
    const [, , , , members, , required = 0] = (readInput as () => StructSchema)();
    const isComplete = members.slice(0, required).every((member) => typeof body[member] === 'string');
    if (!isComplete || Object.keys(body).some((member) => !members.includes(member))) return INVALID;
    if (name === 'StopContact') {
      const task = tasks.find(({ contactId }) => contactId === body.ContactId);
      if (task === undefined || task.stopped) return NOT_FOUND;
      task.stopped = true;
      return {};
    }
    let task = tasks.find(({ ClientToken }) => ClientToken === body.ClientToken);
    if (task === undefined) tasks.push((task = { ...body, contactId: randomUUID(), stopped: false }));
    return (await running.onTask(task)) ?? { ContactId: task.contactId };
  }

  const endpoint = await startListening(server);
  const close = () => closeServer(server);
  const running: ConnectServer = { tasks, endpoint, onTask: () => undefined, close };
  return running;
}

/** Schema of a structure. Its parts are kind, namespace, name, traits, member names (required first), types, number of required members. */
type StructSchema = readonly [number, string, string, unknown, string[], unknown[], number?];

function pathOf(traits: unknown): string {
  const {
    http: [method, path],
  } = traits as { http: [string, string] };
  return `${method} ${path}`;
}
