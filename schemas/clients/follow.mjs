// SPDX-License-Identifier: Apache-2.0
// Follows the changes of an organisation's state from the first event that is kept.
//
// usage: node follow.mjs BROKERS [COUNT]        needs: npm install kafkajs@2.2.4 cloudevents@8.0.3
//
// Prints one JSON object a line: {id, type, sequence, data}; stops after COUNT events. Exit code 3 when one is missing.
import { Kafka as Client, logLevel } from 'kafkajs';
import { Kafka as Binding } from 'cloudevents';

const [brokers, count = 'Infinity'] = process.argv.slice(2);
const client = new Client({ clientId: 'follow.mjs', brokers: brokers.split(','), logLevel: logLevel.ERROR });
const consumer = client.consumer({ groupId: `follow.mjs-${process.pid}` }); // kafkajs reads committed records only
let left = Number(count);
let last; // sequence of the event before

async function stop(code) {
  await consumer.disconnect();
  process.exit(code);
}

function follow(event) {
  const sequence = Number(event.sequence);
  if (event.type === 'scowire.feed.epoch') last = undefined; // a new epoch counts from 1
  if (last !== undefined && sequence !== last + 1) return false;
  last = sequence;
  console.log(JSON.stringify({ id: event.id, type: event.type, sequence, data: event.data }));
  return true;
}

await consumer.connect();
await consumer.subscribe({ topic: 'sco.changes', fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    if (left <= 0) return;
    const headers = Object.fromEntries(Object.entries(message.headers).map(([k, v]) => [k, v.toString()]));
    const event = Binding.toEvent({ headers, key: message.key.toString(), value: message.value.toString() });
    if (!follow(event)) return setImmediate(stop, 3);
    if (--left === 0) setImmediate(stop, 0);
  },
});
