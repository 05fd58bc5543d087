import type { Need } from './sdk-call.ts';
import { isObject, resolve, resourcesOf, type Physical, type Template } from './template.ts';

/** One Allow or Deny of a function's role, as the template has it. */
export type Statement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
};

/** The statements of the role that a function runs as: its inline policies and the ones attached to it. */
export function statementsOf(
  template: Template,
  functionId: string,
  physical: ReadonlyMap<string, Physical>,
): Statement[] {
  const role = roleIdOf(template.Resources[functionId]?.Properties['Role']);
  const documents = resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => (Properties['Roles'] as { Ref?: string }[]).some(({ Ref }) => Ref === role))
    .map(([, { Properties }]) => Properties['PolicyDocument']);
  const inline = ((template.Resources[role]?.Properties['Policies'] ?? []) as { PolicyDocument: unknown }[]).map(
    ({ PolicyDocument }) => PolicyDocument,
  );
  const managed = template.Resources[role]?.Properties['ManagedPolicyArns'];
  if (managed !== undefined) throw new Error(`${role} uses managed policies, which are not in the template`);
  return [...documents, ...inline].flatMap((document) => readDocument(resolve(document, physical)));
}

function roleIdOf(role: unknown): string {
  const attribute = isObject(role) ? role['Fn::GetAtt'] : undefined;
  if (!Array.isArray(attribute)) throw new Error('a function names no role of the template');
  return String(attribute[0]);
}

function readDocument(document: unknown): Statement[] {
  const statements = isObject(document) ? listOf(document['Statement']) : [];
  return statements.filter(isObject).map((statement) => {
    if ('Condition' in statement || 'NotAction' in statement || 'NotResource' in statement)
      throw new Error(`a statement says more than is understood here: ${JSON.stringify(statement)}`);
    return {
      effect: statement['Effect'] === 'Deny' ? 'Deny' : 'Allow',
      actions: listOf(statement['Action']).map(String),
      resources: listOf(statement['Resource']).map(String),
    };
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

export const covers = (statement: Statement, need: Need): boolean =>
  statement.actions.some((action) => matches(action.toLowerCase(), need.action.toLowerCase())) &&
  statement.resources.some((resource) => matches(resource, need.resource));

export function isAllowed(statements: readonly Statement[], need: Need): boolean {
  const relevant = statements.filter((statement) => covers(statement, need));
  return relevant.some(({ effect }) => effect === 'Allow') && !relevant.some(({ effect }) => effect === 'Deny');
}

function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(value);
}

/** `function: action on resource` of every Allow, wildcards as they are, that no recorded call needed. */
export function unusedPermissions(
  policies: ReadonlyMap<string, readonly Statement[]>,
  calls: readonly { readonly caller: string; readonly needs: readonly Need[] }[],
): string[] {
  const unused: string[] = [];
  for (const [caller, statements] of policies) {
    const needs = calls.filter((call) => call.caller === caller).flatMap((call) => call.needs);
    for (const { effect, actions, resources } of statements)
      for (const action of actions)
        if (!needs.some((need) => covers({ effect, actions: [action], resources }, need)))
          unused.push(`${caller}: ${action}`);
  }
  return [...new Set(unused)].sort();
}
