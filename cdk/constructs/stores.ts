import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { OUTBOX_PARTITION, STATUS_INDEX, SUBJECT_INDEX, URGENT_PARTITION } from '../../shared/deploy/indexes.ts';
import { PART_RETENTION_DAYS } from '../../shared/deploy/retention.ts';
import { acknowledge } from './acknowledge.ts';
import type { FreeportFunction } from './freeport-function.ts';

const ITEMS: Pick<TableProps, 'partitionKey' | 'sortKey' | 'billingMode' | 'timeToLiveAttribute'> = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  timeToLiveAttribute: 'expiresAt',
};

/** Said of every bucket. */
export const NO_ACCESS_LOG =
  'Data events of CloudTrail tell who read it, without a second bucket that needs the same care.';

/** The schedule empties the outbox soon after, so a stubborn failure need not hold the stream. */
const STREAM_RETRIES = 3;
const COALESCING_WINDOW_SECONDS = 15;

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
    this.#partIndex = new Table(this, 'PartIndex', {
      ...ITEMS,
      removalPolicy: RemovalPolicy.DESTROY,
      stream: StreamViewType.KEYS_ONLY,
    });
    this.#findings = new Table(this, 'Findings', {
      ...ITEMS,
      removalPolicy: RemovalPolicy.RETAIN,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.KEYS_ONLY,
    });
    this.#addFindingIndexes();
    acknowledge(this.#bucket, 'AwsSolutions-S1', NO_ACCESS_LOG);
    const derived = 'The index is derived from objects that live a week, and is useless without them.';
    acknowledge(this.#partIndex, 'AwsSolutions-DDB3', derived);
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

  /** Who sees a certain sign asks for an analysis at once; of those of a quarter minute one is written. */
  grantRequestAnalysis(target: FreeportFunction): void {
    target.allow(['dynamodb:PutItem'], [this.#partIndex.tableArn]);
    target.provide(ENVIRONMENT.partIndexTable, this.#partIndex.tableName);
  }

  /** Runs the target for requests, those of a quarter minute at once. One that fails is overtaken by the schedule. */
  onRequestAnalysis(target: FreeportFunction): void {
    const why = 'A request holds nothing: the next run by schedule, minutes later, answers it all the same.';
    this.#onInsert(target, this.#partIndex, URGENT_PARTITION, why, Duration.seconds(COALESCING_WINDOW_SECONDS));
  }

  /** Leave to look whether any finding is open. */
  grantListFindings(target: FreeportFunction): void {
    target.allow(['dynamodb:BatchGetItem'], [this.#findings.tableArn]);
    target.allow(['dynamodb:Query'], [`${this.#findings.tableArn}/index/${STATUS_INDEX}`]);
    this.#provideFindings(target);
  }

  /** Findings, episodes, acts and the outbox, under the lease of the one who analyses. Nobody scans. */
  grantAnalyse(target: FreeportFunction): void {
    this.grantListFindings(target);
    target.allow(
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      [this.#findings.tableArn],
    );
  }

  /** Queries, and what people do and did to a finding. */
  grantQuery(target: FreeportFunction): void {
    this.grantListFindings(target);
    target.allow(['dynamodb:Query'], [`${this.#findings.tableArn}/index/${SUBJECT_INDEX}`]);
    target.allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'], [this.#findings.tableArn]);
  }

  /** The outbox, and the ledger of what was delivered. */
  grantDeliver(target: FreeportFunction): void {
    target.allow(
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [this.#findings.tableArn],
    );
    this.#provideFindings(target);
  }

  /** The threads of findings in a chat. */
  grantThreads(target: FreeportFunction): void {
    target.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [this.#findings.tableArn]);
    this.#provideFindings(target);
  }

  /** Runs the target whenever something is put into the outbox. */
  onOwed(target: FreeportFunction): void {
    const why = 'What could not be delivered stays in the outbox, which the schedule empties.';
    this.#onInsert(target, this.#findings, OUTBOX_PARTITION, why);
  }

  #onInsert(target: FreeportFunction, table: Table, partition: string, why: string, window?: Duration): void {
    target.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        retryAttempts: STREAM_RETRIES,
        ...(window === undefined ? {} : { maxBatchingWindow: window }),
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual('INSERT'),
            dynamodb: { Keys: { pk: { S: FilterRule.isEqual(partition) } } },
          }),
        ],
      }),
    );
    target.acknowledgeWildcard('*', 'Lambda lists streams for its poller, and IAM accepts nothing but `*` for that.');
    acknowledge(target, 'Serverless-LambdaEventSourceMappingDestination', why);
  }

  grantReadInventory(target: FreeportFunction): void {
    this.#allowRead(target, 'inventory/*');
  }

  grantWriteInventory(target: FreeportFunction): void {
    this.#allowRead(target, 'inventory/*');
    this.#allow(target, ['s3:PutObject'], 'inventory/*');
  }

  grantReadSummary(target: FreeportFunction): void {
    this.#allowRead(target, 'summary/*');
  }

  grantWriteSummary(target: FreeportFunction): void {
    this.#allow(target, ['s3:PutObject'], 'summary/*');
  }

  grantReadLogGroups(target: FreeportFunction): void {
    this.#allowRead(target, 'log-groups/*');
  }

  grantLogGroups(target: FreeportFunction): void {
    this.#allowRead(target, 'log-groups/*');
    this.#allow(target, ['s3:PutObject'], 'log-groups/*');
  }

  /** Without leave to list, S3 answers 403 for an object that is not there, and absence could not be told from refusal. */
  #allowRead(target: FreeportFunction, keys: string): void {
    this.#allow(target, ['s3:GetObject'], keys);
    target.allow(['s3:ListBucket'], [this.#bucket.bucketArn]);
  }

  #allow(target: FreeportFunction, actions: readonly string[], keys: string): void {
    const reason = 'The objects of one prefix, whose names are digests that nobody knows beforehand.';
    target.allowPattern(actions, [this.#bucket.arnForObjects(keys)], reason);
    target.provide(ENVIRONMENT.storeBucket, this.#bucket.bucketName);
  }

  #provideFindings(target: FreeportFunction): void {
    target.provide(ENVIRONMENT.findingTable, this.#findings.tableName);
  }

  #provideParts(target: FreeportFunction): void {
    target.provide(ENVIRONMENT.partIndexTable, this.#partIndex.tableName);
    target.provide(ENVIRONMENT.retentionDays, String(PART_RETENTION_DAYS));
  }

  /** The indexes carry what queries filter by; bodies are read by key, so a minute's update of an index stays small. */
  #addFindingIndexes(): void {
    const filteredBy = ['severity', 'kind', 'layer', 'lastSeenMs', 'firstSeenMs', 'destinations', 'sources'];
    const sortKey = { name: 'newest', type: AttributeType.STRING };
    const indexes = [
      [STATUS_INDEX, 'status', filteredBy],
      [SUBJECT_INDEX, 'subject', [...filteredBy, 'status']],
    ] as const;
    for (const [indexName, name, nonKeyAttributes] of indexes)
      this.#findings.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name, type: AttributeType.STRING },
        sortKey,
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...nonKeyAttributes],
      });
  }
}
