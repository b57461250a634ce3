"""Where each subscription's alerts go: looked up in memory, and again once all that was written before is read."""

from dataclasses import dataclass

from services.common.compacted import Table
from services.common.endpoints import endpoint_key
from services.common.messages import Channel, Delivery, Endpoint, Subscription

CHANNELS: tuple[Channel, ...] = ("webhook", "email")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The subscriptions and their endpoints. A subscription can raise an alert before it has been read here."""

    subscriptions: Table[Subscription]
    endpoints: Table[Endpoint]

    def of(self, subscription: str) -> list[Endpoint]:
        """The endpoints of a subscription, as far as was read; none where it was deleted."""
        if self.subscriptions.get(subscription) is None:
            return []
        found = (self.endpoints.get(endpoint_key(subscription, channel)) for channel in CHANNELS)
        return [endpoint for endpoint in found if endpoint is not None]

    async def for_delivery(self, delivery: Delivery) -> tuple[Endpoint | None, str]:
        """Where a delivery is to go as things stand, or None and why it is not to be sent at all.

        Raises:
            TransientError: Kafka does not answer.
        """
        endpoint, why_not = self._judged(delivery)
        if endpoint is None:
            await self.up_to_date()
            endpoint, why_not = self._judged(delivery)
        return endpoint, why_not

    async def left_over(self) -> list[str]:
        """The keys of endpoints whose subscription was deleted.

        Raises:
            TransientError: Kafka does not answer.
        """
        if all(self.subscriptions.get(each.subscription_id) for each in self.endpoints.values()):
            return []
        await self.up_to_date()
        return [
            endpoint_key(each.subscription_id, each.channel)
            for each in self.endpoints.values()
            if self.subscriptions.get(each.subscription_id) is None
        ]

    def is_daily(self, subscription: str, channel: Channel) -> bool:
        """Whether what goes there is gathered into one letter a day."""
        endpoint = self.endpoints.get(endpoint_key(subscription, channel))
        return endpoint is not None and endpoint.pace == "daily"

    async def up_to_date(self) -> None:
        """Wait until everything that both topics hold now has been read.

        Raises:
            TransientError: Kafka does not answer.
        """
        await self.subscriptions.up_to_date()
        await self.endpoints.up_to_date()

    def _judged(self, delivery: Delivery) -> tuple[Endpoint | None, str]:
        if self.subscriptions.get(delivery.subscription_id) is None:
            return None, "the subscription was deleted"
        endpoint = self.endpoints.get(endpoint_key(delivery.subscription_id, delivery.channel))
        if endpoint is None:
            return None, f"the subscription has no {delivery.channel} any more"
        wanted = {"alert": {"active"}, "test": {"active", "disabled"}, "confirmation": {"unconfirmed"}}
        if endpoint.state not in wanted[delivery.kind]:
            return None, f"the {delivery.channel} is {endpoint.state}"
        if delivery.kind == "confirmation" and endpoint.to != delivery.to:
            return None, "the mailbox was changed"
        return endpoint, ""
