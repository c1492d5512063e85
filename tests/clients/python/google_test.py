"""The fourteen Google operations of the reference and their neighbours, by Debian's python3-googleapi."""
import datetime
import json
import os
import sys
import unittest

try:
    import google.auth.transport.requests
    import httplib2
    import requests
    from google.oauth2 import id_token, service_account
    from google_auth_httplib2 import AuthorizedHttp
    from googleapiclient.discovery import build
    from googleapiclient.errors import HttpError
except ImportError:
    print("not run: python3-googleapi is not installed")
    sys.exit(77)

import published
from receiver import Receiver

BASE, SUBJECT, PEER = (os.environ[name] for name in ("GOOGLE_BASE", "SUBJECT", "PEER"))
SCOPES = ["https://www.googleapis.com/auth/calendar", "https://www.googleapis.com/auth/gmail.settings.basic"]


class Checked(httplib2.Http):
    """Holds every JSON answer against what is published."""

    def request(self, uri, method="GET", **more):
        response, content = super().request(uri, method=method, **more)
        if response.get("content-type", "").startswith("application/json"):
            published.hold(method, uri, response.status, json.loads(content))
        return response, content


def service(api, version, subject=SUBJECT):
    credentials = service_account.Credentials.from_service_account_file(os.environ["SA_KEY_JSON"], scopes=SCOPES, subject=subject)
    http = AuthorizedHttp(credentials, http=Checked(ca_certs=os.environ["CALRIG_CA"], timeout=20))
    return build(api, version, http=http, discoveryServiceUrl=BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest", cache_discovery=False)


def meeting(summary, days, **more):
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).date()
    at = lambda clock: {"dateTime": f"{day}T{clock}", "timeZone": "Europe/Warsaw"}
    return {"summary": summary, "start": at("10:00:00"), "end": at("11:00:00"), **more}


def control(method, path, body=None):
    http = httplib2.Http(ca_certs=os.environ["CALRIG_CA"], timeout=20)
    response, content = http.request(os.environ["CALRIG_CONTROL"] + path, method, body and json.dumps(body))
    assert response.status == 200, content
    return json.loads(content)


class Google(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.google = service("calendar", "v3")
        cls.events = cls.google.events()

    def insert(self, summary, days, **more):
        return self.events.insert(calendarId="primary", body=meeting(summary, days, **more)).execute()

    def refused(self, request, status, reason):
        with self.assertRaises(HttpError) as caught:
            request.execute()
        error = json.loads(caught.exception.content)["error"]
        self.assertEqual((caught.exception.resp.status, error["code"], error["errors"][0]["reason"]), (status, status, reason), caught.exception)

    def test_an_event_lives_and_dies(self):
        made = self.insert("Made", 1, attendees=[{"email": PEER}])
        self.assertEqual(self.events.get(calendarId="primary", eventId=made["id"]).execute(), made)
        change = {"description": "Join", "extendedProperties": {"private": {"calrig": "python"}}}
        self.assertEqual(self.events.patch(calendarId="primary", eventId=made["id"], body=change).execute()["description"], "Join")
        found = self.events.list(calendarId="primary", privateExtendedProperty="calrig=python").execute()["items"]
        self.assertEqual([one["id"] for one in found], [made["id"]])
        self.assertEqual(self.events.delete(calendarId="primary", eventId=made["id"]).execute(), "")

    def test_pages_are_walked_by_list_next(self):
        for number in range(1, 6):
            self.insert(f"Leaf {number}", 40 + number)
        seen, request = [], self.events.list(calendarId="primary", q="Leaf", singleEvents=True, orderBy="startTime", maxResults=2)
        while request is not None:
            page = request.execute()
            seen += [one["summary"] for one in page["items"]]
            request = self.events.list_next(request, page)
        self.assertEqual(seen, [f"Leaf {number}" for number in range(1, 6)])

    def test_sync_tokens_and_tombstones(self):
        def everything(**asked):
            seen, request = [], self.events.list(calendarId="primary", maxResults=3, **asked)
            while request is not None:
                page = request.execute()
                seen += page["items"]
                request = self.events.list_next(request, page)
            return seen, page["nextSyncToken"]

        _, token = everything()
        made = self.insert("Followed", 4)
        came, token = everything(syncToken=token)
        self.assertEqual([one["summary"] for one in came], ["Followed"])
        self.events.delete(calendarId="primary", eventId=made["id"]).execute()
        went, token = everything(syncToken=token)
        self.assertEqual([(one["id"], one["status"]) for one in went], [(made["id"], "cancelled")])
        self.refused(self.events.list(calendarId="primary", syncToken="AAAAAA" + token[6:]), 410, "fullSyncRequired")

    def test_a_series_has_instances(self):
        series = self.insert("Series", 7, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
        self.assertEqual(len(self.events.instances(calendarId="primary", eventId=series["id"]).execute()["items"]), 3)

    def test_quick_add_and_free_busy(self):
        coffee = self.events.quickAdd(calendarId="primary", text="Tea tomorrow 5pm-6pm").execute()
        self.assertEqual(coffee["summary"], "Tea")
        day = coffee["start"]["dateTime"][:10]
        asked = {"timeMin": f"{day}T00:00:00Z", "timeMax": f"{day}T23:59:00Z", "items": [{"id": SUBJECT}]}
        self.assertTrue(self.google.freebusy().query(body=asked).execute()["calendars"][SUBJECT]["busy"])

    def test_sharing(self):
        rule = self.google.acl().insert(calendarId="primary", body={"role": "reader", "scope": {"type": "user", "value": PEER}}).execute()
        self.assertEqual(rule["id"], "user:" + PEER)
        self.assertEqual(self.google.acl().delete(calendarId="primary", ruleId=rule["id"]).execute(), "")

    def test_settings_and_vacation(self):
        self.assertEqual(self.google.settings().get(setting="locale").execute()["value"], "en_GB")
        vacation = service("gmail", "v1").users().settings().getVacation(userId="me").execute()
        self.assertFalse(vacation.get("enableAutoReply", False))

    def test_a_watched_calendar_tells(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        channel = self.events.watch(calendarId="primary", body={"id": "python-1", "type": "web_hook", "address": receiver.address, "token": "ours"}).execute()
        headers, text = receiver.first(lambda headers, _: headers["x-goog-resource-state"] == "sync")
        self.assertEqual((headers["x-goog-channel-id"], headers["x-goog-channel-token"], text), ("python-1", "ours", ""))
        self.insert("Told", 5)
        receiver.first(lambda headers, _: headers["x-goog-resource-state"] == "exists")
        self.google.channels().stop(body={"id": channel["id"], "resourceId": channel["resourceId"]}).execute()

    def test_a_batch_answers_each_of_its_requests(self):
        made = self.insert("In a batch", 6)
        answers = {}
        batch = self.google.new_batch_http_request(callback=lambda name, answer, error: answers.update({name: answer or error}))
        batch.add(self.events.get(calendarId="primary", eventId=made["id"]), request_id="there")
        batch.add(self.events.get(calendarId="primary", eventId="nothere"), request_id="missing")
        batch.add(self.events.insert(calendarId="primary", body=meeting("By a batch", 6)), request_id="add")
        batch.execute()
        self.assertEqual(answers["there"], made)
        self.assertEqual(answers["add"]["summary"], "By a batch")
        self.assertEqual(answers["missing"].resp.status, 404)
        published.hold("POST", BASE + "/calendar/v3/calendars/primary/events", 200, answers["add"])

    def test_bad_days(self):
        self.events.list(calendarId="primary").execute()
        # 429 and Google's two sorts of "too much" are asked again when the caller wishes; POSTs, too.
        self.assertEqual(control("POST", "/faults", {"next": 2, "calls to": "calendar", "answer": 429})["faults"][0]["struck"], 0)
        made = self.events.insert(calendarId="primary", body=meeting("Once", 2)).execute(num_retries=4)
        self.assertEqual(control("GET", "/faults")["faults"][0]["struck"], 2)
        control("DELETE", "/faults")
        found = self.events.list(calendarId="primary", q="Once").execute()["items"]
        self.assertEqual([one["id"] for one in found], [made["id"]])
        # A token that ends early: the library gets a new one and asks again.
        control("POST", "/tokens/expire", {"which": "access"})
        self.assertTrue(self.events.list(calendarId="primary").execute()["items"])

    def test_an_id_token_is_got_and_verified_by_the_published_certificates(self):
        audience = "https://our.service.example"
        session = requests.Session()
        session.verify = os.environ["CALRIG_CA"]
        ask = google.auth.transport.requests.Request(session=session)
        credentials = service_account.IDTokenCredentials.from_service_account_file(os.environ["SA_KEY_JSON"], target_audience=audience)
        credentials.refresh(ask)
        claims = id_token.verify_token(credentials.token, ask, audience=audience, certs_url=f"{BASE}/oauth2/v1/certs")
        self.assertEqual((claims["aud"], claims["iss"], claims["email"]), (audience, "https://accounts.google.com", credentials.service_account_email))
        with self.assertRaises(ValueError):
            id_token.verify_token(credentials.token, ask, audience="https://another.example", certs_url=f"{BASE}/oauth2/v1/certs")

    @classmethod
    def tearDownClass(cls):
        left_out = [one["id"] for one in control("GET", "/coverage")["operations"] if one["id"].startswith("OP-G-") and not one["good"]]
        assert not left_out, left_out

    def test_the_check_of_answers_can_say_no(self):
        if not published.THERE:
            self.skipTest("the published schemas are not there")
        with self.assertRaisesRegex(AssertionError, "not as published"):
            published.hold("GET", BASE + "/calendar/v3/calendars/primary/events", 200, {"items": [{"surprise": True}]})

    def test_refusals_are_http_errors(self):
        self.refused(self.events.get(calendarId="primary", eventId="abcdef"), 404, "notFound")
        self.refused(self.events.insert(calendarId="primary", body={"summary": "Endless", "start": {"date": "2030-01-01"}}), 400, "required")
        made = self.insert("Stale", 2)
        self.events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Newer"}).execute()
        stale = self.events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Older"})
        stale.headers["If-Match"] = made["etag"]
        self.refused(stale, 412, "conditionNotMet")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
