#include "fakes/google/batch.hpp"

#include "fakes/google/limits.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

/// Takes one line off the front, without its end (CRLF, or LF alone as some clients write).
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

/// Header lines up to the blank one; folded lines go on the header before.
void take_headers(std::string_view& text, std::vector<Header>& headers) {
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty()) return;
        if ((line[0] == ' ' || line[0] == '\t') && !headers.empty()) {
            headers.back().value += ' ' + std::string(trimmed(line));
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || headers.size() >= limits::max_parameters) continue;
        headers.push_back({std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
    }
}

std::string boundary_of(std::string_view content_type) {
    const std::string folded = lower(content_type);
    if (!folded.starts_with("multipart/mixed")) return {};
    const std::size_t at = folded.find("boundary=");
    if (at == std::string::npos) return {};
    std::string_view value = trimmed(content_type.substr(at + 9));
    if (!value.empty() && value.front() == '"') {
        value.remove_prefix(1);
        value = value.substr(0, value.find('"'));
    } else {
        value = trimmed(value.substr(0, value.find(';')));
    }
    return value.size() > 200 ? std::string() : std::string(value);
}

BatchPart read_part(std::string_view text) {
    BatchPart part;
    std::vector<Header> outer;
    take_headers(text, outer);
    if (const std::string* id = find_header(outer, "Content-ID")) {
        part.content_id = *id;
        if (part.content_id.size() >= 2 && part.content_id.front() == '<' && part.content_id.back() == '>')
            part.content_id = part.content_id.substr(1, part.content_id.size() - 2);
        std::erase_if(part.content_id, [](char c) { return static_cast<unsigned char>(c) < 0x20; });  // it is echoed
    }
    const std::string* type = find_header(outer, "Content-Type");
    if (type == nullptr || !lower(*type).starts_with("application/http")) return part;
    while (!text.empty() && (text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
    const std::string_view line = take_line(text);
    const std::size_t first = line.find(' ');
    if (first == std::string_view::npos || first == 0) return part;
    const std::size_t second = line.find(' ', first + 1);
    part.request.method = line.substr(0, first);
    std::string_view target = line.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
    // Some clients write absolute targets.
    if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && scheme < 8) {
        const std::string_view rest = target.substr(scheme + 3);
        const std::size_t slash = std::min(rest.find('/'), rest.size());
        part.request.host = lower(rest.substr(0, slash));
        target = rest.substr(slash);
    }
    if (target.empty() || target.front() != '/') return part;
    part.request.target = target;
    take_headers(text, part.request.headers);
    part.request.body = trimmed(text);
    part.readable = true;
    return part;
}

}  // namespace

std::optional<std::vector<BatchPart>> read_batch(const Request& request, std::size_t max_parts, std::string& wrong) {
    const std::string* type = find_header(request.headers, "Content-Type");
    const std::string boundary = type == nullptr ? std::string() : boundary_of(*type);
    if (boundary.empty()) {
        wrong = "a batch is multipart/mixed with a boundary";
        return std::nullopt;
    }
    const std::string delimiter = "--" + boundary;
    std::string_view text = request.body;
    // The delimiter stands at the beginning of a line.
    const auto next = [&](std::size_t from) {
        while (true) {
            const std::size_t at = text.find(delimiter, from);
            if (at == std::string_view::npos || at == 0 || text[at - 1] == '\n') return at;
            from = at + 1;
        }
    };
    std::vector<BatchPart> parts;
    std::size_t at = next(0);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + delimiter.size();
        if (text.substr(begin, 2) == "--") return parts;
        const std::size_t end = next(begin);
        std::string_view part = text.substr(begin, end == std::string_view::npos ? end : end - begin);
        take_line(part);
        if (parts.size() <= max_parts) parts.push_back(read_part(part));
        at = end;
    }
    wrong = "a batch ends with its boundary and two dashes";
    return std::nullopt;
}

std::string_view phrase_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Request Entity Too Large";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        default: return "Unknown";
    }
}

Reply write_batch(const std::vector<BatchPart>& parts, const std::vector<Reply>& replies, const std::string& boundary) {
    Reply whole;
    whole.headers.push_back({"Content-Type", "multipart/mixed; boundary=" + boundary});
    whole.headers.push_back({"Vary", "Origin, X-Origin, Referer"});
    whole.headers.push_back({"Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"});
    std::string& out = whole.body;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Reply& reply = replies[i];
        // Clients look these names up as they are written here: the case counts inside a batch.
        out += "--" + boundary + "\r\nContent-Type: application/http\r\n";
        if (!parts[i].content_id.empty()) out += "Content-ID: <response-" + parts[i].content_id + ">\r\n";
        out += "\r\nHTTP/1.1 " + std::to_string(reply.status) + ' ';
        out += phrase_of(reply.status);
        out += "\r\n";
        for (const Header& header : reply.headers) out += header.name + ": " + header.value + "\r\n";
        if (reply.status != 304) out += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
        out += "\r\n" + reply.body + "\r\n";
    }
    out += "--" + boundary + "--\r\n";
    return whole;
}

}  // namespace fakes::google
