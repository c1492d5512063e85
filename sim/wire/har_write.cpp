// HAR 1.2 ("HTTP Archive (HAR) format", the version that browsers and proxies read and write).
#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <nlohmann/json.hpp>

#include "sim/wire/classify.hpp"
#include "sim/wire/har.hpp"
#include "sim/wire/iso_text.hpp"
#include "sim/wire/masking.hpp"

namespace sim {
namespace {

using nlohmann::ordered_json;

bool is_provider(std::string_view actor) {
    return actor == "graph" || actor == "entra" || actor == "google" || actor == "gmail" || actor == "google-token";
}

bool is_utf8(std::string_view text) {
    // nlohmann's own strict check: a dump throws on what is no UTF-8.
    try {
        static_cast<void>(ordered_json(std::string(text)).dump());
        return true;
    } catch (const ordered_json::exception&) {
        return false;
    }
}

std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string content_type(const std::vector<MessageHead>& headers, std::string_view otherwise) {
    for (const auto& header : headers) {
        constexpr std::string_view wanted = "content-type";
        bool same = header.name.size() == wanted.size();
        for (std::size_t i = 0; same && i < wanted.size(); ++i) same = (header.name[i] | 0x20) == (wanted[i] | 0x20);
        if (same) return header.value;
    }
    return std::string(otherwise);
}

ordered_json headers_json(const std::vector<MessageHead>& headers, Masking& masking) {
    auto list = ordered_json::array();
    for (const auto& header : headers)
        list.push_back({{"name", header.name}, {"value", masking.header(header.name, header.value)}});
    return list;
}

ordered_json query_json(const std::string& target) {
    auto list = ordered_json::array();
    const auto mark = target.find('?');
    if (mark == std::string::npos) return list;
    for (std::size_t at = mark + 1; at < target.size();) {
        const auto end = std::min(target.find('&', at), target.size());
        const std::string pair = target.substr(at, end - at);
        const auto equals = pair.find('=');
        const std::string value = equals == std::string::npos ? std::string() : pair.substr(equals + 1);
        list.push_back({{"name", percent_decoded(pair.substr(0, equals))}, {"value", percent_decoded(value)}});
        at = end + 1;
    }
    return list;
}

ordered_json entry_json(const Exchange& e, Masking& masking) {
    ordered_json request = {{"method", e.method},
                            {"url", "https://" + e.host + masking.known(e.target)},
                            {"httpVersion", "HTTP/1.1"},
                            {"cookies", ordered_json::array()},
                            {"headers", headers_json(e.request_headers, masking)},
                            {"queryString", query_json(masking.known(e.target))}};
    if (!e.request_body.empty()) {
        const std::string type = content_type(e.request_headers, "application/octet-stream");
        ordered_json post = {{"mimeType", type}};
        if (is_utf8(e.request_body)) {
            post["text"] = masking.body(e.request_body);
        } else {
            post["text"] = base64(e.request_body);
            post["_encoding"] = "base64";  // HAR 1.2 knows encodings of answers only
        }
        request["postData"] = std::move(post);
    }
    request["headersSize"] = -1;
    request["bodySize"] = e.request_body.size();

    ordered_json content = {{"size", e.reply_body.size()},
                            {"mimeType", content_type(e.reply_headers, e.reply_body.empty() ? "x-unknown" : "")}};
    if (is_utf8(e.reply_body)) {
        content["text"] = masking.body(e.reply_body);
    } else {
        content["text"] = base64(e.reply_body);
        content["encoding"] = "base64";
    }
    ordered_json response = {{"status", e.status},
                             {"statusText", ""},
                             {"httpVersion", e.status == 0 ? "unknown" : "HTTP/1.1"},
                             {"cookies", ordered_json::array()},
                             {"headers", headers_json(e.reply_headers, masking)},
                             {"content", std::move(content)},
                             {"redirectURL", ""},
                             {"headersSize", -1},
                             {"bodySize", e.reply_body.size()}};
    const auto took = (e.done - e.sent).count();
    ordered_json entry = {{"startedDateTime", iso_text(e.sent)},
                          {"time", took},
                          {"request", std::move(request)},
                          {"response", std::move(response)},
                          {"cache", ordered_json::object()},
                          {"timings", {{"send", 0}, {"wait", took}, {"receive", 0}}},
                          {"_from", e.from},
                          {"_to", e.to}};
    if (!e.what.empty()) entry["_what"] = e.what;
    if (!e.operation.empty()) entry["_operation"] = e.operation;
    if (!e.fault.empty()) entry["comment"] = e.fault;
    return entry;
}

}  // namespace

struct HarRecorder::Parts {
    std::optional<RecordedRun> run;
    std::deque<Exchange> exchanges;
};

HarRecorder::HarRecorder(std::optional<RecordedRun> run) : parts_(std::make_unique<Parts>()) {
    parts_->run = run;
}
HarRecorder::~HarRecorder() = default;

void HarRecorder::add(const Exchange& exchange) {
    const bool asked = exchange.from == "engine" && is_provider(exchange.to);
    const bool notified = exchange.to == "engine" && is_provider(exchange.from);
    if (asked || notified) parts_->exchanges.push_back(exchange);
}

std::string HarRecorder::text() const {
    Masking masking;
    auto entries = ordered_json::array();
    for (const auto& exchange : parts_->exchanges) entries.push_back(entry_json(exchange, masking));
    ordered_json log = {{"version", "1.2"},
                        {"creator", {{"name", "calrig"}, {"version", "0.1.0"}}},
                        {"pages", ordered_json::array()}};
    if (parts_->run) {
        log["_seed"] = parts_->run->seed;
        log["_begin"] = iso_text(parts_->run->begin);
    }
    log["entries"] = std::move(entries);
    const ordered_json har = {{"log", std::move(log)}};
    return har.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace sim
