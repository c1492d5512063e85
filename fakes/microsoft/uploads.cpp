#include "fakes/microsoft/uploads.hpp"

#include <charconv>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// The number in front; what is left begins behind it and behind `after`.
std::optional<std::size_t> number_before(std::string_view& text, std::string_view after) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with(after)) return std::nullopt;
    text.remove_prefix(after.size());
    return value;
}

}  // namespace

void Uploads::forget_old(Instant now) {
    std::erase_if(open_, [&](const auto& one) { return one.second.expires <= now; });
}

std::string Uploads::open(Upload upload, Instant now) {
    forget_old(now);
    std::size_t promised = upload.size;
    for (const auto& [key, one] : open_) promised += one.size;
    if (promised > limits::uploads_bytes) return {};
    upload.expires = now + limits::upload_life;
    std::string key = dice_.text(64, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    open_.emplace(key, std::move(upload));
    return key;
}

Upload* Uploads::find(std::string_view key, Instant now) {
    forget_old(now);
    for (auto& [known, upload] : open_)
        if (same_secret(known, key)) return &upload;
    return nullptr;
}

void Uploads::close(std::string_view key) {
    if (const auto found = open_.find(key); found != open_.end()) open_.erase(found);
}

std::optional<Fault> Uploads::add(Upload& upload, const std::string* content_range, std::string_view bytes) {
    std::string_view rest = content_range == nullptr ? std::string_view() : std::string_view(*content_range);
    static constexpr std::string_view unit = "bytes ";
    if (!same_text(rest.substr(0, unit.size()), unit)) return errors::upload_range("Content-Range is needed: bytes first-last/size.");
    rest.remove_prefix(unit.size());
    const auto first = number_before(rest, "-"), last = first ? number_before(rest, "/") : std::nullopt, size = last ? number_before(rest, "") : std::nullopt;
    if (!size || !rest.empty() || *last < *first) return errors::upload_range("Content-Range is bytes first-last/size.");
    if (*size != upload.size) return errors::upload_range("The size in Content-Range is not the one that the session was made for.");
    if (*last - *first + 1 != bytes.size()) return errors::upload_range("The body does not have the length of its range.");
    if (*first != upload.attachment.bytes.size()) return errors::upload_range("The range is not the next one that is expected.");
    if (*last >= upload.size) return errors::upload_range("The range ends behind the file.");
    upload.attachment.bytes += bytes;
    return std::nullopt;
}

}  // namespace fakes::microsoft
