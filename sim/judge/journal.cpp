// The journal's text: what two runs of one scenario are compared by.
#include "sim/judge/journal.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/wire/iso_text.hpp"

namespace sim {
namespace {

std::string sha256(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) return "no-digest";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : digest) {
        hex.push_back(digits[byte >> 4]);
        hex.push_back(digits[byte & 15]);
    }
    return hex;
}

// JSON is compared by value: keys sorted, no blanks. Anything else by its bytes.
std::string canonical(const std::string& body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || (body[first] != '{' && body[first] != '[')) return body;
    constexpr int deepest = 200;
    bool too_deep = false;
    const auto cap = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        too_deep = too_deep || depth > deepest;
        return !too_deep;
    };
    const auto value = nlohmann::json::parse(body, cap, false);
    if (value.is_discarded() || too_deep) return body;
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string body_digest(const std::string& body) {
    return body.empty() ? "-" : sha256(canonical(body)).substr(0, 16);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_secret(std::string_view name) {
    for (const std::string_view word : {"authorization", "token", "secret", "cookie", "assertion"})
        if (name.find(word) != std::string_view::npos) return true;
    return false;
}

std::string headers_digest(const std::vector<MessageHead>& headers) {
    std::vector<std::string> lines;
    for (const auto& header : headers) {
        std::string line;
        for (const char c : header.name) line.push_back(lower(c));
        if (!is_secret(line)) line += ": " + header.value;
        lines.push_back(std::move(line) + "\n");
    }
    if (lines.empty()) return "-";
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const auto& line : lines) all += line;
    return sha256(all).substr(0, 8);
}

// One record is one line whatever people write in titles.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    std::array<char, 8> spelt{};
    for (const char c : text) {
        switch (c) {
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            default:
                // A journal is read on terminals: nothing in it may act there.
                if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out.push_back(c);
                else std::snprintf(spelt.data(), spelt.size(), "\\x%02x", static_cast<unsigned>(c)), out += spelt.data();
        }
    }
    return out + '"';
}

std::string plain(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '\n', ' ');
    std::replace(out.begin(), out.end(), '\r', ' ');
    return out;
}

struct Line {
    std::string actor;
    std::string text;
};

void add(std::string& line, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    line += ' ';
    line += name;
    line += '=';
    line += value;
}

Line line_of(const Exchange& e) {
    std::string text = "exchange to " + e.to + ' ' + e.method + ' ' + e.host + e.target + ' ' + std::to_string(e.status);
    add(text, "what", e.what.empty() ? std::string() : in_quotes(e.what));
    add(text, "operation", e.operation);
    add(text, "person", e.person);
    if (e.done != e.sent) add(text, "sent", iso_text(e.sent));
    text += " asked=" + headers_digest(e.request_headers) + '/' + body_digest(e.request_body);
    text += " answered=" + headers_digest(e.reply_headers) + '/' + body_digest(e.reply_body);
    add(text, "fault", e.fault.empty() ? std::string() : in_quotes(e.fault));
    add(text, "rule", e.broken_rule.empty() ? std::string() : in_quotes(e.broken_rule));
    return {e.from, std::move(text)};
}

Line line_of(const ScreenChange& change) {
    std::string text = "screen";
    for (const auto& m : change.screen.meetings) {
        text += " [" + m.id + ' ' + iso_text(m.start) + ' ' + std::to_string(m.duration_minutes) + "min " + in_quotes(m.title);
        if (!m.unreadable.empty()) text += " unreadable " + in_quotes(m.unreadable);
        std::string rest = m.series_id + '\n' + m.location + '\n' + m.notes + '\n' + m.organizer_name + '\n' +
                           m.organizer_address + '\n' + m.join_url + '\n' + m.join_uri + '\n' + m.space_url + '\n' +
                           m.sensitivity + (m.all_day ? "\nall-day" : "") + (m.recurring ? "\nrecurring" : "");
        for (const auto& p : m.participants)
            rest += '\n' + p.name + '|' + p.address + '|' + p.response + '|' + p.role;
        text += ' ' + sha256(rest).substr(0, 16) + ']';
    }
    for (const auto& id : change.screen.join_buttons) text += " join=" + id;
    for (const auto& id : change.screen.checked_in) text += " checked-in=" + id;
    for (const auto& answer : change.screen.answers) {
        text += " answer=" + answer.event + '/' + answer.to + '/' + answer.state;
        if (!answer.cause.empty()) text += '/' + answer.cause;
    }
    return {change.who, std::move(text)};
}

Line line_of(const CalendarChange& change) {
    std::string text = "calendar";
    for (const auto& event : change.events) {
        text += " [" + event.uid;
        if (event.occurrence) text += ' ' + iso_text(Instant(std::chrono::sys_days(*event.occurrence))).substr(0, 10);
        text += ' ' + iso_text(event.start) + '/' + iso_text(event.end) + ' ' + in_quotes(event.title) + ' ' + in_quotes(event.location);
        if (event.cancelled) text += " cancelled";
        text += ' ' + body_digest(event.body) + ']';
    }
    return {"calendar " + change.owner, std::move(text)};
}

Line line_of(const CloudList& list) {
    std::string text = "list of " + list.person;
    for (const auto& [id, item] : list.items) text += ' ' + id + '=' + body_digest(item);
    return {"cloud", std::move(text)};
}

Line line_of(const PresenceChange& change) { return {"cloud", "presence of " + change.person + ' ' + change.status}; }

Line line_of(const StateChange& change) {
    return {"cloud", "state of " + change.person + ' ' + change.state + ' ' + in_quotes(change.reason)};
}

Line line_of(const NoticeMailed& mail) {
    std::string text = "notices to " + mail.person;
    for (const std::string& one : mail.texts) text += ' ' + in_quotes(one);
    return {"cloud", std::move(text)};
}

Line line_of(const TenantChange& change) {
    std::string text = "applications";
    for (const fakes::TenantApplication& one : change.applications) {
        text += " [" + one.id;
        for (const std::string& permission : one.permissions) text += ' ' + permission;
        text += ']';
    }
    return {"tenant", std::move(text)};
}

Line line_of(const ActDone& act) {
    std::string text = "act " + plain(act.text);
    add(text, "event", act.event);
    if (act.place.line > 0) text += " line=" + std::to_string(act.place.line);
    if (!act.refusal.empty()) text += " refused=" + in_quotes(act.refusal);
    return {act.actor, std::move(text)};
}

Line line_of(const LogLine& log) { return {"engine log", log.level + ' ' + plain(log.text)}; }

Line line_of(const KeyAccess& access) {
    std::string text = "key " + access.key_url + (access.revoked ? " revoked" : access.retired ? " retired, for" : " for");
    for (const std::string& holder : access.holders) text += ' ' + holder;
    return {access.server, std::move(text)};
}

Line line_of(const StoreWrite& write) {
    return {"engine store", (write.erased ? "erase " : "put ") + in_quotes(write.key) +
                                (write.erased ? std::string() : ' ' + sha256(write.value).substr(0, 16))};
}

Line line_of(const Note& note) { return {"run", "note " + plain(note.text)}; }

}  // namespace

std::string Journal::text() const {
    struct Entry {
        Instant at;
        Line line;
    };
    std::vector<Entry> entries;
    entries.reserve(records_.size());
    for (const Record& record : records_)
        entries.push_back(Entry{record.at, std::visit([](const auto& what) { return line_of(what); }, record.what)});
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.at != b.at ? a.at < b.at : a.line.actor < b.line.actor;
    });
    std::string all;
    for (const Entry& entry : entries) {
        all += iso_text(entry.at);
        all += ' ';
        all += entry.line.actor;
        all += ": ";
        all += entry.line.text;
        all += '\n';
    }
    return all;
}

std::string Journal::digest() const { return journal_digest(text()); }

std::string journal_digest(std::string_view text) { return sha256(text); }

}  // namespace sim
