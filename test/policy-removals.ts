/** Policy documents with one part left out at a time: to show that each part is needed. */

interface Document {
  Statement: Record<string, unknown>[];
}

export interface Removal {
  /** The part that is left out, for a person. */
  what: string;
  without: Document;
}

/** Leaves out each statement; where a statement has several actions, resources or accounts, each of them, too. */
export function removeEachPart(document: unknown): Removal[] {
  const { Statement, ...others } = document as Document;
  const replace = (index: number, ...by: Record<string, unknown>[]) => ({
    ...others,
    Statement: Statement.toSpliced(index, 1, ...by),
  });
  return Statement.flatMap((statement, index) => [
    { what: describe(statement), without: replace(index) },
    ...['Action', 'Resource'].flatMap((element) => {
      const parts = statement[element];
      if (!Array.isArray(parts) || parts.length < 2) return [];
      return parts.map((part: unknown, i) => ({
        what: `${JSON.stringify(part)} of ${describe(statement)}`,
        without: replace(index, { ...statement, [element]: parts.toSpliced(i, 1) }),
      }));
    }),
  ]);
}

const describe = ({ Effect, Action, Principal }: Record<string, unknown>): string =>
  [Effect, Action, ...(Principal === undefined ? [] : ['for', Principal])]
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(' ');
