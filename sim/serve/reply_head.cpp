#include "sim/serve/reply_head.hpp"

#include <algorithm>
#include <charconv>

namespace sim {
namespace {

/// Reason phrases of RFC 9110 section 15 and RFC 6585; clients do not read them, people do.
std::string_view reason(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 423: return "Locked";
        case 424: return "Failed Dependency";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        case 509: return "Bandwidth Limit Exceeded";
        default: return "Status";
    }
}

bool breaks_lines(std::string_view text) {
    unsigned bad = 0;
    for (const char c : text) bad |= static_cast<unsigned>(c == '\r') | static_cast<unsigned>(c == '\n') | static_cast<unsigned>(c == '\0');
    return bad != 0;
}

void append_number(std::string& out, std::size_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

bool reply_may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_reply_head(std::string& out, const fakes::Reply& reply, bool old_client, bool keeps_alive, std::string_view date, BodyForm form) {
    out += old_client ? "HTTP/1.0 " : "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(reply.status));
    out += ' ';
    out += reason(reply.status);
    out += "\r\n";
    bool dated = false;
    for (const fakes::Header& header : reply.headers) {
        // A value that would end its line cannot stand in a head: dropped rather than sent as somebody else's header.
        if (breaks_lines(header.name) || breaks_lines(header.value)) continue;
        dated = dated || header.name == "Date";
        out += header.name;
        out += ": ";
        out += header.value;
        out += "\r\n";
    }
    if (!dated) {
        out += "Date: ";
        out += date;
        out += "\r\n";
    }
    if (reply_may_have_body(reply.status)) {
        out += "Content-Length: ";
        append_number(out, form.packed_bytes.value_or(reply.body.size()));
        out += "\r\n";
    }
    if (form.packed_bytes) out += "Content-Encoding: gzip\r\n";
    if (form.varies) out += "Vary: Accept-Encoding\r\n";
    if (!keeps_alive) out += "Connection: close\r\n";
    else if (old_client) out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

}  // namespace sim
