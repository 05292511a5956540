/**
 * Whether a value fits a schema of the model: yes or no, and nothing else. zod's own answer is a copy of the value and a
 * list of issues, which takes five times as long (docs/adr/0016); nearly every record fits, and needs none of that.
 */
import type * as z from 'zod/mini';
import { isObject } from '../json/is-object';

type Schema = z.core.$ZodType;
type Check = z.core.$ZodChecks['_zod']['def'] | z.core.$ZodCustomDef;
type Fits = (value: unknown) => boolean;

/**
 * Makes the check of a schema. It takes what `JSON.parse` makes, and says true only of what zod takes; false it may also
 * say of an object with a member `__proto__`. Of kinds of schema that it does not know, which are rare in the model, zod
 * is asked.
 */
export function fitsOf(schema: Schema): Fits {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'unknown') return () => true;
  if (def.type === 'never') return () => false;
  if (def.type === 'boolean') return (value) => typeof value === 'boolean';
  if (def.type === 'optional') return either((value) => value === undefined, fitsOf(def.innerType));
  if (def.type === 'nullable') return either((value) => value === null, fitsOf(def.innerType));
  if (def.type === 'union') return def.options.map(fitsOf).reduce(either);
  if (def.type === 'enum') return fitsEnum(def);
  if (def.type === 'array') return fitsArray(def);
  if (def.type === 'record') return fitsRecord(def);
  if (def.type === 'object') return fitsObject(def);
  if (def.type === 'string' || def.type === 'number') return fitsText(def) ?? asZod(schema);
  return asZod(schema);
}

const asZod =
  (schema: Schema): Fits =>
  (value) =>
    (schema as z.ZodMiniType).safeParse(value).success;

const either =
  (one: Fits, other: Fits): Fits =>
  (value) =>
    one(value) || other(value);

function fitsEnum({ entries }: z.core.$ZodEnumDef): Fits {
  const words = new Set<unknown>(Object.values(entries));
  return (value) => words.has(value);
}

function fitsArray({ element }: z.core.$ZodArrayDef): Fits {
  const fits = fitsOf(element);
  return (value) => Array.isArray(value) && value.every((each) => fits(each));
}

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !Array.isArray(value);

function fitsRecord({ keyType, valueType }: z.core.$ZodRecordDef): Fits {
  const [name, member] = [fitsOf(keyType), fitsOf(valueType)];
  return (value) => isMembers(value) && Object.keys(value).every((key) => name(key) && member(value[key]));
}

function fitsObject({ shape, catchall }: z.core.$ZodObjectDef): Fits {
  const fields = new Map(Object.entries(shape).map(([name, field]) => [name, fitsOf(field)]));
  const required = [...fields].filter(([, fits]) => !fits(undefined)).map(([name]) => name);
  const other: Fits = catchall ? fitsOf(catchall) : () => true;
  return (value) =>
    isMembers(value) &&
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.keys(value).every((name) => (fields.get(name) ?? other)(value[name]));
}

/** Text or a number, with its checks; `undefined` if one of them isn't known here. */
function fitsText(def: z.core.$ZodStringDef | z.core.$ZodNumberDef): Fits | undefined {
  const own = 'check' in def ? [def as unknown as Check] : [];
  const others = (def.checks ?? []).map((check) => check._zod.def as Check);
  const checks: Fits[] = [];
  for (const check of [...own, ...others]) {
    const fits = fitsCheck(check);
    if (!fits) return undefined;
    checks.push(fits);
  }
  return (value) => typeof value === def.type && checks.every((fits) => fits(value));
}

/** What it is asked about is text or a number already, as the check demands. */
function fitsCheck(check: Check): Fits | undefined {
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

/** Formats that are their pattern, and nothing more. */
const FORMATS: ReadonlySet<string> = new Set(['regex', 'starts_with']);
