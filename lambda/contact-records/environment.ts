/** Reads and checks the function's environment, once at init. */
import { ENVIRONMENT, OPTIONAL_ENVIRONMENT } from './contract';

export type Environment = Readonly<Record<keyof typeof ENVIRONMENT, string>> &
  Readonly<Partial<Record<keyof typeof OPTIONAL_ENVIRONMENT, number>>>;

/** Upper bounds: ten years in hours, a hundred years in days. */
const MOST: Readonly<Record<keyof typeof OPTIONAL_ENVIRONMENT, number>> = {
  notifyWithinHours: 87_600,
  contactRetentionDays: 36_500,
};

/** @throws Error that names all variables that are missing or invalid */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const wrong: string[] = [];
  const environment: Record<string, string | number> = {};
  for (const [key, name] of Object.entries(ENVIRONMENT)) {
    const value = variables[name];
    if (value) environment[key] = value;
    else wrong.push(`${name} is missing or empty`);
  }
  for (const [key, name] of Object.entries(OPTIONAL_ENVIRONMENT)) {
    const value = variables[name];
    const most = MOST[key as keyof typeof MOST];
    if (value === undefined) continue;
    if (/^[1-9]\d*$/.test(value) && Number(value) <= most) environment[key] = Number(value);
    else wrong.push(`${name} is not a whole number from 1 to ${most}`);
  }
  if (wrong.length > 0) throw new Error(`Environment variables: ${wrong.join('; ')}`);
  return environment as Environment;
}
