// "Nothing sensitive leaves in clear" (ENC-TRANSIT, ENC-REST): titles, bodies, names and addresses of the scenario are
// searched in every byte the engine sent to anyone but a calendar provider, in its store and in its log.
#include <set>

#include "sim/judge/invariants.hpp"
#include "sim/judge/needles.hpp"

namespace sim {
namespace {

/// Body text in pieces that survive reformatting: lines and sentences of at least this many bytes.
constexpr std::size_t piece_bytes_min = 12;

void add_body(Needles& needles, const std::string& body, bool html, const std::string& name) {
    const std::string text = html ? visible_text(body) : body;
    std::size_t from = 0;
    const auto piece = [&](std::size_t to) {
        while (from < to && (text[from] == ' ' || text[from] == '\n' || text[from] == '\r')) ++from;
        if (to > from && to - from >= piece_bytes_min) needles.add(text.substr(from, std::min<std::size_t>(to - from, 60)), name);
        from = to + 1;
    };
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < text.size() && pieces < 12; ++i)
        if (text[i] == '\n' || text[i] == '.' || text[i] == '|' || i - from > 80) {
            piece(i);
            ++pieces;
        }
    if (from < text.size()) piece(text.size());
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

Needles secrets_of(const Trial& trial) {
    const Scenario& scenario = trial.scenario;
    Needles needles;
    if (scenario.recording) add_shown(needles, trial.journal);
    for (const auto& [key, person] : scenario.people) {
        needles.add(person.person.name, "name of " + key);
        needles.add(person.person.address, "address of " + key);
    }
    for (const Step& step : scenario.story) {
        if (const auto* create = std::get_if<CreateEvent>(&step.act)) {
            needles.add(create->draft.title, "title of " + create->id);
            add_body(needles, create->draft.body, create->draft.body_is_html, "body of " + create->id);
            for (const fakes::Invitee& invitee : create->draft.invitees) needles.add(invitee.address, "an invitee's address");
        } else if (const auto* change = std::get_if<ChangeEvent>(&step.act)) {
            if (change->change.title) needles.add(*change->change.title, "title of " + change->event);
            if (change->change.body)
                add_body(needles, *change->change.body, change->change.body_is_html.value_or(false), "body of " + change->event);
            for (const fakes::Invitee& invitee : change->change.add) needles.add(invitee.address, "an invitee's address");
        } else if (const auto* book = std::get_if<BookAtDevice>(&step.act)) {
            if (!book->title.empty()) needles.add(book->title, "title of " + book->id);
            if (!book->words.empty()) needles.add(book->words, "words of " + book->id);
        } else if (const auto* replies = std::get_if<SetReplies>(&step.act)) {
            needles.add(replies->replies.message, "automatic reply of " + step.actor);
        }
    }
    return needles;
}

bool is_provider(const std::string& to) {
    return to == "graph" || to == "google" || to == "gmail" || to == "google-token" || to == "entra";
}

}  // namespace

std::vector<reports::Finding> check_leaks(const Trial& trial) {
    const Needles needles = secrets_of(trial);
    std::vector<reports::Finding> findings;
    reports::LeakSearch searched;
    searched.secrets = needles.secrets();
    searched.forms = needles.count();
    searched.encodings = needles.encodings();
    const auto scan = [&](const char* channel, std::string_view bytes, const std::string& where, Instant at) {
        searched.bytes[channel] += bytes.size();
        for (const Needles::Hit& hit : needles.find(bytes)) {
            ++searched.hits;
            if (findings.size() >= 10) continue;
            reports::Finding finding = general_finding(trial, "nothing sensitive leaves in clear", "ENC-TRANSIT, ENC-REST",
                                                       hit.name + " left in clear");
            finding.difference.push_back(hit.name + " (" + hit.encoding + ") at byte " + std::to_string(hit.offset) + " of " + where);
            finding.why.push_back("at " + local_text(trial.scenario, at));
            findings.push_back(std::move(finding));
        }
    };
    for (const Record& record : trial.journal.records()) {
        if (const auto* exchange = std::get_if<Exchange>(&record.what)) {
            const std::string name = "#" + std::to_string(exchange->number);
            if (exchange->from == "engine" && !is_provider(exchange->to)) {
                scan("request lines", exchange->target, "the request line of " + name + " to " + exchange->to, record.at);
                for (const MessageHead& head : exchange->request_headers)
                    scan("headers", head.value, "request header " + head.name + " of " + name + " to " + exchange->to, record.at);
                scan("bodies", exchange->request_body, "the request body of " + name + " to " + exchange->to, record.at);
            } else if (exchange->to == "engine") {
                for (const MessageHead& head : exchange->reply_headers)
                    scan("headers", head.value, "reply header " + head.name + " of " + name, record.at);
                scan("bodies", exchange->reply_body, "the engine's reply to " + name, record.at);
            }
        } else if (const auto* line = std::get_if<LogLine>(&record.what)) {
            scan("log", line->text, "a log line", record.at);
        } else if (const auto* write = std::get_if<StoreWrite>(&record.what)) {
            scan("store", write->key, "a key of the store", record.at);
            scan("store", write->value, "the store's value of " + write->key, record.at);
        }
    }
    if (trial.searched) trial.searched(searched);
    return findings;
}

}  // namespace sim
