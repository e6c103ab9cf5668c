// SPDX-License-Identifier: Apache-2.0
// Follows the changes of an organisation's state from the first event that is kept.
//
// usage: java -cp CLASSPATH Follow BROKERS [COUNT]   needs: org.apache.kafka:kafka-clients, io.cloudevents:cloudevents-kafka
//
// Prints one JSON object a line: {id, type, sequence, data}; stops after COUNT events. Exit code 3 when one is missing.
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Follow {
	private long left;
	private long last; // sequence of the event before; 0: none

	Follow(long count) {
		left = count;
	}

	public static void main(String[] args) {
		Map<String, Object> config = Map.of("bootstrap.servers", args[0],
			"isolation.level", "read_committed", // Java's default is not, and shows what was aborted
			"key.deserializer", StringDeserializer.class, "value.deserializer", CloudEventDeserializer.class);
		var follow = new Follow(args.length > 1 ? Long.parseLong(args[1]) : Long.MAX_VALUE);

		try (var consumer = new KafkaConsumer<String, CloudEvent>(config)) {
			// A feed has one partition. Whoever wants Kafka to keep the position sets group.id and subscribes instead.
			var feed = List.of(new TopicPartition("sco.changes", 0));
			consumer.assign(feed);
			consumer.seekToBeginning(feed);
			while (follow.left > 0)
				for (var record : consumer.poll(Duration.ofMillis(500)))
					follow.event(record.value());
		}
	}

	private void event(CloudEvent e) {
		if (left == 0)
			return;
		long sequence = Long.parseLong(e.getExtension("sequence").toString());
		if (e.getType().equals("scowire.feed.epoch"))
			last = 0; // a new epoch counts from 1
		if (last != 0 && sequence != last + 1)
			System.exit(3);
		last = sequence;
		left--;
		System.out.println("{\"id\":\"" + e.getId() + "\",\"type\":\"" + e.getType() + "\",\"sequence\":" + sequence
			+ ",\"data\":" + new String(e.getData().toBytes(), StandardCharsets.UTF_8) + "}");
	}
}
