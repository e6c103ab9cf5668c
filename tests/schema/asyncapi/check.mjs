// SPDX-License-Identifier: Apache-2.0
// node check.mjs ASYNCAPI.yaml TOPICS.md: AsyncAPI's own parser must have nothing to complain of, and the channels must say
// of partitions and settings what docs/TOPICS.md says, which is made from the table that creates the topics.
import { readFileSync } from 'node:fs';
import { Parser, fromFile } from '@asyncapi/parser';

const [file, topics] = process.argv.slice(2);
const complaints = [];
const { document, diagnostics } = await fromFile(new Parser(), file).parse();

for (const d of diagnostics.filter((d) => d.severity <= 1)) // 0 error, 1 warning
  complaints.push(`${d.path.join('/')}: ${d.message} (${d.code})`);

// | `name` | partitions | `setting=value` ... | key | ...
function rows(markdown) {
  const found = new Map();
  for (const line of markdown.split('\n').filter((l) => l.startsWith('| `'))) {
    const [, name, partitions, settings] = line.split('|').map((c) => c.trim());
    found.set(name.replaceAll('`', ''), {
      partitions: parseInt(partitions, 10), // NaN: as asked for
      settings: new Map([...settings.matchAll(/`([^=`]+)=([^`]+)`/g)].map((m) => [m[1], m[2]])),
    });
  }
  return found;
}

const want = rows(readFileSync(topics, 'utf8'));
const channels = document ? document.channels().all() : [];
for (const channel of channels) {
  const address = channel.address();
  const row = want.get(address);
  const kafka = channel.bindings().get('kafka')?.value();
  want.delete(address);
  if (!row || !kafka) {
    complaints.push(`${address}: ${row ? 'no Kafka binding' : 'not in ' + topics}`);
    continue;
  }
  if (kafka.topic !== address) complaints.push(`${address}: its binding names ${kafka.topic}`);
  if (!Number.isNaN(row.partitions) && kafka.partitions !== row.partitions)
    complaints.push(`${address}: ${kafka.partitions} partitions, but ${row.partitions} in ${topics}`);
  for (const name of ['cleanup.policy', 'retention.ms', 'max.message.bytes']) {
    const mine = String(kafka.topicConfiguration?.[name] ?? 'unset');
    const theirs = row.settings.get(name) ?? (name === 'cleanup.policy' ? 'delete' : 'unset');
    if (mine !== theirs) complaints.push(`${address}: ${name} ${mine}, but ${theirs} in ${topics}`);
  }
}
for (const name of want.keys()) complaints.push(`${name}: in ${topics}, but no channel`);

for (const c of complaints) console.log(c);
console.log(`${channels.length} channels, ${complaints.length} complaints`);
process.exit(complaints.length || !channels.length ? 1 : 0);
