import { groupRows, listRows } from '../../flow-rows/flow-rows.ts';
import { destinationKey } from '../../model/destination.ts';
import { aboutWay, type LookAlike, spanOf } from './look-alike.ts';

/** Half of the records where a network ACL lets the SYN out and rejects the answer; all where nothing gets out. */
const LEAST_SHARE = 0.4;
const FEWEST_RECORDS = 20;
const FEWEST_MINUTES = 2;

/** Connects fail because a security group or a network ACL lets them, or their answers, not through: `action` REJECT. */
export const rejectedByRule: LookAlike = ({ flows }) => {
  const rejecting = flows.filter((row) => row.rejected > 0 && row.rejected >= LEAST_SHARE * row.records);
  const places = groupRows(rejecting, (row) => `${row.localAddress} ${destinationKey(row.destination)}`);
  return [...places.values()].flatMap((own) => {
    const rows = listRows(own);
    const [{ localAddress, destination }] = rows as [(typeof rows)[number]];
    const minutes = new Set(rows.map(({ minute }) => minute));
    const rejected = rows.reduce((sum, row) => sum + row.rejected, 0);
    const records = rows.reduce((sum, row) => sum + row.records, 0);
    if (rejected < FEWEST_RECORDS || minutes.size < FEWEST_MINUTES) return [];
    return [
      {
        kind: 'rejected-by-rule',
        reason: `${rejected} of ${records} flow records in ${minutes.size} minutes have the action REJECT: a security group or a network ACL, not ports`,
        ...aboutWay(localAddress, destination),
        ...spanOf([...minutes]),
      },
    ];
  });
};
