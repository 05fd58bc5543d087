import { App } from 'aws-cdk-lib';
import { FreeportStack } from './freeport-stack.ts';
import { settings } from './settings.ts';

const app = new App();
new FreeportStack(app, 'Freeport', { settings });
