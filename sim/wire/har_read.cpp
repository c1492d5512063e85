// Reads HAR strictly: every mistake is a sentence with the file and the JSON pointer.
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/wire/har.hpp"
#include "sim/wire/message.hpp"

namespace sim {
namespace {

using nlohmann::json;

constexpr std::size_t most_bytes = 256u * 1024 * 1024;
constexpr std::size_t most_entries = 200'000;
constexpr std::size_t most_problems = 20;
constexpr int deepest = 64;

/// A value with its place; a wrong kind is noted once, and an empty value goes on.
class HarReader {
  public:
    explicit HarReader(std::string_view file) : file_(file) {}

    const json* member(const json& object, const std::string& place, const char* name, json::value_t kind,
                       bool needed = true) {
        const auto found = object.find(name);
        const std::string where = place + "/" + name;
        if (found == object.end()) {
            if (needed) wrong(where, "is missing");
            return nullptr;
        }
        const bool number = kind == json::value_t::number_float && found->is_number();
        if (found->type() != kind && !number) {
            wrong(where, std::string("must be ") + word(kind) + ", is " + found->type_name());
            return nullptr;
        }
        return &*found;
    }
    std::string text(const json& object, const std::string& place, const char* name, bool needed = true) {
        const json* value = member(object, place, name, json::value_t::string, needed);
        return value ? value->get<std::string>() : std::string();
    }
    void wrong(const std::string& place, const std::string& what) {
        if (problems.size() < most_problems) problems.push_back(file_ + ": " + (place.empty() ? "" : place + " ") + what);
    }
    std::vector<std::string> problems;

  private:
    static const char* word(json::value_t kind) {
        switch (kind) {
            case json::value_t::object: return "an object";
            case json::value_t::array: return "an array";
            case json::value_t::string: return "a string";
            default: return "a number";
        }
    }
    std::string file_;
};

bool digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
    if (at + count > text.size()) return false;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, value);
    return error == std::errc{} && end == text.data() + at + count;
}

// RFC 3339, as HAR asks for: "2026-03-02T09:15:04.120Z" or with an offset.
std::optional<fakes::Instant> instant(std::string_view text) {
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    if (!digits(text, 0, 4, y) || !digits(text, 5, 2, mo) || !digits(text, 8, 2, d) || !digits(text, 11, 2, h) ||
        !digits(text, 14, 2, mi) || !digits(text, 17, 2, s))
        return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(y), std::chrono::month(static_cast<unsigned>(mo)),
                                           std::chrono::day(static_cast<unsigned>(d)));
    if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
    fakes::Instant at = std::chrono::sys_days(date) + std::chrono::hours(h) + std::chrono::minutes(mi) +
                        std::chrono::seconds(s);
    std::size_t i = 19;
    if (i < text.size() && text[i] == '.') {
        int unit = 100;
        for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, unit /= 10)
            at += std::chrono::milliseconds(unit * (text[i] - '0'));
    }
    if (text.substr(i) == "Z") return at;
    int oh = 0, om = 0;
    if (text.size() - i != 6 || (text[i] != '+' && text[i] != '-') || text[i + 3] != ':' || !digits(text, i + 1, 2, oh) ||
        !digits(text, i + 4, 2, om))
        return std::nullopt;
    const auto offset = std::chrono::hours(oh) + std::chrono::minutes(om);
    return text[i] == '+' ? at - offset : at + offset;
}

std::optional<std::string> from_base64(const std::string& text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

// What belongs to the connection or was undone by the recorder is not part of the message (HAR holds decoded bodies).
bool is_of_the_connection(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name.starts_with(':') || name == "host" || name == "content-length" || name == "transfer-encoding" ||
           name == "connection" || name == "content-encoding" || name == "keep-alive";
}

void read_headers(HarReader& reader, const json& message, const std::string& place, std::vector<fakes::Header>& headers) {
    const json* list = reader.member(message, place, "headers", json::value_t::array);
    if (!list) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string where = place + "/headers/" + std::to_string(i);
        if (!(*list)[i].is_object()) {
            reader.wrong(where, "must be an object");
            continue;
        }
        fakes::Header header{reader.text((*list)[i], where, "name"), reader.text((*list)[i], where, "value")};
        if (!is_of_the_connection(header.name)) headers.push_back(std::move(header));
    }
}

std::string read_body(HarReader& reader, const json& holder, const std::string& place, const char* encoding_name) {
    std::string text = reader.text(holder, place, "text", false);
    const std::string encoding = reader.text(holder, place, encoding_name, false);
    if (encoding.empty()) return text;
    if (encoding != "base64") {
        reader.wrong(place + "/" + encoding_name, "must be \"base64\", is \"" + encoding + "\"");
        return {};
    }
    auto bytes = from_base64(text);
    if (!bytes) reader.wrong(place + "/text", "is not base64");
    return bytes.value_or(std::string());
}

/// RFC 3986: what needs no escape in a form.
std::string form_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || std::string_view("-._~").find(c) != std::string_view::npos) {
            out += c;
        } else {
            (out += '%') += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}

/// HAR 1.2: a form's `params` stand in place of `text`; browsers write both.
std::string read_posted(HarReader& reader, const json& post, const std::string& place) {
    const json* params = reader.member(post, place, "params", json::value_t::array, false);
    if (params == nullptr || params->empty() || !reader.text(post, place, "text", false).empty()) return read_body(reader, post, place, "_encoding");
    std::string form;
    for (std::size_t i = 0; i < params->size(); ++i) {
        const std::string where = place + "/params/" + std::to_string(i);
        if (!(*params)[i].is_object()) {
            reader.wrong(where, "must be an object");
            continue;
        }
        form += (form.empty() ? "" : "&") + form_encoded(reader.text((*params)[i], where, "name")) + "=" +
                form_encoded(reader.text((*params)[i], where, "value", false));
    }
    return form;
}

void read_entry(HarReader& reader, const json& value, const std::string& place, RecordedExchange& entry) {
    entry.pointer = place;
    if (!value.is_object()) return reader.wrong(place, "must be an object");
    const std::string started = reader.text(value, place, "startedDateTime");
    if (const auto at = instant(started)) {
        entry.started = *at;
    } else if (!started.empty()) {
        reader.wrong(place + "/startedDateTime", "is no RFC 3339 time: \"" + started + "\"");
    }
    if (const json* took = reader.member(value, place, "time", json::value_t::number_float))
        entry.took = std::chrono::milliseconds(
            static_cast<std::int64_t>(std::clamp(took->get<double>(), 0.0, 86'400'000.0)));
    if (const json* request = reader.member(value, place, "request", json::value_t::object)) {
        const std::string where = place + "/request";
        entry.request.method = reader.text(*request, where, "method");
        const std::string url = reader.text(*request, where, "url");
        if (auto address = parse_address(url)) {
            entry.request.host = std::move(address->host);
            entry.request.target = std::move(address->target);
        } else if (!url.empty()) {
            reader.wrong(where + "/url", "must be an absolute https address, is \"" + url + "\"");
        }
        read_headers(reader, *request, where, entry.request.headers);
        if (const json* post = reader.member(*request, where, "postData", json::value_t::object, false))
            entry.request.body = read_posted(reader, *post, where + "/postData");
    }
    if (const json* response = reader.member(value, place, "response", json::value_t::object)) {
        const std::string where = place + "/response";
        if (const json* status = reader.member(*response, where, "status", json::value_t::number_float)) {
            const double number = status->get<double>();
            if (number != 0 && (number < 100 || number > 599)) {
                reader.wrong(where + "/status", "must be 0 or 100..599");
            } else {
                entry.reply.status = static_cast<int>(number);
            }
        }
        read_headers(reader, *response, where, entry.reply.headers);
        if (const json* content = reader.member(*response, where, "content", json::value_t::object))
            entry.reply.body = read_body(reader, *content, where + "/content", "encoding");
        if (!may_have_body(entry.reply.status)) entry.reply.body.clear();
    }
}

std::string line_and_column(std::string_view text, std::size_t byte) {
    const auto before = text.substr(0, std::min(byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto last = before.rfind('\n');
    const auto column = before.size() - (last == std::string_view::npos ? 0 : last + 1);
    return "line " + std::to_string(line) + ", column " + std::to_string(std::max<std::size_t>(column, 1));
}

}  // namespace

HarRead read_har(std::string_view text, std::string_view file) {
    HarRead read;
    HarReader reader(file);
    const auto give_up = [&](const std::string& what) {
        reader.wrong("", what);
        read.problems = std::move(reader.problems);
        return read;
    };
    if (text.size() > most_bytes) return give_up("is larger than " + std::to_string(most_bytes) + " bytes");
    json har;
    bool too_deep = false;
    try {
        har = json::parse(text, [&](int depth, json::parse_event_t, json&) {
            too_deep = too_deep || depth > deepest;
            return !too_deep;
        });
    } catch (const json::parse_error& error) {
        return give_up("is not JSON at " + line_and_column(text, error.byte));
    } catch (const json::exception& error) {
        return give_up(std::string("is not JSON: ") + error.what());
    }
    if (too_deep) return give_up("is nested deeper than " + std::to_string(deepest));
    if (!har.is_object()) return give_up("must be an object with the member \"log\"");
    Recording recording;
    recording.file = std::string(file);
    if (const json* log = reader.member(har, "", "log", json::value_t::object)) {
        const std::string version = reader.text(*log, "/log", "version");
        if (!version.empty() && version != "1.2" && version != "1.1")
            reader.wrong("/log/version", "must be \"1.2\", is \"" + version + "\"");
        if (log->contains("_seed") || log->contains("_begin")) {
            RecordedRun run;
            if (const json* seed = reader.member(*log, "/log", "_seed", json::value_t::number_unsigned)) run.seed = seed->get<std::uint64_t>();
            const std::string begin = reader.text(*log, "/log", "_begin");
            if (const auto at = instant(begin)) run.begin = *at;
            else if (!begin.empty()) reader.wrong("/log/_begin", "is no RFC 3339 time: \"" + begin + "\"");
            recording.run = run;
        }
        if (const json* entries = reader.member(*log, "/log", "entries", json::value_t::array)) {
            if (entries->size() > most_entries)
                return give_up("has more than " + std::to_string(most_entries) + " entries");
            for (std::size_t i = 0; i < entries->size(); ++i)
                read_entry(reader, (*entries)[i], "/log/entries/" + std::to_string(i), recording.entries.emplace_back());
        }
    }
    // HAR 1.2 asks writers to sort, and readers not to count on it.
    std::ranges::stable_sort(recording.entries, {}, &RecordedExchange::started);
    read.problems = std::move(reader.problems);
    if (read.problems.empty()) read.recording = std::move(recording);
    return read;
}

}  // namespace sim
