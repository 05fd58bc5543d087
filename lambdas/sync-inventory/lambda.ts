import { ec2Client, s3Client } from '../../shared/aws/clients.ts';
import { createInventorySource } from '../../shared/aws/inventory-source.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { inventoryStoreFrom } from '../../shared/aws/stores-from-environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  source: createInventorySource(ec2Client()),
  store: inventoryStoreFrom(process.env, { s3: s3Client() }),
  log: lambdaLog('sync-inventory'),
});
