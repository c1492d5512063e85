"""The eight Graph operations of the reference with tokens of Debian's python3-msal; requests carries them."""
import datetime
import hashlib
import os
import ssl
import sys
import unittest

try:
    import msal
    import requests
except ImportError:
    print("not run: python3-msal is not installed")
    sys.exit(77)

import published
from receiver import Receiver

BASE, USER, DENIED = os.environ["GRAPH_BASE"] + "/v1.0", os.environ["GRAPH_USER"], os.environ["DENIED_USER"]
EVENTS = f"/users/{USER}/calendar/events"


def application(credential):
    authority = f"{os.environ['AUTHORITY_BASE']}/{os.environ['TENANT']}"
    return msal.ConfidentialClientApplication(os.environ["CLIENT_ID"], client_credential=credential, authority=authority, instance_discovery=False)


def token(credential):
    return application(credential).acquire_token_for_client(["https://graph.microsoft.com/.default"])


def meeting(subject, days, **more):
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).date()
    at = lambda clock: {"dateTime": f"{day}T{clock}", "timeZone": "Europe/Warsaw"}
    return {"subject": subject, "start": at("10:00:00"), "end": at("11:00:00"), **more}


class Graph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = requests.Session()
        cls.session.headers["Authorization"] = "Bearer " + token(os.environ["CLIENT_SECRET"])["access_token"]

    @classmethod
    def tearDownClass(cls):
        coverage = cls.session.get(os.environ["CALRIG_CONTROL"] + "/coverage", timeout=20).json()
        cls.session.close()
        left_out = [one["id"] for one in coverage["operations"] if one["id"].startswith("OP-M-") and not one["good"]]
        assert not left_out, left_out

    def ask(self, verb, target, status=200, **more):
        address = target if target.startswith("https:") else BASE + target
        response = self.session.request(verb, address, timeout=20, **more)
        self.assertEqual(response.status_code, status, response.text)
        if not response.headers.get("Content-Type", "").startswith("application/json"):
            return None
        published.hold(verb, response.url, response.status_code, response.json())
        return response.json()

    def test_an_event_lives_and_dies(self):
        made = self.ask("POST", EVENTS, 201, json=meeting("Made", 1))
        self.assertEqual(self.ask("GET", f"/users/{USER}/events/{made['id']}")["iCalUId"], made["iCalUId"])
        self.assertEqual(self.ask("PATCH", f"{EVENTS}/{made['id']}", json={"subject": "Changed"})["subject"], "Changed")
        self.ask("PATCH", f"{EVENTS}/{made['id']}", 412, json={"subject": "Stale"}, headers={"If-Match": made["@odata.etag"]})
        self.ask("DELETE", f"/users/{USER}/events/{made['id']}", 204)
        self.assertEqual(self.ask("GET", f"/users/{USER}/events/{made['id']}", 404)["error"]["code"], "ErrorItemNotFound")

    def test_pages_are_walked_by_their_links(self):
        for number in range(5):
            self.ask("POST", EVENTS, 201, json=meeting(f"Leaf {number}", 40 + number))
        seen, link = [], EVENTS + "?$filter=startsWith(subject,'Leaf')&$orderby=start/dateTime&$top=2"
        while link:
            page = self.ask("GET", link)
            seen += [one["subject"] for one in page["value"]]
            link = page.get("@odata.nextLink")
        self.assertEqual(seen, [f"Leaf {number}" for number in range(5)])

    def test_a_series_has_instances(self):
        day = meeting("", 7)["start"]["dateTime"][:10]
        recurrence = {"pattern": {"type": "daily", "interval": 2}, "range": {"type": "numbered", "startDate": day, "numberOfOccurrences": 3}}
        series = self.ask("POST", EVENTS, 201, json=meeting("Series", 7, recurrence=recurrence))
        window = {"startDateTime": day, "endDateTime": meeting("", 30)["start"]["dateTime"]}
        self.assertEqual(len(self.ask("GET", f"{EVENTS}/{series['id']}/instances", params=window)["value"]), 3)

    def test_settings_and_a_denied_mailbox(self):
        self.assertEqual(self.ask("GET", f"/users/{USER}/mailboxSettings")["language"]["locale"], "en-GB")
        self.assertEqual(self.ask("GET", f"/users/{DENIED}/calendar/events", 403)["error"]["code"], "ErrorAccessDenied")

    def test_a_subscription_is_proved_and_tells(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = {"changeType": "created", "notificationUrl": receiver.address, "resource": f"/users/{USER}/events", "expirationDateTime": until, "clientState": "ours"}
        subscription = self.ask("POST", "/subscriptions", 201, json=wanted)
        made = self.ask("POST", EVENTS, 201, json=meeting("Told", 3))
        receiver.first(lambda _, text: made["id"] in text and '"ours"' in text)
        self.ask("DELETE", f"/subscriptions/{subscription['id']}", 204)

    def test_an_assertion_signed_by_the_registered_certificate(self):
        def proof(name):
            with open(os.path.join(os.environ["CALRIG_CLIENTS"], name), encoding="ascii") as file:
                return file.read()

        thumbprint = hashlib.sha1(ssl.PEM_cert_to_DER_cert(proof("application.pem"))).hexdigest()
        self.assertIn("access_token", token({"thumbprint": thumbprint, "private_key": proof("application.key")}))
        self.assertEqual(token({"thumbprint": thumbprint, "private_key": proof("stranger.key")})["error"], "invalid_client")

    def test_the_check_of_answers_can_say_no(self):
        if not published.THERE:
            self.skipTest("the published schemas are not there")
        with self.assertRaisesRegex(AssertionError, "not as published"):
            published.hold("GET", BASE + f"/users/{USER}/mailboxSettings", 200, {"surprise": True})

    def test_msal_tells_refusals_as_its_own(self):
        refused = token("wrong")
        self.assertEqual((refused["error"], refused["error_codes"]), ("invalid_client", [7000215]))
        published.hold_graph_schema("profile.tokenError", {name: refused[name] for name in refused if name != "error_uri"}, "a refusal")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
