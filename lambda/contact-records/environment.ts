/**
 * The function's environment, read and checked once at init.
 */
import { ENVIRONMENT } from './names';

export type Environment = Readonly<Record<keyof typeof ENVIRONMENT, string>>;

/**
 * @throws Error that names all variables that are missing or empty
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const missing = Object.values(ENVIRONMENT).filter((name) => !variables[name]);
  if (missing.length > 0)
    throw new Error(`Environment variables are missing or empty: ${missing.join(', ')}`);
  const entries = Object.entries(ENVIRONMENT).map(([key, name]) => [key, variables[name]]);
  return Object.fromEntries(entries) as Environment;
}
