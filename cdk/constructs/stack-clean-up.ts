import { CustomResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { FreeportFunction } from './freeport-function.ts';

/**
 * What a function created by itself outlives the stack unless somebody takes it away. CloudFormation tells the function
 * of the stack's creation, which runs it for the first time, and of its removal, while it still has its permissions.
 */
export class StackCleanUp extends Construct {
  constructor(scope: Construct, id: string, { target }: { readonly target: FreeportFunction }) {
    super(scope, id);
    const resource = new CustomResource(this, 'Resource', { serviceToken: target.functionArn });
    if (target.role) resource.node.addDependency(target.role);
  }
}
