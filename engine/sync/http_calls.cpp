#include "engine/sync/http_calls.hpp"

#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr Duration kRetryAfterCap = std::chrono::hours(1);  // what a service may ask for at most
constexpr std::size_t kErrorBodyLimitBytes = 65'536;

/// The vendor's error word, from Graph's {"error":{"code"}}, Google's {"error":{"errors":[{"reason"}]}} or OAuth's
/// {"error":"..."}. Only characters that cannot carry anyone's text into the log.
std::string error_word(std::string_view body) {
    if (body.empty() || body.size() > kErrorBodyLimitBytes) return {};
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("error")) return {};
    const Json& error = json["error"];
    std::string word;
    if (error.is_string()) word = error.get<std::string>();
    if (error.is_object()) {
        if (error.contains("code") && error["code"].is_string()) word = error["code"].get<std::string>();
        if (error.contains("errors") && error["errors"].is_array() && !error["errors"].empty()) {
            const Json& first = error["errors"][0];
            if (first.is_object() && first.contains("reason") && first["reason"].is_string())
                word = first["reason"].get<std::string>();
        }
    }
    std::erase_if(word, [](unsigned char c) { return !(std::isalnum(c) != 0 || c == '_' || c == '.'); });
    if (word.size() > 64) word.resize(64);
    return word;
}

bool means_busy(const HttpResponse& response, const CallRules& rules) {
    if (response.status == 429 || response.status == 503 || response.status == 509) return true;
    if (!rules.quota_403 || response.status != 403) return false;
    const std::string word = error_word(response.body);
    return word == "rateLimitExceeded" || word == "userRateLimitExceeded" || word == "quotaExceeded";
}

bool server_trouble(int status) { return status == 500 || status == 502 || status == 504 || status == 408; }

Failure::Kind kind_of(int status) {
    switch (status) {
        case 401:
        case 403: return Failure::Kind::denied;
        case 404: return Failure::Kind::gone;
        case 409:
        case 412: return Failure::Kind::stale;
        case 410: return Failure::Kind::sync_lost;
        default: return status >= 400 && status < 500 ? Failure::Kind::refused : Failure::Kind::unavailable;
    }
}

}  // namespace

std::string describe(const Failure& failure) {
    static constexpr std::string_view kWords[] = {"none",    "gone",    "sync_lost",   "stale",    "denied",
                                                  "refused", "unclear", "unavailable", "malformed"};
    std::string text(kWords[static_cast<std::size_t>(failure.kind)]);
    if (failure.status != 0) text += " status=" + std::to_string(failure.status);
    if (!failure.code.empty()) text += " code=" + failure.code;
    return text;
}

std::string_view origin(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    return url.substr(0, std::min(url.find_first_of("/?#", scheme + 3), url.size()));
}

void append_percent(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    static constexpr auto kPlain = [] {
        std::array<bool, 256> table{};
        for (unsigned c = 0; c < 128; ++c)
            table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        return table;
    }();
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (kPlain[byte]) continue;
        out.append(text, from, at - from);
        from = at + 1;
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    out.append(text, from);
}

std::string percent(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    append_percent(out, text);
    return out;
}

std::string unpercent(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

bool seen_before(std::string_view body, std::uint64_t& seen) {
    // Eight bytes a step (multiply and fold, as in wyhash).
    std::uint64_t digest = 0x9E3779B97F4A7C15u ^ body.size();
    const auto mix = [&digest](std::uint64_t word) {
        const auto product = static_cast<unsigned __int128>(digest ^ word) * 0xD6E8FEB86659FD93u;
        digest = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::uint64_t word = 0;
    std::size_t at = 0;
    for (; at + sizeof word <= body.size(); at += sizeof word) {
        std::memcpy(&word, body.data() + at, sizeof word);
        mix(word);
    }
    word = 0;
    std::memcpy(&word, body.data() + at, body.size() - at);
    mix(word);
    if (digest == 0) digest = 1;
    return std::exchange(seen, digest) == digest;
}

std::optional<Duration> retry_after(std::string_view value, Instant now) {
    int seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error == std::errc() && end == value.data() + value.size())
        return seconds >= 0 ? std::optional<Duration>(std::chrono::seconds(seconds)) : std::nullopt;
    absl::Time when;
    // "infinite-past" and its like are dates to ParseTime.
    if (value.size() > 40 || value.starts_with("infinite") || !absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", std::string(value), &when, nullptr)) return std::nullopt;
    const Instant at{Duration(absl::ToUnixMillis(when))};
    return std::max(Duration(0), at - now);
}

Duration HttpCalls::pause(int attempt, const HttpResponse* response) {
    if (response != nullptr) {
        const std::string* asked = find_header(response->headers, "Retry-After");
        if (asked != nullptr) {
            const std::optional<Duration> wait = retry_after(*asked, ports_.clock.now());
            if (wait) return std::min(*wait, kRetryAfterCap);
        }
    }
    Duration limit = policies_.retry_base;
    for (int i = 0; i < attempt && limit < policies_.retry_cap; ++i) limit *= 2;
    limit = std::clamp(limit, Duration(1), std::max(Duration(1), policies_.retry_cap));
    return Duration(static_cast<std::int64_t>(ports_.random.below(static_cast<std::uint64_t>(limit.count()) + 1)));
}

Task<Outcome<HttpResponse>> HttpCalls::call(HttpRequest request, CallRules rules) {
    Outcome<HttpResponse> outcome;
    request.timeout = policies_.http_timeout;
    bool renewed = false;
    for (int attempt = 0;; ++attempt) {
        HttpRequest sent_now;
        sent_now.headers.reserve(request.headers.size() + 1);
        sent_now = request;
        std::string token;
        if (rules.bearer != nullptr) {
            if (const std::string* held = rules.bearer->held(rules.subject); held != nullptr) {
                token = *held;
            } else {
                Outcome<std::string> given = co_await rules.bearer->token(rules.subject);
                if (!given.ok()) {
                    outcome.failure = std::move(given.failure);
                    co_return outcome;
                }
                token = std::move(given.value);
            }
            sent_now.headers.push_back(Header{"Authorization", "Bearer " + token});
        }
        std::optional<Pace::Hold> under_way;
        if (!rules.mailbox.empty()) {
            if (pace_.rests()) {
                co_await pace_.end_of_rest(rules.mailbox, std::string(origin(request.url)));
            }
            const bool at_once = pace_.enters(rules.mailbox);
            if (!at_once) {
                co_await pace_.wait(rules.mailbox);
            }
            under_way.emplace(pace_, rules.mailbox);
        }
        if (rules.left != nullptr && *rules.left) {
            if (pace_.rests()) pace_.answered(rules.mailbox, origin(request.url));
            outcome.failure = Failure{};
            outcome.failure.kind = Failure::Kind::unavailable;
            outcome.failure.code = "deactivated";
            co_return outcome;
        }
        HttpResult result = co_await ports_.http.exchange(std::move(sent_now));
        under_way.reset();
        const bool told_to_rest = result.ok() && result.response.status != 503 && means_busy(result.response, rules);
        if (!rules.mailbox.empty() && !told_to_rest && pace_.rests()) pace_.answered(rules.mailbox, origin(request.url));
        bool again = false;
        bool maybe_done = false;
        const HttpResponse* response = nullptr;
        outcome.failure = Failure{};
        if (!result.ok()) {
            again = result.failure != HttpFailure::untrusted;
            maybe_done = result.failure == HttpFailure::cut || result.failure == HttpFailure::timed_out;
            outcome.failure.kind = Failure::Kind::unavailable;
            outcome.failure.code = word_of(result.failure);
            if (result.failure == HttpFailure::untrusted)
                ports_.log.line(Log::Level::warning, "http.untrusted to=" + std::string(origin(request.url)));
            outcome.value = HttpResponse{};
        } else {
            outcome.value = std::move(result.response);
            response = &outcome.value;
            const int status = response->status;
            if (status >= 200 && status < 300) co_return outcome;
            outcome.failure.kind = kind_of(status);
            outcome.failure.status = status;
            outcome.failure.code = error_word(response->body);
            if (status == 401 && rules.bearer != nullptr && !renewed) {
                renewed = true;
                rules.bearer->refused(rules.subject, token);
                continue;
            }
            if (means_busy(*response, rules)) {
                again = true;
                outcome.failure.kind = Failure::Kind::unavailable;
            } else if (server_trouble(status)) {
                again = true;
                maybe_done = true;
            }
        }
        if (maybe_done && !rules.repeatable) {
            outcome.failure.kind = Failure::Kind::unclear;
            co_return outcome;
        }
        if (!again) co_return outcome;
        const Duration wait = pause(attempt, response);
        if (told_to_rest && !rules.mailbox.empty()) pace_.rest(rules.mailbox, origin(request.url), wait);
        if (attempt >= policies_.retry_count) {
            ports_.log.line(Log::Level::warning,
                            "http.given_up to=" + std::string(origin(request.url)) + " " + describe(outcome.failure));
            co_return outcome;
        }
        ports_.log.line(Log::Level::info, "http.again to=" + std::string(origin(request.url)) + " " +
                                              describe(outcome.failure) + " wait_ms=" + std::to_string(wait.count()));
        co_await ports_.clock.pause(wait);
    }
}

}  // namespace engine::sync
