import {
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { inventoryOf } from '../../core/inventory/describe-documents.ts';
import { mergeInventory, type Inventory, type NatGateway } from '../../core/model/inventory.ts';
import type { InventorySource } from '../../ports.ts';

/** 200 pages of 1,000 interfaces: past it something else is wrong, and a function's time would run out. */
const PAGES_LIMIT = 200;
const PAGE_ENTRIES = 1_000;

/** EC2 goes on describing a gateway for an hour after it was deleted. */
const ALIVE = { Name: 'state', Values: ['pending', 'available'] };

type Page = { readonly NextToken?: string | undefined };

export type AwsInventorySource = InventorySource & {
  /** Of all that `describe` gives the part that capacities hang on, which one call a minute can look at. */
  natGateways(): Promise<readonly NatGateway[]>;
};

/** The live configuration, by the same reading as the AWS CLI's describe-* output. */
export function createInventorySource(ec2: EC2Client): AwsInventorySource {
  const gatewayPages = () => allPages((page) => ec2.send(new DescribeNatGatewaysCommand({ ...page, Filter: [ALIVE] })));
  return {
    natGateways: async () => inventoryIn(await gatewayPages()).natGateways,
    async describe() {
      const pages = await Promise.all([
        gatewayPages(),
        allPages((page) => ec2.send(new DescribeNetworkInterfacesCommand(page))),
        allPages((page) => ec2.send(new DescribeSubnetsCommand(page))),
        allPages((page) => ec2.send(new DescribeRouteTablesCommand(page))),
      ]);
      return inventoryIn(pages.flat());
    },
  };
}

const inventoryIn = (pages: readonly Page[]): Inventory =>
  mergeInventory(...pages.map((page) => inventoryOf(page)?.fragment ?? {}));

async function allPages(
  describe: (page: { MaxResults: number; NextToken?: string }) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let nextToken: string | undefined;
  do {
    if (pages.length === PAGES_LIMIT) throw new Error(`a describe call did not end after ${PAGES_LIMIT} pages`);
    const page = await describe({ MaxResults: PAGE_ENTRIES, ...(nextToken ? { NextToken: nextToken } : {}) });
    pages.push(page);
    nextToken = page.NextToken;
  } while (nextToken);
  return pages;
}
