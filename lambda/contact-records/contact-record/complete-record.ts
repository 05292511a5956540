/**
 * Creates a complete contact record from the model: every field is set, none is null. A new field of the model needs no
 * further code.
 */
import type * as z from 'zod/mini';
import { compileSchema } from './compile-schema';
import { type ContactRecord, contactRecord } from './model';

/** Creates a contact record in which every field of the model is set. */
export const createCompleteRecord = (): ContactRecord => createExample(contactRecord) as ContactRecord;

function createExample(schema: z.core.$ZodType): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return createExample(def.innerType);
  if (def.type === 'union' && def.options[0]) return createExample(def.options[0]);
  if (def.type === 'enum') return Object.values(def.entries)[0];
  if (def.type === 'array') return [createExample(def.element)];
  if (def.type === 'record') return { Name: createExample(def.valueType) };
  if (def.type === 'object')
    return Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, createExample(field)]));
  // The model describes the shape of every field that is not an object or a list.
  if (def.type === 'unknown') return {};
  return SCALARS.find(compileSchema(schema));
}

/** Each string, number and boolean of the model accepts one of these. */
const SCALARS = [
  ...['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', 'arn:aws:connect', 'customer'],
  // Strings of exactly that length.
  ...['x'.repeat(22), 'x'.repeat(25)],
  ...[0, 5, true],
];
