# Distinct ports, records and bytes per minute and key, by flowlogs-reader: python flowlogs_reader_peer.py FILE...
import gzip
import sys

from flowlogs_reader import FlowRecord

groups = {}
records = 0
for path in sys.argv[1:]:
    with gzip.open(path, "rt") as lines:
        fields = [name.replace("-", "_") for name in next(lines).split()]
        for line in lines:
            row = dict(zip(fields, line.split()))
            record = FlowRecord(row)
            if record.log_status != "OK":
                continue
            records += 1
            minute = int(record.start.timestamp()) // 60
            key = (minute, record.srcaddr, record.dstaddr, record.dstport, record.protocol)
            group = groups.setdefault(key, [set(), 0, 0])
            group[0].add(record.srcport)
            group[1] += 1
            group[2] += record.bytes
print(len(groups), records, sum(len(group[0]) for group in groups.values()), sum(group[2] for group in groups.values()))
