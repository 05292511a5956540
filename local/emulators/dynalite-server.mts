/**
 * Runs dynalite, and adds the parameter that the function needs: `ReturnValuesOnConditionCheckFailure: ALL_OLD`.
 *
 * The old item is added where dynalite evaluates the condition, under its lock of the key. A later read could return
 * another writer's item.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';

type Item = Record<string, unknown>;
type Failure = { body: { Item?: Item } } | null | undefined;
interface Database {
  checkConditional: (request: Item, existing?: Item) => Failure;
}

const require = createRequire(import.meta.url);
const database = require('dynalite/db') as Database;
const dynalite = require('dynalite') as (options: { createTableMs: number; deleteTableMs: number }) => Server;

for (const action of ['putItem', 'updateItem', 'deleteItem']) {
  const { types } = require(`dynalite/validations/${action}`) as { types: Item };
  // dynalite drops unknown parameters before it acts.
  types.ReturnValuesOnConditionCheckFailure = { type: 'String', enum: ['ALL_OLD', 'NONE'] };
}

const { checkConditional } = database;
database.checkConditional = (request, existing) => {
  const failure = checkConditional(request, existing);
  if (failure && existing && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
    failure.body.Item = existing;
  }
  return failure;
};

// dynalite throws when a client disconnects during a request, as a killed function does.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'ECONNRESET') return;
  console.error(error);
  process.exit(1);
});

dynalite({ createTableMs: 0, deleteTableMs: 0 }).listen(Number(process.argv[2]));
