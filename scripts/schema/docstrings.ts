/** Reads the docstrings of the model from its source, for the schemas. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface Docstrings {
  /** Docstring of an exported object. */
  readonly object: string;
  /** Docstrings of its fields. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Returns the docstrings of exported constants by name. Includes the fields of the first object in each. */
export function docstringsOf(file: string): ReadonlyMap<string, Docstrings> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return new Map(
    source.statements.filter(ts.isVariableStatement).flatMap((statement) =>
      statement.declarationList.declarations.map((declaration) => {
        const fields = firstObjectIn(declaration)?.properties.map(
          (property) => [property.name?.getText() ?? '', docstringOf(property)] as const,
        );
        return [
          declaration.name.getText(),
          { object: docstringOf(statement), fields: Object.fromEntries(fields ?? []) },
        ] as const;
      }),
    ),
  );
}

function firstObjectIn(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  return ts.isObjectLiteralExpression(node) ? node : ts.forEachChild(node, firstObjectIn);
}

/** Returns a docstring as one line; empty if there is none. */
function docstringOf(node: ts.Node): string {
  const docstring = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  return (ts.getTextOfJSDocComment(docstring?.comment) ?? '').replace(/\s+/g, ' ').trim();
}
