/**
 * Compiles a schema to a function that returns whether a value matches it. zod also returns a copy and a list of
 * issues, which takes five times as long (docs/adr/0016); nearly every record matches and needs neither.
 */
import type * as z from 'zod/mini';
import { isObject } from '../json/is-object';

type Schema = z.core.$ZodType;
type Check = z.core.$ZodChecks['_zod']['def'] | z.core.$ZodCustomDef;
type Matcher = (value: unknown) => boolean;

/**
 * Creates the check of a schema for parsed JSON. It returns true only for values that zod accepts, and false for an
 * object with a member `__proto__`. zod checks rare kinds of schema.
 */
export function compileSchema(schema: Schema): Matcher {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'unknown') return () => true;
  if (def.type === 'never') return () => false;
  if (def.type === 'boolean') return (value) => typeof value === 'boolean';
  if (def.type === 'optional') return either((value) => value === undefined, compileSchema(def.innerType));
  if (def.type === 'nullable') return either((value) => value === null, compileSchema(def.innerType));
  if (def.type === 'union') return def.options.map(compileSchema).reduce(either);
  if (def.type === 'enum') return compileEnum(def);
  if (def.type === 'array') return compileArray(def);
  if (def.type === 'record') return compileRecord(def);
  if (def.type === 'object') return compileObject(def);
  if (def.type === 'string' || def.type === 'number') return compileScalar(def) ?? compileWithZod(schema);
  return compileWithZod(schema);
}

const compileWithZod =
  (schema: Schema): Matcher =>
  (value) =>
    (schema as z.ZodMiniType).safeParse(value).success;

const either =
  (one: Matcher, other: Matcher): Matcher =>
  (value) =>
    one(value) || other(value);

function compileEnum({ entries }: z.core.$ZodEnumDef): Matcher {
  const words = new Set<unknown>(Object.values(entries));
  return (value) => words.has(value);
}

function compileArray({ element }: z.core.$ZodArrayDef): Matcher {
  const matches = compileSchema(element);
  return (value) => Array.isArray(value) && value.every((each) => matches(each));
}

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !Array.isArray(value);

function compileRecord({ keyType, valueType }: z.core.$ZodRecordDef): Matcher {
  const [name, member] = [compileSchema(keyType), compileSchema(valueType)];
  return (value) => isMembers(value) && Object.keys(value).every((key) => name(key) && member(value[key]));
}

function compileObject({ shape, catchall }: z.core.$ZodObjectDef): Matcher {
  const fields = new Map(Object.entries(shape).map(([name, field]) => [name, compileSchema(field)]));
  const required = [...fields].filter(([, matches]) => !matches(undefined)).map(([name]) => name);
  const other: Matcher = catchall ? compileSchema(catchall) : () => true;
  return (value) =>
    isMembers(value) &&
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.keys(value).every((name) => (fields.get(name) ?? other)(value[name]));
}

/** Compiles the schema of a string or number. Returns `undefined` if one of its checks is unknown. */
function compileScalar(def: z.core.$ZodStringDef | z.core.$ZodNumberDef): Matcher | undefined {
  const own = 'check' in def ? [def as unknown as Check] : [];
  const others = (def.checks ?? []).map((check) => check._zod.def as Check);
  const checks = [...own, ...others].map(compileCheck);
  if (!checks.every((matches) => matches !== undefined)) return undefined;
  return (value) => typeof value === def.type && checks.every((matches) => matches(value));
}

/** Compiles one check. Its value already has the type that the check needs. */
function compileCheck(check: Check): Matcher | undefined {
  if (check.check === 'min_length') return (text) => (text as string).length >= check.minimum;
  if (check.check === 'max_length') return (text) => (text as string).length <= check.maximum;
  if (check.check === 'length_equals') return (text) => (text as string).length === check.length;
  if (check.check === 'custom') return (value) => check.fn(value) === true;
  if (check.check === 'greater_than' && check.inclusive)
    return (value) => Number(value) >= Number(check.value);
  if (check.check === 'less_than' && check.inclusive) return (value) => Number(value) <= Number(check.value);
  if (check.check === 'number_format' && check.format === 'safeint') return Number.isSafeInteger;
  if (check.check === 'string_format' && FORMATS.has(check.format)) {
    const { pattern } = check;
    return pattern && ((text) => pattern.test(text as string));
  }
  return undefined;
}

/** Formats that consist only of a pattern. */
const FORMATS: ReadonlySet<string> = new Set(['regex', 'starts_with']);
