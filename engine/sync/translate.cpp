#include "engine/sync/translate.hpp"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "engine/meeting/join_button.hpp"
#include "engine/text/html_text.hpp"
#include "engine/text/join_block.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

constexpr std::string_view kRecordVersion = "1";
constexpr std::size_t kRecordLimitBytes = 1'000;  // Google cuts property values beyond 1,024 characters silently

std::string response_word(meeting::Response response) {
    switch (response) {
        case meeting::Response::organizer: return "ORGANIZER";
        case meeting::Response::accepted: return "ACCEPTED";
        case meeting::Response::tentative: return "TENTATIVE";
        case meeting::Response::declined: return "DECLINED";
        case meeting::Response::none: return "NO_RESPONSE";
    }
    return "NO_RESPONSE";
}

std::string without_scheme(const std::string& uri) {
    const std::size_t colon = uri.find(':');
    return colon == std::string::npos ? uri : uri.substr(colon + 1);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

using Addresses = std::unordered_set<std::string_view, AddressHash, SameAddress>;  // of texts that outlive it; never walked

void add_participant(std::vector<meeting::Participant>& out, Addresses& seen, const std::string& address,
                     const std::string& name, const People& people, const std::string& org_id) {
    if (address.empty() || !seen.insert(address).second) return;
    meeting::Participant one;
    one.email = address;
    one.name = name;
    if (const Mailbox* known = people.by_address(address); known != nullptr) {
        one.id = known->user_id;
        one.org_id = org_id;
        if (known->ref.is_room) one.type = "ROOM";
        if (one.name.empty() || SameAddress()(one.name, address)) one.name = known->name;
    }
    out.push_back(std::move(one));
}

}  // namespace

std::string JoinRecord::text() const {
    std::string out(kRecordVersion);
    for (const std::string_view part : {std::string_view(url), std::string_view(sip), std::string_view(number),
                                        std::string_view(conversation_id), std::string_view(is_space ? "s" : is_one_time ? "m" : "")}) {
        out += '\n';
        out += part;
    }
    return out.size() <= kRecordLimitBytes ? out : std::string(kRecordVersion) + "\n\n\n\n\n";
}

std::optional<JoinRecord> JoinRecord::from(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size() && parts.size() < 8;) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    if (parts.size() < 6 || parts[0] != kRecordVersion) return std::nullopt;
    JoinRecord record;
    record.url = parts[1];
    record.sip = parts[2];
    record.number = parts[3];
    record.conversation_id = parts[4];
    record.is_space = parts[5] == "s";
    record.is_one_time = parts[5] == "m";
    return record;
}

Span span_of(const ProviderEvent& event, const MailboxSettings& settings) {
    if (!event.all_day) return Span{event.start, event.end};
    const std::string_view zone = text::is_known_zone(settings.zone) ? std::string_view(settings.zone) : "UTC";
    const std::optional<Instant> start = text::day_to_utc(event.start_date, zone);
    const std::optional<Instant> end = text::day_to_utc(event.end_date, zone);
    if (!start || !end) return Span{event.start, event.end};
    return Span{*start, *end};
}

int invitees(const ProviderEvent& event) {
    // Google counts the organizer among the attendees, Graph does not.
    const std::string& organizer = event.organizer_address;
    return static_cast<int>(std::ranges::count_if(event.attendees, [&organizer](const ProviderAttendee& one) {
        return !SameAddress()(one.address, organizer);
    }));
}

bool is_by_group(const ProviderEvent& event, const MailboxRef& who) {
    return !event.is_organizer && !event.attendees.empty() &&
           std::ranges::none_of(event.attendees, [&who](const ProviderAttendee& one) { return SameAddress()(one.address, who.address); });
}

std::set<std::string> known_participants(const ProviderEvent& event, const People& people) {
    std::set<std::string> ids;
    if (const Mailbox* one = people.by_address(event.organizer_address); one != nullptr) ids.insert(one->user_id);
    for (const ProviderAttendee& attendee : event.attendees)
        if (const Mailbox* one = people.by_address(attendee.address); one != nullptr) ids.insert(one->user_id);
    return ids;
}

Translation translate(const ProviderEvent& event, const ProviderEvent& master, const Mailbox& mailbox,
                      const People& people, const Series* known, const Config& config) {
    Translation out;
    meeting::Meeting& to = out.meeting;
    const bool in_series = event.original_start.has_value();
    const Span span = span_of(event, mailbox.settings);
    to.id = item_id(master.uid, in_series ? *event.original_start : Item::kNoSlot);
    to.series_id = master.uid;
    to.start = span.start;
    to.duration_minutes = minutes_between(span.start, span.end);
    to.is_recurring = in_series;
    to.is_all_day = event.all_day;
    to.last_modified = event.modified;
    to.sensitivity = event.sensitivity;
    to.subject = event.subject;
    to.location = event.location;
    to.organizer_email = event.organizer_address;
    to.organizer_name = event.organizer_name;
    if (const Mailbox* organizer = people.by_address(event.organizer_address); organizer != nullptr) {
        to.organizer_id = organizer->user_id;
        if (to.organizer_name.empty()) to.organizer_name = organizer->name;
    }
    // A room may hold the organizer's name for a subject (Exchange docs: AddOrganizerToSubject, DeleteSubject): whoever set
    // it up so does not want the title on its screen.

    const std::string authors_text = text::strip_join_block(event.body, event.body_is_html);
    to.notes = event.body_is_html ? text::html_to_text(authors_text, meeting::kNotesLimitBytes)
                                  : std::string(text::cut_utf8(authors_text, meeting::kNotesLimitBytes));

    Addresses seen;
    to.participants.reserve(event.attendees.size() + 1);
    add_participant(to.participants, seen, event.organizer_address, event.organizer_name, people, config.org_id);
    if (!to.participants.empty()) to.participants.front().response_type = "ORGANIZER";
    for (const ProviderAttendee& attendee : event.attendees) {
        const std::size_t before = to.participants.size();
        add_participant(to.participants, seen, attendee.address, attendee.name, people, config.org_id);
        if (to.participants.size() == before) continue;
        meeting::Participant& one = to.participants.back();
        // An invitee's copy in Exchange has everybody's status at none; the owner's own answer stands beside the list.
        const bool is_owner = one.id == mailbox.user_id && attendee.response == meeting::Response::none;
        one.response_type = response_word(is_owner ? event.own_response : attendee.response);
        one.participant_type = attendee.resource ? "RESOURCE" : attendee.optional ? "OPTIONAL" : "REQUIRED";
        if (attendee.resource) one.type = "ROOM";
    }

    const std::optional<JoinRecord> record = JoinRecord::from(master.own_record);
    // An exception whose author put another place in wins over the series' decoration.
    const bool still_ours = record && !record->url.empty() &&
                            (event.location.find(record->url) != std::string::npos ||
                             event.body.find(record->url) != std::string::npos ||
                             (trimmed(event.location).empty() && event.body.empty()));
    const std::string own_url = still_ours ? record->url : std::string();
    text::JoinInput input;
    input.location = event.location;
    input.body = event.body;
    input.body_is_html = event.body_is_html;
    input.own_join_url = own_url;
    input.provider_join_url = event.provider_join_url;
    const text::JoinFinding finding = text::find_join(input);
    if (finding.target) {
        to.join_url = finding.target->url;
        to.join_uri = without_scheme(finding.target->uri);
        if (still_ours && to.join_uri.empty()) to.join_uri = record->sip;
        if (still_ours && record->is_space) {
            to.space_url = record->url;
            to.space_meet_url = record->url;
            to.space_uri = record->sip;
            to.conversation_id = record->conversation_id;
        } else if (text::is_webex_kind(finding.target->kind)) {
            to.webex_url = to.join_url;
            to.webex_uri = to.join_uri;
        }
    } else if (!event.is_organizer) {
        out.lacks_own = true;
        if (known != nullptr) {
            to.join_url = known->join_url;
            to.join_uri = known->join_uri;
            to.conversation_id = known->conversation_id;
            if (known->conversation_id.empty()) {
                to.webex_url = known->join_url.find(".webex.com/") != std::string::npos ? known->join_url : "";
            } else {
                to.space_url = known->join_url;
                to.space_uri = known->join_uri;
            }
        }
    }
    out.joinable = !to.join_url.empty() || !to.join_uri.empty();
    if (out.joinable && !mailbox.ref.is_room) {
        using Field = text::JoinFinding::Field;
        meeting::AppButtonQuestion question;
        question.ours = finding.field == Field::own;
        question.several_links_in_body = finding.field == Field::body && finding.ambiguous;
        question.foreign_sip_in_location_only = finding.field == Field::location && !finding.target->uri.empty() &&
                                                !text::is_webex_kind(finding.target->kind) && !finding.body_has_it;
        question.is_space = !to.conversation_id.empty() || text::is_space_link(to.join_url);
        question.people = static_cast<int>(to.participants.size());
        out.joinable = meeting::app_may_join(question, config.policies);
    }
    return out;
}

}  // namespace engine::sync
