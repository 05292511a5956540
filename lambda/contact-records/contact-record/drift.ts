/**
 * Finds where a contact record deviates from the model. Connect adds fields and values without notice. Each deviation
 * is named by its path, such as `Agent.Username`, `Recordings[].Status` or `Attributes.*`, and never by its value.
 * Names may be personal data as well: a contact flow can write a telephone number into the name of an attribute. So a
 * name is shown only where the model knows it, or where Connect alone chooses names and it looks like a field's.
 */
import type * as z from 'zod/mini';
import { compileSchema } from './compile-schema';
import { contactRecord } from './model';

export type DriftKind = 'unknown-field' | 'other-type' | 'unknown-value' | 'out-of-bounds';

/** One deviation of a contact record from the model. */
export interface Drift {
  /** Names from the record down, joined by dots. `[]` is any element, `*` any name of a user's own, `?` no name. */
  readonly path: string;
  readonly kind: DriftKind;
}

/** Deviations that are reported for one record. */
const MAX_DRIFTS = 50;
/** Upper bound for checked entries of one list or map: zod fails on 100,000 issues. */
const MAX_ENTRIES = 1_000;
/** Levels of lists and maps that the model describes, the record itself included. */
const MAX_LEVELS = 4;

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

const matchesModel = compileSchema(contactRecord);

/**
 * Lists the deviations of any JSON object from the model. Each path and kind occurs once; there are at most 50. Never
 * throws.
 */
export function findDrift(record: object): readonly Drift[] {
  if (matchesModel(record)) return [];
  const read = contactRecord.safeParse(shorten(record), { reportInput: true });
  if (read.success) return [];
  const drifts = new Map<string, Drift>();
  for (const issue of read.error.issues) {
    const kind = kindOf(issue);
    for (const path of listPaths(issue)) {
      drifts.set(`${kind} ${path}`, { path, kind });
      if (drifts.size === MAX_DRIFTS) return [...drifts.values()];
    }
  }
  return [...drifts.values()];
}

/** Returns the value, or a copy that has only the checked entries. */
function shorten(value: unknown, level = 0): unknown {
  if (typeof value !== 'object' || value === null || level === MAX_LEVELS) return value;
  if (Array.isArray(value)) {
    const elements = value.slice(0, MAX_ENTRIES).map((element) => shorten(element, level + 1));
    const isWhole = elements.length === value.length && elements.every((each, i) => each === value[i]);
    return isWhole ? value : elements;
  }
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members);
  const kept = names.length <= MAX_ENTRIES ? names : names.slice(0, MAX_ENTRIES);
  if (kept !== names && level === 0)
    kept.push(...KNOWN_FIELDS.filter((name) => Object.hasOwn(members, name)));
  const values = kept.map((name) => shorten(members[name], level + 1));
  if (kept === names && names.every((name, i) => members[name] === values[i])) return value;
  return Object.fromEntries(kept.map((name, i) => [name, values[i]]));
}

const KNOWN_FIELDS = Object.keys(contactRecord.shape);

function kindOf(issue: Issue): DriftKind {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'unknown-field';
    case 'too_small':
    case 'too_big':
      // zod measures a list, too, where a string should have been.
      return typeof issue.input === 'object' ? 'other-type' : 'out-of-bounds';
    case 'invalid_value':
    case 'invalid_union':
    case 'custom':
      return typeof issue.input === 'string' ? 'unknown-value' : 'other-type';
    case 'invalid_type':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return 'other-type';
  }
}

function listPaths(issue: Issue): string[] {
  const path = pathOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [path];
  return issue.keys.map((key) => join(path, FIELD_NAME.test(key) ? key : '?'));
}

/** Follows a path in the model. Only the model separates Connect's names from a user's own names. */
function pathOf(keys: readonly PropertyKey[]): string {
  let path = '';
  let schema: Schema | undefined = contactRecord;
  for (const key of keys) {
    const def: z.core.$ZodTypes['_zod']['def'] | undefined = schema && definitionOf(schema);
    if (def?.type === 'array') {
      path += '[]';
      schema = def.element;
    } else if (def?.type === 'object' && Object.hasOwn(def.shape, key)) {
      path = join(path, String(key));
      schema = def.shape[String(key)];
    } else {
      path = join(path, '*');
      schema = def?.type === 'record' ? def.valueType : undefined;
    }
  }
  return path;
}

function definitionOf(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'optional' || def.type === 'nullable' ? definitionOf(def.innerType) : def;
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
