import { mergeInventory } from '../model/inventory.ts';
import type { InventoryFragment } from '../model/inventory.ts';
import type { InputReader } from '../model/reading.ts';
import { createRecordCounter } from '../recognise/counts.ts';
import { createJsonDocuments } from '../recognise/json-documents.ts';
import { inventoryOf } from './describe-documents.ts';

/**
 * Reads `aws ec2 describe-{nat-gateways,network-interfaces,instances,subnets,route-tables}` output: one document, several pages
 * after each other, or one document that holds several of the lists. A record is one list entry.
 */
export function createInventoryReader({ file }: { readonly file: string }): InputReader {
  const counter = createRecordCounter(file);
  const fragments: InventoryFragment[] = [];
  const documents = createJsonDocuments({
    document(document, line) {
      const described = inventoryOf(document);
      if (described === null)
        return counter.rejected(line, 'no list of gateways, interfaces, instances, subnets or route tables');
      counter.read(described.entries);
      for (const reason of described.rejected) counter.rejected(line, reason);
      fragments.push(described.fragment);
    },
    malformed: (line, reason) => counter.rejected(line, reason),
  });
  return {
    push: (chunk) => documents.push(chunk),
    finish() {
      documents.finish();
      return {
        source: 'inventory',
        counts: counter.counts(),
        fields: [],
        scopes: [],
        inventory: mergeInventory(...fragments),
        warnings: [],
      };
    },
  };
}
