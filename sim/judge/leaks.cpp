// "Nothing sensitive leaves in clear" (ENC-TRANSIT, ENC-REST): titles, bodies, places, names and addresses of the scenario are
// searched in every byte the engine sent to anyone but a calendar provider, in its store and in its log. Token endpoints
// are asked for people by their addresses, and may learn no more.
#include <algorithm>
#include <set>

#include "sim/judge/invariants.hpp"
#include "sim/judge/needles.hpp"
#include "sim/judge/unescaped.hpp"

namespace sim {
namespace {

/// Body text in pieces that survive reformatting: lines and sentences of at least this many bytes.
constexpr std::size_t piece_bytes_min = 12;

bool continues_a_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

void add_body(Needles& needles, const std::string& body, bool html, const std::string& name) {
    const std::string text = html ? visible_text(body) : body;
    constexpr std::size_t piece_bytes_max = 60;
    std::size_t from = 0;
    const auto piece = [&](std::size_t to) {
        while (from < to && (text[from] == ' ' || text[from] == '\n' || text[from] == '\r')) ++from;
        std::size_t end = std::min(to, from + piece_bytes_max);
        // Half a letter has no form in other encodings.
        while (end > from && end < text.size() && continues_a_letter(text[end])) --end;
        if (end > from && end - from >= piece_bytes_min) needles.add(text.substr(from, end - from), name);
    };
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < text.size() && pieces < 12; ++i) {
        const bool ends = text[i] == '\n' || text[i] == '.' || text[i] == '|';
        if (!ends && (i - from <= 80 || continues_a_letter(text[i]))) continue;
        piece(i);
        from = ends ? i + 1 : i;
        ++pieces;
    }
    if (from < text.size()) piece(text.size());
}

/// A place that people wrote, not what the service or an app is to read there: keywords and links are no secret of theirs.
void add_location(Needles& needles, const std::string& location, const std::string& name) {
    constexpr std::size_t place_bytes_min = 8;  // "Hall 2" stands in too many texts by chance
    for (const std::string_view sign : {"@", "://", "sip:"})
        if (location.find(sign) != std::string::npos) return;
    if (location.size() >= place_bytes_min) needles.add(location, name);
}

/// With a recording the story names no events: what the screens came to show is what must stay sealed.
void add_shown(Needles& needles, const Journal& journal) {
    std::set<std::string> known;
    for (const Record& record : journal.records()) {
        const auto* change = std::get_if<ScreenChange>(&record.what);
        if (change == nullptr) continue;
        for (const fakes::ShownMeeting& meeting : change->screen.meetings) {
            if (meeting.title != "Scheduled meeting" && known.insert(meeting.title).second) needles.add(meeting.title, "title of " + meeting.id);
            for (const fakes::ShownParticipant& one : meeting.participants)
                if (known.insert(one.address).second) needles.add(one.address, "a participant's address");
        }
    }
}

enum class Addresses { secret, known };

Needles secrets_of(const Trial& trial, Addresses addresses) {
    const Scenario& scenario = trial.scenario;
    Needles needles;
    const auto add_address = [&](const std::string& address, const std::string& name) {
        if (addresses == Addresses::secret) needles.add(address, name);
    };
    if (scenario.recording && addresses == Addresses::secret) add_shown(needles, trial.journal);
    for (const auto& [key, person] : scenario.people) {
        if (addresses == Addresses::secret || person.person.address.find(person.person.name) == std::string::npos)
            needles.add(person.person.name, "name of " + key);
        add_address(person.person.address, "address of " + key);
    }
    for (const Step& step : scenario.story) {
        if (const auto* create = std::get_if<CreateEvent>(&step.act)) {
            needles.add(create->draft.title, "title of " + create->id);
            add_location(needles, create->draft.location, "location of " + create->id);
            add_body(needles, create->draft.body, create->draft.body_is_html, "body of " + create->id);
            for (const fakes::Invitee& invitee : create->draft.invitees) add_address(invitee.address, "an invitee's address");
        } else if (const auto* change = std::get_if<ChangeEvent>(&step.act)) {
            if (change->change.title) needles.add(*change->change.title, "title of " + change->event);
            if (change->change.location) add_location(needles, *change->change.location, "location of " + change->event);
            if (change->change.body)
                add_body(needles, *change->change.body, change->change.body_is_html.value_or(false), "body of " + change->event);
            for (const fakes::Invitee& invitee : change->change.add) add_address(invitee.address, "an invitee's address");
        } else if (const auto* book = std::get_if<BookAtDevice>(&step.act)) {
            if (!book->title.empty()) needles.add(book->title, "title of " + book->id);
            if (!book->words.empty()) needles.add(book->words, "words of " + book->id);
        } else if (const auto* replies = std::get_if<SetReplies>(&step.act)) {
            needles.add(replies->replies.message, "automatic reply of " + step.actor);
        }
    }
    return needles;
}

/// What lets somebody in: bearer tokens, the client's secret, what signs and marks notices, content keys. None of it belongs into
/// a log, or readable into the store.
Needles credentials_of(const Journal& journal) {
    constexpr std::size_t credential_bytes_min = 12;
    Needles needles;
    const auto add = [&](std::string_view text, const char* name) {
        if (text.size() >= credential_bytes_min) needles.add_as_it_stands(std::string(text), name);
    };
    const auto behind = [](std::string_view text, std::string_view mark, char end) {
        const std::size_t at = text.find(mark);
        if (at == std::string_view::npos) return std::string_view();
        text.remove_prefix(at + mark.size());
        return text.substr(0, text.find(end));
    };
    for (const Record& record : journal.records()) {
        if (const auto* key = std::get_if<KeyAccess>(&record.what)) add(key->k, "a content key");
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine") continue;
        for (const MessageHead& head : exchange->request_headers)
            if (head.value.starts_with("Bearer ")) add(std::string_view(head.value).substr(7), "a bearer token");
        add(behind(exchange->request_body, "client_secret=", '&'), "the client secret");
        add(behind(exchange->request_body, "\"clientState\":\"", '"'), "the secret of a subscription");
        if (exchange->operation == "OP-G-WATCH") add(behind(exchange->request_body, "\"token\":\"", '"'), "the secret of a channel");
    }
    return needles;
}

bool is_token_endpoint(const std::string& to) { return to == "google-token" || to == "entra"; }

/// gzip (RFC 1952) and Zstandard (RFC 8878): nothing can be found in such bytes, so they are no better than a leak.
bool is_compressed(std::string_view bytes) { return bytes.starts_with("\x1F\x8B") || bytes.starts_with("\x28\xB5\x2F\xFD"); }

/// What is found as it stands, and what once its escapes are undone.
std::vector<Needles::Hit> hits_in(const Needles& needles, std::string_view bytes) {
    std::vector<Needles::Hit> hits = needles.find(bytes);
    const std::optional<std::string> plain = unescaped(bytes);
    if (!plain) return hits;
    for (Needles::Hit& hit : needles.find(*plain)) {
        if (std::ranges::any_of(hits, [&](const Needles::Hit& known) { return known.name == hit.name; })) continue;
        hit.encoding += ", escaped";
        hits.push_back(std::move(hit));
    }
    return hits;
}

}  // namespace

std::vector<reports::Finding> check_leaks(const Trial& trial) {
    const Needles needles = secrets_of(trial, Addresses::secret);
    const Needles words = secrets_of(trial, Addresses::known);
    const Needles credentials = credentials_of(trial.journal);
    std::vector<reports::Finding> findings;
    reports::LeakSearch searched;
    searched.secrets = needles.secrets();
    searched.forms = needles.count();
    searched.encodings = needles.encodings();
    const auto tell = [&](std::string title, std::string difference, Instant at) {
        ++searched.hits;
        if (findings.size() >= 10) return;
        reports::Finding finding = general_finding(trial, "nothing sensitive leaves in clear", "ENC-TRANSIT, ENC-REST", std::move(title));
        finding.difference.push_back(std::move(difference));
        finding.why.push_back("at " + local_text(trial.scenario, at));
        findings.push_back(std::move(finding));
    };
    const auto scan_for = [&](const Needles& wanted, const char* channel, std::string_view bytes, const std::string& where, Instant at) {
        searched.bytes[channel] += bytes.size();
        if (is_compressed(bytes)) return tell("compressed bytes cannot be searched", "at the beginning of " + where, at);
        for (const Needles::Hit& hit : hits_in(wanted, bytes))
            tell(hit.name + " left in clear", hit.name + " (" + hit.encoding + ") at byte " + std::to_string(hit.offset) + " of " + where, at);
    };
    const auto scan_for_credentials = [&](std::string_view bytes, const std::string& where, Instant at) {
        for (const Needles::Hit& hit : credentials.find(bytes)) tell(hit.name + " left in clear", hit.name + " at byte " + std::to_string(hit.offset) + " of " + where, at);
    };
    const auto scan = [&](const char* channel, std::string_view bytes, const std::string& where, Instant at) {
        scan_for(needles, channel, bytes, where, at);
    };
    for (const Record& record : trial.journal.records()) {
        if (const auto* exchange = std::get_if<Exchange>(&record.what)) {
            const std::string name = "#" + std::to_string(exchange->number);
            if (exchange->from == "engine" && !is_calendar(exchange->to)) {
                const Needles& wanted = is_token_endpoint(exchange->to) ? words : needles;
                scan_for(wanted, "request lines", exchange->target, "the request line of " + name + " to " + exchange->to, record.at);
                for (const MessageHead& head : exchange->request_headers)
                    scan_for(wanted, "headers", head.value, "request header " + head.name + " of " + name + " to " + exchange->to, record.at);
                scan_for(wanted, "bodies", exchange->request_body, "the request body of " + name + " to " + exchange->to, record.at);
            } else if (exchange->to == "engine") {
                for (const MessageHead& head : exchange->reply_headers)
                    scan("headers", head.value, "reply header " + head.name + " of " + name, record.at);
                scan("bodies", exchange->reply_body, "the engine's reply to " + name, record.at);
            }
        } else if (const auto* line = std::get_if<LogLine>(&record.what)) {
            scan("log", line->text, "a log line", record.at);
            scan_for_credentials(line->text, "a log line", record.at);
        } else if (const auto* write = std::get_if<StoreWrite>(&record.what)) {
            scan("store", write->key, "a key of the store", record.at);
            scan("store", write->value, "the store's value of " + write->key, record.at);
            scan_for_credentials(write->key, "a key of the store", record.at);
            scan_for_credentials(write->value, "the store's value of " + write->key, record.at);
        }
    }
    if (trial.searched) trial.searched(searched);
    return findings;
}

}  // namespace sim
