import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { STATUS_INDEX, SUBJECT_INDEX } from '../../shared/deploy/indexes.ts';
import { PART_RETENTION_DAYS } from '../../shared/deploy/retention.ts';
import type { FreeportFunction } from './freeport-function.ts';

const ITEMS: Pick<TableProps, 'partitionKey' | 'sortKey' | 'billingMode' | 'timeToLiveAttribute'> = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  timeToLiveAttribute: 'expiresAt',
};

/** What Freeport remembers: parts and the inventory as objects, an index of the parts, and the findings. */
export class Stores extends Construct {
  readonly #bucket: Bucket;
  readonly #partIndex: Table;
  readonly #findings: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // A day past the index, so that an entry outlives its object never the other way round.
        { prefix: 'parts/', expiration: Duration.days(PART_RETENTION_DAYS + 1) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.#partIndex = new Table(this, 'PartIndex', { ...ITEMS, removalPolicy: RemovalPolicy.DESTROY });
    this.#findings = new Table(this, 'Findings', {
      ...ITEMS,
      removalPolicy: RemovalPolicy.RETAIN,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    this.#addFindingIndexes();
  }

  /** Ingest writes parts and never reads one. */
  grantWriteParts(target: FreeportFunction): void {
    this.#allow(target, ['s3:PutObject'], 'parts/*');
    this.#partIndex.grant(target, 'dynamodb:PutItem');
    this.#provideParts(target);
  }

  grantReadParts(target: FreeportFunction): void {
    this.#allowRead(target, 'parts/*');
    this.#partIndex.grant(target, 'dynamodb:Query');
    this.#provideParts(target);
  }

  grantReadFindings(target: FreeportFunction): void {
    this.#findings.grant(target, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
    target.provide(ENVIRONMENT.findingTable, this.#findings.tableName);
  }

  /** Findings, people's acts and the outbox. Nobody scans. */
  grantWriteFindings(target: FreeportFunction): void {
    this.grantReadFindings(target);
    this.#findings.grant(target, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  grantReadInventory(target: FreeportFunction): void {
    this.#allowRead(target, 'inventory/*');
    target.provide(ENVIRONMENT.storeBucket, this.#bucket.bucketName);
  }

  grantWriteInventory(target: FreeportFunction): void {
    this.#allow(target, ['s3:PutObject'], 'inventory/*');
    target.provide(ENVIRONMENT.storeBucket, this.#bucket.bucketName);
  }

  /** Without leave to list, S3 answers 403 for an object that is not there, and absence could not be told from refusal. */
  #allowRead(target: FreeportFunction, keys: string): void {
    this.#allow(target, ['s3:GetObject'], keys);
    target.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.#bucket.bucketArn] }));
  }

  #allow(target: FreeportFunction, actions: string[], keys: string): void {
    target.addToRolePolicy(new PolicyStatement({ actions, resources: [this.#bucket.arnForObjects(keys)] }));
  }

  #provideParts(target: FreeportFunction): void {
    target.provide(ENVIRONMENT.storeBucket, this.#bucket.bucketName);
    target.provide(ENVIRONMENT.partIndexTable, this.#partIndex.tableName);
    target.provide(ENVIRONMENT.retentionDays, String(PART_RETENTION_DAYS));
  }

  /** The indexes carry what queries filter by; bodies are read by key, so a minute's update of an index stays small. */
  #addFindingIndexes(): void {
    const projection = {
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['severity', 'kind', 'layer', 'lastSeenMs', 'firstSeenMs', 'destinations', 'sources'],
    };
    const sortKey = { name: 'newest', type: AttributeType.STRING };
    const indexes = [
      [STATUS_INDEX, 'status'],
      [SUBJECT_INDEX, 'subject'],
    ] as const;
    for (const [indexName, name] of indexes)
      this.#findings.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name, type: AttributeType.STRING },
        sortKey,
        ...projection,
      });
  }
}
