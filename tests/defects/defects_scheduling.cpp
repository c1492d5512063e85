// Planted defects of scheduling: which keyword makes what and when, which links count, which language speaks.
#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

template <typename T>
sim::Doubles decided_otherwise(T engine::Policies::*policy, T value) {
    return with_config([=](engine::Config& config) { config.policies.*policy = value; });
}

/// Every write to an event has `from` where it should have `to`.
sim::Doubles written_with(std::string from, std::string to) {
    Meddle meddle;
    meddle.before = [=](HttpRequest& request) {
        if (is(request, "PATCH", "/events/")) replace_all(request.body, from, to);
    };
    return on_the_wire(std::move(meddle));
}

/// Writes to events after the first one of this address part are answered with a refusal.
sim::Doubles one_write_only() {
    Meddle meddle;
    meddle.instead = [count = std::make_shared<int>(0)](const HttpRequest& request) -> std::optional<HttpResult> {
        if (!is(request, "PATCH", "/events/") || ++*count == 1) return std::nullopt;
        return answer(400);
    };
    return on_the_wire(std::move(meddle));
}

/// An occurrence with a keyword gets join details of its own.
sim::Doubles occurrences_are_decorated() {
    Meddle meddle;
    meddle.also = [done = std::make_shared<bool>(false)](const HttpRequest& request, const HttpResult& result) {
        std::vector<HttpRequest> more;
        if (*done || !is(request, "GET", "/instances")) return more;
        const Json page = Json::parse(result.response.body, nullptr, false);
        for (const Json& one : page.value("value", Json::array())) {
            if (*done || one["location"].value("displayName", "") != "@webex") continue;
            *done = true;
            const std::string events = request.url.substr(0, request.url.find("/events/"));
            HttpRequest write = like(request, "PATCH", events + "/events/" + percent(one.value("id", "")));
            write.headers.push_back({"Content-Type", "application/json"});
            write.body = R"({"body":{"contentType":"html","content":"<p>-- Do not delete or change any of the following text. --</p>"}})";
            more.push_back(std::move(write));
        }
        return more;
    };
    return on_the_wire(std::move(meddle));
}

/// Each space is told to have another address than the one before.
sim::Doubles spaces_are_never_the_same() {
    Meddle meddle;
    meddle.after = [count = std::make_shared<int>(0)](const HttpRequest& request, HttpResult& result) {
        if (!is(request, "POST", "/conversations")) return;
        edit_json(result.response.body, [&](Json& space) {
            std::string url = space.value("meetUrl", "");
            url.back() = static_cast<char>('0' + ++*count);
            space["meetUrl"] = url;
        });
    };
    return on_the_wire(std::move(meddle));
}

}  // namespace

std::vector<Defect> of_scheduling() {
    using engine::LocaleFallback;
    using engine::Policies;
    return {
        {"DelegatesMeetingsAreForeign", "what somebody else typed into the organizer's calendar is not taken for the organizer's",
         "sharing/delegate_schedules_in_the_principals_calendar", Provider::google, "calendar", "join details",
         [] {
             return after_reading("/events", [](HttpResult& result) {
                 edit_json(result.response.body, [](Json& json) {
                     const auto by_another = [](Json& event) {
                         if (event.contains("creator") && event.contains("organizer") && event["creator"].value("email", "") != event["organizer"].value("email", ""))
                             event["organizer"].erase("self");
                     };
                     if (json.contains("items"))
                         for (Json& event : json["items"]) by_another(event);
                     else
                         by_another(json);
                 });
             });
         }},
        {"SparkIsARoom", "@spark is taken for another keyword", "keywords/spark_is_a_space_whatever_the_policy", Provider::microsoft,
         "meeting-list", ".joins", [] { return misread("@spark", "@webex", "/events"); }},
        {"BothKeywordsStayApart", "the administrator's choice of rooms is not heeded", "keywords/spark_is_a_space_whatever_the_policy",
         Provider::google, "meeting-list", ".joins", [] { return decided_otherwise(&Policies::both_keywords_room, false); }},
        {"LastKeywordCounts", "of several keywords the last one counts", "keywords/first_of_several_keywords_counts", Provider::google,
         "meeting-list", ".joins", [] { return misread("@meet or @webex", "@webex or @meet", "/events"); }},
        {"UnknownModifierSpoilsTheKeyword", "a keyword with an unknown modifier is none", "keywords/unknown_modifier_is_the_plain_keyword",
         Provider::microsoft, "calendar", "join details", [] { return misread("@webex:boleslawiec", "webex:boleslawiec", "/events"); }},
        {"OneTimeIsTheRoom", ":onetime is passed over", "keywords/modifiers_override_the_default", Provider::google, "meeting-list", ".joins",
         [] { return misread("@webex:onetime", "@webex:myroom", "/events"); }},
        {"OccurrenceIsDecorated", "a keyword on one occurrence counts", "keywords/keyword_on_one_occurrence_is_ignored", Provider::microsoft,
         "calendar", "join details", [] { return occurrences_are_decorated(); }},
        {"PastIsDecorated", "a meeting that is over gets join details", "keywords/past_meeting_is_not_decorated", Provider::microsoft,
         "calendar", "join details", [] { return misread("2026-03-02T08:00:00", "2026-03-02T18:00:00", "/events"); }},
        {"ClockOfEndsIsLate", "the end of a series is read years late", "keywords/series_that_is_over_is_not_decorated", Provider::microsoft,
         "calendar", "join details", [] { return misread("2026-02-27", "2026-03-27", "/events"); }},
        {"DetailsGoWithTheKeyword", "the service takes text out of an invitation by itself", "keywords/keyword_taken_out_keeps_the_details",
         Provider::google, "calendar", "join details", [] { return decided_otherwise(&Policies::remove_details_with_keyword, true); }},
        {"DetailsStayWithoutTheKeyword", "what the operator wants taken out stays", "keywords/policy_takes_the_details_out_with_the_keyword",
         Provider::microsoft, "calendar", "join details", [] { return decided_otherwise(&Policies::remove_details_with_keyword, false); }},
        {"DeletedDetailsStayAway", "after the author deleted the details none come again", "keywords/details_deleted_by_hand_make_way_for_another_keyword",
         Provider::google, "calendar", "join details", [] { return one_write_only(); }},
        {"PastedLinkIsNotSeen", "a pasted Webex link does not keep the details out", "links/webex_link_pasted_by_hand_is_left_alone",
         Provider::google, "calendar", "join details", [] { return misread("acme.webex.com", "acme.example.com", "/events"); }},
        {"InviteeLimitIsNotKept", "an event with too many invitees is processed", "keywords/more_invitees_than_the_limit_are_left_alone",
         Provider::google, "calendar", "join details", [] { return decided_otherwise(&Policies::invitees_max, 1500); }},
        {"SpaceLimitIsNotKept", "a space is made for more people than it takes", "keywords/too_many_for_a_space_and_the_organizer_is_told",
         Provider::microsoft, "calendar", "join details", [] { return decided_otherwise(&Policies::space_invitees_max, 1500); }},
        {"OrganizerIsNotTold", "the organizer hears nothing of the limit", "keywords/too_many_for_a_space_and_the_organizer_is_told",
         Provider::google, "notices", "mailed 0", [] { return never_sent("POST", "/notices", 204); }},
        {"NoticeIsEnglish", "the notice is not in the organizer's language", "keywords/too_many_for_a_space_and_the_organizer_is_told",
         Provider::microsoft, "notices", "zaproszone", [] { return misread("pl-PL", "en-US", "/mailboxSettings"); }},
        {"FarFutureIsDecoratedAtOnce", "there is no horizon", "keywords/far_future_is_decorated_late_on_microsoft", Provider::microsoft,
         "calendar", "join details", [] { return decided_otherwise(&Policies::decorate_ahead_microsoft, engine::Duration(std::chrono::days(400))); }},
        {"FarFutureIsForgotten", "what lies beyond the horizon is never looked at again", "keywords/far_future_is_decorated_late_on_microsoft",
         Provider::microsoft, "calendar", "join details", [] { return decided_otherwise(&Policies::watch_refresh, engine::Duration(std::chrono::days(30))); }},
        {"LoneOccurrenceIsMissed", "an occurrence whose series is not in the calendar is not read", "recurrence/invited_to_one_occurrence_only",
         Provider::google, "meeting-list", "missing", [] { return never_sent("GET", "_20260304T", 404); }},
        {"CopiedDetailsComeTwice", "the details of another invitation are not recognised", "bodies/copied_invitation_is_not_decorated_again",
         Provider::google, "calendar", "join details", [] { return misread("https://calrig.webex.com/meet/ola", "https://calrig.example.com/meet/ola", "/events"); }},
        {"TwoPeopleGetMoreSpaces", "two people get a space for each meeting", "keywords/two_people_keep_one_space", Provider::google,
         "meeting-list", "[0].joins", [] { return spaces_are_never_the_same(); }},
        {"SeveralLinksGiveAButton", "apps offer to join by one of several links", "links/several_links_in_the_body_give_apps_no_button",
         Provider::microsoft, "join-button", "shows a Join button", [] { return decided_otherwise(&Policies::button_of_several_links, true); }},
        {"SipInTheLocationGivesAButton", "apps offer to join by a foreign address in the location",
         "links/foreign_sip_address_in_the_location_only_lights_rooms_only", Provider::google, "join-button", "shows a Join button",
         [] { return decided_otherwise(&Policies::button_of_sip_in_location, true); }},
        {"LargeSpaceGivesAButton", "apps offer to join the meeting of a large space", "links/large_space_shows_no_button_in_apps",
         Provider::google, "join-button", "shows a Join button", [] { return decided_otherwise(&Policies::space_button_people_max, 75); }},
        {"DisguisedLinkIsTaken", "a link on a look-alike host is taken for Webex's", "links/disguised_links_are_refused", Provider::google,
         "meeting-list", ".joins", [] { return misread("acme.webex.com.evil.example", "acme.webex.com", "/events"); }},
        {"RewrittenLinkStaysShut", "Safe Links are not opened", "links/rewritten_links_of_mail_guards_are_opened", Provider::microsoft,
         "meeting-list", ".joins", [] { return misread("safelinks.protection.outlook.com", "safelinks.example.com", "/events"); }},
        {"MeetDisplacesWebex", "the conference that Google added is what is joined", "links/meet_added_by_google_does_not_displace_webex",
         Provider::google, "meeting-list", ".joins", [] { return misread("calrig.webex.com/meet", "calrig.example.com/meet", "/events"); }},
        {"HebrewRunsTheWrongWay", "right-to-left details are marked left-to-right", "language/right_to_left_details_keep_addresses_readable",
         Provider::microsoft, "calendar", "dir=\"rtl\"", [] { return written_with("dir=\\\"rtl\\\"", "dir=\\\"ltr\\\""); }},
        {"IsolatesAreLost", "addresses run into right-to-left text", "language/plain_text_from_right_to_left_isolates_addresses",
         Provider::google, "calendar", ".body", [] { return written_with("\xE2\x81\xA6", ""); }},
        {"RegionIsUnknown", "a region's language is not known for its language", "language/a_regional_language_uses_the_words_of_its_language",
         Provider::microsoft, "calendar", ".body", [] { return misread("nn-NO", "xx-NO", "/mailboxSettings"); }},
        {"OrganisationsLanguageIsIgnored", "without words of its own a language becomes English at once",
         "language/organisations_language_helps_where_there_are_no_words", Provider::google, "calendar", "Dołącz",
         [] { return decided_otherwise(&Policies::locale_fallback, LocaleFallback::scheduler_only); }},
        {"OrganisationsLanguageComesLast", "the organisation's language does not count first", "language/organisations_language_can_count_for_every_meeting",
         Provider::microsoft, "calendar", "Meeting beitreten",
         [] { return decided_otherwise(&Policies::locale_fallback, LocaleFallback::scheduler_first); }},
        {"HeaderIsLost", "the organisation's header is not read", "template/header_and_footer_follow_the_schedulers_language",
         Provider::google, "calendar", ".body", [] { return misread("\"headers\"", "\"heads\"", "/orgs/"); }},
        {"EverybodysHeaderIsLost", "who has no header in their language gets none", "template/header_and_footer_follow_the_schedulers_language",
         Provider::microsoft, "calendar", "Meetings are recorded.", [] { return misread("\"textsForAll\"", "\"textsForNone\"", "/orgs/"); }},
        {"HeaderIsMarkup", "a header's markup reaches the invitation as markup", "template/markup_in_a_header_is_shown_as_written",
         Provider::google, "calendar", ".body", [] { return written_with("&lt;", "<"); }},
        {"PhoneLinesAreLost", "the phone number is not read", "template/phone_and_device_lines_appear_where_they_are_set",
         Provider::microsoft, "calendar", "Partecipa per telefono", [] { return misread("\"phone\"", "\"telephone\"", "/orgs/"); }},
        {"OneTimeMeetingKeepsItsTime", "the cloud is not told that a one-time meeting's event moved", "changes/one_time_meeting_moves_with_its_event",
         Provider::microsoft, "place", "14:00", [] { return never_sent("PUT", "/api/v1/meetings/", 204); }},
        {"OneTimeMeetingStays", "the cloud is not told that a one-time meeting's event is gone", "changes/one_time_meeting_goes_with_its_event",
         Provider::google, "place", "still has", [] { return never_sent("DELETE", "/api/v1/meetings/", 204); }},
        {"RestartForgetsPlaces", "a new life does not know what it made for events", "changes/one_time_meeting_goes_with_its_event",
         Provider::microsoft, "place", "visits still has", [] { return with_forgetful_store("p/"); }},
    };
}

}  // namespace defects
