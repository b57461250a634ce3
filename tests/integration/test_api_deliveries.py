"""The API of deliveries over the real delivery service: a webhook and its secret, the log, samples, feeds, events."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest
from standardwebhooks import Webhook as Verifier
from starlette.responses import Response

from deploy.local.engines import Engines
from services.common.events import to_record
from services.common.messages import Deletion
from services.common.topics import DELETIONS
from tests.builders import MOMENT, an_alert
from tests.integration.asking import answers, running
from tests.integration.delivered import SHARED, alerted, delivering, publish
from tests.keys import a_kept_key, bearing
from tests.receivers import receiving
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")
GIVEN = {"delivery_secret": SHARED, "public_url": "https://sitrep.example"}


async def subscribe(http: httpx.AsyncClient) -> str:
    """A subscription's id, once deliveries can be asked for."""
    made = await http.post("/v1/subscriptions", json={"name": "Tanks", "rule": {"any": ["tank"]}})
    name = str(made.json()["id"])
    await until(lambda: answers(http, f"/v1/subscriptions/{name}/delivery"), "deliveries are read")
    return name


async def logged(http: httpx.AsyncClient, name: str, status: str) -> list[dict[str, Any]]:
    items = (await http.get(f"/v1/subscriptions/{name}/deliveries")).json()["items"]
    return [item for item in items if item["status"] == status]


async def test_a_webhook_from_its_secret_to_its_log_and_back_from_being_disabled(
    engines: Engines, capfd: pytest.CaptureFixture[str]
) -> None:
    said = ""
    async with receiving() as receiver, delivering(engines), running(engines, **GIVEN) as http:
        name = await subscribe(http)
        base, to = f"/v1/subscriptions/{name}", f"{receiver.base}/hook"
        made = await http.put(f"{base}/webhook", json={"url": to})
        assert made.status_code == 200, made.text
        secret = made.json()["secret"]
        assert secret.startswith("whsec_")
        same = await http.put(f"{base}/webhook", json={"url": to})
        assert same.json()["secret"] is None, "said once"

        sample = await http.post(f"{base}/test")
        assert (sample.status_code, sample.headers["location"]) == (202, f"{base}/deliveries")
        (delivery,) = await until(lambda: logged(http, name, "delivered"), "the sample")
        assert (delivery["kind"], delivery["attempts"][0]["status"], delivery["alert"]) == ("test", 204, None)
        told = Verifier(secret).verify(receiver.got[0].body, receiver.got[0].headers)
        assert (told["type"], told["data"]["subscription_name"]) == ("alert.test", "Tanks")

        receiver.answers["/hook"] = [Response(status_code=410)]
        await publish(engines, alerted(name))
        await until(lambda: logged(http, name, "failed"), "gone")
        disabled = await until(lambda: webhook_is(http, name, "disabled"), "disabled")
        assert disabled["note"] == "It was disabled: answered 410 Gone"
        enabled = await http.post(f"{base}/webhook/enable")
        assert (enabled.json()["state"], enabled.json()["note"]) == ("active", None)
        receiver.answers["/hook"] = []
        renewed = (await http.post(f"{base}/webhook/secret")).json()["secret"]
        assert renewed not in {secret, None}
        await publish(engines, alerted(name, "b"))
        await until(lambda: len(receiver.got) == 3, "the alert")
        for each in (secret, renewed):
            Verifier(each).verify(receiver.got[2].body, receiver.got[2].headers)
        for path in ("", "/delivery", "/deliveries"):
            said += (await http.get(base + path)).text
        said += (await http.get("/v1/subscriptions")).text

        assert (await http.delete(f"{base}/webhook")).status_code == 204
        assert (await http.get(f"{base}/delivery")).json()["webhook"] is None
        anew = (await http.put(f"{base}/webhook", json={"url": to})).json()["secret"]
        assert anew not in {secret, renewed}
    written = capfd.readouterr()
    for each in (secret, renewed, SHARED.get_secret_value()):
        assert each.removeprefix("whsec_") not in said + written.out + written.err


async def webhook_is(http: httpx.AsyncClient, name: str, state: str) -> dict[str, Any] | None:
    found: dict[str, Any] = (await http.get(f"/v1/subscriptions/{name}/delivery")).json()["webhook"]
    return found if found["state"] == state else None


REFUSED = [
    ("webhook", {"url": "ftp://desk.example/"}, "give an http or https address"),
    ("webhook", {"url": "https://me:secret@desk.example/"}, "name and password"),
    ("webhook", {"url": "https://desk.example:99999/"}, "not an address"),
    ("webhook", {"url": "https://desk.example/a\nb"}, "ASCII"),
    ("email", {"address": "desk"}, "must have an @"),
    ("email", {"address": "desk@example.org\r\nBcc: x@example.org"}, "invalid characters"),
    ("email", {"address": "a@b@example.org"}, "@"),
    ("email", {"address": "desk@example.org", "pace": "hourly"}, "daily"),
]


async def test_what_cannot_be_delivered_to_is_refused_and_what_is_another_s_is_not_there(engines: Engines) -> None:
    more = {**GIVEN, "smtp_host": "mail.example"}
    async with running(engines, **more) as http:
        name = await subscribe(http)
        for channel, body, why in REFUSED:
            answer = await http.put(f"/v1/subscriptions/{name}/{channel}", json=body)
            assert answer.status_code == 422, body
            assert why in answer.json()["detail"], answer.text
        other = bearing(await a_kept_key(engines, "write"))
        paths = ["delivery", "deliveries", "events"]

        async def known() -> bool:
            return (await http.get("/v1/articles", headers=other)).status_code != 401

        await until(known, "the other key is known")
        for path in paths:
            assert (await http.get(f"/v1/subscriptions/{name}/{path}", headers=other)).status_code == 404
        refused = await http.put(f"/v1/subscriptions/{name}/webhook", json={"url": "https://x.example/"}, headers=other)
        assert refused.status_code == 404
        assert (await http.post(f"/v1/subscriptions/{name}/test")).status_code == 422, "there is nowhere to send it"
    async with running(engines) as http:
        name = await subscribe(http)
        answer = await http.put(f"/v1/subscriptions/{name}/webhook", json={"url": "https://x.example/"})
        assert (answer.status_code, "SITREP_DELIVERY_SECRET" in answer.json()["detail"]) == (501, True)
        assert (await http.get(f"/v1/subscriptions/{name}/delivery")).json()["atom"] is None


async def test_feeds_have_the_newest_alerts_and_cannot_be_guessed(engines: Engines) -> None:
    async with running(engines, **GIVEN) as http:
        name = await subscribe(http)
        title = "Tanks & <b>\u0001more</b>"
        await publish(engines, *(alerted(name, str(number), title=f"Report {number}") for number in range(60)))
        await publish(engines, alerted(name, "last", title=title), alerted("another", "x"))
        await publish(engines, alerted(name, "last", copy_number=2, article_id="0" * 32))
        feeds = (await http.get(f"/v1/subscriptions/{name}/delivery")).json()
        atom, as_json = (feeds[each].removeprefix("https://sitrep.example") for each in ("atom", "json_feed"))
        reader = httpx.AsyncClient(base_url=http.base_url, trust_env=False)
        async with reader:

            async def items() -> list[dict[str, Any]]:
                found: list[dict[str, Any]] = (await reader.get(as_json)).json()["items"]
                return found if len(found) == 50 and "2 further copies" in json.dumps(found) else []

            found = await until(items, "the feed has them")
            assert title in [item["title"] for item in found]
            copied = next(item for item in found if item["title"] == title)
            assert copied["_sitrep"]["article_id"] == an_alert(name, "last").article_id
            assert "any: troops" in copied["content_html"]
            answer = await reader.get(atom)
            assert answer.headers["content-type"].startswith("application/atom+xml")
            read = feedparser.parse(answer.content)
            assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", 50)
            assert ET.fromstring(answer.content).tag == "{http://www.w3.org/2005/Atom}feed"
            again = await reader.get(atom, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
            for wrong in (atom[:-6] + "x.atom", atom.replace(name, "another"), "/feeds/x/y.atom"):
                assert (await reader.get(wrong)).status_code == 404
            deleted = Deletion(article_id=copied["_sitrep"]["article_id"], reason="asked to", deleted_at=MOMENT)
            await publish(engines, to_record(DELETIONS, deleted.article_id, deleted, "test"))

            async def without() -> bool:
                return title not in [item["title"] for item in (await reader.get(as_json)).json()["items"]]

            await until(without, "a deleted article is in no feed")
            await http.delete(f"/v1/subscriptions/{name}")
            assert (await reader.get(atom)).status_code == 404


async def events(http: httpx.AsyncClient, name: str, count: int, started: Any, last: str | None = None) -> list[str]:
    """The titles of so many events."""
    titles: list[str] = []
    headers = {"Last-Event-ID": last} if last else {}
    async with http.stream("GET", f"/v1/subscriptions/{name}/events", headers=headers, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith(":") and started:
                await started()
                started = None
            if line.startswith("data: "):
                titles.append(json.loads(line[6:])["title"])
            if len(titles) == count:
                return titles
    return titles


async def test_events_come_as_they_are_raised_and_go_on_where_a_client_was(engines: Engines) -> None:
    async with running(engines, **GIVEN) as http:
        name = await subscribe(http)

        async def raise_three() -> None:
            for title in ("one", "two", "three"):
                await publish(engines, alerted("another", title), alerted(name, title, title=title))

        assert await events(http, name, 3, raise_three) == ["one", "two", "three"]
        assert await events(http, name, 2, None, an_alert(name, "one").id) == ["two", "three"]
