/** The docstrings of the model, for the schemas: read from its source, so that the function need not carry them. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface Docstrings {
  /** What an exported object is. */
  readonly object: string;
  /** What each of its fields is. */
  readonly fields: Readonly<Record<string, string>>;
}

/** By the name of the constant: every exported one that has a docstring, and the fields of the first object in it. */
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

/** As one line; empty where there is none. */
function docstringOf(node: ts.Node): string {
  const docstring = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  return (ts.getTextOfJSDocComment(docstring?.comment) ?? '').replace(/\s+/g, ' ').trim();
}
