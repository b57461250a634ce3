"""Print every figure about troops as it is put forward: ``python consume.py [KAFKA]``."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer


async def main(bootstrap: str) -> None:
    consumer = AIOKafkaConsumer(
        "news.tagged.v1",
        bootstrap_servers=bootstrap,
        group_id="troop-watch",  # your own group: Kafka remembers how far it has read
        auto_offset_reset="earliest",  # begin with the first message there is
    )
    await consumer.start()
    try:
        async for message in consumer:
            if message.value is None:  # the article with this key was deleted
                continue
            tagged = json.loads(message.value)
            for claim in tagged["claims"]:
                if claim["unit"] in {"troop", "soldier"}:
                    print(tagged["article"]["source"]["name"], "|", claim["text"], "|", claim["sentence"], flush=True)
    finally:
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:19092"))
