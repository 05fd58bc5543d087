/** A synthesised template as data, and the values of its intrinsic functions once resources have names. */
export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
};

export type Template = { readonly Resources: Readonly<Record<string, Resource>> };

/** What `Ref` and `Fn::GetAtt` of a resource give. */
export type Physical = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Freeport',
};

export const resourcesOf = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces intrinsic functions by their values, deeply. Throws for one that it does not know: nothing is guessed. */
export function resolve(value: unknown, physical: ReadonlyMap<string, Physical>): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, physical));
  if (!isObject(value)) return value;
  const [[name, argument] = ['', null], ...others] = Object.entries(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return intrinsic(name, argument, physical);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolve(entry, physical)]));
}

function intrinsic(name: string, argument: unknown, physical: ReadonlyMap<string, Physical>): string {
  switch (name) {
    case 'Ref':
      return PSEUDO[String(argument)] ?? found(physical, String(argument)).ref;
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = argument as [string, string];
      const value = found(physical, logicalId).attributes[attribute];
      if (value === undefined) throw new Error(`${logicalId} has no attribute ${attribute} here`);
      return value;
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => String(resolve(part, physical))).join(separator);
    }
    case 'Fn::Sub':
      return String(argument).replaceAll(/\$\{([^}]+)\}/g, (_, id: string) => intrinsic('Ref', id, physical));
    default:
      throw new Error(`the intrinsic function ${name} is not known here`);
  }
}

function found(physical: ReadonlyMap<string, Physical>, logicalId: string): Physical {
  const resource = physical.get(logicalId);
  if (resource === undefined) throw new Error(`${logicalId} is used before it has a name`);
  return resource;
}
