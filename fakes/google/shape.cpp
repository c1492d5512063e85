#include "fakes/google/shape.hpp"

#include <algorithm>
#include <array>

#include "fakes/google/limits.hpp"

namespace fakes::google {
namespace {

using std::string_view_literals::operator""sv;

/// Index after the string that begins at `at` (which is a quote).
std::size_t end_of_string(std::string_view text, std::size_t at) {
    while (true) {
        at = text.find('"', at + 1);
        if (at == std::string_view::npos) return text.size();
        std::size_t slashes = 0;  // an even number of backslashes escapes itself
        while (text[at - 1 - slashes] == '\\') ++slashes;
        if (slashes % 2 == 0) return at + 1;
    }
}

/// Index after the value that begins at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = end_of_string(text, at);
            if (depth == 0) return at;
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') {
            if (depth == 0) return at;  // the end of a number or name in an object
            if (--depth == 0) return at + 1;
        }
        if (c == ',' && depth == 0) return at;
        ++at;
    }
    return at;
}

/// Members of the resources of Calendar v3 and Gmail's settings, sorted; names of people's own keys are not among them.
constexpr std::array known_names = {
    "accessCode"sv, "accessRole"sv, "addOnParameters"sv, "additionalGuests"sv, "address"sv,
    "allowedConferenceSolutionTypes"sv, "anyoneCanAddSelf"sv, "attachments"sv, "attendees"sv, "attendeesOmitted"sv,
    "autoDeclineMode"sv, "background"sv, "backgroundColor"sv, "birthdayProperties"sv, "buildingId"sv, "busy"sv,
    "calendar"sv, "calendars"sv, "chatStatus"sv, "colorId"sv, "comment"sv, "conferenceData"sv, "conferenceId"sv,
    "conferenceProperties"sv, "conferenceSolution"sv, "conferenceSolutionKey"sv, "contact"sv, "createRequest"sv,
    "created"sv, "creator"sv, "customLocation"sv, "customTypeName"sv, "dataOwner"sv, "date"sv, "dateTime"sv,
    "declineMessage"sv, "defaultReminders"sv, "deleted"sv, "description"sv, "deskId"sv, "display"sv, "displayName"sv,
    "domain"sv, "email"sv, "enableAutoReply"sv, "end"sv, "endTime"sv, "endTimeUnspecified"sv, "entryPointFeatures"sv,
    "entryPointType"sv, "entryPoints"sv, "errors"sv, "etag"sv, "event"sv, "eventType"sv, "expiration"sv,
    "extendedProperties"sv, "fileId"sv, "fileUrl"sv, "floorId"sv, "floorSectionId"sv, "focusTimeProperties"sv,
    "foreground"sv, "foregroundColor"sv, "gadget"sv, "groups"sv, "guestsCanInviteOthers"sv, "guestsCanModify"sv,
    "guestsCanSeeOtherGuests"sv, "hangoutLink"sv, "height"sv, "hidden"sv, "homeOffice"sv, "htmlLink"sv, "iCalUID"sv,
    "iconLink"sv, "iconUri"sv, "id"sv, "items"sv, "key"sv, "kind"sv, "label"sv, "link"sv, "location"sv, "locked"sv,
    "meetingCode"sv, "method"sv, "mimeType"sv, "minutes"sv, "name"sv, "nextPageToken"sv, "nextSyncToken"sv, "notes"sv,
    "notificationSettings"sv, "notifications"sv, "officeLocation"sv, "optional"sv, "organizer"sv, "originalStartTime"sv,
    "outOfOfficeProperties"sv, "overrides"sv, "parameters"sv, "params"sv, "passcode"sv, "password"sv, "payload"sv,
    "pin"sv, "preferences"sv, "primary"sv, "private"sv, "privateCopy"sv, "reason"sv, "recurrence"sv,
    "recurringEventId"sv, "regionCode"sv, "reminders"sv, "requestId"sv, "resource"sv, "resourceId"sv, "resourceUri"sv,
    "responseBodyHtml"sv, "responseBodyPlainText"sv, "responseStatus"sv, "responseSubject"sv, "restrictToContacts"sv,
    "restrictToDomain"sv, "role"sv, "scope"sv, "selected"sv, "self"sv, "sequence"sv, "shared"sv, "signature"sv,
    "source"sv, "start"sv, "startTime"sv, "status"sv, "statusCode"sv, "summary"sv, "summaryOverride"sv, "timeMax"sv,
    "timeMin"sv, "timeZone"sv, "title"sv, "token"sv, "transparency"sv, "type"sv, "updated"sv, "uri"sv, "url"sv,
    "useDefault"sv, "value"sv, "visibility"sv, "width"sv, "workingLocationProperties"sv,
};
static_assert(std::is_sorted(known_names.begin(), known_names.end()));

/// Below these members the names are people's own: property keys, calendar ids, colour ids, gadget preferences.
bool has_free_names(std::string_view parent) {
    return parent == "private" || parent == "shared" || parent == "calendars" || parent == "groups" ||
           parent == "calendar" || parent == "event" || parent == "preferences" || parent == "params";
}

}  // namespace

void append_pretty(std::string& out, std::string_view compact, unsigned indent, unsigned depth) {
    const auto line = [&] {
        out += '\n';
        out.append(static_cast<std::size_t>(depth) * indent, ' ');
    };
    std::size_t at = 0;
    while (at < compact.size()) {
        const char c = compact[at];
        switch (c) {
            case '"': {
                const std::size_t end = end_of_string(compact, at);
                out.append(compact.substr(at, end - at));
                at = end;
                continue;
            }
            case '{':
            case '[':
                out += c;
                if (at + 1 < compact.size() && (compact[at + 1] == '}' || compact[at + 1] == ']')) {
                    out += compact[++at];
                    break;
                }
                ++depth;
                line();
                break;
            case '}':
            case ']':
                depth -= depth > 0 ? 1 : 0;
                line();
                out += c;
                break;
            case ',':
                out += c;
                line();
                break;
            case ':': out += ": "; break;
            case '\n': break;
            default: out += c;
        }
        ++at;
    }
}

class Selector::Reader {
  public:
    Reader(std::string_view text, std::vector<Node>& nodes, std::string& wrong) : text_(text), nodes_(nodes), wrong_(wrong) {}

    bool read() {
        if (text_.size() <= limits::max_selector_bytes && list(0, {}, 0) && at_ == text_.size()) return true;
        if (wrong_.empty()) wrong_ = std::string(text_.substr(0, 200));
        return false;
    }

  private:
    bool list(std::size_t to, std::string_view parent, std::size_t depth) {
        do {
            if (!path(to, parent, depth)) return false;
        } while (eat(','));
        return true;
    }
    bool path(std::size_t to, std::string_view parent, std::size_t depth) {
        if (depth > limits::max_json_depth) return false;
        const std::size_t from = at_;
        at_ = std::min(text_.find_first_of(",/()", at_), text_.size());
        const std::string_view name = text_.substr(from, at_ - from);
        if (name.empty()) return false;
        if (name != "*" && !has_free_names(parent) && !std::binary_search(known_names.begin(), known_names.end(), name)) {
            wrong_ = std::string(name.substr(0, 200));
            return false;
        }
        const std::size_t node = below(to, name);
        if (eat('/')) return path(node, name, depth + 1);
        if (eat('(')) return list(node, name, depth + 1) && eat(')');
        nodes_[node].whole = true;
        return true;
    }
    /// Two selections below one member are one selection of both.
    std::size_t below(std::size_t parent, std::string_view name) {
        for (const std::size_t child : nodes_[parent].below)
            if (nodes_[child].name == name) return child;
        nodes_.push_back(Node{std::string(name), {}, false});
        nodes_[parent].below.push_back(nodes_.size() - 1);
        return nodes_.size() - 1;
    }
    bool eat(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::string_view text_;
    std::vector<Node>& nodes_;
    std::string& wrong_;
    std::size_t at_ = 0;
};

class Selector::Walk {
  public:
    Walk(const std::vector<Node>& nodes, std::string& out, std::string_view text) : nodes_(nodes), out_(out), text_(text) {}

    void value(const std::vector<std::size_t>& wanted) {
        const bool whole = std::any_of(wanted.begin(), wanted.end(), [&](std::size_t n) { return nodes_[n].whole; });
        const char c = at_ < text_.size() ? text_[at_] : '\0';
        if (!whole && c == '{') return object(wanted);
        if (!whole && c == '[') return array(wanted);
        const std::size_t end = end_of_value(text_, at_);
        out_.append(text_.substr(at_, end - at_));
        at_ = end;
    }

  private:
    void object(const std::vector<std::size_t>& wanted) {
        out_ += '{';
        for (++at_; at_ < text_.size() && text_[at_] == '"';) {
            const std::size_t quote = end_of_string(text_, at_);
            const std::string_view quoted = text_.substr(at_, quote - at_);
            at_ = quote + 1;  // the colon
            std::vector<std::size_t> below;
            for (const std::size_t node : wanted)
                for (const std::size_t child : nodes_[node].below)
                    if (nodes_[child].name == "*" || nodes_[child].name == quoted.substr(1, quoted.size() - 2))
                        below.push_back(child);
            if (below.empty()) {
                at_ = end_of_value(text_, at_);
            } else {
                if (out_.back() != '{') out_ += ',';
                out_.append(quoted);
                out_ += ':';
                value(below);
            }
            if (at_ < text_.size() && text_[at_] == ',') ++at_;
        }
        ++at_;
        out_ += '}';
    }
    void array(const std::vector<std::size_t>& wanted) {
        out_ += '[';
        for (++at_; at_ < text_.size() && text_[at_] != ']';) {
            if (out_.back() != '[') out_ += ',';
            const std::size_t before = at_;
            value(wanted);
            if (at_ < text_.size() && text_[at_] == ',') ++at_;
            if (at_ == before) break;
        }
        ++at_;
        out_ += ']';
    }

    const std::vector<Node>& nodes_;
    std::string& out_;
    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<Selector> Selector::parse(std::string_view text, std::string& wrong) {
    Selector selector;
    if (!Reader(text, selector.nodes_, wrong).read()) return std::nullopt;
    return selector;
}

void Selector::append(std::string& out, std::string_view compact) const { Walk(nodes_, out, compact).value({0}); }

}  // namespace fakes::google
