import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints every alert as it is raised, with the sentence that did it. */
public class Alerts {
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", arguments.length > 0 ? arguments[0] : "127.0.0.1:19092",
            "group.id", "alert-watch", // your own group: Kafka remembers how far it has read
            "auto.offset.reset", "earliest"); // begin with the first message there is
        ObjectMapper json = new ObjectMapper();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("news.alerts.v1"));
            while (true) {
                for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
                    if (message.value() == null) {
                        continue;
                    }
                    String id = new String(message.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
                    JsonNode alert = json.readTree(message.value());
                    if (alert.path("copy_number").asInt() > 0) { // only counts a further copy
                        continue;
                    }
                    for (JsonNode match : alert.get("matches")) {
                        System.out.println(id + " | " + alert.get("title").asText() + " | "
                            + match.get("sentence").asText());
                    }
                }
            }
        }
    }
}
