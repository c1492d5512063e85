#include "fakes/cloud/identity.hpp"

#include <openssl/crypto.h>

namespace fakes {
namespace {

constexpr std::string_view token_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view user_prefix = "user.";
constexpr std::string_view administrator_prefix = "administrator.";
constexpr std::size_t uuid_size = 36;

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Identity::Identity(const Organisation& organisation, std::string service_token, Dice dice)
    : org_id_(organisation.org_id), domain_(organisation.domain), service_id_(dice.stream("service").uuid()),
      service_token_(std::move(service_token)), hook_secret_(dice.stream("hook secret").text(43, token_letters)) {
    for (const Person& person : organisation.people) {
        by_key_.emplace(person.key, users_.size());
        by_id_.emplace(person.user_id, users_.size());
        // The id inside the token finds the user; only the rest is secret, so the comparison can be constant in time.
        Dice secret = dice.stream("token of " + person.key);
        const std::string& address = person.cloud_address.empty() ? person.address : person.cloud_address;
        users_.push_back(CloudUser{person.key, person.user_id, address, person.name, person.is_room,
                                   std::string(user_prefix) + person.user_id + "." + secret.text(32, token_letters)});
    }
    for (const Administrator& administrator : organisation.administrators) {
        Dice chance = dice.stream("administrator " + administrator.key);
        CloudAdministrator one{administrator.key, chance.uuid(), administrator.of_another_organisation ? chance.uuid() : org_id_, administrator.role, {}};
        one.token = std::string(administrator_prefix) + chance.text(43, token_letters);
        administrators_.push_back(std::move(one));
    }
}

Identity::Caller Identity::caller(const Request& request) const {
    const std::string* header = find_header(request.headers, "Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (header == nullptr || !header->starts_with(scheme)) return {};
    return bearer(std::string_view(*header).substr(scheme.size()));
}

Identity::Caller Identity::bearer(std::string_view token) const {
    if (!service_token_.empty() && same_secret(token, service_token_))
        return Caller{Caller::Kind::service, service_id_, 0};
    if (token.starts_with(administrator_prefix))
        for (std::size_t i = 0; i < administrators_.size(); ++i)
            if (same_secret(token, administrators_[i].token)) return Caller{Caller::Kind::administrator, administrators_[i].id, i};
    if (!token.starts_with(user_prefix)) return {};
    const auto found = by_id_.find(token.substr(user_prefix.size(), uuid_size));
    if (found == by_id_.end() || !same_secret(token, users_[found->second].token)) return {};
    return Caller{Caller::Kind::user, users_[found->second].id, found->second};
}

std::optional<std::size_t> Identity::by_key(std::string_view key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> Identity::by_id(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

const std::string& Identity::token_of(std::string_view key) const {
    static const std::string none;
    const auto index = by_key(key);
    return index ? users_[*index].token : none;
}

}  // namespace fakes
